"""The lookup of users in a pool that is kept in memory, with a clock of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.aws.call_pace import CallPace
from cognito_drop.aws.user_directory import UserDirectory, at_once
from cognito_drop.core.pools.call_rate import CallRate, Slots
from cognito_drop.core.pools.lookup import PAGE
from lambdas.preflight.user_lookup import UserLookup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.pools.user_search import UserSearch
    from tests.unit.fakes import InMemoryImports


class Clock:
    """Time that passes only where someone waits, or works."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def sleep(self, seconds: float) -> None:
        """Let so much time pass."""
        assert seconds > 0
        self.now += seconds


class InMemoryPace(CallPace):
    """The note in memory; several worlds may share it."""

    def __init__(self, rate: int) -> None:
        self.rate = CallRate(rate)
        self.free_at = 0.0

    def take(self, calls: int, *, now: float, until: float) -> Slots | None:
        """As the adapter does."""
        slots = self.rate.slots(self.free_at, now, calls)
        if slots.free_at > until:
            return None
        self.free_at = slots.free_at
        return slots


class InMemoryDirectory(UserDirectory):
    """The users of the pools; `refuses` has errors for the next calls."""

    def __init__(self, imports: InMemoryImports, clock: Clock) -> None:
        self.imports = imports
        self.clock = clock
        self.calls: list[tuple[float, str]] = []
        """When what was called."""
        self.asked: list[str] = []
        """Who was searched for."""
        self.refuses: list[Exception] = []
        self.seconds = 0.0
        """How long a call takes."""

    def page(self, pool_id: str, sign_in: Sequence[str], token: str) -> tuple[list[str], str]:  # noqa: ARG002
        """Sixty of them."""
        self._called("page")
        names, start = sorted(self.imports.users.get(pool_id, set())), int(token or 0)
        return names[start : start + PAGE], str(start + PAGE) if len(names) > start + PAGE else ""

    def has(self, pool_id: str, search: UserSearch, paced: Any = at_once) -> bool:  # noqa: ANN401  (of no answer)
        """Whether one matches; the filter itself is AWS's to read."""
        paced(lambda: self._called("has"))
        self.asked.append(search.name)
        return any(map(search.matches, self.imports.users.get(pool_id, set())))

    def _called(self, name: str) -> None:
        self.calls.append((self.clock.now, name))
        self.clock.now += self.seconds
        if self.refuses:
            raise self.refuses.pop(0)


def lookup_in(imports: InMemoryImports) -> UserLookup:
    """Looks up twelve times a second."""
    clock = Clock()
    return UserLookup(InMemoryDirectory(imports, clock), InMemoryPace(12), lambda: clock.now, clock.sleep, lambda: 1.0)
