"""The way of a part's job from nothing to started, taken up wherever an earlier call has left it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.adapters.cognito import StartRefusedError
from lambdas.adapters.drops import SourceGoneError
from lambdas.adapters.errors import RefusedError
from lambdas.adapters.upload import UploadExpiredError, upload
from lambdas.core.import_job import ImportJob, JobStatus
from lambdas.core.pacing import PollBounds, wait_for_turn
from lambdas.core.run_state import JobProgress
from lambdas.core.start_decision import Advice, advice_on

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import PasswordHashingAlgorithmTypeType

    from lambdas.adapters.cognito import UploadTarget, UserImports
    from lambdas.adapters.ledger import JobEntry, Ledger
    from lambdas.adapters.workspace import Workspace
    from lambdas.core.drop import Drop


@dataclass(frozen=True, slots=True)
class PartToImport:
    """One part of a drop, and the pool that it goes into."""

    drop: Drop
    number: int
    pool_id: str
    algorithm: PasswordHashingAlgorithmTypeType | None = None

    @property
    def job_name(self) -> str:
        """Says whose job it is."""
        return f"cognito-drop-{self.drop.run_id}-{self.number}"


@dataclass(frozen=True, slots=True)
class ImportStart:
    """Brings parts' jobs to their start."""

    imports: UserImports
    workspace: Workspace
    ledger: Ledger
    logs_role_arn: str
    watched_pools: tuple[str, ...]
    """Pools besides the part's own in which an active job holds up the part."""
    bounds: PollBounds

    def bring_to_start(self, part: PartToImport) -> JobProgress:
        """Create, upload and start; or go on from where the ledger and Cognito say that an earlier call ended."""
        entry = self.ledger.jobs(part.drop.run_id).get(part.number)
        if entry is None:
            return self._begin(part)
        job, target = self.imports.describe(part.pool_id, entry.job_id)
        if job.status is JobStatus.CREATED:
            try:
                return self._go_on(part, entry, target)
            except UploadExpiredError:
                return self._begin(part)
        if job.status is JobStatus.EXPIRED and job.started is None:
            return self._begin(part)
        return self._started(part, job)

    def _begin(self, part: PartToImport) -> JobProgress:
        job, target = self.imports.create(part.pool_id, part.job_name, self.logs_role_arn, part.algorithm)
        entry = self.ledger.record_job(part.drop.run_id, part.pool_id, part.number, job.job_id)
        try:
            return self._go_on(part, entry, target)
        except UploadExpiredError:
            # Yet another job would fare no better, and a pool has a limited number of them for its life.
            raise RefusedError("Upload: the URL of a new job has expired already") from None

    def _go_on(self, part: PartToImport, entry: JobEntry, target: UploadTarget) -> JobProgress:
        if not entry.uploaded:
            self._upload(part, target)
        try:
            return self._started(part, self.imports.start(part.pool_id, entry.job_id))
        except StartRefusedError as refusal:
            return self._after_refusal(part, entry, refusal.reason)

    def _upload(self, part: PartToImport, target: UploadTarget) -> None:
        try:
            source = self.workspace.open_part(part.drop, part.number)
        except SourceGoneError:
            raise RefusedError("The prepared part was deleted before it was uploaded") from None
        upload(target, source.body, source.size)
        self.ledger.record_upload(part.drop.run_id, part.number, done=True)

    def _after_refusal(self, part: PartToImport, entry: JobEntry, reason: str) -> JobProgress:
        # The answer to an earlier Start may have been lost: the job itself knows whether it was started.
        job, _ = self.imports.describe(part.pool_id, entry.job_id)
        if job.status is not JobStatus.CREATED:
            return self._started(part, job)
        advice = advice_on(reason, other_is_active=self._other_is_active(part.pool_id), refusals=entry.refusals)
        if advice is Advice.GIVE_UP:
            raise RefusedError(f"StartUserImportJob: {reason}")
        if advice is Advice.UPLOAD_AGAIN:
            self.ledger.record_upload(part.drop.run_id, part.number, done=False)
        self.ledger.record_refusal(part.drop.run_id, part.number)
        wait = wait_for_turn(entry.refusals, self.bounds)
        return JobProgress(part.number, entry.job_id, JobProgress.WAITING, wait)

    def _other_is_active(self, pool_id: str) -> bool:
        pools = dict.fromkeys((pool_id, *self.watched_pools))
        return any(job.status.is_active for pool in pools for job in self.imports.newest(pool))

    def _started(self, part: PartToImport, job: ImportJob) -> JobProgress:
        return JobProgress(part.number, job.job_id, job.status_text, self.bounds.shortest)
