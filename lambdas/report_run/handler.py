"""Reports a run: the result files, `summary.json` and its page, the ledger, the notification's text.

Guarantees the same report for the same run however often it is called, and a report for every ending; the workflow
publishes the notification.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.event_bus import EventBus
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.contract.environment import ReportRunVariables
from cognito_drop.core.notification import headline, notification_of
from cognito_drop.core.runs.run_state import error_in
from lambdas.report_run.run_report import RunReport
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class ReportRunEnv(ReportRunVariables, FunctionEnv[RunReport]):
    """The function's environment."""

    def use_case(self) -> RunReport:
        """The report of a run."""
        return RunReport(
            UserImports(clients.cognito()),
            DropBucket(clients.s3()),
            Staging(clients.s3()),
            RunLedger(clients.dynamodb(), self.table_name),
            EventBus(clients.events()),
            timedelta(days=self.ledger_days),
        )


@lambda_function(ReportRunEnv)
def lambda_handler(report: RunReport, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.report` of the run's state: id, outcome, headline, and the notification to publish."""
    summary = report.publish(run_of(event), error_in(event), clock.now(), ids_error=error_in(event, "ids_error"))
    return {
        "run_id": summary.drop.run_id,
        "outcome": summary.outcome.value,
        "succeeded": summary.outcome.is_success,
        "headline": headline(summary),
        "notification": asdict(notification_of(summary)),
    }
