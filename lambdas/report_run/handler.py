"""Writes what became of a run: `summary.json`, the ledger, and the text of the notification.

Promises the same report for the same run however often it is called; the workflow publishes it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from lambdas.adapters.cognito import JobNotFoundError, UserImports
from lambdas.adapters.drops import DropBucket
from lambdas.adapters.ledger import Ledger
from lambdas.core.notification import headline, notification_of
from lambdas.core.outcome import account_for, outcome_of
from lambdas.core.run_state import CheckedFile, drop_in, error_in
from lambdas.core.summary import Summary
from lambdas.runtime import clients
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambdas.core.drop import Drop
    from lambdas.core.import_job import ImportJob


@dataclass(frozen=True, slots=True)
class ReportRunSettings(Settings):
    """The function's environment."""

    table_name: str
    retention_days: int


@dataclass(frozen=True, slots=True)
class Collaborators:
    """What a report needs."""

    imports: UserImports
    drops: DropBucket
    ledger: Ledger
    retention: timedelta


@cache
def _collaborators() -> Collaborators:
    settings = ReportRunSettings.from_env()
    return Collaborators(
        UserImports(clients.cognito()),
        DropBucket(clients.s3()),
        Ledger(clients.dynamodb(), settings.table_name),
        timedelta(days=settings.retention_days),
    )


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.report` of the run's state: outcome, headline, and the notification to publish."""
    drop = drop_in(event)
    logger.append_keys(run_id=drop.run_id)
    error = error_in(event)
    summary = report_run(drop, CheckedFile.in_state(event), error, datetime.now(UTC), _collaborators())
    logger.info("The run is reported.", outcome=summary.outcome, rows=asdict(summary.rows), error=error)
    return {
        "outcome": summary.outcome.value,
        "succeeded": summary.outcome.is_success,
        "headline": headline(summary),
        "notification": asdict(notification_of(summary)),
    }


def report_run(drop: Drop, file: CheckedFile, error: str, now: datetime, collaborators: Collaborators) -> Summary:
    """Put together what became of the run, and write it to the results and the ledger."""
    entry = collaborators.ledger.job(drop.run_id)
    job = _job(file.pool_id, entry.job_id, collaborators.imports) if entry else None
    prefix = f"results/{drop.run_id}/"
    summary = Summary(
        drop=drop,
        pool_id=file.pool_id,
        outcome=outcome_of(file.rows, file.problem, job),
        rows=account_for(file.rows, file.problem, job),
        results=f"s3://{drop.bucket}/{prefix}",
        ended=now,
        problem=file.problem,
        job=job,
        error=error,
    )
    collaborators.drops.write_json(drop.bucket, f"{prefix}summary.json", summary.to_json())
    collaborators.ledger.end(summary, now + collaborators.retention)
    return summary


def _job(pool_id: str, job_id: str, imports: UserImports) -> ImportJob | None:
    try:
        return imports.describe(pool_id, job_id)[0]
    except JobNotFoundError:
        logger.warning("The import job does not exist any more.", job_id=job_id, pool=pool_id)
        return None
