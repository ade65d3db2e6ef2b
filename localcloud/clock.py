"""The cloud's clock: waits pass faster by a factor, work does not.

While nothing works, cloud time runs `factor` times as fast as the wall clock, so a scenario of hours takes seconds.
While a function runs or a file is uploaded (`with clock.working():`), cloud time runs at the pace of the wall clock:
real work takes real time, and a factor of 1,000 does not expire an upload URL under a function that is busy with it.

Every wait of the emulator goes through this clock; what it leaves to others is the content of the waits.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONGEST_NAP = 0.5  # wall seconds; bounds how late a waiter sees that an event was set


class Clock:
    """A monotonic clock in epoch seconds that starts at the wall clock's time.

    `factor` is cloud seconds per wall second while idle (>= 1). `wall` is the source of wall seconds.
    """

    def __init__(self, factor: float = 1.0, wall: Callable[[], float] = time.monotonic) -> None:
        if factor < 1:
            raise ValueError(f"The clock's factor must be at least 1, not {factor}.")
        self._factor = factor
        self._wall = wall
        self._lock = threading.Lock()
        self._workers = 0
        self._anchor_wall = wall()
        self._anchor_cloud = time.time()

    @property
    def factor(self) -> float:
        """Cloud seconds per wall second while nothing works."""
        return self._factor

    def now(self) -> float:
        """Cloud time in epoch seconds."""
        with self._lock:
            return self._now()

    def lead(self) -> float:
        """Seconds that cloud time is ahead of the wall's; the same for as long as something works."""
        with self._lock:
            wall = self._wall()
            return self._anchor_cloud - self._anchor_wall + (wall - self._anchor_wall) * (self._pace() - 1)

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds of cloud time."""
        self.wait(threading.Event(), seconds)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until `event` is set, at most that many seconds of cloud time; return whether it is set."""
        deadline = self.now() + seconds
        while not event.is_set():
            with self._lock:
                left = (deadline - self._now()) / self._pace()
            if left <= 0:
                return event.is_set()
            event.wait(min(left, _LONGEST_NAP if self._factor == 1 else 0.05))
        return True

    def leap_to(self, moment: float) -> None:
        """Let that moment of cloud time be now, unless it is past."""
        with self._lock:
            wall = self._wall()
            self._anchor_cloud = max(moment, self._anchor_cloud + (wall - self._anchor_wall) * self._pace())
            self._anchor_wall = wall

    @contextmanager
    def working(self) -> Iterator[None]:
        """While the block runs, cloud time keeps the pace of the wall clock."""
        self._set_workers(1)
        try:
            yield
        finally:
            self._set_workers(-1)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Within `working`, for a worker that waits: while the block runs, it does not count as working."""
        self._set_workers(-1)
        try:
            yield
        finally:
            self._set_workers(1)

    def _set_workers(self, change: int) -> None:
        with self._lock:
            self._anchor_cloud = self._now()
            self._anchor_wall = self._wall()
            self._workers += change

    def _pace(self) -> float:
        return 1.0 if self._workers else self._factor

    def _now(self) -> float:
        return self._anchor_cloud + (self._wall() - self._anchor_wall) * self._pace()
