"""Reads the log of a part's job to its end and keeps the outcome of every row.

Promises to wait a bounded time for lines that come late, to note how the job has ended, and to say which part comes
next. A part that was stopped ends the import, and so does a run that was stopped: the parts after it are unprocessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from lambdas.adapters.cognito import UserImports
from lambdas.adapters.job_log import JobLog
from lambdas.adapters.ledger import Ledger
from lambdas.adapters.workspace import Workspace
from lambdas.core import measures
from lambdas.core.import_job import JobStatus
from lambdas.core.results.part_outcomes import PartOutcomes
from lambdas.core.run_state import CheckedFile, JobProgress, PartProgress, drop_in, is_settling
from lambdas.runtime import clients
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import measure
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambdas.core.drop import Drop
    from lambdas.core.import_job import ImportJob


@dataclass(frozen=True, slots=True)
class CollectPartSettings(Settings):
    """The function's environment."""

    table_name: str
    log_looks: int
    """How often an incomplete log is read again."""
    log_wait: int
    """Seconds between two readings."""


@dataclass(frozen=True, slots=True)
class Collaborators:
    """What collecting needs."""

    imports: UserImports
    log: JobLog
    workspace: Workspace
    ledger: Ledger
    looks: int
    wait: int


@cache
def _collaborators() -> Collaborators:
    settings = CollectPartSettings.from_env()
    return Collaborators(
        UserImports(clients.cognito()),
        JobLog(clients.logs()),
        Workspace(clients.s3()),
        Ledger(clients.dynamodb(), settings.table_name),
        settings.log_looks,
        settings.log_wait,
    )


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.part` of the run's state."""
    drop, job = drop_in(event), JobProgress.in_state(event)
    logger.append_keys(run_id=drop.run_id)
    before = PartProgress.in_state(event)
    looks = before.looks if before and before.number == job.part else 0
    progress = collect_part(drop, CheckedFile.in_state(event), job, looks, _collaborators())
    progress = replace(progress, more=progress.more and not is_settling(event))
    logger.info("The part's log is read.", part=job.part, job_id=job.job_id, complete=progress.complete, looks=looks)
    return progress.to_json()


def collect_part(
    drop: Drop, file: CheckedFile, progress: JobProgress, looks: int, collaborators: Collaborators
) -> PartProgress:
    """Read the log; keep the outcomes when it is complete, or was looked at often enough."""
    job, _ = collaborators.imports.describe(file.pool_id, progress.job_id)
    rows = file.part_rows[progress.part - 1]
    outcomes = PartOutcomes(rows)
    for line in collaborators.log.lines(file.pool_id, file.pool_name, job.job_id, job.name):
        outcomes.take(line)
    if outcomes.told < min(job.counts.done, rows) and looks < collaborators.looks:
        return PartProgress(progress.part, complete=False, more=False, looks=looks + 1, wait_seconds=collaborators.wait)
    collaborators.workspace.keep_outcomes(drop, progress.part, outcomes)
    collaborators.ledger.record_end(drop.run_id, progress.part, job)
    _tell_end(job)
    went_through = job.status is JobStatus.SUCCEEDED or (job.status is JobStatus.FAILED and job.counts.done >= rows)
    more = went_through and progress.part < len(file.part_rows)
    return PartProgress(progress.part, complete=True, more=more)


def _tell_end(job: ImportJob) -> None:
    measured = measures.of_job(job)
    measure(measured)
    logger.info(
        "The import job has ended.",
        job_id=job.job_id,
        status=job.status_text,
        rows=job.counts.done,
        seconds=job.seconds,
        rows_per_second=measured.get(measures.Metric.JOB_RATE),
    )
