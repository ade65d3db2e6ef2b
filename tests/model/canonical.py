"""One spelling for runs that will behave alike, so that the explorations meet each behavior once.

Time is abstract there: a lease is passed only when every call that may act until then is gone, and every pause of the
sweep is over whenever it looks. What stays of deadlines is their order.

Each function says why what it forgets makes no difference to what can follow.
"""

from __future__ import annotations

from cognito_drop.contract.statuses import ExecutionStatus, JobStatus, RunState
from tests.model.invariants import broken_by_itself, is_over
from tests.model.state import LONG_AGO, STARTING, At, Call, Checked, Execution, Job, Part, Run, Scan, Sweep

_LATER = 1e9  # no call is alive: every lease is passed


def latest_now(run: Run) -> float:
    """The latest time at which all calls that are alive may be so."""
    return min((call.until - 0.5 for call in run.calls if call.until), default=_LATER)


def canonical(run: Run) -> Run:
    """The run's representative."""
    run = run._replace(parts=tuple(_part(part, is_only=len(run.parts) == 1) for part in run.parts))
    run = run._replace(scan=_scan(run))
    if run.state in (RunState.REPORTING, RunState.REPORTED, RunState.ENDED):
        run = _after_import(run)
    return _in_order(_in_executions(run))


def _part(part: Part, *, is_only: bool) -> Part:
    """The file of a job that is not new is not asked for; of a single part, not either why it has ended."""
    if part.recorded is None or part.recorded.status is JobStatus.CREATED:
        return part
    status = part.recorded.status
    if is_only and status is JobStatus.STOPPING:
        status = JobStatus.PENDING
    if is_only and status is JobStatus.STOPPED:
        status = JobStatus.SUCCEEDED
    return part._replace(recorded=Job(status, has_file=True, was_started=part.recorded.was_started), uploaded=True)


def _scan(run: Run) -> Scan | None:
    """What is awaited once the run has gone on, and an event that nothing depends on any more, make no difference."""
    if run.scan is None:
        return None
    is_begun = run.executions > 1 or run.newest.status is not ExecutionStatus.MISSING
    is_idle = is_begun and not run.waits_for_scan and (run.scan.is_known or run.file is not None)
    return run.scan._replace(is_awaited=run.waits_for_scan, is_lost=run.scan.is_lost or is_idle)


def _after_import(run: Run) -> Run:
    """What there is to know of a run whose import is over.

    Whatever an execution does before Report changes nothing any more, and fails in the same ways as Report; whether the
    results are written already is asked by no one; jobs are of interest to calls that could start one only, and while
    an invariant speaks of them.
    """
    call = run.newest.call
    if call is not None and call.at not in (At.REPORT, At.PUBLISH, At.MARK):
        run = run._replace(newest=run.newest._replace(call=Call(At.REPORT)))
    is_sound = not run.has_active_job and not broken_by_itself(run)
    if is_sound and not any(call.at in STARTING for call in run.calls):
        run = run._replace(parts=(Part(),) * len(run.parts), scan=None, decision=None, lease_until=0.0)
    if is_over(run) and run.shown:
        run = run._replace(newest=Execution(ExecutionStatus.SUCCEEDED), sweeps=(), may_publish=min(run.may_publish, 0))
    state = RunState.REPORTED if run.state is RunState.REPORTING else run.state
    return run._replace(state=state, file=Checked.GOOD, is_closing=True, is_stopped=False)


def _in_executions(run: Run) -> Run:
    """Which sweeps have found the newest execution counts, and not the number of executions.

    A further execution that was asked for is started: until then nothing else can happen to it. Only preflight, and
    the log of a part that is not the last, ask whether an execution finalizes.
    """
    is_first = run.executions == 1
    newest = run.newest
    if newest.status is ExecutionStatus.MISSING and not is_first:
        newest = Execution(ExecutionStatus.RUNNING, Call(At.PREFLIGHT, finalizes=run.is_stopped))
        if run.state in (RunState.REPORTING, RunState.REPORTED, RunState.ENDED):
            newest = Execution(ExecutionStatus.RUNNING, Call(At.REPORT))
    call = newest.call
    if call is not None and len(run.parts) == 1 and call.at not in (At.PREFLIGHT, At.KEEP_FILE):
        newest = newest._replace(call=call._replace(finalizes=False))
    is_begun = not is_first or newest.status is not ExecutionStatus.MISSING
    executions = 2 if is_begun else 1
    sweeps = (Sweep(sweep.closed, executions - (sweep.number != run.executions)) for sweep in run.sweeps)
    return run._replace(
        newest=newest,
        executions=executions,
        sweeps=tuple(sorted(sweeps)),
        is_event_lost=run.is_event_lost and not is_begun,
    )


def _in_order(run: Run) -> Run:
    """Deadlines by their ranks, and zombies in any one order, as it makes no difference which is which."""
    now = latest_now(run)
    lease_until = run.lease_until if run.lease_until > now else 0.0
    times = {lease_until}
    for call in run.calls:
        times.add(call.until)
        if call.others_until > now:
            times.add(call.others_until)
    times.discard(0.0)
    rank = {time: float(place) for place, time in enumerate(sorted(times), 1)}

    def ranked(call: Call) -> Call:
        if not call.until:
            return call
        return call._replace(until=rank[call.until], others_until=rank.get(call.others_until, 0.0))

    def ranked_execution(execution: Execution) -> Execution:
        return execution._replace(call=ranked(execution.call)) if execution.call else execution

    zombies = tuple(map(ranked, run.zombies))
    return run._replace(
        lease_until=rank.get(lease_until, 0.0),
        held_until=LONG_AGO,
        lock_at=LONG_AGO,
        renewed_at=LONG_AGO,
        newest=ranked_execution(run.newest),
        older=tuple(map(ranked_execution, run.older)),
        zombies=tuple(sorted(zombies, key=repr)) if len(zombies) > 1 else zombies,
    )
