"""Looks users of a file up in the pool, within a rate that all runs share and within a bounded time.

Guarantees the keys of known users as the row engine compares them, or nothing at all: half a lookup would skip some of
the known users and send the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, assert_never

from cognito_drop.aws.errors import is_transient
from cognito_drop.core.pools.call_rate import pause_after
from cognito_drop.core.pools.lookup import MOST_SECONDS, SAMPLE_SECONDS, LookupBy, LookupPlan
from cognito_drop.core.pools.user_search import searches_for
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cognito_drop.aws.call_pace import CallPace
    from cognito_drop.aws.user_directory import UserDirectory
    from cognito_drop.core.pools.user_search import UserSearch
    from cognito_drop.core.rows import PoolRules

    T = TypeVar("T")


class LookupGivenUpError(Exception):
    """It takes longer than there is time for."""


@dataclass(frozen=True, slots=True)
class UserLookup:
    """Looks users up."""

    directory: UserDirectory
    pace: CallPace
    now: Callable[[], float]
    """Epoch seconds."""
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    """Drawn evenly from 0 to 1."""

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
                    found = self._searched(pool_id, rules, names, until)
                case LookupBy.LIST_USERS:
                    found = set(self._listed(pool_id, rules.sign_in, until))
                case _:
                    assert_never(plan.by)
        except LookupGivenUpError:
            logger.warning("User lookup abandoned: it takes too long.", pool=pool_id)
            return None
        return frozenset((name if rules.is_case_sensitive else name.casefold()).encode() for name in found)

    def sampled(self, pool_id: str, rules: PoolRules, names: Iterable[str]) -> int | None:
        """How many of these few users are in the pool; None when there is no time to look them up."""
        try:
            return len(self._searched(pool_id, rules, names, self.now() + SAMPLE_SECONDS))
        except LookupGivenUpError:
            logger.warning("Sample user lookup abandoned: it takes too long.", pool=pool_id)
            return None

    def _searched(self, pool_id: str, rules: PoolRules, names: Iterable[str], until: float) -> set[str]:
        """Those of the names that searches find."""
        return {name for name in names if self._finds(pool_id, searches_for(name, rules), until)}

    def _finds(self, pool_id: str, searches: Iterable[UserSearch], until: float) -> bool:
        """Whether one of the searches finds the user; those after it are not made."""
        return any(self._call(until, lambda: self.directory.has(pool_id, search)) for search in searches)  # noqa: B023  (called at once)

    def _listed(self, pool_id: str, sign_in: tuple[str, ...], until: float) -> list[str]:
        names, token = self._call(until, lambda: self.directory.page(pool_id, sign_in, ""))
        while token:
            more, token = self._call(until, lambda: self.directory.page(pool_id, sign_in, token))  # noqa: B023  (called at once)
            names += more
        return names

    def _call(self, until: float, call: Callable[[], T]) -> T:
        """The call's answer at its time, tried again while Cognito asks for patience."""
        failures = 0
        while True:
            slots = self.pace.take(1, now=self.now(), until=until)
            if slots is None:
                raise LookupGivenUpError
            self._wait(slots.first_at - self.now())
            try:
                return call()
            except Exception as error:
                if not is_transient(error):
                    raise
                self._wait(pause_after(failures, self.chance()))
                failures += 1

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.sleep(seconds)
