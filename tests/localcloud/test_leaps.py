"""Cloud time leaps between invocations of functions, and never during one."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from localcloud.clock import Clock
from localcloud.functions import leaps
from localcloud.functions.leaps import Leaps
from tests.localcloud.command import eventually
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

FAR = 600.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that only leaps move."""
    monkeypatch.setattr(leaps, "_PATIENCE", PATIENCE)
    return Clock(1, lambda: 0.0)


def function(made: Leaps, work: Callable[[], object]) -> Thread:
    """An invocation that does the work, in a thread that has been started."""

    def invoke() -> None:
        with made.running():
            work()

    thread = Thread(target=invoke, daemon=True)
    thread.start()
    return thread


def test_a_leap_waits_for_the_functions_that_run(clock: Clock) -> None:
    """A function that begins meanwhile begins after it."""
    made, began, done, seen = Leaps(clock), Event(), Event(), list[float]()
    start = clock.now()

    def work() -> None:
        began.set()
        assert done.wait(PATIENCE)
        seen.append(clock.now())

    first = function(made, work)
    assert began.wait(PATIENCE)
    leaping = function(made, lambda: made.leap_to(start + FAR))
    eventually(lambda: made._leaping or not leaping.is_alive())  # noqa: SLF001  (whether it waits)
    later = function(made, lambda: seen.append(clock.now()))
    done.set()
    for thread in (first, leaping, later):
        thread.join(PATIENCE)
    assert seen == [start, start + FAR]


def test_a_leap_is_not_waited_for_forever(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by functions that call each other."""
    monkeypatch.setattr(leaps, "_PATIENCE", 0.0)
    made, start = Leaps(clock), clock.now()
    with made.running():
        function(made, lambda: made.leap_to(start + FAR)).join(PATIENCE)
    assert clock.now() == start + FAR
