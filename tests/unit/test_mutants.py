"""`make mutants` sees what it changes: the machinery that measures the other tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name

from cognito_drop.core.runs import sweep_action
from cognito_drop.core.text import figures
from cognito_drop.core.text.figures import size
from tests.mutants import changes, swap
from tests.mutants.changes import Change
from tools.toolchain import PROJECT

FIGURES = Path("cognito_drop/core/text/figures.py")
COUNTED = "cognito_drop.core.text.figures.x_counted__mutmut_{}"
ACTIONS = Path("cognito_drop/core/runs/sweep_action.py")


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for function in (figures.counted, figures.duration, sweep_action.action_for):
        monkeypatch.setattr(function, "__code__", function.__code__)
        monkeypatch.setattr(function, "__kwdefaults__", function.__kwdefaults__)


def test_the_names_are_those_of_mutmut() -> None:
    """So that a seed draws the same sample in each version of the tool."""
    source = (PROJECT / FIGURES).read_text()
    names = [get_mutant_name(FIGURES, name) for name in mutate_file_contents(str(FIGURES), source).mutant_names]
    assert [change.name for change in changes.named(names)] == names


def test_a_change_shows_the_lines_that_it_changes() -> None:
    """One line goes, another comes."""
    (change,) = changes.named([COUNTED.format(1)])
    assert change.lines.splitlines()[0].startswith("- ")
    assert change.lines.splitlines()[1].startswith("+ ")
    assert len(change.lines.splitlines()) == 2


def test_a_change_is_seen_by_those_who_imported_the_function_before() -> None:
    """The function stays the same object."""
    assert size(5) == "5 bytes"
    swap.put(_changed(FIGURES, "x_counted", 'f"{number:,} {noun}"', 'f"{number:,}; {noun}"'))
    assert size(5) == "5; bytes"


def test_another_default_is_a_change() -> None:
    """Defaults are not part of a function's code."""
    swap.put(_changed(ACTIONS, "x_action_for", "is_urgent: bool = False", "is_urgent: bool = True"))
    assert sweep_action.action_for.__kwdefaults__ == {"is_urgent": True}


def test_the_functions_that_a_test_calls_are_counted() -> None:
    """Those that it calls by way of others too, and no more."""
    reached = swap.record([COUNTED.format(1).rpartition("__mutmut_")[0], "cognito_drop.core.text.figures.x_duration"])
    assert size(5) == "5 bytes"
    assert reached == {"cognito_drop.core.text.figures.x_counted"}


def test_what_a_log_line_is_given_is_told_apart() -> None:
    """Also in several lines; what is called beside it is not of the log."""
    before = 'logger.info(\n    "Text.",\n    first=one, second=two,\n)\nlog_failure("Text.", four)\nkeep(three)\n'
    before += 'seen.failed("Text.", error, run_id=five)\n'
    changed = (
        ("second=two", "second=None", True), ("four", "None", True), ("three", "None", False), ("logger", "x", False),
        ("five", "None", True), ("error", "None", False),
    )  # fmt: skip
    for old, new, is_of_log in changed:
        assert Change("x", FIGURES, before, before.replace(old, new)).is_of_log is is_of_log


def _changed(path: Path, function: str, before: str, after: str) -> Change:
    source = (PROJECT / path).read_text()
    assert source.count(before) == 1
    module = ".".join(path.with_suffix("").parts)
    return Change(f"{module}.{function}__mutmut_1", path, source, source.replace(before, after))
