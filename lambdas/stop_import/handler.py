"""Stops the import of a run that was stopped: no job starts any more, and the active one is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.environment import StopImportVariables
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of
from lambdas.runtime.logs import logger
from lambdas.stop_import.import_stop import ImportStop

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class StopImportEnv(StopImportVariables, FunctionEnv[ImportStop]):
    """The function's environment."""

    def use_case(self) -> ImportStop:
        """The stop of a run's import."""
        ledger = RunLedger(clients.dynamodb(), self.table_name)
        return ImportStop(UserImports(clients.cognito()), ledger, self.shortest_wait, clock.epoch)


@lambda_function(StopImportEnv)
def lambda_handler(stop: ImportStop, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.job` of the run's state."""
    progress = stop.stop(run_of(event).run_id)
    logger.info("Import stop requested.", job_id=progress.job_id, status=progress.status)
    return progress.to_json()
