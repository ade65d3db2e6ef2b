"""May a run's import job still be, or become, active? Asked before the lock is released.

A job that was created and not started is over only when no call can start it any more: the call of start_import that
knows it may have outlived its caller. It cannot outlive its own timeout, which the ledger notes as `lease_until`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, assert_never

from cognito_drop.contract.statuses import JobStatus

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord


_FEWEST_ROWS: Final = 10
"""Rows a second that Cognito imports at least; its own figures are 20 to 30."""
_PATIENCE: Final = 900
"""Seconds in which a permission that a deployment has taken or not given yet may come back."""


class JobLife(enum.Enum):
    """What can become of a job; the first of these that a run's jobs have is the run's."""

    ACTIVE = "active"
    LEASED = "leased"
    """Not started, and a call that could start it may still run."""
    OVER = "over"


def life_of(status: JobStatus | None, record: RunRecord, now: float) -> JobLife:
    """The life of a job with this status, None for one that does not exist. The record must have been closed before."""
    match status:
        case JobStatus.PENDING | JobStatus.IN_PROGRESS | JobStatus.STOPPING:
            return JobLife.ACTIVE
        case JobStatus.CREATED:
            return JobLife.LEASED if now < record.lease_until else JobLife.OVER
        case None | JobStatus.SUCCEEDED | JobStatus.FAILED | JobStatus.STOPPED | JobStatus.EXPIRED | JobStatus.UNKNOWN:
            return JobLife.OVER
        case _:
            assert_never(status)


def life_of_hidden(record: RunRecord, now: float) -> JobLife:
    """The life of a job that may not be described, as after its pool was removed from the deployment.

    It is taken for active as long as its rows may take, and after that for one that was only created. A job that takes
    longer is no danger: while it is active, Cognito starts no other.
    """
    rows = sum(record.file.part_rows) if record.file else 0
    is_active = now < record.lock_at + rows / _FEWEST_ROWS + _PATIENCE
    return JobLife.ACTIVE if is_active else life_of(JobStatus.CREATED, record, now)
