"""The pace that the commands of a machine share, and how a command gives way to callers that it does not know."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli import machine_pace
from cognito_drop.cli.machine_pace import MachinePace, pace_file
from cognito_drop.core.pools.call_rate import CallRate, Share
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

RATE = CallRate(4)
NOW = 1_000.0


def _pace(folder: Path, calls: str = "users") -> MachinePace:
    return MachinePace(RATE, calls, folder / "cache" / "pace.sqlite")


def _first(pace: MachinePace, until: float = NOW + 1_000) -> float:
    slots = pace.take(1, now=NOW, until=until)
    assert slots
    return slots.first_at


def test_two_commands_have_the_rate_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time is given out once, whichever command takes it and however long it waits for the file."""
    monkeypatch.setattr(machine_pace, "_SECONDS_TO_WAIT", PATIENCE)
    paces = [_pace(tmp_path) for _ in range(3)]
    with ThreadPoolExecutor(3) as commands:
        times = [time for taken in commands.map(lambda pace: [_first(pace) for _ in range(8)], paces) for time in taken]
    assert sorted(times) == [NOW + number / RATE.per_second for number in range(24)]


def test_other_calls_have_a_rate_of_their_own(tmp_path: Path) -> None:
    """Of another Region, and of another kind."""
    assert [_first(_pace(tmp_path, calls)) for calls in ("one", "other", "one")] == [NOW, NOW, NOW + 0.25]


def test_nothing_is_taken_that_comes_too_late(tmp_path: Path) -> None:
    """The times stay for others."""
    pace = _pace(tmp_path)
    assert pace.take(8, now=NOW, until=NOW + 1) is None
    assert _first(pace) == NOW


def test_time_of_a_clock_that_was_wrong_is_not_waited_for(tmp_path: Path) -> None:
    """More than a minute ahead."""
    assert MachinePace(RATE, "users", _pace(tmp_path).file).take(1, now=NOW + 86_400, until=NOW + 90_000)
    assert _first(_pace(tmp_path)) == NOW


@pytest.mark.parametrize("broken", ["no database", "no folder", "no home"])
def test_without_the_file_a_command_has_a_rate_of_its_own(tmp_path: Path, broken: str) -> None:
    """The export goes on."""
    if broken == "no folder":
        (tmp_path / "cache").touch()
    else:
        (tmp_path / "cache").mkdir()
        (tmp_path / "cache" / "pace.sqlite").write_text("of another program, and not a database" * 9)
    pace = MachinePace(RATE, "users", None) if broken == "no home" else _pace(tmp_path)
    assert [_first(pace) for _ in range(3)] == [NOW, NOW + 0.25, NOW + 0.5]


def test_file_is_in_the_cache_directory_and_only_its_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the variable says, or in the home; with times, and nothing of a pool."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "cache" / "cognito-drop" / "pace.sqlite"
    assert pace_file() == file
    MachinePace(RATE, "users", file).take(1, now=NOW, until=NOW + 9)
    assert file.parent.stat().st_mode & 0o077 == 0
    with sqlite3.connect(file) as store:
        assert store.execute("select * from pace").fetchall() == [("users", NOW + 0.25)]
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert pace_file() == tmp_path / ".cache" / "cognito-drop" / "pace.sqlite"


def test_refusals_slow_a_command_and_answers_bring_its_rate_back(tmp_path: Path) -> None:
    """It never stops, and never exceeds its rate."""
    share = Share()
    pace = MachinePace(RATE, "users", tmp_path / "pace.sqlite", share)
    share.refused()
    assert [_first(pace) for _ in range(2)] == [NOW, NOW + 0.5]
    for _ in range(50):
        share.refused()
    assert share.now > 0
    for _ in range(1_000):
        share.answered()
    assert share.now == 1


@pytest.mark.parametrize("callers", [2, 3, 5])
def test_callers_who_share_a_quota_come_to_similar_shares(callers: int) -> None:
    """Whatever they begin with: each second Cognito refuses what exceeds its quota, some of every caller's calls."""
    quota, rate = 30, 12
    shares = [Share() for _ in range(callers)]
    shares[0].now = 1 / 16
    made = [0.0] * callers
    for second in range(600):
        wanted = [rate * share.now for share in shares]
        is_over = sum(wanted) > quota
        for caller, share in enumerate(shares):
            for _ in range(round(wanted[caller])):
                share.answered()
            if is_over:
                share.refused()
            made[caller] += wanted[caller] if second >= 300 else 0
    assert max(made) <= 1.25 * min(made)
    assert sum(made) / 300 <= quota
