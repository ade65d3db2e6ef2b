"""The table of fidelity names every guess about import jobs, and tests and settings that exist."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from localcloud.settings import Settings
from tools.fidelity import PAGE, Behavior, Difference, HeldByTests, page, sections
from tools.toolchain import PROJECT
from tools.verify.observation import Observation, Observations, Seen
from tools.verify.probes import LATER, PROBES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = {field.name for field in dataclasses.fields(Settings)}


def test_the_page_is_what_the_table_says() -> None:
    """Otherwise `make fidelity` was forgotten."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("field", sorted(name for name in SETTINGS if "import" in name))
def test_every_guess_about_import_jobs_is_named(field: str) -> None:
    """By its setting."""
    assert any(field in row.settings for row in _behaviors())


def test_every_setting_that_is_named_exists() -> None:
    """A row names the flags that change it."""
    assert {name for row in _behaviors() for name in row.settings} <= SETTINGS


def test_every_guess_has_a_probe_or_the_reason_why_there_is_none() -> None:
    """And no row has both."""
    guesses = [row for row in _behaviors() if row.is_unknown]
    assert len(guesses) > 20
    assert [row.behavior for row in guesses if bool(row.probes) == bool(row.no_probe)] == []


def test_every_unsettled_difference_says_why_no_probe_settles_it() -> None:
    """Between the emulator and another one."""
    differences = [row for section in sections() for row in section.rows if isinstance(row, Difference)]
    assert [row.difference for row in differences if (row.fault == "unknown") != bool(row.no_probe)] == []


def test_every_probe_watches_a_row() -> None:
    """And each that is named exists."""
    assert {probe for row in _behaviors() for probe in row.probes} == {*PROBES, *LATER}


def test_what_was_seen_in_aws_is_on_the_page(tmp_path: Path) -> None:
    """What was seen in localcloud is not."""
    observed = Observations(tmp_path / "observed.json")
    observed.add(Observation.of("page-size", Seen({"jobs": 50}), region="eu-west-1", aws=True))
    observed.add(Observation.of("birthdate", Seen({"stored": "here"}), region="eu-west-1", aws=False))
    (row,) = [line for line in page(observed.path).splitlines() if line.startswith("| A page of ListUserImportJobs")]
    assert re.search(r"\| `page-size` on \d{4}-\d\d-\d\d: `\{\"jobs\": 50\}` \|$", row)
    assert "`birthdate` on" not in page(observed.path)


def test_every_test_that_is_named_exists() -> None:
    """A row names the tests that hold it."""
    named = [test.partition("::") for row in _held_by_tests() for test in row.tests]
    assert len(named) > 40
    lost = [
        (file, test)
        for file, _, test in named
        if not (PROJECT / file).is_file() or (test and f"def {test}(" not in (PROJECT / file).read_text())
    ]
    assert lost == []


def _behaviors() -> Iterator[Behavior]:
    return (row for section in sections() for row in section.rows if isinstance(row, Behavior))


def _held_by_tests() -> Iterator[HeldByTests]:
    return (row for section in sections() for row in section.rows if isinstance(row, HeldByTests))
