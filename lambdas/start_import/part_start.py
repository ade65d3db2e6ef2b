"""Brings the job of a part from nothing to started, and continues where an earlier call has ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from cognito_drop.aws.drops import SourceGoneError
from cognito_drop.aws.errors import LedgerConflictError, RefusedError, TransientError
from cognito_drop.aws.import_jobs import JobLimitError, JobNotFoundError, StartRefusedError, StartUnclearError
from cognito_drop.aws.upload import UploadExpiredError, UploadRefusedError, upload
from cognito_drop.contract.job_names import job_name
from cognito_drop.contract.statuses import JobStatus, PartStatus, RunState
from cognito_drop.core.imports.pacing import PollBounds, wait_after_refusal
from cognito_drop.core.queue.job_budget import quota_reached
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.run_state import JobProgress
from cognito_drop.core.runs.start_decision import (
    LEASE_MARGIN,
    MOST_JOBS,
    Advice,
    Step,
    advice_on,
    is_for_other,
    may_replace,
    next_step,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cognito_drop.aws.import_jobs import UploadTarget, UserImports
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.staging import Staging
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.rows.password_hash import HashAlgorithm
    from cognito_drop.core.runs.drop import Drop


@dataclass(frozen=True, slots=True)
class PartToImport:
    """One part of a drop, and the pool that it goes into."""

    drop: Drop
    number: int
    pool_id: str
    algorithm: HashAlgorithm | None = None
    version_id: str = ""
    """The version of the part's object; empty where it is not known."""

    @property
    def job_name(self) -> str:
        """Says whose job it is."""
        return job_name(self.drop.run_id, self.number)


@dataclass(frozen=True, slots=True)
class PartStart:
    """Starts the jobs of parts."""

    imports: UserImports
    staging: Staging
    ledger: RunLedger
    logs_role_arn: str
    watched_pools: Iterable[str]
    """Pools besides the part's own in which an active job holds up the part; gone through after a refusal."""
    bounds: PollBounds
    now: Callable[[], float]
    """Epoch seconds."""

    def start(self, part: PartToImport, seconds_left: float) -> JobProgress:
        """Create, upload and start; or continue from where the ledger and Cognito say that an earlier call ended.

        `seconds_left` is how long this call can last at most.
        """
        run_id, until = part.drop.run_id, self.now() + seconds_left + LEASE_MARGIN
        try:
            note = self.ledger.begin_start(run_id, until)
        except LedgerConflictError:
            return self._without_lock(part)
        others_until = note.before.lease_until if note.before.lease_until > self.now() else 0.0
        call = _Call(self, part, note.number, others_until)
        is_over = True
        try:
            progress = call.answer(note.before.parts.get(part.number))
        except LedgerConflictError:
            # A concurrent call starts the part, or the import is being ended: the ledger has it for the next call.
            raise TransientError("The run changed while its job was being started") from None
        except StartUnclearError as error:
            # The request may still be on its way to Cognito: the note stands until its time is over.
            is_over = False
            raise TransientError(f"StartUserImportJob: {error}") from None
        finally:
            if is_over:
                self.ledger.end_start(run_id, own=note.until, others=others_until)
        return progress

    def _without_lock(self, part: PartToImport) -> JobProgress:
        record = self.ledger.read(part.drop.run_id)
        if record.state is RunState.WAITING and not record.is_closing:
            return JobProgress(part.number, "", PartStatus.NO_LOCK, self.bounds.shortest)
        raise RefusedError(f"The run is {record.state}, and no more jobs can be started for it")


@dataclass(frozen=True, slots=True)
class _PartJob:
    """The part's job as the ledger and Cognito have it, and the step that is next."""

    entry: PartJob
    job: ImportJob
    target: UploadTarget
    step: Step


