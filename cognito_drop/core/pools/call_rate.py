"""How fast calls are made whose quota is shared: with production, and with other runs.

Guarantees that calls which take their times from one note, however many functions share it, are no more in a second
than was chosen. Storing the state and waiting are handled by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SECONDS_AHEAD: Final = 5
"""Calls of so many seconds are planned at once: a note for each call would cost as much as the call."""
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_MOST_DOUBLINGS: Final = 10
_LEAST_SHARE: Final = 1 / 16
_REGAINED: Final = 1 / 240
"""Of the rate in the time of a call at the full rate: the half that one refusal takes is back in the time of 120 calls,
ten seconds at 12 a second."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Times for calls, in epoch seconds: the first, and from when on others are free."""

    first_at: float
    free_at: float


@dataclass(slots=True)
class Share:
    """How much of a rate is used: less while Cognito refuses calls because others make them too.

    It is halved by each refusal and grows evenly with time, so that callers who share a quota come to equal shares of
    it without knowing each other.
    Source: https://www.rfc-editor.org/rfc/rfc5681#section-3.1
    """

    now: float = 1.0

    def refused(self) -> None:
        """A call came too soon after those of others."""
        self.now = max(_LEAST_SHARE, self.now / 2)

    def answered(self) -> None:
        """A call was answered."""
        self.now = min(1.0, self.now + _REGAINED / self.now)  # a slow caller gains as much in a second as a fast one


@dataclass(frozen=True, slots=True)
class CallRate:
    """So many calls in a second, all functions together."""

    per_second: int

    @property
    def most_at_once(self) -> int:
        """Calls that are planned at once, at most."""
        return self.per_second * _SECONDS_AHEAD

    def slots(self, free_at: float, now: float, calls: int, share: float = 1.0) -> Slots:
        """When to make the next calls, where earlier ones have left the times from `free_at` on; `share` is how much of
        the rate is used, more than 0 and at most 1."""
        first_at = max(free_at, now)
        return Slots(first_at, first_at + calls / (self.per_second * share))

    def time_of(self, slots: Slots, call: int) -> float:
        """When to make the call of this number, from 0."""
        return slots.first_at + call / self.per_second

    def seconds_for(self, calls: int) -> int:
        """Whole seconds that so many calls take."""
        return -(-calls // self.per_second)


def pause_after(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures of a call, with full jitter; `chance` is drawn evenly from 0 to 1.

    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return chance * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(failures, _MOST_DOUBLINGS))
