"""Threads that carry deliveries: tasks run at once on a few daemon threads, later ones at a moment of cloud time.

Guaranteed: the sender of a task does not wait for it; nothing here keeps the process alive, and threads without work
end by themselves. A task handles its own failure: it must not raise, and one that does is logged.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Callable

    DeliveryTask = Callable[[], None]

_LOG = logging.getLogger(__name__)
_MOST_THREADS = 8
_IDLE_SECONDS = 5.0  # wall seconds after which a thread without work ends


class DeliveryWorkers:
    """A few daemon threads that run tasks in the order in which they were sent."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[DeliveryTask] = deque()
        self._running = 0
        self._threads = 0

    def send(self, task: DeliveryTask) -> None:
        """Run the task soon, on another thread."""
        with self._changed:
            self._waiting.append(task)
            if self._running + len(self._waiting) > self._threads and self._threads < _MOST_THREADS:
                self._threads += 1
                threading.Thread(target=self._work, name="localcloud-delivery", daemon=True).start()
            self._changed.notify_all()

    def idle(self) -> bool:
        """Whether nothing waits and nothing runs."""
        with self._changed:
            return not self._waiting and not self._running

    def drain(self, seconds: float) -> bool:
        """Wait up to that many wall seconds until nothing waits or runs; return whether that came true."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._running, seconds)

    def forget(self) -> None:
        """Drop the tasks that have not begun."""
        with self._changed:
            self._waiting.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while task := self._next():
            try:
                task()
            except Exception:  # noqa: BLE001  (a thread of the pool must survive its task)
                _LOG.exception("A delivery's task failed.")
            finally:
                with self._changed:
                    self._running -= 1
                    self._changed.notify_all()

    def _next(self) -> DeliveryTask | None:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting), _IDLE_SECONDS)
            if not self._waiting:
                self._threads -= 1
                return None
            self._running += 1
            return self._waiting.popleft()


class Timetable:
    """Tasks that are due at a moment of cloud time; one daemon thread that lives while there are any."""

    def __init__(self, workers: DeliveryWorkers) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._entries: list[tuple[float, int, DeliveryTask]] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None

    def at(self, when: float, task: DeliveryTask) -> None:
        """Send the task at `when` (cloud time, epoch seconds)."""
        with self._lock:
            heapq.heappush(self._entries, (when, next(self._order), task))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="localcloud-timetable", daemon=True)
                self._thread.start()
        self._changed.set()

    def forget(self) -> None:
        """Drop every entry."""
        with self._lock:
            self._entries.clear()
        self._changed.set()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._changed.clear()
                clock = current().clock
                while self._entries and self._entries[0][0] <= clock.now():
                    self._workers.send(heapq.heappop(self._entries)[2])
                if not self._entries:
                    self._thread = None
                    return
                until_next = self._entries[0][0] - clock.now()
            clock.wait(self._changed, until_next)


workers = DeliveryWorkers()
timetable = Timetable(workers)


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait up to that many wall seconds until the condition holds; return whether it does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
