"""Adds imported users to the groups that the file names for them."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.aws.call_pace import CallPace
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.contract.environment import AddMembersVariables
from cognito_drop.core.pools.call_rate import CallRate
from lambdas.add_members.member_addition import MemberAddition
from lambdas.add_members.member_round import Tools
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_AT_ONCE: Final = 8
"""Concurrent calls: with a tenth of a second for each, 80 a second."""


@dataclass(frozen=True, slots=True)
class AddMembersEnv(AddMembersVariables, FunctionEnv[MemberAddition]):
    """The function's environment."""

    def use_case(self) -> MemberAddition:
        """The addition of users to groups."""
        rate = CallRate(self.memberships_per_second)
        tools = Tools(
            UserGroups(clients.cognito_once()),
            Staging(clients.s3()),
            RunLedger(clients.dynamodb(), self.table_name),
            CallPace(clients.dynamodb(), self.table_name, "memberships", rate),
            clock.epoch,
            clock.sleep,
            random.random,
            ThreadPoolExecutor(_AT_ONCE).map,
        )
        return MemberAddition(tools)


@lambda_function(AddMembersEnv)
def lambda_handler(addition: MemberAddition, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with `$.members` of the run's state: whether there is more to do, and how much is done."""
    drop, seconds_left = run_of(event), context.get_remaining_time_in_millis() / 1000
    return addition.go_on(drop, seconds_left).to_json()
