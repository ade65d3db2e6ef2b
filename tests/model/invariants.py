"""What must hold of a run by itself, and of the runs of a scope together, in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import RunState
from tests.model.state import Checked

if TYPE_CHECKING:
    from tests.model.state import Decision, Run


def broken_by_itself(run: Run) -> str:
    """The invariant that the run breaks, with a sentence; empty when it breaks none."""
    if any(part.started > 1 for part in run.parts):
        return "I2: two jobs of one part were started"
    if run.may_publish < 0:
        return "I3: a run was notified once more than there were crashes between publish and mark"
    if run.state is RunState.ENDED and not run.shown and not run.is_being_executed:
        return "I3: a run has ended and no notification was sent"
    if run.is_unscanned and (run.file is Checked.GOOD or any(part.started for part in run.parts)):
        return "scan: a file was read without the result of its malware scan"
    if run.scan and run.scan.was_stopped and any(part.started for part in run.parts):
        return "stop: a job was started of a run that was stopped while it waited for its scan"
    return _broken_decision(run, run.decision) if run.decision else ""


def _broken_decision(run: Run, decision: Decision) -> str:
    if run.is_undecided and run.has_entry:
        return "decision: a run is back in the queue without a decision"
    if run.is_undecided and decision.is_held and run.state is RunState.IMPORTING:
        return "decision: the lock was granted to a run that waits for a decision"
    if decision.was_refused and any(part.started for part in run.parts):
        return "refusal: a job was started of a run whose file was refused"
    if not any(part.started for part in run.parts[1:]):
        return ""
    if decision.was_stopped:
        return "stop: a job was started of a run that was stopped while it waited for a decision"
    return "" if decision.is_continued else "decision: a job of the rest was started without a decision"


def broken_with_lock(run: Run, *, is_holder: bool) -> str:
    """The same for the run and the lock of its scope."""
    if run.has_active_job and not is_holder:
        return "I1: a job is active and the lock does not name its run, so another may start one"
    if run.awaits_decision and is_holder:
        return "wait: a run keeps the lock while it waits for a decision"
    return ""


def is_torn(run: Run, *, is_holder: bool) -> bool:
    """Whether the lock and the run's state, which change in one transaction, say different things."""
    return is_holder is not (run.state is RunState.IMPORTING)


def is_over(run: Run) -> bool:
    """Whether nothing is left to do for the run."""
    return run.state is RunState.ENDED and not run.is_being_executed
