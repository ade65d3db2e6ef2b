"""Looks users of a file up in the pool, within a rate that all runs share and within a bounded time.

Guarantees the keys of known users as the row engine compares them, or nothing at all: half a lookup would skip some of
the known users and send the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from cognito_drop.aws.user_searches import LookupGivenUpError, UserSearches
from cognito_drop.core.pools.lookup import MOST_SECONDS, SAMPLE_SECONDS, LookupBy, LookupPlan
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cognito_drop.core.rows import PoolRules


@dataclass(frozen=True, slots=True)
class UserLookup(UserSearches):
    """Looks users up."""

    @property
    def most_calls(self) -> int:
        """Calls that there is time for."""
        return self.pace.rate.per_second * MOST_SECONDS

    def known(self, plan: LookupPlan, pool_id: str, rules: PoolRules, names: Iterable[str]) -> frozenset[bytes] | None:
        """The keys of users who are in the pool; None when there is no time to look all of them up.

        `names` are those of the file, which a plan of searches asks for.
        """
        if not plan.fits:
            return None
        logger.info("User lookup finished.", by=plan.by, calls=plan.calls, seconds=plan.seconds, pool=pool_id)
        until = self.now() + MOST_SECONDS
        try:
            match plan.by:
                case LookupBy.SEARCHES:
                    found = self.searched(pool_id, rules, names, until)
                case LookupBy.LIST_USERS:
                    found = set(self.listed(pool_id, rules.sign_in, until))
                case _:
                    assert_never(plan.by)
        except LookupGivenUpError:
            logger.warning("User lookup abandoned: it takes too long.", pool=pool_id)
            return None
        return frozenset((name if rules.is_case_sensitive else name.casefold()).encode() for name in found)

    def sampled(self, pool_id: str, rules: PoolRules, names: Iterable[str]) -> int | None:
        """How many of these few users are in the pool; None when there is no time to look them up."""
        try:
            return len(self.searched(pool_id, rules, names, self.now() + SAMPLE_SECONDS))
        except LookupGivenUpError:
            logger.warning("Sample user lookup abandoned: it takes too long.", pool=pool_id)
            return None
