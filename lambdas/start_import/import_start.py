"""The way of a job from nothing to started, taken up wherever an earlier call has left it."""

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
    from lambdas.adapters.cognito import UploadTarget, UserImports
    from lambdas.adapters.drops import DropBucket
    from lambdas.adapters.ledger import JobEntry, Ledger
    from lambdas.core.drop import Drop


@dataclass(frozen=True, slots=True)
class ImportStart:
    """Brings runs' jobs to their start."""

    imports: UserImports
    drops: DropBucket
    ledger: Ledger
    logs_role_arn: str
    watched_pools: tuple[str, ...]
    """Pools besides the run's own in which an active job holds up the run."""
    bounds: PollBounds

    def bring_to_start(self, drop: Drop, pool_id: str) -> JobProgress:
        """Create, upload and start; or go on from where the ledger and Cognito say that an earlier call ended."""
        entry = self.ledger.job(drop.run_id)
        if entry is None:
            return self._begin(drop, pool_id)
        job, target = self.imports.describe(pool_id, entry.job_id)
        if job.status is JobStatus.CREATED:
            try:
                return self._go_on(drop, pool_id, entry, target)
            except UploadExpiredError:
                return self._begin(drop, pool_id)
        if job.status is JobStatus.EXPIRED and job.started is None:
            return self._begin(drop, pool_id)
        return self._started(job)

    def _begin(self, drop: Drop, pool_id: str) -> JobProgress:
        job, target = self.imports.create(pool_id, f"cognito-drop-{drop.run_id}", self.logs_role_arn)
        entry = self.ledger.record_job(drop.run_id, pool_id, job.job_id)
        try:
            return self._go_on(drop, pool_id, entry, target)
        except UploadExpiredError:
            # Yet another job would fare no better, and a pool has a limited number of them for its life.
            raise RefusedError("Upload: the URL of a new job has expired already") from None

    def _go_on(self, drop: Drop, pool_id: str, entry: JobEntry, target: UploadTarget) -> JobProgress:
        if not entry.uploaded:
            self._upload(drop, target)
        try:
            return self._started(self.imports.start(pool_id, entry.job_id))
        except StartRefusedError as refusal:
            return self._after_refusal(drop, pool_id, entry, refusal.reason)

    def _upload(self, drop: Drop, target: UploadTarget) -> None:
        try:
            source = self.drops.open(drop)
        except SourceGoneError:
            raise RefusedError("The file was deleted before it was uploaded") from None
        upload(target, source.body, source.size)
        self.ledger.record_upload(drop.run_id, done=True)

    def _after_refusal(self, drop: Drop, pool_id: str, entry: JobEntry, reason: str) -> JobProgress:
        # The answer to an earlier Start may have been lost: the job itself knows whether it was started.
        job, _ = self.imports.describe(pool_id, entry.job_id)
        if job.status is not JobStatus.CREATED:
            return self._started(job)
        advice = advice_on(reason, other_is_active=self._other_is_active(pool_id), refusals=entry.refusals)
        if advice is Advice.GIVE_UP:
            raise RefusedError(f"StartUserImportJob: {reason}")
        if advice is Advice.UPLOAD_AGAIN:
            self.ledger.record_upload(drop.run_id, done=False)
        self.ledger.record_refusal(drop.run_id)
        return JobProgress(entry.job_id, JobProgress.WAITING, wait_for_turn(entry.refusals, self.bounds))

    def _other_is_active(self, pool_id: str) -> bool:
        pools = dict.fromkeys((pool_id, *self.watched_pools))
        return any(job.status.is_active for pool in pools for job in self.imports.newest(pool))

    def _started(self, job: ImportJob) -> JobProgress:
        return JobProgress(job.job_id, job.status_text, self.bounds.shortest)
