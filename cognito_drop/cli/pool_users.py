"""Users looked up in the live pool as preflight does: with ListUsers, which makes no user active, and within a rate."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_denied
from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_searches import LookupGivenUpError, UserSearches
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.machine_pace import MachinePace, pace_file
from cognito_drop.core.pools.call_rate import CallRate, Share
from cognito_drop.core.pools.lookup import SAMPLE_DENIED, SAMPLE_GIVEN_UP, SAMPLE_SECONDS
from cognito_drop.core.pools.quality_gate import Lookup, warnings
from cognito_drop.core.pools.user_search import searches_by_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.aws.user_directory import PoolUser
    from cognito_drop.cli.base_command import Context
    from cognito_drop.core.rows import PoolRules, PreflightReport
    from cognito_drop.core.text.json_types import WarningJson

RATE: Final = CallRate(12)
"""40 % of the account's quota, as the stack's own default."""
_MOST_UNANSWERED: Final = 8
"""About a minute without a network."""


def look_up_sample(
    context: Context, pool_id: str, rules: PoolRules, report: PreflightReport
) -> tuple[Lookup | None, list[WarningJson]]:
    """How many users of the sample are in the pool, and what is to be said of it; None where that is not known."""
    try:
        with context.messages.working("Looking up a sample of the users"):
            known = paced_searches(context).searched(pool_id, rules, report.sample, time.time() + SAMPLE_SECONDS)
    except LookupGivenUpError:
        return None, [SAMPLE_GIVEN_UP]
    except ClientError as error:
        if not is_denied(error):
            raise
        return None, [SAMPLE_DENIED]
    lookup = Lookup(len(report.sample), len(known))
    return lookup, warnings(lookup)


def users_with(context: Context, pool_id: str, spellings: Sequence[str]) -> list[PoolUser]:
    """The users of a pool who have one of these values as username, email address, or phone number, each once."""
    try:
        with context.messages.working("Searching the user pool"):
            searches = [search for value in spellings for search in searches_by_value(value)]
            found = paced_searches(context).found(pool_id, searches, time.time() + SAMPLE_SECONDS)
    except LookupGivenUpError:
        raise CommandError(
            ErrorCode.THROTTLED, f"The user pool {pool_id} was not searched: AWS is too busy.", "Try again in a minute."
        ) from None
    return list({user.username: user for user in reversed(found)}.values())


def paced_searches(context: Context, rate: CallRate = RATE, calls: str = "users") -> UserSearches:
    """Looks users up within a rate that all commands of this machine share for these calls in this Region."""
    client, share = context.aws.cognito_once, Share()
    pace = MachinePace(rate, f"{calls} at {client.meta.endpoint_url}", pace_file(), share)
    return UserSearches(UserDirectory(client), pace, time.time, time.sleep, random.random, _MOST_UNANSWERED, share)
