"""Reads the log of a part's job to its end and keeps the outcome of every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.import_log import JobLog
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.contract.environment import CollectPartVariables
from cognito_drop.core.runs.run_state import JobProgress, PartProgress
from lambdas.collect_part.part_collection import PartCollection
from lambdas.runtime import clients
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_LAST_SECONDS: Final = 180
"""Seconds before the end of a call in which no page of the log is read: one may take two minutes, with retries."""


@dataclass(frozen=True, slots=True)
class CollectPartEnv(CollectPartVariables, FunctionEnv[PartCollection]):
    """The function's environment."""

    def use_case(self) -> PartCollection:
        """The collection of a part's outcomes."""
        return PartCollection(
            UserImports(clients.cognito()),
            JobLog(clients.logs()),
            Staging(clients.s3()),
            RunLedger(clients.dynamodb(), self.table_name),
            self.log_polls,
            self.log_wait,
            self.import_log_days,
        )


@lambda_function(CollectPartEnv)
def lambda_handler(collection: PartCollection, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with `$.part` of the run's state."""
    drop, job = run_of(event), JobProgress.in_state(event)
    before = PartProgress.in_state(event)
    polls = before.polls if before and before.number == job.part else 0
    progress = collection.collect(
        drop,
        job,
        polls,
        has_time=lambda: context.get_remaining_time_in_millis() > _LAST_SECONDS * 1000,
    )
    logger.info(
        "Import log of the part read.", part=job.part, job_id=job.job_id, complete=progress.complete, polls=polls
    )
    return progress.to_json()
