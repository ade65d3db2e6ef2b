"""Gives a run the import lock and releases it: one active import job in a scope, first come, first served."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.event_bus import EventBus
from cognito_drop.aws.executions import Executions
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.import_queue import ImportQueue
from cognito_drop.aws.ledger_damage import LedgerDamage
from cognito_drop.aws.notification_topic import NotificationTopic
from cognito_drop.aws.pauses import Pauses
from cognito_drop.aws.pool_parameters import PoolParameters
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.scan_results import ScanResults
from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.contract.environment import ImportQueueVariables
from cognito_drop.contract.pool_names import pauses_path
from cognito_drop.core.runs.run_state import error_in
from lambdas.import_queue.lock_service import LockService
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of
from lambdas.runtime.logs import logger
from lambdas.use_cases.damaged_run import DamagedRuns
from lambdas.use_cases.import_gate import GateRules, ImportGate

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class ImportQueueEnv(ImportQueueVariables, FunctionEnv[LockService]):
    """The function's environment."""

    def use_case(self) -> LockService:
        """The import lock."""
        ledger, queue = RunLedger(clients.dynamodb(), self.table_name), ImportQueue(clients.dynamodb(), self.table_name)
        executions, imports = Executions(clients.step_functions()), UserImports(clients.cognito_quick())
        pools = PoolParameters(clients.ssm(), self.pools_path)
        pauses = Pauses(clients.ssm(), pauses_path(self.pools_path))
        scans = ScanResults(clients.dynamodb(), self.table_name)
        notes = SweepNotes(clients.dynamodb(), self.table_name)
        rules = GateRules(pools, pauses, imports, ledger, notes, scans, self.import_job_quota, clock.epoch)
        return LockService(
            ledger,
            queue,
            executions,
            imports,
            EventBus(clients.events()),
            NotificationTopic(clients.sns(), self.notification_topic),
            ImportGate(rules, queue, executions),
            DamagedRuns(LedgerDamage(clients.dynamodb(), self.table_name), queue, imports, pools, clock.now),
            self.lock_scope,
            self.longest_wait,
            clock.now,
        )


@lambda_function(ImportQueueEnv)
def lambda_handler(service: LockService, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """With a `task_token`, enqueue the run in `state`; without, release its lock and answer with `$.lock`."""
    state = event["state"]
    drop = run_of(state)
    if "task_token" in event:
        place = service.take(drop.run_id, event["task_token"])
        logger.info("The run is in the import queue.", place=place)
        return {"place": place}
    release = service.release(drop, error_in(state))
    logger.info("The import lock is released." if release.released else "The import lock is not released yet.")
    return asdict(release)
