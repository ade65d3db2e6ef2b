"""When an import window is open, on usual days and on those on which the clock changes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cognito_drop.core.pools.import_window import ImportWindow

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = ImportWindow.parse("22:00-05:00 Europe/Berlin")


def _at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-07-01 21:59", "2026-07-01 22:00"),
        ("2026-07-01 22:00", None),
        ("2026-07-02 04:59", None),
        ("2026-07-02 05:00", "2026-07-02 22:00"),
        ("2026-07-02 12:00", "2026-07-02 22:00"),
        ("2026-03-28 12:00", "2026-03-28 22:00"),
        ("2026-03-29 04:59", None),  # the night has an hour less
        ("2026-03-29 05:00", "2026-03-29 22:00"),
        ("2026-10-25 04:59", None),  # and here one more
        ("2026-10-25 05:00", "2026-10-25 22:00"),
    ],
)
def test_a_window_over_midnight_follows_the_wall_clock(now: str, opens: str | None) -> None:
    """Of its own time zone, in summer and in winter."""
    assert NIGHT.next_opening(_at(now)) == (_at(opens) if opens else None)


def test_the_length_of_the_night_changes_with_the_clock() -> None:
    """Seven hours by the wall clock are six hours in March, and eight in October."""
    spring, autumn = _at("2026-03-28 22:00"), _at("2026-10-24 22:00")
    assert NIGHT.next_opening(spring + 6 * 3600 - 1) is None
    assert NIGHT.next_opening(spring + 6 * 3600) is not None
    assert NIGHT.next_opening(autumn + 8 * 3600 - 1) is None
    assert NIGHT.next_opening(autumn + 8 * 3600) is not None


def test_a_time_that_a_day_does_not_have_is_an_hour_later_by_the_wall_clock() -> None:
    """At 02:00 the clocks go to 03:00: 02:30 is 03:30."""
    window = ImportWindow.parse("02:30-06:00 Europe/Berlin")
    assert window.next_opening(_at("2026-03-29 01:00")) == _at("2026-03-29 03:30")


def test_a_window_of_the_day() -> None:
    """Where the end is later than the start."""
    window = ImportWindow.parse("09:00-17:30 America/New_York")
    zone = ZoneInfo("America/New_York")
    assert window.next_opening(_at("2026-07-01 08:00", zone)) == _at("2026-07-01 09:00", zone)
    assert window.next_opening(_at("2026-07-01 17:29", zone)) is None
    assert window.next_opening(_at("2026-07-01 17:30", zone)) == _at("2026-07-02 09:00", zone)


@pytest.mark.parametrize(
    "text", ["", "22-05 Europe/Berlin", "22:00-05:00", "24:00-05:00 UTC", "22:00-22:00 UTC", "22:60-05:00 UTC", None, 5]
)
def test_what_is_no_window_is_not_taken(text: object) -> None:
    """Two times that differ, and a time zone."""
    assert not ImportWindow.takes(text)


def test_a_time_zone_that_is_not_known_is_told_apart() -> None:
    """At synth it ends the synthesis; in a function imports start at any time."""
    assert NIGHT.has_zone
    assert not ImportWindow.parse("22:00-05:00 Europe/Berlim").has_zone
