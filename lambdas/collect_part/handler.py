"""Reads the log of a part's job to its end and keeps the outcome of every row.

Guarantees to wait a bounded time for a log that comes late or cannot be read, to note how the job has ended and what is
missing of its log, and to say which part comes next: the import never ends for its log. A part that was stopped ends
the import, and so does a run that was stopped: the parts after it are unprocessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.import_log import JobLog, LogUnreadableError
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.contract.metric_names import Metric
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.runs.detail_gap import DetailGap, is_log_group_name
from cognito_drop.core.runs.run_state import CheckedFile, JobProgress, PartProgress, drop_in, is_finalizing
from lambdas.runtime import clients
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.runs.drop import Drop

_LAST_SECONDS: Final = 180
"""Seconds before the end of a call in which no page of the log is asked for: one may take two minutes, with retries."""


@dataclass(frozen=True, slots=True)
class CollectPartSettings(Settings):
    """The function's environment."""

    table_name: str
    log_polls: int
    """How often an incomplete log is read again."""
    log_wait: int
    """Seconds between two readings."""


@dataclass(frozen=True, slots=True)
class Collaborators:
    """What collecting needs."""

    imports: UserImports
    log: JobLog
    staging: Staging
    ledger: RunLedger
    polls: int
    wait: int


@cache
def _collaborators() -> Collaborators:
    settings = CollectPartSettings.from_env()
    return Collaborators(
        UserImports(clients.cognito()),
        JobLog(clients.logs()),
        Staging(clients.s3()),
        RunLedger(clients.dynamodb(), settings.table_name),
        settings.log_polls,
        settings.log_wait,
    )


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with `$.part` of the run's state."""
    drop, job = drop_in(event), JobProgress.in_state(event)
    logger.append_keys(run_id=drop.run_id)
    before = PartProgress.in_state(event)
    polls = before.polls if before and before.number == job.part else 0
    progress = collect_part(
        drop,
        CheckedFile.in_state(event),
        job,
        polls,
        _collaborators(),
        has_time=lambda: context.get_remaining_time_in_millis() > _LAST_SECONDS * 1000,
    )
    progress = replace(progress, more=progress.more and not is_finalizing(event))
    logger.info("The part's log is read.", part=job.part, job_id=job.job_id, complete=progress.complete, polls=polls)
    return progress.to_json()


def collect_part(
    drop: Drop,
    file: CheckedFile,
    progress: JobProgress,
    polls: int,
    collaborators: Collaborators,
    *,
    has_time: Callable[[], bool],
) -> PartProgress:
    """Read the log; keep the outcomes when it is complete, or was looked at often enough."""
    job, _ = collaborators.imports.describe(file.pool_id, progress.job_id)
    rows = file.part_rows[progress.part - 1]
    outcomes = PartOutcomes(rows)
    unread = _read(collaborators.log, file, job.job_id, outcomes, has_time)
    is_short = outcomes.told < min(job.counts.done, rows)
    if is_short and polls < collaborators.polls:
        return PartProgress(progress.part, complete=False, more=False, polls=polls + 1, wait_seconds=collaborators.wait)
    outcomes.conclude(job.counts, is_over=job.status.has_ended)
    collaborators.staging.keep_outcomes(drop, progress.part, outcomes)
    gap = (unread or DetailGap.LOG_SHORT) if is_short else None
    collaborators.ledger.record_end(drop.run_id, progress.part, job, gap)
    _tell_end(job)
    went_through = job.status is JobStatus.SUCCEEDED or (job.status is JobStatus.FAILED and job.counts.done >= rows)
    more = went_through and progress.part < len(file.part_rows)
    return PartProgress(progress.part, complete=True, more=more)


def _read(
    log: JobLog, file: CheckedFile, job_id: str, outcomes: PartOutcomes, has_time: Callable[[], bool]
) -> DetailGap | None:
    """Take the lines of the log as far as it can be read; why it could not be read to its end, None when it was."""
    try:
        for page in log.pages(file.pool_id, job_id):
            for line in page:
                outcomes.take(line)
            if not has_time():
                return DetailGap.LOG_SLOW
    except LogUnreadableError as error:
        logger.warning("The job's log cannot be read.", job_id=job_id, gap=error.gap.value, reason=str(error))
        is_named = is_log_group_name(file.pool_name)
        return DetailGap.LOG_UNNAMEABLE if error.gap is DetailGap.LOG_MISSING and not is_named else error.gap
    return None


def _tell_end(job: ImportJob) -> None:
    measured = run_metrics.of_job(job)
    record_metrics(measured)
    logger.info(
        "The import job has ended.",
        job_id=job.job_id,
        status=job.status_text,
        rows=job.counts.done,
        seconds=job.seconds,
        rows_per_second=measured.get(Metric.JOB_RATE),
    )
