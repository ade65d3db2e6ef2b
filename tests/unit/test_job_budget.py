"""When a file is beyond a pool's rate of import jobs, and when too few jobs are left."""

from __future__ import annotations

import pytest

from cognito_drop.contract.statuses import HoldReason
from cognito_drop.core.queue.job_budget import DAY, JobBudget, JobUse
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.text.problem import ProblemCode

NOW = 1_000_000.0
BUDGET = JobBudget(quota=20, reserve=5, per_day=3)


@pytest.mark.parametrize(
    ("used", "needed", "is_refused"), [(14, 1, False), (13, 2, False), (14, 2, True), (15, 1, True)]
)
def test_the_reserve_is_left(used: int, needed: int, is_refused: bool) -> None:
    """15 of 20 jobs may be used up by files, and none of the last five."""
    problem = BUDGET.refusal(needed, JobUse(used), "eu-west-1_Pool")
    assert (problem is not None) is is_refused
    if problem:
        assert problem.code is ProblemCode.NO_JOBS_LEFT
        assert "User import jobs per user pool" in problem.sentence
        assert "--together" in problem.hint


@pytest.mark.parametrize(
    ("ages", "needed", "wait"),
    [
        ([], 1, None),
        ([], 9, None),  # more than a day allows: alone it is imported all the same
        ([100, 50], 1, None),
        ([300, 200, 100], 1, DAY - 300),
        ([300, 200, 100], 2, DAY - 200),
        ([300, 200, 100], 9, DAY - 100),
        ([DAY, 200, 100], 1, None),
        ([DAY + 1, DAY - 10, 200, 100], 1, 10),
    ],
)
def test_a_file_is_held_until_enough_jobs_are_a_day_old(ages: list[float], needed: int, wait: float | None) -> None:
    """`ages` are those of the pool's jobs in seconds; three may be younger than a day."""
    use = JobUse(len(ages), [NOW - age for age in ages])
    expected = None if wait is None else Hold(HoldReason.JOBS_PER_DAY, NOW + wait)
    assert BUDGET.hold(needed, use, NOW) == expected


def test_a_hold_says_until_when_and_why() -> None:
    """In UTC; a hold without a time says how it ends."""
    assert Hold(HoldReason.JOBS_PER_DAY, 1_782_000_000.0).sentence == (
        "held until 2026-06-21 00:00 UTC: the pool's import jobs of 24 hours are used up (jobs_per_day)"
    )
    assert Hold(HoldReason.PAUSED).sentence == "held: imports into the pool are paused (`cognito-drop resume [ALIAS]`)"
