"""How far a run has come whose item in the ledger is damaged, by what can be read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import RunState

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord


def state_of(record: RunRecord, *, is_holder: bool) -> RunState:
    """The state of a damaged run; `is_holder`: the import lock names it.

    A state that cannot be read, maybe one of a newer version, is derived from the rest of the item. Only the holder of
    a lock can have an active job.
    """
    if record.is_state_known:
        return record.state
    if record.is_notified:
        return RunState.ENDED
    if record.was_lost and not record.lease_until:
        return RunState.ACCEPTED  # which lock it holds, if any, is found with its jobs
    if is_holder:
        return RunState.IMPORTING
    return RunState.REPORTED if record.outcome else RunState.REPORTING
