"""Deletes the users that a run has imported, in rounds, and writes the results of the undo."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.aws.call_pace import CallPace
from cognito_drop.aws.pool_parameters import PoolParameters
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.undo_ledger import UndoLedger
from cognito_drop.aws.undo_results import UndoResults
from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_removal import UserRemoval
from cognito_drop.aws.user_searches import UserSearches
from cognito_drop.contract.environment import UndoUsersVariables
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.runs.run_state import error_in
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function
from lambdas.undo_users.undo_round import Tools
from lambdas.undo_users.user_undo import UserUndo

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_AT_ONCE: Final = 8
"""Users at once: with a quarter of a second for each, 32 a second."""


@dataclass(frozen=True, slots=True)
class UndoUsersEnv(UndoUsersVariables, FunctionEnv[UserUndo]):
    """The function's environment."""

    def use_case(self) -> UserUndo:
        """The undo of runs."""
        dynamodb, cognito = clients.dynamodb(), clients.cognito_once()
        deletions, lookups = CallRate(self.memberships_per_second), CallRate(self.lookups_per_second)
        searches = UserSearches(
            UserDirectory(cognito),
            CallPace(dynamodb, self.table_name, "lookups", lookups),
            clock.epoch,
            clock.sleep,
            random.random,
        )
        return UserUndo(
            RunLedger(dynamodb, self.table_name),
            PoolParameters(clients.ssm(), self.pools_path),
            self.bucket_name,
            timedelta(days=self.ledger_days),
            Tools(
                UserRemoval(cognito),
                UndoResults(clients.s3()),
                UndoLedger(dynamodb, self.table_name),
                # Cognito counts deletions and memberships together: they share one pace.
                CallPace(dynamodb, self.table_name, "memberships", deletions),
                searches,
                ThreadPoolExecutor(_AT_ONCE).map,
            ),
        )


@lambda_function(UndoUsersEnv)
def lambda_handler(undo: UserUndo, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with whether there is more to do, and the notification to publish when there is not.

    An event that says how an execution has ended ends the undo.
    """
    if ended_as := event.get("ended_as"):
        return undo.execution_ended(event["request"], event["execution"], ExecutionStatus(ended_as)).to_json()
    seconds_left = context.get_remaining_time_in_millis() / 1000
    return undo.go_on(event["request"], event["execution"], error_in(event), seconds_left).to_json()
