"""Polls the import job and says how long to wait before the next poll.

Guarantees to answer with ids, status, counts and seconds, and nothing else of what Cognito answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.environment import CheckImportVariables
from cognito_drop.core.imports.pacing import PollBounds
from cognito_drop.core.runs.run_state import JobProgress
from lambdas.check_import.import_check import ImportCheck
from lambdas.runtime import clients
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class CheckImportEnv(CheckImportVariables, FunctionEnv[ImportCheck]):
    """The function's environment."""

    def use_case(self) -> ImportCheck:
        """The poll of a job."""
        ledger = RunLedger(clients.dynamodb(), self.table_name)
        return ImportCheck(UserImports(clients.cognito()), ledger, PollBounds(self.shortest_wait, self.longest_wait))


@lambda_function(CheckImportEnv)
def lambda_handler(check: ImportCheck, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.job` of the run's state."""
    progress = check.poll(run_of(event).run_id, JobProgress.in_state(event))
    logger.info("The import job is polled.", job_id=progress.job_id, status=progress.status, done=progress.done)
    return progress.to_json()
