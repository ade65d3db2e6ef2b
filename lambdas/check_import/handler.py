"""Looks how the import job is getting on, and says how long to wait before the next look.

Promises ids, status, counts and seconds, and nothing else of what Cognito answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.import_jobs import JobNotFoundError, UserImports
from cognito_drop.core.imports.pacing import PollBounds, Progress, seconds_to_wait
from cognito_drop.core.runs.run_state import CheckedFile, JobProgress, drop_in
from lambdas.runtime import clients
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class CheckImportSettings(Settings):
    """The function's environment. The waits are in seconds."""

    shortest_wait: int
    longest_wait: int


@dataclass(frozen=True, slots=True)
class Collaborators:
    """What a look at a job needs."""

    imports: UserImports
    bounds: PollBounds


@cache
def _collaborators() -> Collaborators:
    settings = CheckImportSettings.from_env()
    return Collaborators(UserImports(clients.cognito()), PollBounds(settings.shortest_wait, settings.longest_wait))


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.job` of the run's state."""
    logger.append_keys(run_id=drop_in(event).run_id)
    progress = check_import(CheckedFile.in_state(event), JobProgress.in_state(event), _collaborators())
    logger.info("The import job is looked at.", job_id=progress.job_id, status=progress.status, done=progress.done)
    return progress.to_json()


def check_import(file: CheckedFile, before: JobProgress, collaborators: Collaborators) -> JobProgress:
    """Describe the job; the wait follows from its progress since the look before."""
    try:
        job, _ = collaborators.imports.describe(file.pool_id, before.job_id)
    except JobNotFoundError:
        raise RefusedError("The import job does not exist any more") from None
    rows = file.part_rows[before.part - 1]
    progress = Progress(rows, job.counts, done_before=before.done, waited=before.wait_seconds)
    wait = seconds_to_wait(progress, collaborators.bounds)
    return JobProgress(before.part, job.job_id, job.status_text, wait, job.counts.done)
