"""Takes a run's turn and passes it on: one active import job in a scope, first come, first served.

Promises that the turn is given to one run at a time, that it is not passed on while a job of its holder may be active,
and that the wake-up of whoever waits is a help and never the truth, which is in the ledger.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.event_bus import EventBus
from cognito_drop.aws.executions import Executions
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.import_queue import ImportQueue
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.core.runs.run_state import drop_in, error_in
from lambdas.import_queue.lock_service import LockService
from lambdas.runtime import clients, clock
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class ImportQueueSettings(Settings):
    """The function's environment. `lock_scope` is `account` or `pool`; `longest_wait` is in seconds."""

    table_name: str
    lock_scope: str
    longest_wait: int


@cache
def _lock_service() -> LockService:
    settings = ImportQueueSettings.from_env()
    return LockService(
        RunLedger(clients.dynamodb(), settings.table_name),
        ImportQueue(clients.dynamodb(), settings.table_name),
        Executions(clients.step_functions()),
        UserImports(clients.cognito()),
        EventBus(clients.events()),
        settings.lock_scope,
        settings.longest_wait,
        clock.now,
    )


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """With a `task_token`, take the turn of the run in `state`; without, pass it on and answer with `$.lock`."""
    state = event["state"]
    run_id = drop_in(state).run_id
    logger.append_keys(run_id=run_id)
    if "task_token" in event:
        place = _lock_service().take(run_id, event["task_token"])
        logger.info("The run is in line for its turn.", place=place)
        return {"place": place}
    passed = _lock_service().pass_on(run_id, error_in(state))
    logger.info("The run's turn is over." if passed.passed else "The run's turn is not over yet.")
    return asdict(passed)
