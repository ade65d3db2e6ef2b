"""docs/tour.md shows what commands write today: their tables, the names of their facts, and the checks of `doctor`."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.strings.screens import screens
from tools.tour.page import TEXT, without_outputs
from tools.tour.page import TOUR as PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

doctor = importlib.import_module("cognito_drop.cli.commands.doctor")  # the module: the package has the command
TOUR = PAGE.read_text(encoding="utf-8")


def _outputs(lines: Iterable[str]) -> dict[str, list[str]]:
    """By command the lines that all its calls have written."""
    name, found = "", dict[str, list[str]]()
    for line in lines:
        if line.startswith("$ "):
            name = line.split()[2] if line.startswith("$ cognito-drop ") else ""
        elif not line.startswith("```"):
            found.setdefault(name, []).append(line)
        else:
            name = ""
    return found


@pytest.fixture(scope="module")
def written() -> dict[str, list[str]]:
    """What the commands write today, where nothing has to give way."""
    return _outputs(screens(240))


def _cells(line: str) -> list[str]:
    return re.split(r" {2,}", line)


@pytest.mark.parametrize(("command", "first"), [("runs", "run "), ("jobs", "job "), ("results", "file ")])
def test_tables_have_the_columns_of_today(written: dict[str, list[str]], command: str, first: str) -> None:
    """Those that fit on the tour's terminal."""
    header, shown = (
        next(_cells(line) for line in outputs[command] if line.startswith(first))
        for outputs in (written, _outputs(TOUR.splitlines()))
    )
    assert shown == [name for name in header if name in shown]


def test_a_drop_is_shown_with_the_names_of_today(written: dict[str, list[str]]) -> None:
    """One below the other: its place in the bucket does not fit beside the file."""
    header = next(_cells(line) for line in written["drop"] if line.startswith("run "))
    shown = [_cells(line)[0] for line in _outputs(TOUR.splitlines())["drop"]]
    assert [name for name in shown if name in header] == header * TOUR.count("$ cognito-drop drop ")


def test_doctor_is_shown_with_the_checks_of_today() -> None:
    """In their order."""
    shown = [line.removeprefix("✓ ") for line in TOUR.splitlines() if line.startswith("✓ ")]
    assert shown == [promise for promise, _ in doctor.CHECKS.values()]


def test_the_tour_has_the_text_and_the_commands_that_are_played() -> None:
    """`make tour` writes the page; scenarios/test_tour.py has it played, and compares what the commands write."""
    assert without_outputs(TOUR) == without_outputs(TEXT.read_text(encoding="utf-8"))
