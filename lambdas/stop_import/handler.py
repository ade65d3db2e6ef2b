"""Stops the import of a run that was stopped: no new job, and the one that is active is told to end.

Promises to answer with the job to follow to its end, or that there is none; and that a job which a call of start_import
could still start is not taken for one that will not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.import_jobs import JobNotFoundError, StopRefusedError, UserImports
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.queue.job_life import JobLife, life_of
from cognito_drop.core.runs.run_state import JobProgress, drop_in
from lambdas.runtime import clients, clock
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from cognito_drop.core.imports.import_job import ImportJob


@dataclass(frozen=True, slots=True)
class StopImportSettings(Settings):
    """The function's environment. The wait is in seconds."""

    table_name: str
    shortest_wait: int


@dataclass(frozen=True, slots=True)
class Collaborators:
    """What stopping needs."""

    imports: UserImports
    ledger: RunLedger
    wait: int
    now: Callable[[], float]
    """Epoch seconds."""


@cache
def _collaborators() -> Collaborators:
    settings = StopImportSettings.from_env()
    return Collaborators(
        UserImports(clients.cognito()),
        RunLedger(clients.dynamodb(), settings.table_name),
        settings.shortest_wait,
        clock.epoch,
    )


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.job` of the run's state."""
    run_id = drop_in(event).run_id
    logger.append_keys(run_id=run_id)
    progress = stop_import(run_id, _collaborators())
    logger.info("The import is being stopped.", job_id=progress.job_id, status=progress.status)
    return progress.to_json()


def stop_import(run_id: str, collaborators: Collaborators) -> JobProgress:
    """Let no other job begin, and stop the one of the newest part."""
    record = collaborators.ledger.close(run_id, stopped=True)
    if record.file is None or not record.parts:
        return JobProgress(0, "", JobProgress.NOT_STARTED, collaborators.wait)
    number, part = max(record.parts.items())
    try:
        job, _ = collaborators.imports.describe(record.file.pool_id, part.job_id)
    except JobNotFoundError:
        return JobProgress(number, part.job_id, JobProgress.NOT_STARTED, collaborators.wait)
    match life_of(job.status, record, collaborators.now()):
        case JobLife.ACTIVE:
            job = _stopped(record.file.pool_id, job, collaborators.imports)
            status = job.status_text
        case JobLife.LEASED:
            status = JobProgress.WAITING
        case JobLife.OVER:
            status = JobProgress.NOT_STARTED if job.status is JobStatus.CREATED else job.status_text
    return JobProgress(number, job.job_id, status, collaborators.wait, job.counts.done)


def _stopped(pool_id: str, job: ImportJob, imports: UserImports) -> ImportJob:
    if job.status is JobStatus.STOPPING:
        return job
    try:
        return imports.stop(pool_id, job.job_id)
    except StopRefusedError:
        # It has ended in the meantime, or an earlier call has stopped it: the job itself knows.
        return imports.describe(pool_id, job.job_id)[0]
