"""Which calls without a caller may still do something, so that those which cannot need not be followed.

Sound, because each case names what the call's next write is conditional on, and these conditions never come back: the
state of a run only goes forward, a run that is closing stays so, a job that was started or has expired stays so. Calls
that only look (check_import), repeat what the workflow does besides (collect_part, stop_import), or only lower a lease
that falls by itself when they are gone (the last step of start_import) change nothing. A run that may wait for a
decision after its first part goes back from importing to waiting: what can be written in either of the two is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import JobStatus, RunState
from tests.model.state import WAIT_WRITES, At, Call, Knows, Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.model.protocol import Protocol


def may_still_act(run: Run, zombie: Call, protocol: Protocol) -> bool:
    """Whether a step of the zombie may still change anything."""
    may_act = _MAY_ACT.get(zombie.at)
    return may_act is not None and may_act(run, zombie, protocol)


def _may_keep_file(run: Run, _: Call, protocol: Protocol) -> bool:
    return run.file is None or not protocol.keeps_first_file


def _may_wait(run: Run, _: Call, __: Protocol) -> bool:
    return (run.state in (RunState.ACCEPTED, RunState.WAITING) or _may_come_back(run)) and not run.is_closing


def _may_begin(run: Run, _: Call, protocol: Protocol) -> bool:
    is_importing = run.state is RunState.IMPORTING or _may_come_back(run)
    return is_importing and not (run.is_closing and protocol.closes)


def _may_come_back(run: Run) -> bool:
    """Whether the run waits, or will wait, after its import has begun: it goes to and fro between the two states."""
    is_begun = run.state in (RunState.WAITING, RunState.IMPORTING)
    return run.decision is not None and is_begun


def _may_note_job(run: Run, zombie: Call, protocol: Protocol) -> bool:
    return _may_begin(run, zombie, protocol) and (zombie.is_newest or not protocol.notes_if_newest)


def _may_start(run: Run, zombie: Call, _: Protocol) -> bool:
    part = run.parts[zombie.part]
    job = part.other if zombie.knows is Knows.OTHER else part.recorded
    return job is not None and job.status is JobStatus.CREATED


def _may_close(run: Run, _: Call, __: Protocol) -> bool:
    return not run.is_closing or _may_report(run, _, __)


def _may_report(run: Run, _: Call, __: Protocol) -> bool:
    """Whether the results are written is asked by no one once the import is over."""
    return run.state is not None and run.state.is_before_report


_MAY_ACT: dict[At, Callable[[Run, Call, Protocol], bool]] = {
    At.PREFLIGHT: _may_keep_file,
    At.KEEP_FILE: _may_keep_file,
    At.TAKE: _may_wait,
    **dict.fromkeys(WAIT_WRITES, _may_wait),
    At.BEGIN: _may_begin,
    At.CREATE: _may_note_job,
    At.UPLOAD: _may_start,
    At.START: _may_start,
    At.RECORD: lambda _, __, ___: True,
    At.CLOSE: _may_close,
    At.LEAVE: lambda run, zombie, _: run.state is zombie.was,
    At.REPORT: _may_report,
    At.PUBLISH: lambda run, _, __: not run.shown,
    At.MARK: lambda run, _, __: run.state is not RunState.ENDED,
}
