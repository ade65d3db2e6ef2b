"""A few of all the cells, in the deployed stack; `make faults` runs all of them."""

from __future__ import annotations

import random

import pytest

from tests.faults.campaign import Campaign
from tests.faults.cells import pairs_of
from tests.faults.world import Course, fault_world

pytestmark = pytest.mark.faults

SEED = 11
PAIRS = 1
JOBS = 3
SPARE_LANES = 3


@pytest.mark.parametrize(
    ("refusal", "singles", "course"),
    [
        ("PreconditionNotMetException", 3, Course.WHOLE),
        ("PreconditionNotMetException", 3, Course.UNDONE),
        pytest.param("PreconditionNotMetException", 12, Course.WHOLE, marks=pytest.mark.nightly),
        pytest.param("InvalidParameterException", 12, Course.WHOLE, marks=pytest.mark.nightly),
        pytest.param("PreconditionNotMetException", 12, Course.CONTINUED, marks=pytest.mark.nightly),
        pytest.param("PreconditionNotMetException", 12, Course.STOPPED, marks=pytest.mark.nightly),
        pytest.param("PreconditionNotMetException", 12, Course.UNDONE, marks=pytest.mark.nightly),
    ],
)
def test_promises_hold_whatever_fails(refusal: str, singles: int, course: Course) -> None:
    """A run whose calls and invocations fail ends with its lock free, each row accounted for, nothing done twice.

    So it is with either error by which Cognito may refuse a second start or a stop, and for a run that waits for a
    decision after its first part. An undo deletes exactly the users that it may, and comes to its end, where it says
    that it has failed when it is started again.
    """
    chance = random.Random(f"{SEED} {refusal}")  # noqa: S311  (chance that can be repeated)
    with fault_world(JOBS + SPARE_LANES, "--import-refusal", refusal, course=course) as world:
        campaign = Campaign(world)
        cells = campaign.cells()
        campaign.run([*chance.sample(cells, singles), *pairs_of(cells, PAIRS, chance)], JOBS, lambda _: None)
        leaks = campaign.leaks()
    assert {trial.cell.name: trial.problems for trial in campaign.trials if trial.problems} == {}
    assert leaks == []
    assert any(trial.struck for trial in campaign.trials)
