"""The import jobs of a pool as a finite resource: a rate for each day, and a reserve that drops do not use up.

Guarantees that a file which needs more jobs than a day allows is imported all the same, when no other job was created
within a day. Counting is handled by the caller.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.statuses import HoldReason
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY: Final = 86_400
"""Seconds within which `jobs_per_day` counts."""

QUOTA: Final = "User import jobs per user pool"
"""The quota's name in Service Quotas; its code is L-681BB884."""

RAISE_QUOTA: Final = (
    f'Ask your AWS account team to raise the quota "{QUOTA}" (L-681BB884), then set `import_job_quota` accordingly. '
    "Combine small files with `cognito-drop drop A B --together`: each part of each file uses a job."
)


@dataclass(frozen=True, slots=True)
class JobUse:
    """The import jobs that a pool has had."""

    used: int
    """All of them."""
    lately: Sequence[float] = ()
    """When those of drops were created that are not older than a day, in epoch seconds, the oldest first."""


@dataclass(frozen=True, slots=True)
class JobBudget:
    """What a pool's files may use."""

    quota: int
    """Jobs that the pool can have."""
    reserve: int
    """How many of them drops leave."""
    per_day: int

    def left(self, use: JobUse) -> int:
        """Jobs that drops may still use."""
        return max(0, self.quota - self.reserve - use.used)

    def refusal(self, needed: int, use: JobUse, pool_id: str) -> Problem | None:
        """Why a file that needs so many jobs is refused; None where there are enough."""
        if needed <= self.left(use):
            return None
        return Problem(
            ProblemCode.NO_JOBS_LEFT,
            f"The file needs {counted(needed, 'import job')}, and the user pool {pool_id} has used {use.used:,} of its "
            f'{self.quota:,} (quota "{QUOTA}"), of which {self.reserve:,} are kept in reserve.',
            f"{RAISE_QUOTA} `jobs_in_reserve` is the reserve.",
        )

    def hold(self, needed: int, use: JobUse, now: float) -> Hold | None:
        """Until when a file that needs so many jobs is beyond the rate; None where it is not."""
        created = [moment for moment in use.lately if moment > now - DAY]
        over = len(created) + needed - self.per_day
        if over <= 0 or not created:
            return None
        return Hold(HoldReason.JOBS_PER_DAY, created[min(over, len(created)) - 1] + DAY)


def over_rate(per_day: int, pool_id: str) -> Problem:
    """Why a file is refused that is beyond the rate, in a pool whose files are not held."""
    return Problem(
        ProblemCode.TOO_MANY_JOBS,
        f"The user pool {pool_id} has used the {counted(per_day, 'import job')} of its files for 24 hours.",
        "Drop the file again later, or combine small files with `cognito-drop drop A B --together`. The settings are "
        "`jobs_per_day` and `over_rate`.",
    )


def quota_reached(pool_id: str) -> Problem:
    """Why a file is refused for which Cognito has created no job: its own count has reached the quota."""
    return Problem(
        ProblemCode.NO_JOBS_LEFT,
        f'The user pool {pool_id} has used all of its import jobs (quota "{QUOTA}").',
        RAISE_QUOTA,
    )
