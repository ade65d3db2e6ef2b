"""Leaps of cloud time, as when a function's timeout is declared before it is reached.

Guarantees that a leap happens while no function runs, unless one runs for a minute: in a function, time passes as on
the wall. An invocation that comes while a leap is waited for begins after it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.clock import Clock

_PATIENCE = 60.0  # wall seconds; functions that call each other could wait for each other forever


class Leaps:
    """Lets the clock leap between invocations."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._running = 0
        self._leaping = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """While the block runs, a function does."""
        with self._changed:
            self._changed.wait_for(lambda: not self._leaping, _PATIENCE)
            self._running += 1
        try:
            yield
        finally:
            self._count(-1)

    def leap_to(self, moment: float) -> None:
        """Let that moment of cloud time come at once. To be called by an invocation whose function runs no more."""
        self._count(-1)
        with self._changed:
            self._leaping += 1
            self._changed.wait_for(lambda: not self._running, _PATIENCE)
            self._clock.leap_to(moment)
            self._leaping -= 1
            self._running += 1
            self._changed.notify_all()

    def _count(self, change: int) -> None:
        with self._changed:
            self._running += change
            self._changed.notify_all()
