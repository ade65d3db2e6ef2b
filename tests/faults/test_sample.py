"""A few of all the cells, in the deployed stack; `make faults` runs all of them."""

from __future__ import annotations

import random

import pytest

from tests.faults.campaign import Campaign
from tests.faults.cells import pairs_of
from tests.faults.world import fault_world

pytestmark = pytest.mark.faults

SEED = 11
SINGLES = 12
PAIRS = 2
JOBS = 3
SPARE_LANES = 3


def test_promises_hold_whatever_fails() -> None:
    """A run whose calls and invocations fail ends with its turn free, each row accounted for, nothing done twice."""
    chance = random.Random(SEED)  # noqa: S311  (chance that can be repeated)
    with fault_world(JOBS + SPARE_LANES) as world:
        campaign = Campaign(world)
        cells = campaign.cells()
        campaign.run([*chance.sample(cells, SINGLES), *pairs_of(cells, PAIRS, chance)], JOBS, lambda _: None)
        leaks = campaign.leaks()
    assert {trial.cell.name: trial.problems for trial in campaign.trials if trial.problems} == {}
    assert leaks == []
    assert any(trial.struck for trial in campaign.trials)
