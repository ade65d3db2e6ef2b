"""What the sweep does with a run, by what the ledger and Step Functions say of it.

Guarantees that a run reaches its end from every state, and that nothing is done to one that makes progress.
Decides only; asking and doing is the function's.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.statuses import ExecutionStatus, RunState

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord

WAKE_AFTER = 60
"""Seconds after which a run that holds the lock and has not started its import is woken again."""

_FIRST_PAUSE = 60
_LONGEST_PAUSE = 3600


class Action(enum.Enum):
    """What is done with a run."""

    LEAVE = "leave"
    START = "start"
    """Start the execution that is recorded and does not exist."""
    RESUME = "resume"
    """Start another execution, which goes on where the ledger says that the run is."""
    FINALIZE = "finalize"
    """Start another execution, which stops the job if it is active, and reports what was done."""
    WAKE = "wake"
    """Wake the waiting execution again: its run holds the lock."""


def action_for(record: RunRecord, status: ExecutionStatus, now: float, *, is_urgent: bool = False) -> Action:
    """What to do with a run whose newest execution has this status; if it is urgent, without the pauses in between."""
    if record.state is RunState.ENDED:
        return Action.LEAVE
    match status:
        case ExecutionStatus.RUNNING | ExecutionStatus.PENDING_REDRIVE:
            is_asleep = record.state is RunState.IMPORTING and bool(record.token)
            is_late = is_urgent or now >= record.lock_at + WAKE_AFTER
            return Action.WAKE if is_asleep and is_late else Action.LEAVE
        case ExecutionStatus.MISSING:
            return Action.LEAVE if record.scan_until and now < record.scan_until else Action.START
        case ExecutionStatus.ABORTED | ExecutionStatus.TIMED_OUT:
            if not (is_urgent or _is_due(record, now)):
                return Action.LEAVE
            # What was stopped after its import was over is not called a stopped import.
            is_stopped = record.state.is_before_report or record.has_members_to_add
            return Action.FINALIZE if is_stopped else Action.RESUME
        case ExecutionStatus.FAILED | ExecutionStatus.SUCCEEDED:
            return Action.RESUME if is_urgent or _is_due(record, now) else Action.LEAVE
        case _:
            assert_never(status)


def is_stale(holder: RunRecord | None) -> bool:
    """Whether a lock's holder does not need it: its import is over, or the ledger has no such run any more.

    The two are written in one transaction, so this repairs manual changes only. A holder whose state is unknown may
    have an active job, and so may one that was lost: its jobs are looked for when its import is ended.
    """
    if holder is None:
        return True
    return holder.is_state_known and not holder.is_lost and holder.state is not RunState.IMPORTING


def _is_due(record: RunRecord, now: float) -> bool:
    """At once for the first time, then after growing pauses: what fails again and again must not spin."""
    if record.executions == 1:
        return True
    pause: float = min(_LONGEST_PAUSE, _FIRST_PAUSE << min(record.executions - 2, 10))
    return now >= record.renewed_at + pause
