"""Users looked up in the live pool as preflight does: with ListUsers, which makes no user active, and within a rate."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_denied
from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_searches import LookupGivenUpError, UserSearches
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.pools.lookup import SAMPLE_DENIED, SAMPLE_GIVEN_UP, SAMPLE_SECONDS
from cognito_drop.core.pools.quality_gate import Lookup, warnings
from cognito_drop.core.pools.user_search import searches_by_value

if TYPE_CHECKING:
    from cognito_drop.aws.user_directory import PoolUser
    from cognito_drop.cli.base_command import Context
    from cognito_drop.core.pools.call_rate import Slots
    from cognito_drop.core.rows import PoolRules, PreflightReport
    from cognito_drop.core.text.json_types import WarningJson

RATE: Final = CallRate(12)
"""40 % of the account's quota, as the stack's own default."""
_MOST_UNANSWERED: Final = 8
"""About a minute without a network."""


@dataclass(slots=True)
class _OwnPace:
    """The pace of one process."""

    rate: CallRate
    _free_at: float = 0.0

    def take(self, calls: int, *, now: float, until: float) -> Slots | None:
        slots = self.rate.slots(self._free_at, now, calls)
        if slots.free_at > until:
            return None
        self._free_at = slots.free_at
        return slots


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


def users_with(context: Context, pool_id: str, value: str) -> list[PoolUser]:
    """The users of a pool who have this value as username, email address, or phone number, each once."""
    try:
        with context.messages.working("Searching the user pool"):
            found = paced_searches(context).found(pool_id, searches_by_value(value), time.time() + SAMPLE_SECONDS)
    except LookupGivenUpError:
        raise CommandError(
            ErrorCode.THROTTLED, f"The user pool {pool_id} was not searched: AWS is too busy.", "Try again in a minute."
        ) from None
    return list({user.username: user for user in reversed(found)}.values())


def paced_searches(context: Context, rate: CallRate = RATE) -> UserSearches:
    """Looks users up within a rate."""
    directory = UserDirectory(context.aws.cognito_once)
    return UserSearches(directory, _OwnPace(rate), time.time, time.sleep, random.random, _MOST_UNANSWERED)
