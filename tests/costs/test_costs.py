"""The budgets of a run, on jobs short enough for the tests; `make costs` counts long ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.costs.cost import cost_of
from tests.scenarios.conftest import deployed_world
from tests.scenarios.world import user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Two rows a second: long jobs with few users."""
    with deployed_world("--clock-factor", "60", "--import-rate", "2") as it:
        yield it


@pytest.mark.parametrize("seconds", [60, *(pytest.param(longer, marks=pytest.mark.nightly) for longer in (900, 3_600))])
def test_run_keeps_to_its_budgets(world: World, seconds: int) -> None:
    """Transitions, invocations, looks, and our own waits before the job and after it stay within the design's."""
    users = (user(f"cost-{seconds}-{number}") for number in range(seconds * 2))
    cost = cost_of(world, world.end_of(world.drop(world.csv("crowd", users), f"crowd/{seconds}.csv")))
    assert seconds <= cost.job_seconds <= seconds * 1.2 + 10
    assert cost.excesses == {}
    transitions, invocations, _ = cost.reference
    assert cost.transitions < transitions
    assert cost.invocations < invocations
