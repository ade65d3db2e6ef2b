"""What may happen to a run of whose first part too many rows fail, besides the steps of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import RunState
from tests.model.state import Context, Decision, Late, Lock, Move, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.protocol import Protocol


def late_moves(run: Run, decision: Decision, context: Context, protocol: Protocol) -> Iterator[Move]:
    """A call writes by what it has read some time ago, to a run that waits (again)."""
    written = run._replace(decision=decision._replace(late=None))
    if decision.late is Late.FREE and context.lock is Lock.MINE:
        yield Move("Late, the sweep frees the lock", written, Lock.FREE)
    may_be_refused = run.state in (RunState.WAITING, RunState.IMPORTING) and not run.is_closing
    has_no_job = run.parts[0].recorded is None or not protocol.refuses_unimported
    if decision.late is Late.REFUSE and may_be_refused and has_no_job:
        refused = decision._replace(late=None, was_refused=True)
        yield Move(
            "Late, the gate refuses the file", run._replace(is_closing=True, is_being_woken=True, decision=refused)
        )
    if run.state is not RunState.WAITING or run.is_closing:
        return
    other = written._replace(decision=decision._replace(late=None, is_held=False))
    is_kept = decision.is_held and protocol.keeps_decision_hold
    match decision.late:
        case Late.GRANT if context.lock is Lock.FREE and not (decision.is_held and protocol.grants_unheld):
            given = written._replace(
                state=RunState.IMPORTING, has_entry=False, lock_at=context.now, is_being_woken=True
            )
            yield Move("Late, the lock is granted", given, Lock.MINE)
        case Late.HOLD if not is_kept:
            yield Move("Late, the gate holds the run", other._replace(has_entry=False))
        case Late.RELEASE if run.is_held and not is_kept:
            yield Move("Late, the sweep releases the held run", other._replace(has_entry=True))
        case _:
            pass


def decision_faults(run: Run, decision: Decision, context: Context, protocol: Protocol) -> Iterator[Move]:
    """An operator continues the run; a call that has read the run begins to be late."""
    if run.awaits_decision:
        continued = decision._replace(is_held=False, is_continued=True)
        yield Move("An operator continues the run", run._replace(has_entry=True, decision=continued), is_fault=True)
        if decision.late is None and not protocol.frees_unneeded:
            read = run._replace(decision=decision._replace(late=Late.FREE))
            yield Move("A sweep has read the lock before and the run now, and is late", read, is_fault=True)
    if decision.late is None and run.state is RunState.WAITING and not run.is_closing and not decision.is_held:
        for late in _late(run, context):
            read = run._replace(decision=decision._replace(late=late))
            yield Move(f"A call has read the run, and is late: {late.value}", read, is_fault=True)


def _late(run: Run, context: Context) -> Iterator[Late]:
    """What a call may write that reads the waiting run now."""
    if not context.is_held:
        yield Late.GRANT if run.has_entry else Late.RELEASE
    elif run.has_entry:
        yield Late.HOLD
        if run.parts[0].recorded is None:
            yield Late.REFUSE