@dataclass(frozen=True, slots=True)
class _Call:
    """One call for one part: a method for each step, which answers with the job for the next step or with the end."""

    to: PartStart
    part: PartToImport
    number: int
    others_until: float
    """Until when an earlier call may still act; 0 for never."""

    def answer(self, entry: PartJob | None) -> JobProgress:
        """Take one step after the other from where `entry` is in the ledger; None where the part has no job."""
        found: _PartJob | JobProgress = self._describe(entry) if entry else self._create(None)
        while isinstance(found, _PartJob):
            found = self._take(found)
        return found

    def _take(self, found: _PartJob) -> _PartJob | JobProgress:
        match found.step:
            case Step.CREATE:
                return self._create(found.entry)
            case Step.UPLOAD:
                return self._upload(found)
            case Step.START:
                return self._start(found.entry)
            case Step.FOLLOW:
                return self._follow(found.job, found.entry)
            case _:
                assert_never(found.step)

    def _create(self, instead_of: PartJob | None) -> _PartJob:
        part = self.part
        try:
            job, target = self.to.imports.create(part.pool_id, part.job_name, self.to.logs_role_arn, part.algorithm)
        except JobLimitError:
            problem = quota_reached(part.pool_id)
            if part.number == 1 and instead_of is None:  # no row is imported: the file is refused as a whole
                self.to.ledger.refuse(part.drop.run_id, problem)
            raise RefusedError(f"{problem.sentence} {problem.hint}") from None
        entry = PartJob(job.job_id, attempt=instead_of.attempt + 1 if instead_of else 1)
        self.to.ledger.record_job(part.drop.run_id, part.number, entry, instead_of=instead_of, start=self.number)
        return _PartJob(entry, job, target, Step.UPLOAD)

    def _upload(self, found: _PartJob) -> _PartJob | JobProgress:
        part = self.part
        try:
            source = self.to.staging.open_part(part.drop, part.number, part.version_id)
        except SourceGoneError:
            raise RefusedError("The part was deleted before it was uploaded") from None
        try:
            upload(found.target, source.body, source.size)
        except (UploadExpiredError, UploadRefusedError) as error:
            return self._after_failed_upload(found.entry, error)
        self.to.ledger.record_upload(part.drop.run_id, part.number, found.entry.job_id, done=True)
        return replace(found, step=Step.START)

    def _after_failed_upload(self, entry: PartJob, error: Exception) -> _PartJob | JobProgress:
        # The job itself knows whether it was started in the meantime, or has ended.
        found = self._describe(entry)
        if found.job.status is not JobStatus.CREATED:
            return found
        if not may_replace(found.job, others_until=self.others_until, now=self.to.now()):
            return self._waiting(entry, round(self.others_until - self.to.now()) + 1)
        if entry.attempt >= MOST_JOBS:
            raise RefusedError(f"Upload: {entry.attempt} jobs did not accept the file ({error})") from None
        return replace(found, step=Step.CREATE)

    def _start(self, entry: PartJob, *, is_last: bool = False) -> JobProgress:
        try:
            job = self.to.imports.start(self.part.pool_id, entry.job_id)
        except StartRefusedError as refusal:
            return self._after_refusal(entry, refusal.reason, is_last=is_last)
        return self._follow(job, entry)

    def _after_refusal(self, entry: PartJob, reason: str, *, is_last: bool) -> JobProgress:
        # The answer to an earlier Start may have been lost: the job itself knows whether it was started.
        found = self._describe(entry)
        if found.job.status is not JobStatus.CREATED:
            # One that has expired unstarted is waited on for a moment: the next call creates another job.
            is_expired = found.step is Step.CREATE
            return self._waiting(entry, self.to.bounds.shortest) if is_expired else self._follow(found.job, entry)
        other_is_active = self._other_is_active()
        advice = advice_on(reason, other_is_active=other_is_active, refusals=entry.refusals)
        match advice:
            case Advice.GIVE_UP if is_last:
                raise RefusedError(f"StartUserImportJob: {reason}")
            case Advice.GIVE_UP:
                # The job that it had to wait for may have ended between the refusal and the listing of jobs.
                return self._start(entry, is_last=True)
            case Advice.UPLOAD_AGAIN:
                self.to.ledger.record_upload(self.part.drop.run_id, self.part.number, entry.job_id, done=False)
            case Advice.WAIT:
                pass
            case _:
                assert_never(advice)
        self.to.ledger.record_refusal(
            self.part.drop.run_id,
            self.part.number,
            entry.job_id,
            now=datetime.fromtimestamp(self.to.now(), UTC).isoformat(),
            for_other=is_for_other(reason, other_is_active=other_is_active),
        )
        return self._waiting(entry, wait_after_refusal(entry.refusals, self.to.bounds))

    def _follow(self, job: ImportJob, entry: PartJob) -> JobProgress:
        if entry.refused_since:
            self.to.ledger.record_started(self.part.drop.run_id, self.part.number, entry.job_id)
        return JobProgress(self.part.number, job.job_id, job.status_text, self.to.bounds.shortest)

    def _describe(self, entry: PartJob) -> _PartJob:
        try:
            job, target = self.to.imports.describe(self.part.pool_id, entry.job_id)
        except JobNotFoundError:
            raise RefusedError("The import job no longer exists") from None
        return _PartJob(entry, job, target, next_step(entry, job))

    def _other_is_active(self) -> bool:
        return self.to.imports.has_active(dict.fromkeys((self.part.pool_id, *self.to.watched_pools)))

    def _waiting(self, entry: PartJob, seconds: int) -> JobProgress:
        return JobProgress(self.part.number, entry.job_id, PartStatus.WAITING, seconds)
