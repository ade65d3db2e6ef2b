"""What the demo says of a run, in words for people who have never seen it."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import pytest
from rich.console import Console

from cognito_drop.core.imports.import_job import JobCounts
from tools.demo import DemoChoices, wait_for_interrupt
from tools.demo_screen import counts_of, done_of, reasons_table, show_progress, words_of
from tools.deployment import cause_of
from tools.run_watch import View
from tools.toolchain import PROJECT


def test_progress_ends_full_and_counts_agree() -> None:
    """Rows that the check has rejected are done as well."""
    counts = JobCounts(imported=188, skipped=1, failed=0)
    under_way = View("Check import", "RUNNING", counts, rows=200, rejected=10)
    assert (words_of(under_way), done_of(under_way)) == ("Importing", 199)
    over = View("Mark notified", "SUCCEEDED", counts, rows=200, rejected=10)
    assert (words_of(over), done_of(over)) == ("Done", 200)
    assert done_of(View("Preflight", "RUNNING", JobCounts())) == 0
    assert counts_of(over) == "200 of 200 rows, 188 imported, 1 skipped, 10 rejected"


def test_rows_that_are_done_before_the_import_are_called_rejected() -> None:
    """In a log too, which has a line for each state."""
    waits = View("Wait for lock", "RUNNING", JobCounts(), rows=1000, rejected=12)
    watch: Any = SimpleNamespace(views=lambda: iter([View("Preflight", "RUNNING", JobCounts()), waits]))
    console = Console(file=io.StringIO(), width=80)
    show_progress(watch, console)
    lines = cast("io.StringIO", console.file).getvalue().splitlines()
    assert "  Checking the file" in lines
    assert "  Waiting for the import lock, 12 of 1,000 rows, 12 rejected" in lines


def test_a_file_that_is_refused_as_a_whole_shows_no_zeros() -> None:
    """Its own number of rows comes with the reason."""
    assert counts_of(View("Report", "RUNNING", JobCounts(), rows=0)) == ""


@pytest.mark.parametrize("places", ["lines", "records"])
def test_the_numbers_of_reasons_are_called_what_they_count(places: str) -> None:
    """An export in JSON has records."""
    preset = {"name": "auth0", "format": "json", "lines_are": places}
    made = reasons_table(cast("Any", {"preset": preset, "reasons": []}))
    assert made.columns[-1].header == places


def test_every_state_has_words() -> None:
    """But for those in which an import is stopped, which the demo does not do."""
    page = (PROJECT / "docs" / "architecture.md").read_text()
    section = page.partition("## The states of a run")[2].partition("\n```\n")[0]
    states = {name.replace("_", " ") for name in re.findall(r"([A-Z]\w+) -->", section)}
    assert "Mark notified" in states
    wordless = {state for state in states if words_of(View(state, "RUNNING", JobCounts())) == state}
    assert wordless == {"Stop import", "Wait to stop"}


def test_the_pool_reads_files_as_it_is_told() -> None:
    """With hashes of an export, with a mapping, and with any other setting."""
    assert DemoChoices("auth0").pool("p")["password_hashes"] == ["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"]
    mapping = {"columns": {"email": "Mail"}}
    pool = DemoChoices(mapping=mapping, settings={"part_rows": 100}).pool("p")
    assert (pool["preset"], pool["part_rows"], pool["id"]) == (mapping, 100, "p")


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (
            "The app cannot be synthesized: x\n\nSubprocess exited with error 1\n",
            "cannot be synthesized: x",
        ),
        ("✨ ok\n❌  own failed: ToolkitError: 1 to 80\n", "own failed: ToolkitError: 1 to 80"),
        ("pools: is missing\nError: Subprocess exited with error 1\n", "pools: is missing"),
    ],
)
def test_a_failed_deployment_is_one_sentence(said: str, cause: str) -> None:
    """What the app says, or else the CLI."""
    assert cause_of(said).endswith(cause)
    assert "\n" not in cause_of(said)


def test_a_ctrl_c_is_answered_at_once() -> None:
    """The end itself takes some seconds."""
    cloud: Any = SimpleNamespace(run_until_end=Mock(side_effect=KeyboardInterrupt))
    console = Console(file=io.StringIO(), width=80)
    wait_for_interrupt(cloud, console)
    assert cast("io.StringIO", console.file).getvalue() == "\nEnding the local AWS emulator …\n"
