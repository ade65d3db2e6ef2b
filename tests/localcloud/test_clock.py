"""The cloud's clock: fast while it waits, at the wall clock's pace while it works."""

from __future__ import annotations

import threading
import time

import pytest

from localcloud.clock import Clock
from tests.patience import PATIENCE


class Wall:
    """A wall clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Wall seconds."""
        return self.seconds


def test_idle_time_passes_faster_by_the_factor() -> None:
    """A second of the wall clock is as many seconds of cloud time as the factor says."""
    wall = Wall()
    clock = Clock(1000, wall)
    start = clock.now()
    wall.seconds += 2
    assert clock.now() - start == pytest.approx(2000)


def test_work_takes_the_time_it_takes() -> None:
    """While something works, cloud time keeps the wall clock's pace, and is fast again afterwards."""
    wall = Wall()
    clock = Clock(1000, wall)
    start = clock.now()
    with clock.working():
        wall.seconds += 3
        assert clock.now() - start == pytest.approx(3)
    wall.seconds += 1
    assert clock.now() - start == pytest.approx(1003)


def test_time_is_slow_until_the_last_worker_is_done() -> None:
    """One of two workers that ends does not let time run."""
    wall = Wall()
    clock = Clock(1000, wall)
    start = clock.now()
    with clock.working():
        with clock.working():
            wall.seconds += 1
        wall.seconds += 1
    assert clock.now() - start == pytest.approx(2)


def test_a_worker_that_rests_does_not_hold_time() -> None:
    """Waiting inside of work passes as fast as other waiting."""
    wall = Wall()
    clock = Clock(1000, wall)
    start = clock.now()
    with clock.working():
        with clock.resting():
            wall.seconds += 1
        wall.seconds += 1
    assert clock.now() - start == pytest.approx(1001)


def test_the_lead_stays_while_something_works() -> None:
    """Cloud time gets ahead of the wall while nothing works, and keeps its distance while something does."""
    wall = Wall()
    clock = Clock(1000, wall)
    start = clock.lead()
    wall.seconds += 2
    assert clock.lead() - start == pytest.approx(1998)
    with clock.working():
        wall.seconds += 5
        assert clock.lead() - start == pytest.approx(1998)
    assert clock.lead() + wall.seconds == pytest.approx(clock.now())


def test_a_long_sleep_is_short_on_the_wall() -> None:
    """Sleeping 100 seconds at a factor of 1,000 takes a tenth of a second, and not less."""
    clock = Clock(1000)
    begin, start = clock.now(), time.monotonic()
    clock.sleep(100)
    assert clock.now() - begin >= 100
    assert 0.09 <= time.monotonic() - start < PATIENCE


def test_a_wait_ends_with_its_event() -> None:
    """A wait of hours ends soon after the event is set, and says that it was."""
    clock = Clock(1)
    event = threading.Event()
    threading.Timer(0.05, event.set).start()
    start = time.monotonic()
    assert clock.wait(event, 3600)
    assert time.monotonic() - start < PATIENCE


def test_a_wait_says_that_nothing_happened() -> None:
    """A wait that runs out says that the event is not set."""
    assert not Clock(1000).wait(threading.Event(), 10)


def test_time_never_goes_slower_than_the_wall() -> None:
    """A factor below one is refused."""
    with pytest.raises(ValueError, match="at least 1"):
        Clock(0.5)
