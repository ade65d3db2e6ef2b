"""What steps do with a run and with the call that takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.model.state import FIRST_STEPS, At, Call, Execution, Job, Knows, Lock, Part, Run

if TYPE_CHECKING:
    from collections.abc import Callable


class Done(NamedTuple):
    """What a step has done: the run, the call as it goes on (None at the end of the workflow), and the lock."""

    label: str
    run: Run
    call: Call | None
    lock: Lock | None = None
    is_fault: bool = False
    has_failed: bool = False
    """Whether the execution fails here, with no state of the workflow left to go to."""


def ends(call: Call) -> bool:
    """Whether the call that has come so far is over, and the workflow's turn."""
    return call.at in FIRST_STEPS or call.at is At.ASLEEP


def next_state(call: Call, at: At) -> Call:
    """The next state of the workflow; what only the call before knew is forgotten."""
    return Call(at, part=call.part, finalizes=call.finalizes)


def ending(call: Call, then: At) -> Call:
    """start_import has an answer, and takes its note back before it gives it."""
    return call._replace(at=At.END, then=then)


def known(run: Run, call: Call) -> Job:
    """The job that a call of start_import is about."""
    part = run.parts[call.part]
    job = part.other if call.knows is Knows.OTHER else part.recorded
    assert job is not None, "the call has created it or read of it"
    return job


def with_known(run: Run, call: Call, job: Job) -> Run:
    """That job is so now."""
    if call.knows is Knows.OTHER:
        return with_part(run, call.part, other=job)
    return with_part(run, call.part, recorded=job)


def with_part(run: Run, number: int, **changes: object) -> Run:
    """A part is so now."""
    part: Part = run.parts[number]._replace(**changes)  # type: ignore[arg-type]  # the fields of Part by name
    return run._replace(parts=(*run.parts[:number], part, *run.parts[number + 1 :]))


def stopped(run: Run) -> Run:
    """The run is stopped: no job is recorded for it from here on."""
    if run.decision is not None and run.awaits_decision:
        run = run._replace(decision=run.decision._replace(was_stopped=True))
    return run._replace(is_closing=True, is_stopped=True)


def knowing_other(run: Run, number: int) -> Run:
    """The part's job was replaced: the calls that knew the old one know another by now."""

    def knowing(call: Call) -> Call:
        if call.part != number or call.knows is not Knows.RECORDED:
            return call
        # Anyone who follows a job follows one that has expired: no other is replaced. Collect comes next.
        return call._replace(knows=Knows.OTHER, at=At.COLLECT if call.at is At.CHECK else call.at)

    return notifying(run, knowing)


def notifying(run: Run, shown: Callable[[Call], Call]) -> Run:
    """Change what the calls know; the one that does it is set by the mover besides."""

    def notified_to(execution: Execution) -> Execution:
        return execution._replace(call=shown(execution.call)) if execution.call else execution

    newest, older = notified_to(run.newest), tuple(map(notified_to, run.older))
    return run._replace(newest=newest, older=older, zombies=tuple(map(shown, run.zombies)))
