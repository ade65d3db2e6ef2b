"""The stop of a run's import.

Guarantees to answer with the job to follow to its end, or that there is none; and that a job which a call of
start_import could still start is not taken for one that will not start. A job whose end is recorded is not followed:
its outcomes are kept, and its log may be gone by now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from cognito_drop.aws.import_jobs import JobNotFoundError, StopRefusedError
from cognito_drop.contract.statuses import JobStatus, PartStatus
from cognito_drop.core.queue.job_life import JobLife, life_of
from cognito_drop.core.runs.run_state import JobProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.core.imports.import_job import ImportJob


@dataclass(frozen=True, slots=True)
class ImportStop:
    """Stops imports."""

    imports: UserImports
    ledger: RunLedger
    wait: int
    """Seconds until the job is polled."""
    now: Callable[[], float]
    """Epoch seconds."""

    def stop(self, run_id: str) -> JobProgress:
        """Let no other job start, and stop the one of the newest part."""
        record = self.ledger.close(run_id, stopped=True)
        if not record.parts:
            return JobProgress(0, "", PartStatus.NOT_STARTED, self.wait)
        pool_id = record.jobs_pool_id
        number, part = max(record.parts.items())
        if part.status is not None:
            return JobProgress(number, part.job_id, PartStatus.NOT_STARTED, self.wait)
        try:
            job, _ = self.imports.describe(pool_id, part.job_id)
        except JobNotFoundError:
            return JobProgress(number, part.job_id, PartStatus.NOT_STARTED, self.wait)
        life = life_of(job.status, record, self.now())
        match life:
            case JobLife.ACTIVE:
                job = self._stopped(pool_id, job)
                status = job.status_text
            case JobLife.LEASED:
                status = PartStatus.WAITING
            case JobLife.OVER:
                status = PartStatus.NOT_STARTED if job.status is JobStatus.CREATED else job.status_text
            case _:
                assert_never(life)
        return JobProgress(number, job.job_id, status, self.wait, job.counts.done)

    def _stopped(self, pool_id: str, job: ImportJob) -> ImportJob:
        if job.status is JobStatus.STOPPING:
            return job
        try:
            return self.imports.stop(pool_id, job.job_id)
        except StopRefusedError:
            # It has ended in the meantime, or an earlier call has stopped it: the job itself knows.
            return self.imports.describe(pool_id, job.job_id)[0]
