"""The collection of a part's outcomes from the log of its job.

Guarantees to wait a bounded time for a log that comes late or cannot be read, to note how the job has ended and what is
missing of its log, and to say which part comes next: the import never ends for its log. A part that was stopped ends
the import, and so does a run that was stopped: the parts after it are unprocessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.import_log import LogUnreadableError
from cognito_drop.aws.staging import LogRead
from cognito_drop.contract.metric_names import Metric
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.runs.detail_gap import DetailGap, is_log_group_name
from cognito_drop.core.runs.part_order import went_through
from cognito_drop.core.runs.run_state import PartProgress
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.aws.import_log import JobLog
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.staging import Staging
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile, JobProgress


@dataclass(frozen=True, slots=True)
class PartCollection:
    """Collects the outcomes of parts."""

    imports: UserImports
    log: JobLog
    staging: Staging
    ledger: RunLedger
    polls: int
    """How often an incomplete log is read again."""
    wait: int
    """Seconds between two readings."""
    log_days: int = 0
    """How long the events of the log are kept; 0 leaves the log group unchanged."""

    def collect(self, drop: Drop, progress: JobProgress, polls: int, *, has_time: Callable[[], bool]) -> PartProgress:
        """Read the log; keep the outcomes when it is complete, or was read often enough."""
        record = self.ledger.read(drop.run_id)
        if record.file is None:
            raise RefusedError("The run's file was not checked")
        file = record.file
        job, _ = self.imports.describe(file.pool_id, progress.job_id)
        rows = file.part_rows[progress.part - 1]
        outcomes = PartOutcomes(rows)
        unread = self._read(file, job.job_id, outcomes, has_time)
        is_short = outcomes.shown < min(job.counts.done, rows)
        if (is_short or (_may_have_more(job) and outcomes.shown < rows)) and polls < self.polls:
            return PartProgress(progress.part, complete=False, more=False, polls=polls + 1, wait_seconds=self.wait)
        read = None if outcomes.shown == rows else LogRead(outcomes.shown, job.counts.done)
        outcomes.conclude(job.counts, is_over=job.status.has_ended)
        self.staging.keep_outcomes(drop, progress.part, outcomes, of=read)
        job = replace(job, counts=outcomes.at_least(job.counts))
        gap = (unread or DetailGap.LOG_SHORT) if is_short else None
        counts = self.ledger.record_end(drop.run_id, progress.part, job, gap)
        _record_end(job)
        self._expire(file.pool_id)
        is_last = progress.part == len(file.part_rows) or record.is_stopped
        more = not is_last and went_through(job.status, counts, rows)
        return PartProgress(progress.part, complete=True, more=more)

    def _expire(self, pool_id: str) -> None:
        """Limit how long the log is kept, where that was chosen; a run does not fail for it."""
        if not self.log_days:
            return
        try:
            self.log.expire(pool_id, self.log_days)
        except RefusedError as error:
            logger.warning("The retention of the import log could not be set.", pool_id=pool_id, reason=str(error))

    def _read(
        self, file: CheckedFile, job_id: str, outcomes: PartOutcomes, has_time: Callable[[], bool]
    ) -> DetailGap | None:
        """Take the lines of the log as far as it can be read; why it was not read to its end, None when it was."""
        try:
            for page in self.log.pages(file.pool_id, job_id):
                for line in page:
                    outcomes.take(line)
                if not has_time():
                    return DetailGap.LOG_SLOW
        except LogUnreadableError as error:
            logger.warning("Import log could not be read.", job_id=job_id, gap=error.gap.value, reason=str(error))
            is_named = is_log_group_name(file.pool_name)
            return DetailGap.LOG_UNNAMEABLE if error.gap is DetailGap.LOG_MISSING and not is_named else error.gap
        return None


def _may_have_more(job: ImportJob) -> bool:
    """Whether a job may have done more than it says: what one that was stopped has counted is not documented."""
    return job.status is JobStatus.STOPPED and job.started is not None and not job.counts.done


def _record_end(job: ImportJob) -> None:
    metrics = run_metrics.of_job(job)
    record_metrics(metrics)
    logger.info(
        "Import job ended.",
        job_id=job.job_id,
        status=job.status_text,
        rows=job.counts.done,
        seconds=job.seconds,
        rows_per_second=metrics.get(Metric.JOB_RATE),
    )
