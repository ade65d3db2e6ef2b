"""Creates the import job of a part, uploads the file, and starts the job.

Guarantees that only a run which holds the import lock starts a job, that the job's id is in the ledger before it is
started, and that what Cognito says of the job decides what is next. Another active job is waited for and is no failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.event_bus import EventBus
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.pool_parameters import PoolIds, PoolParameters
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.contract.environment import LockScope, StartImportVariables
from cognito_drop.core.imports.pacing import PollBounds
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of
from lambdas.runtime.logs import logger
from lambdas.start_import.import_start import ImportStart
from lambdas.start_import.part_start import PartStart

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class StartImportEnv(StartImportVariables, FunctionEnv[ImportStart]):
    """The function's environment."""

    def use_case(self) -> ImportStart:
        """The start of a part's import."""
        ledger = RunLedger(clients.dynamodb(), self.table_name)
        pool_ids = PoolIds(PoolParameters(clients.ssm(), self.pools_path))
        parts = PartStart(
            UserImports(clients.cognito()),
            Staging(clients.s3()),
            ledger,
            logs_role_arn=self.logs_role_arn,
            watched_pools=pool_ids if self.lock_scope is LockScope.ACCOUNT else (),
            bounds=PollBounds(self.shortest_wait, self.longest_wait),
            now=clock.epoch,
        )
        return ImportStart(parts, ledger, EventBus(clients.events()), clock.now)


@lambda_function(StartImportEnv)
def lambda_handler(start: ImportStart, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with `$.job` of the run's state."""
    progress = start.start(run_of(event), context.get_remaining_time_in_millis() / 1000)
    logger.info("The part's job is on its way.", part=progress.part, job_id=progress.job_id, status=progress.status)
    return progress.to_json()
