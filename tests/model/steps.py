"""The steps of the functions. A step is what cannot be divided: one conditional write, or one call to Cognito or SNS.

Reads that the following write's condition takes back are one step with it; `docs/reliability.md` says why each of these
unions is sound. `tests.model.decision_steps` has the calls for which it is not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import JobStatus, RunState
from cognito_drop.core.queue.job_life import JobLife, life_of
from tests.model.calls import Done, known, next_state, stopped, with_part
from tests.model.decision_steps import DecisionSteps
from tests.model.start_steps import StartSteps
from tests.model.state import (
    STARTING,
    WAIT_WRITES,
    At,
    Call,
    Checked,
    Context,
    Job,
    Knows,
    Lock,
    Run,
    file_of,
    record_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.model.protocol import Protocol

OVER = (RunState.REPORTING, RunState.REPORTED, RunState.ENDED)


class Steps:
    """What each step does under a protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._decisions = DecisionSteps(protocol)
        self._steps: dict[At, Callable[[Run, Call, Context, bool], Iterator[Done]]] = {
            At.PREFLIGHT: self._preflight,
            At.KEEP_FILE: self._keep_file,
            At.TAKE: self._take,
            **dict.fromkeys(WAIT_WRITES, self._decisions.of),
            At.ASLEEP: self._asleep,
            **dict.fromkeys(STARTING, StartSteps(protocol).of),
            At.CHECK: self._check,
            At.COLLECT: self._collect,
            At.STOP: self._stop,
            At.CLOSE: self._close,
            At.LEAVE: self._leave,
            At.REPORT: self._report,
            At.PUBLISH: self._publish,
            At.MARK: self._mark,
        }

    def of(self, run: Run, call: Call, context: Context, *, is_zombie: bool) -> Iterator[Done]:
        """What the call may do next; nothing while it waits for something else to happen."""
        return self._steps[call.at](run, call, context, is_zombie)

    # Preflight: the first answer that is recorded is the run's.

    def _preflight(self, run: Run, call: Call, _: Context, __: bool) -> Iterator[Done]:
        if run.file is not None:
            yield Done("Preflight finds the file checked", run, self._after_preflight(run, call, run.file))
            return
        if run.is_unscanned and run.is_stopped:
            then = self._after_preflight(run, call, Checked.BAD)
            yield Done("Preflight leaves a stopped file unread that was not scanned", run, then)
            return
        if run.is_unscanned and self._protocol.reads_scanned:
            unscanned = call._replace(at=At.KEEP_FILE, found=Checked.BAD)
            yield Done("Preflight finds no result of the scan", run, unscanned)
            return
        yield Done("Preflight finds the file good", run, call._replace(at=At.KEEP_FILE, found=Checked.GOOD))
        # The pool may be another, or have the users already, when the file is checked once more.
        bad = call._replace(at=At.KEEP_FILE, found=Checked.BAD)
        yield Done("Preflight finds the file bad", run, bad, is_fault=True)

    def _keep_file(self, run: Run, call: Call, _: Context, __: bool) -> Iterator[Done]:
        assert call.found is not None, "it was checked"
        if run.file is None or not self._protocol.keeps_first_file:
            run = run._replace(file=call.found)
        file = run.file
        assert file is not None, "it was recorded"
        yield Done(f"Preflight notes that the file is {file.value}", run, self._after_preflight(run, call, file))

    def _after_preflight(self, run: Run, call: Call, file: Checked) -> Call:
        """The workflow's choice; an import that is over, or was being ended, is not taken up again."""
        is_over = run.is_closing or not record_of(run).state.is_before_report
        said = replace(file_of(file), is_imported=is_over).to_json()
        if call.finalizes or run.is_stopped:
            return next_state(call._replace(finalizes=True), At.STOP)
        if said["importable"]:
            return next_state(call, At.TAKE)
        is_to_pass = said["is_imported"] and self._protocol.passes_what_it_ended
        return next_state(call, At.CLOSE if is_to_pass else At.REPORT)

    # Wait for lock: the ledger decides, the token only wakes. Serving the line is a move of its own.

    def _take(self, run: Run, call: Call, context: Context, is_zombie: bool) -> Iterator[Done]:
        if run.decision is not None:
            yield from self._decisions.look(run, call, context)
        elif run.is_held and not self._comes_back(run, context):
            held = run._replace(has_token=not is_zombie)
            yield Done("Wait for lock finds the run held", held, next_state(call, At.ASLEEP))
        elif run.state in (RunState.ACCEPTED, RunState.WAITING) and not run.is_closing:
            # No one sleeps behind a zombie's token.
            waiting = run._replace(state=RunState.WAITING, has_entry=True, has_token=not is_zombie)
            yield Done("Wait for lock enqueues the run", waiting, next_state(call, At.ASLEEP))
        elif run.is_closing or run.state is not RunState.IMPORTING:
            yield Done("Wait for lock is refused", run, next_state(call, At.CLOSE))
        elif self._protocol.polls_queue:
            yield Done("Wait for lock finds that the run holds the lock", run, next_state(call, At.BEGIN))
        else:
            yield Done("Wait for lock sleeps although the run holds the lock", run, next_state(call, At.ASLEEP))

    def _comes_back(self, run: Run, context: Context) -> bool:
        """Whether a held run goes back to the queue by itself; without a clock every hold is due."""
        return context.now >= run.held_until and self._protocol.releases_held

    def _asleep(self, run: Run, call: Call, _: Context, __: bool) -> Iterator[Done]:
        if self._protocol.polls_slowly:
            yield Done("Wait for lock looks again after a while", run, next_state(call, At.TAKE))

    # Following the job.

    def _check(self, run: Run, call: Call, _: Context, __: bool) -> Iterator[Done]:
        job = known(run, call)
        if job.status in _ENDED:
            then = next_state(call, At.COLLECT)._replace(knows=call.knows)
            yield Done(f"Check import sees the job {job.status.value}", run, then)

    def _collect(self, run: Run, call: Call, _: Context, __: bool) -> Iterator[Done]:
        if call.knows is Knows.OTHER:
            yield Done("Collect finds that the ledger names another job", run, next_state(call, At.CLOSE))
            return
        job = run.parts[call.part].recorded
        went_through = job is not None and job.status is JobStatus.SUCCEEDED
        if went_through and call.part == 0 and run.decision is not None and not run.decision.is_judged:
            decided = run._replace(decision=None)
            yield Done("Collect finds that few rows of the first part failed", decided, self._next_part(run, call))
            run = run._replace(decision=run.decision._replace(is_judged=True))
        then = self._next_part(run, call) if went_through else next_state(call, At.CLOSE)
        yield Done(f"Collect: {'no part is left' if then.at is At.CLOSE else 'the next part'}", run, then)

    def _next_part(self, run: Run, call: Call) -> Call:
        """The workflow's choice after a part that Cognito has gone through."""
        if call.part + 1 < len(run.parts) and not call.finalizes:
            return next_state(call, At.BEGIN)._replace(part=call.part + 1)
        return next_state(call, At.CLOSE)

    def _stop(self, run: Run, call: Call, context: Context, __: bool) -> Iterator[Done]:
        run = stopped(run)
        recorded = [number for number, part in enumerate(run.parts) if part.recorded]
        job = run.parts[recorded[-1]].recorded if recorded else None
        if job is None:
            yield Done("Stop import finds no job", run, next_state(call, At.CLOSE))
            return
        call = call._replace(part=recorded[-1])
        life = self._life(run, job, context)
        if life is JobLife.ACTIVE:
            run = with_part(run, call.part, recorded=job._replace(status=JobStatus.STOPPING))
            yield Done("Stop import stops the job", run, next_state(call, At.CHECK)._replace(knows=Knows.RECORDED))
        elif life is JobLife.LEASED:
            yield Done("Stop import waits: a call may yet start the job", run, call)
        else:
            is_new = job.status is JobStatus.CREATED
            then = next_state(call, At.CLOSE) if is_new else next_state(call, At.COLLECT)._replace(knows=Knows.RECORDED)
            yield Done("Stop import finds the job over", run, then)

    # Release lock, then tell.

    def _close(self, run: Run, call: Call, context: Context, __: bool) -> Iterator[Done]:
        run = run._replace(is_closing=True)
        if run.state in OVER:
            yield Done("Release lock: it is already released", run, next_state(call, At.REPORT))
            return
        jobs = [part.recorded for part in run.parts if part.recorded]
        if any(self._life(run, job, context) is not JobLife.OVER for job in jobs):
            yield Done("Release lock keeps the lock: a job is not over", run, call)
        else:
            yield Done("Release lock finds every job over", run, call._replace(at=At.LEAVE, was=run.state))

    def _life(self, run: Run, job: Job, context: Context) -> JobLife:
        record = record_of(run if self._protocol.leases else run._replace(lease_until=0.0))
        return life_of(job.status, record, context.now)

    def _leave(self, run: Run, call: Call, context: Context, __: bool) -> Iterator[Done]:
        has_lock = run.state is RunState.IMPORTING
        if run.state is call.was and run.is_closing and (context.lock is Lock.MINE or not has_lock):
            left = run._replace(state=RunState.REPORTING, has_token=False)
            if has_lock:
                yield Done("Release lock releases the lock", left, next_state(call, At.REPORT), Lock.FREE)
            else:
                left = left._replace(has_entry=False)
                yield Done("Release lock leaves the line", left, next_state(call, At.REPORT))
        else:
            yield Done("Release lock finds the run changed", run, next_state(call, At.CLOSE))

    def _report(self, run: Run, call: Call, _: Context, __: bool) -> Iterator[Done]:
        if run.state is RunState.ENDED:
            yield Done("Report is refused: the run has ended", run, None, has_failed=True)
        else:
            then = At.PUBLISH if self._protocol.marks_last else At.MARK
            yield Done("Report notes the results", run._replace(state=RunState.REPORTED), next_state(call, then))

    def _publish(self, run: Run, call: Call, _: Context, is_zombie: bool) -> Iterator[Done]:
        # A zombie's notification comes of a crash between publish and mark, for which one more is allowed.
        shown = run._replace(shown=True, may_publish=run.may_publish if is_zombie else run.may_publish - 1)
        yield Done("Notify tells", shown, next_state(call, At.MARK) if self._protocol.marks_last else None)

    def _mark(self, run: Run, call: Call, _: Context, __: bool) -> Iterator[Done]:
        then = None if self._protocol.marks_last else next_state(call, At.PUBLISH)
        yield Done("Mark notified: the run has ended", run._replace(state=RunState.ENDED), then)


_ENDED = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED})
