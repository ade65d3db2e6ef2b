"""The way of a part's job from nothing to started, taken up wherever an earlier call has left it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.aws.drops import SourceGoneError
from cognito_drop.aws.errors import LedgerConflictError, RefusedError, TransientError
from cognito_drop.aws.import_jobs import JobNotFoundError, StartRefusedError, StartUnclearError
from cognito_drop.aws.upload import UploadExpiredError, UploadRefusedError, upload
from cognito_drop.contract.job_names import job_name
from cognito_drop.contract.statuses import JobStatus, RunState
from cognito_drop.core.imports.pacing import PollBounds, wait_for_lock
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.run_state import JobProgress
from cognito_drop.core.runs.start_decision import (
    LEASE_MARGIN,
    MOST_JOBS,
    Advice,
    Step,
    advice_on,
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

    @property
    def job_name(self) -> str:
        """Says whose job it is."""
        return job_name(self.drop.run_id, self.number)


@dataclass(frozen=True, slots=True)
class ImportStart:
    """Brings parts' jobs to their start."""

    imports: UserImports
    staging: Staging
    ledger: RunLedger
    logs_role_arn: str
    watched_pools: Iterable[str]
    """Pools besides the part's own in which an active job holds up the part; gone through after a refusal."""
    bounds: PollBounds
    now: Callable[[], float]
    """Epoch seconds."""

    def bring_to_start(self, part: PartToImport, seconds_left: float) -> JobProgress:
        """Create, upload and start; or go on from where the ledger and Cognito say that an earlier call ended.

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
            progress = call.bring(note.before.parts.get(part.number))
        except LedgerConflictError:
            # Another call is at it, or the import is being ended: the ledger tells whoever asks next.
            raise TransientError("The run has changed while its job was brought to its start") from None
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
            return JobProgress(part.number, "", JobProgress.NO_LOCK, self.bounds.shortest)
        raise RefusedError(f"The run is {record.state}, and no job of it is started any more")


@dataclass(frozen=True, slots=True)
class _Call:
    """One call's way with one part."""

    to: ImportStart
    part: PartToImport
    number: int
    others_until: float
    """Until when an earlier call may still act; 0 for never."""

    def bring(self, entry: PartJob | None) -> JobProgress:
        job, target = self._describe(entry) if entry else (None, None)
        step = next_step(entry, job)
        while True:
            if step is Step.CREATE or entry is None or job is None or target is None:
                entry, job, target = self._create(entry)
                step = Step.UPLOAD
            if step is Step.FOLLOW:
                return self._started(job)
            if step is Step.UPLOAD:
                try:
                    self._upload(entry, target)
                except (UploadExpiredError, UploadRefusedError) as error:
                    # The job itself knows whether it was started in the meantime, or has ended.
                    job, target = self._describe(entry)
                    if job.status is not JobStatus.CREATED:
                        step = next_step(entry, job)
                        continue
                    if not may_replace(job, others_until=self.others_until, now=self.to.now()):
                        return self._waiting(entry, round(self.others_until - self.to.now()) + 1)
                    step = self._another_job(entry, error)
                    continue
            return self._start(entry)

    def _another_job(self, entry: PartJob, error: Exception) -> Step:
        if entry.attempt >= MOST_JOBS:
            raise RefusedError(f"Upload: {entry.attempt} jobs did not take the file ({error})") from None
        return Step.CREATE

    def _create(self, instead_of: PartJob | None) -> tuple[PartJob, ImportJob, UploadTarget]:
        part = self.part
        job, target = self.to.imports.create(part.pool_id, part.job_name, self.to.logs_role_arn, part.algorithm)
        entry = PartJob(job.job_id, attempt=instead_of.attempt + 1 if instead_of else 1)
        self.to.ledger.record_job(part.drop.run_id, part.number, entry, instead_of=instead_of, start=self.number)
        return entry, job, target

    def _describe(self, entry: PartJob) -> tuple[ImportJob, UploadTarget]:
        try:
            return self.to.imports.describe(self.part.pool_id, entry.job_id)
        except JobNotFoundError:
            raise RefusedError("The import job does not exist any more") from None

    def _upload(self, entry: PartJob, target: UploadTarget) -> None:
        part = self.part
        try:
            source = self.to.staging.open_part(part.drop, part.number)
        except SourceGoneError:
            raise RefusedError("The prepared part was deleted before it was uploaded") from None
        upload(target, source.body, source.size)
        self.to.ledger.record_upload(part.drop.run_id, part.number, entry.job_id, done=True)

    def _start(self, entry: PartJob, *, is_last: bool = False) -> JobProgress:
        try:
            return self._started(self.to.imports.start(self.part.pool_id, entry.job_id))
        except StartRefusedError as refusal:
            return self._after_refusal(entry, refusal.reason, is_last=is_last)

    def _after_refusal(self, entry: PartJob, reason: str, *, is_last: bool) -> JobProgress:
        # The answer to an earlier Start may have been lost: the job itself knows whether it was started.
        job, _ = self._describe(entry)
        if job.status is not JobStatus.CREATED:
            # One that has expired unstarted is waited on for a moment: the next call makes another job.
            expired = next_step(entry, job) is Step.CREATE
            return self._waiting(entry, self.to.bounds.shortest) if expired else self._started(job)
        advice = advice_on(reason, other_is_active=self._other_is_active(), refusals=entry.refusals)
        run_id, number = self.part.drop.run_id, self.part.number
        if advice is Advice.GIVE_UP and not is_last:
            # The job that it had to wait for may have ended between the refusal and the look at the lists.
            return self._start(entry, is_last=True)
        if advice is Advice.GIVE_UP:
            raise RefusedError(f"StartUserImportJob: {reason}")
        if advice is Advice.UPLOAD_AGAIN:
            self.to.ledger.record_upload(run_id, number, entry.job_id, done=False)
        self.to.ledger.record_refusal(run_id, number, entry.job_id)
        return self._waiting(entry, wait_for_lock(entry.refusals, self.to.bounds))

    def _other_is_active(self) -> bool:
        return self.to.imports.has_active(dict.fromkeys((self.part.pool_id, *self.to.watched_pools)))

    def _waiting(self, entry: PartJob, seconds: int) -> JobProgress:
        return JobProgress(self.part.number, entry.job_id, JobProgress.WAITING, seconds)

    def _started(self, job: ImportJob) -> JobProgress:
        return JobProgress(self.part.number, job.job_id, job.status_text, self.to.bounds.shortest)
