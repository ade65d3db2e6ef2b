"""Adds imported users to the groups that the file names for them, within a bounded rate, and keeps what became of each.

Promises to go on where an earlier call has ended; that no result is lost or doubled, as a membership that is added
twice is the same membership; and that all functions together call Cognito no faster than was chosen. Users whose row
was not imported are left out.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.aws.call_pace import CallPace
from cognito_drop.aws.errors import LedgerConflictError, TransientError
from cognito_drop.aws.pool_parameters import PoolParameters
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.runs.run_state import CheckedFile, MembersProgress, drop_in
from lambdas.add_members.member_round import MemberRound, Tools
from lambdas.runtime import clients, clock
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_AT_ONCE: Final = 8
"""Calls under way at a time: with a tenth of a second for each, 80 a second."""


@dataclass(frozen=True, slots=True)
class AddMembersSettings(Settings):
    """The function's environment. `pools_path` is where the pools' parameters are."""

    table_name: str
    pools_path: str
    memberships_per_second: int


@cache
def _settings() -> AddMembersSettings:
    return AddMembersSettings.from_env()


@cache
def _pools() -> PoolParameters:
    return PoolParameters(clients.ssm(), _settings().pools_path)


@cache
def _tools() -> Tools:
    settings = _settings()
    return Tools(
        UserGroups(clients.cognito_once()),
        Staging(clients.s3()),
        RunLedger(clients.dynamodb(), settings.table_name),
        CallPace(clients.dynamodb(), settings.table_name, "memberships", CallRate(settings.memberships_per_second)),
        clock.epoch,
        clock.sleep,
        random.random,
        ThreadPoolExecutor(_AT_ONCE).map,
    )


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with `$.members` of the run's state: whether there is more to do, and how much is done."""
    drop = drop_in(event)
    logger.append_keys(run_id=drop.run_id)
    file = CheckedFile.in_state(event)
    settings = _pools().of_run(drop, file)
    ends_at = _tools().now() + context.get_remaining_time_in_millis() / 1000
    before = _tools().ledger.read(drop.run_id).memberships
    try:
        end = MemberRound(_tools(), drop, file, settings, ends_at).go_on()
    except LedgerConflictError:
        raise TransientError("Another call adds the same members") from None
    progress = end.progress
    record_metrics(run_metrics.of_memberships(before, progress))
    logger.info(
        "Members are added.", added=progress.added, left_out=progress.left_out, failed=progress.failed,
        throttled=progress.throttled, more=end.is_more,
    )  # fmt: skip
    return MembersProgress(end.is_more, progress.done).to_json()
