"""Two rounds of chaos; `make chaos` does as many as fit into its time."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import pytest

from cognito_drop.contract.environment import LockScope
from tests.chaos.plan import Act, Kind, fates
from tests.chaos.round import Chaos, Run
from tests.faults.cells import Cell
from tests.faults.world import fault_world

FILES = 6
LANES = 2


@pytest.mark.scenario
def test_invariants_hold_whatever_is_done_to_the_stack() -> None:
    """Every run ends once with an account of its rows; no job is started twice, and no secret leaves."""
    with fault_world(LANES, lock_scope=LockScope.ACCOUNT) as world:
        verdict = Chaos.of(world).round("short", FILES)
    assert verdict.problems == []
    assert verdict.acts.total() > 0
    assert verdict.outcomes.total() - verdict.outcomes["undone"] == FILES
    assert verdict.outcomes["undone"] > 0


def test_a_round_is_derived_from_its_seed() -> None:
    """The same seed does the same, another one something else; every kind of act comes."""

    def of(seed: str) -> object:
        return fates(random.Random(seed), 100, 3, [Cell(())] * 3, ["sweep"])  # noqa: S311  (chance that can be repeated)

    assert of("1") == of("1") != of("2")
    found = fates(random.Random("1"), 100, 3, [Cell(())] * 3, ["sweep"])  # noqa: S311  (as above)
    assert len(Counter(act.kind for fate in found for act in fate.acts)) == 8


@pytest.mark.parametrize(("states", "ends"), [(["waiting"] * 2, True), (["waiting", "importing"], False)])
def test_a_pause_ends_where_it_keeps_all_acts_from_coming(states: list[str], *, ends: bool) -> None:
    """A run that is held never comes to the state for which its next act is."""
    world: Any = SimpleNamespace(ledger=SimpleNamespace(state=states.__getitem__))
    acts: Any = Mock()
    runs: Any = [
        Run(cast("Any", SimpleNamespace(run_id=number)), [], [Act("reporting", Kind.ABORT)]) for number in (0, 1)
    ]
    assert Chaos(world, [], acts, cast("Any", None))._act_on(runs) == 2  # noqa: SLF001
    assert acts.resume.called is ends
