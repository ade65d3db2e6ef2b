"""The steps of start_import: note the lease, look, then go on from where the part's job is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import JobStatus, RunState
from cognito_drop.core.runs.start_decision import Advice, Step, advice_on, may_replace, next_step
from tests.model.calls import Done, ending, knowing_other, known, next_state, notifying, with_known, with_part
from tests.model.state import At, Call, Context, Job, Knows, Run, described, entry_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.protocol import Protocol

_AT = {Step.CREATE: At.CREATE, Step.UPLOAD: At.UPLOAD, Step.START: At.START, Step.FOLLOW: At.END}


class StartSteps:
    """What each of them does under a protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol

    def of(self, run: Run, call: Call, context: Context, is_zombie: bool) -> Iterator[Done]:
        """What the call may do next."""
        match call.at:
            case At.BEGIN:
                return self._begin(run, call, context, is_zombie)
            case At.CREATE:
                return self._create(run, call)
            case At.UPLOAD:
                return self._upload(run, call, context)
            case At.START:
                return self._start(run, call, context)
            case At.RECORD:
                return self._record(run, call)
            case _:
                return self._end(run, call)

    def _begin(self, run: Run, call: Call, context: Context, is_zombie: bool) -> Iterator[Done]:
        if run.is_undecided and self._protocol.asks_for_decision:
            # It reads this before it begins, and knows by the same reading which part is next.
            yield Done("Start import is refused: the rest needs a decision", run, next_state(call, At.TAKE))
            return
        if run.state is not RunState.IMPORTING or (run.is_closing and self._protocol.closes):
            has_no_lock = run.state is RunState.WAITING and not run.is_closing
            yield Done("Start import is refused", run, next_state(call, At.TAKE if has_no_lock else At.CLOSE))
            return
        others = run.lease_until if run.lease_until > context.now else 0.0
        until = self._deadline(run, call, is_zombie)
        part = run.parts[call.part]
        job = described(part.recorded) if part.recorded else None
        step = next_step(entry_of(part) if self._protocol.asks_ledger else None, job)
        begun = call._replace(
            at=_AT[step],
            knows=Knows.RECORDED if part.recorded else Knows.NONE,
            until=until,
            others_until=others,
            is_newest=True,
        )
        if step is Step.FOLLOW:
            begun = begun._replace(then=At.CHECK)
        run = notifying(run, lambda other: other._replace(is_newest=False))
        run = run._replace(lease_until=until, has_token=False)
        yield Done(f"Start import begins: the next step is {step.value}", run, begun)

    def _deadline(self, run: Run, call: Call, is_zombie: bool) -> float:
        """Later than whatever is recorded; a zombie's is earlier than those of the calls that came in the meantime."""
        if call.until:
            own = call.until  # with a clock: as it was when the call was made
        else:
            known = [run.lease_until, *(other.until for other in run.calls if other.until)]
            own = min(known) - 1 if is_zombie and max(known) else max(known) + 1
        return max(own, run.lease_until + 1) if self._protocol.token_rises else own

    def _create(self, run: Run, call: Call) -> Iterator[Done]:
        if not self._protocol.notes_before_start:
            made = with_part(run, call.part, other=Job())
            yield Done("Start import creates a job", made, call._replace(at=At.UPLOAD, knows=Knows.OTHER))
            return
        part = run.parts[call.part]
        is_unchanged = call.knows is Knows.RECORDED if part.recorded else call.knows is Knows.NONE
        if not (
            run.state is RunState.IMPORTING
            and (not run.is_closing or not self._protocol.closes)
            and (is_unchanged or not self._protocol.notes_if_unchanged)
            and (call.is_newest or not self._protocol.notes_if_newest)
        ):
            # The job is left to expire: no one else knows it.
            yield Done("Start import creates a job and may not note it", run, ending(call, At.BEGIN))
            return
        run = with_part(run, call.part, recorded=Job(), uploaded=False, other=part.recorded or part.other)
        run = knowing_other(run, call.part)
        yield Done("Start import creates a job and notes it", run, call._replace(at=At.UPLOAD, knows=Knows.RECORDED))

    def _upload(self, run: Run, call: Call, context: Context) -> Iterator[Done]:
        job = known(run, call)
        if job.status is JobStatus.CREATED:
            sent = with_known(run, call, job._replace(has_file=True))
            if call.knows is Knows.RECORDED:
                sent = with_part(sent, call.part, uploaded=True)
                yield Done("Start import uploads the part", sent, call._replace(at=At.START))
            elif not self._protocol.notes_before_start:
                yield Done("Start import uploads the part", sent, call._replace(at=At.START))
            else:
                yield Done("Start import uploads to a job that is no longer recorded", sent, ending(call, At.BEGIN))
            yield self._upload_refused(run, call, job, context)
        else:
            yield Done("Start import finds the upload's job gone", run, ending(call, At.BEGIN))

    def _upload_refused(self, run: Run, call: Call, job: Job, context: Context) -> Done:
        """The URL has expired, or the connection is cut for good."""
        if may_replace(described(job), others_until=call.others_until, now=context.now) or (
            not self._protocol.replaces_when_alone
        ):
            return Done("The upload is refused: another job is needed", run, call._replace(at=At.CREATE), is_fault=True)
        return Done("The upload is refused: an earlier call may act", run, ending(call, At.BEGIN), is_fault=True)

    def _start(self, run: Run, call: Call, context: Context) -> Iterator[Done]:
        job = known(run, call)
        is_free = not context.other_is_active and not run.has_active_job
        if job.status is JobStatus.CREATED and job.has_file and is_free:
            part = run.parts[call.part]
            run = with_known(run, call, job._replace(status=JobStatus.PENDING, was_started=True))
            run = with_part(run, call.part, started=part.started + 1)
            at = At.RECORD if call.knows is Knows.OTHER and not self._protocol.notes_before_start else At.END
            yield Done("Cognito starts the job", run, ending(call, At.CHECK)._replace(at=at))
        elif job.status is not JobStatus.CREATED:
            yield Done("Start import finds the job started or expired", run, ending(call, At.CHECK))
        else:
            advice = advice_on("", other_is_active=context.other_is_active, refusals=0)
            assert advice is Advice.WAIT, "a job that was refused once is tried again"
            yield Done("Cognito does not start the job now", run, ending(call, At.BEGIN))

    def _record(self, run: Run, call: Call) -> Iterator[Done]:
        part = run.parts[call.part]
        recorded = with_part(run, call.part, recorded=part.other, uploaded=True, other=None)
        yield Done("Start import notes the job", recorded, call._replace(at=At.END, knows=Knows.RECORDED))

    def _end(self, run: Run, call: Call) -> Iterator[Done]:
        assert call.then is not None, "start_import has an answer"
        if run.lease_until == call.until:
            run = run._replace(lease_until=call.others_until)
        then = next_state(call, call.then)
        if call.then is At.CHECK:
            # A job that was replaced has expired: there is nothing to look for, and Collect comes next.
            then = then._replace(knows=call.knows, at=At.COLLECT if call.knows is Knows.OTHER else At.CHECK)
        yield Done("Start import takes its note back and answers", run, then)
