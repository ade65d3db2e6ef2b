"""Writes what became of a run: the result files, `summary.json` and its page, the ledger, the notification's text.

Promises the same report for the same run however often it is called, and a report for every ending; the workflow
publishes it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.event_bus import EventBus
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.notification import headline, notification_of
from cognito_drop.core.notification.run_events import run_finished
from cognito_drop.core.runs.run_state import CheckedFile, drop_in, error_in
from lambdas.report_run.run_report import RunReport
from lambdas.runtime import clients, clock
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics
from lambdas.runtime.publishing import tell
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class ReportRunSettings(Settings):
    """The function's environment."""

    table_name: str
    ledger_days: int


@cache
def _report() -> RunReport:
    settings = ReportRunSettings.from_env()
    return RunReport(
        UserImports(clients.cognito()),
        DropBucket(clients.s3()),
        Staging(clients.s3()),
        RunLedger(clients.dynamodb(), settings.table_name),
        timedelta(days=settings.ledger_days),
    )


@cache
def _bus() -> EventBus:
    return EventBus(clients.events())


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.report` of the run's state: outcome, headline, and the notification to publish."""
    drop = drop_in(event)
    logger.append_keys(run_id=drop.run_id)
    error, now = error_in(event), clock.now()
    summary = _report().of(drop, CheckedFile.in_state(event), error, now)
    if summary.times.ended == now:  # a report that is made again tells of an earlier end
        record_metrics(run_metrics.of_run(summary))
    tell(_bus(), run_finished(summary))
    logger.info("The run is reported.", outcome=summary.outcome, rows=asdict(summary.rows), error=error)
    return {
        "outcome": summary.outcome.value,
        "succeeded": summary.outcome.is_success,
        "headline": headline(summary),
        "notification": asdict(notification_of(summary)),
    }
