"""The time is asked for in one place."""

from __future__ import annotations

import ast
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lambdas.runtime import clock

LAMBDAS = Path(__file__).resolve().parents[2] / "lambdas"
ASKS_FOR_TIME = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "time_ns", "gmtime", "localtime"}


def _asks(source: str) -> set[str]:
    """The names of calls that read a clock: of `time`, `date` and `datetime`, or taken from these modules."""
    tree = ast.parse(source)
    found = {
        f"{node.func.value.id}.{node.func.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("time", "date", "datetime", "dt")
        and node.func.attr in ASKS_FOR_TIME
    }
    taken = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
    }
    return found | taken


def test_no_other_file_of_the_functions_asks_for_the_time() -> None:
    """So that a function's time can be another one in a test, and is the same in all that it does."""
    asking = {path.relative_to(LAMBDAS).as_posix() for path in LAMBDAS.rglob("*.py") if _asks(path.read_text("utf-8"))}
    assert asking == {"runtime/clock.py"}


@pytest.mark.parametrize(
    "source", ["datetime.now(UTC)", "time.time()", "from time import monotonic", "date.today()", "datetime.utcnow()"]
)
def test_who_asks_is_found(source: str) -> None:
    """In each of the ways that there are."""
    assert _asks(source)


@pytest.mark.parametrize(
    "source", ["self.now()", "clock.now()", "datetime.fromisoformat(text)", "datetime(2026, 7, 1)"]
)
def test_who_is_reported_is_not_found(source: str) -> None:
    """A time that is given, or made of a text."""
    assert not _asks(source)


def test_the_two_clocks_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds since 1970, and the same as a moment in UTC."""
    monkeypatch.setattr(time, "time", lambda: 1_782_907_200.5)
    assert clock.epoch() == 1_782_907_200.5
    assert clock.now() == datetime(2026, 7, 1, 12, 0, 0, 500_000, UTC)
