"""Searches users of a file in the pool, within a rate of calls and within a bounded time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import AdapterError, is_throttled, is_transient
from cognito_drop.core.pools.call_rate import Share, pause_after
from cognito_drop.core.pools.user_search import searches_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cognito_drop.aws.user_directory import Paced, PoolUser, UserDirectory
    from cognito_drop.core.pools.call_rate import CallRate, Slots
    from cognito_drop.core.pools.user_search import UserSearch
    from cognito_drop.core.rows import PoolRules

    T = TypeVar("T")


class LookupGivenUpError(AdapterError):
    """It takes longer than there is time for."""


class Pace(Protocol):
    """Gives out times for calls, each once."""

    @property
    def rate(self) -> CallRate:
        """How many calls in a second."""

    def take(self, calls: int, *, now: float, until: float) -> Slots | None:
        """Times for so many calls; None, and nothing is taken, where the last of them would come after `until`."""


@dataclass(frozen=True, slots=True)
class UserSearches:
    """Looks users up. All methods raise LookupGivenUpError."""

    directory: UserDirectory
    pace: Pace
    now: Callable[[], float]
    """Epoch seconds."""
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    """Drawn evenly from 0 to 1."""
    most_unanswered: float = math.inf
    """So often a call without an answer is made again; calls that have no time limit need one here."""
    share: Share = field(default_factory=Share)
    """Told of each answer and each refusal; a pace may use it."""

    def searched(self, pool_id: str, rules: PoolRules, names: Iterable[str], until: float) -> set[str]:
        """Those of the names that searches find."""
        return {name for name in names if self._finds(pool_id, searches_for(name, rules), until)}

    def found(self, pool_id: str, searches: Iterable[UserSearch], until: float) -> list[PoolUser]:
        """The users whom any of the searches finds."""
        paced = self._until(until)
        return [user for search in searches for user in self.directory.found(pool_id, search, paced)]

    def ids(self, pool_id: str, searches: Iterable[UserSearch], until: float) -> list[dict[str, str]]:
        """The users whom the first search finds that finds any: the value that was searched for, and their ids."""
        found = (self.directory.ids(pool_id, search, self._until(until)) for search in searches)
        return next(filter(None, found), [])

    def users(self, pool_id: str, token: str, until: float) -> tuple[list[dict[str, str]], str]:
        """Some users with all their attributes, and what asks for those after them, empty at the end."""
        return self.paced(until, partial(self.directory.users, pool_id, token))

    def listed(self, pool_id: str, sign_in: tuple[str, ...], until: float) -> list[str]:
        """The names of all users of the pool."""
        names, token = self.paced(until, lambda: self.directory.page(pool_id, sign_in, ""))
        while token:
            more, token = self.paced(until, lambda: self.directory.page(pool_id, sign_in, token))  # noqa: B023  (called at once)
            names += more
        return names

    def paced(self, until: float, call: Callable[[], T]) -> T:
        """The answer of any call of this rate at its time, tried again while Cognito asks for patience, and for a while
        if the network fails."""
        failures = 0
        while True:
            slots = self.pace.take(1, now=self.now(), until=until)
            if slots is None:
                raise LookupGivenUpError
            self._wait(slots.first_at - self.now())
            try:
                answer = call()
            except Exception as error:
                if is_throttled(error):
                    self.share.refused()
                is_answered = isinstance(error, ClientError)
                if not is_transient(error) or (not is_answered and failures >= self.most_unanswered):
                    raise
                self._wait(pause_after(failures, self.chance()))
                failures += 1
            else:
                self.share.answered()
                return answer

    def _finds(self, pool_id: str, searches: Iterable[UserSearch], until: float) -> bool:
        """Whether one of the searches finds the user; those after it are not made."""
        return any(self.directory.has(pool_id, search, self._until(until)) for search in searches)

    def _until(self, until: float) -> Paced:
        """What makes each call of a search, one for each page, at its time."""
        return lambda call: self.paced(until, call)

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.sleep(seconds)
