"""The outcome of a run and of every row of its file, written to results and ledger."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.runs.row_account import RowAccount
from tests.unit import samples
from tests.unit.report_world import ReportWorld
from tests.unit.samples import BCRYPT, COMPLETED, SCRYPT, as_read, csv_file, drop, row
from tests.unit.summary_schema import validate

pytestmark = pytest.mark.usefixtures("aws")

BAD = row("bad", verified="perhaps")
MESSY = csv_file(row("maria"), BAD, row("skip"), row("fail"), "", row("jose"), row("lost"))
ALWAYS = {"summary.json", "summary.html"}
HEADER = "cognito:username,E-Mail,email_verified"


def test_every_row_is_in_the_file_of_its_outcome() -> None:
    """With its line in the dropped file, a code and a message; blank lines are no rows."""
    world = ReportWorld()
    summary = world.run(MESSY)
    assert world.outcome_of_lines == {
        2: "imported", 3: "rejected", 4: "skipped", 5: "failed", 7: "imported", 8: "imported",
    }  # fmt: skip
    assert world.table("imported")[0] == (2, "imported", "The import succeeded.")
    assert world.table("skipped") == [(4, "already_exists", "The user already exists.")]
    assert world.table("failed") == [(5, "invalid_email", "Invalid email address format.")]
    assert world.table("rejected") == [(3, "boolean_invalid", "email_verified is neither true nor false.")]
    assert "counts show that it was imported" in world.table("imported")[-1][2]
    assert world.files["retry.csv"] == csv_file(BAD, row("fail"))
    assert summary.is_incomplete, "Cognito has counted one row that its log does not have"
    validate(world)


def test_the_report_is_in_results_page_ledger_and_tags() -> None:
    """All say the same."""
    world = ReportWorld()
    summary = world.run(csv_file(row("maria"), BAD, row("skip")))
    assert (summary.outcome, summary.rows) == (Outcome.PARTLY_IMPORTED, RowAccount(3, 1, 1, 0, 1, 0))
    assert (summary.error, summary.is_incomplete) == ("", False)
    assert json.loads(world.files["summary.json"]) == summary.to_json()
    assert world.files["summary.html"].startswith(b"<!DOCTYPE html>")
    assert world.files.keys() == {*ALWAYS, "imported.csv", "skipped.csv", "rejected.csv", "retry.csv"}
    run = world.ledger.read(world.drop.run_id)
    assert (run.outcome, run.rows, run.ended_at) == (summary.outcome, summary.rows, COMPLETED.isoformat())
    assert world.ledger.item(run.run_id)["expires_at"] == (COMPLETED + timedelta(days=400)).timestamp()
    (dropped,) = world.s3.objects[world.drop.key]
    assert dropped.tags == {"run_id": world.drop.run_id, "outcome": "partly_imported"}
    validate(world)


def test_a_clean_file_has_nothing_to_retry() -> None:
    """Files without rows are not written."""
    world = ReportWorld()
    assert world.run(csv_file(row("maria"), row("jose"))).outcome is Outcome.IMPORTED
    assert world.files.keys() == {*ALWAYS, "imported.csv"}


def test_a_second_report_of_the_same_run_is_the_same() -> None:
    """The function may be called again after a lost answer."""
    world = ReportWorld()
    world.check(MESSY)
    world.import_part(1)
    first, files = world.report().to_json(), world.files
    assert (world.report().to_json(), world.files) == (first, files)


def test_lines_of_the_file_are_found_through_parts() -> None:
    """Bad rows in the middle of parts; a value with line breaks in it moves what comes after it."""
    world = ReportWorld(part_rows=2)
    rows = [
        "a1,a1@example.com,true", "bad,bad,true", '"x\ny\nz",x@example.com,true', "fail,fail@example.com,true",
        "a2,a2@example.com,true", "skip,skip@example.com,true", "bad,bad,true", '"a3",a3@example.com,true',
    ]  # fmt: skip
    summary = world.run("\n".join([HEADER, *rows]).encode())
    assert summary.file.part_rows == (2, 2, 1)
    assert world.outcome_of_lines == {
        2: "imported", 3: "rejected", 4: "rejected", 7: "failed", 8: "imported", 9: "skipped", 10: "rejected",
        11: "imported",
    }  # fmt: skip
    assert summary.rows == RowAccount(8, 3, 1, 1, 3, 0)
    assert not summary.is_incomplete


def test_a_part_that_was_stopped_leaves_the_rest_unprocessed() -> None:
    """Its own rows that were not reached, and all of the parts after it; they can be dropped again."""
    world = ReportWorld(part_rows=2)
    rows = [row(f"user{number}") for number in range(6)]
    world.check(csv_file(*rows[:3], BAD, *rows[3:]))
    world.import_part(1)
    world.import_part(2, "Stopped", most=1, message="The Import Job was stopped by the developer.")
    summary = world.report()
    assert (summary.outcome, summary.rows) == (Outcome.STOPPED, RowAccount(7, 3, 0, 0, 1, 3))
    assert {line for line, outcome in world.outcome_of_lines.items() if outcome == "unprocessed"} == {6, 7, 8}
    assert [code for _, code, _ in world.table("unprocessed")] == ["not_reached", *["never_attempted"] * 2]
    assert world.files["retry.csv"] == csv_file(BAD, *rows[3:])
    assert not summary.is_incomplete
    validate(world)


@pytest.mark.parametrize(
    ("status", "outcome", "file_name"),
    [
        ("Failed", Outcome.FAILED, "unprocessed.csv"),
        ("Expired", Outcome.EXPIRED, "unprocessed.csv"),
        ("Created", Outcome.FAILED, "unprocessed.csv"),
        ("Paused", Outcome.FAILED, "unknown.csv"),
    ],
)
def test_a_job_that_came_to_nothing_gives_the_same_files(status: str, outcome: Outcome, file_name: str) -> None:
    """Everything is unprocessed, and can be dropped again; what a job of unknown status may yet do is not known."""
    world = ReportWorld()
    data = csv_file(row("maria"), row("jose"))
    world.check(data)
    world.import_part(1, status, most=0)
    summary = world.report()
    assert (summary.outcome, summary.rows) == (outcome, RowAccount(total=2, unprocessed=2))
    assert world.files.keys() == {*ALWAYS, file_name, "retry.csv"}
    assert world.files["retry.csv"] == data
    validate(world)


def test_a_file_refused_for_its_rows_has_them_all() -> None:
    """The good ones were not given to Cognito; no job was spent."""
    world = ReportWorld(rejected_rows="refuse")
    data = csv_file(row("maria"), BAD, row("jose"))
    summary = world.run(data)
    assert (summary.outcome, summary.rows) == (Outcome.REJECTED, RowAccount(3, rejected=1, unprocessed=2))
    assert world.outcome_of_lines == {2: "unprocessed", 3: "rejected", 4: "unprocessed"}
    assert world.files["retry.csv"] == data
    assert not world.imports.jobs
    validate(world)


def test_a_file_that_is_none_has_its_problem_and_no_row_files() -> None:
    """Nothing in it could be read as rows."""
    world = ReportWorld()
    summary = world.run(b"\x1f\x8b\x08\x00")
    assert (summary.outcome, summary.rows) == (Outcome.REJECTED, RowAccount())
    assert world.files.keys() == ALWAYS
    made = as_read(summary.to_json())
    assert (made["problem"]["code"], made["file"]["bytes"]) == ("gzip_file", 4)
    validate(world)


def test_a_dry_run_has_the_rejected_rows_only() -> None:
    """With what can be fixed; the good rows have no outcome, and nothing is in the ledger but the run."""
    world = ReportWorld(drop("check/people/users.csv"))
    summary = world.run(csv_file(row("maria"), BAD, row("jose")))
    assert summary.outcome is Outcome.CHECKED
    assert world.files.keys() == {*ALWAYS, "rejected.csv", "retry.csv"}
    assert world.outcome_of_lines == {3: "rejected"}
    assert world.files["retry.csv"] == csv_file(BAD)
    assert summary.to_json()["rows"]["accepted"] == 2
    assert not world.imports.jobs
    validate(world)


def test_a_row_that_is_too_long_to_be_held_is_named_and_not_retried() -> None:
    """The others around it are."""
    world = ReportWorld()
    summary = world.run(csv_file(row("maria"), "x" * 200_000, BAD))
    assert summary.rows.rejected == 2
    assert world.outcome_of_lines == {2: "imported", 3: "rejected", 4: "rejected"}
    assert world.files["retry.csv"] == csv_file(BAD)


USERS = st.lists(st.sampled_from(["ok", "skip", "fail", "lost", "bad", "two lines", ""]), max_size=14)
ANY_IMPORT = given(
    USERS, st.integers(1, 5), st.integers(0, 4), st.sampled_from(["Succeeded", "Stopped", "Failed", "Expired"])
)


@settings(max_examples=40)
@ANY_IMPORT
def test_every_row_is_in_exactly_one_file(kinds: list[str], part_rows: int, ends_at: int, status: str) -> None:
    """Whatever the file, its parts, and wherever the import ends; the account adds up or says that it does not."""
    lines, starts, line = [HEADER], {}, 2
    for number, kind in enumerate(kinds):
        name = f"{kind}{number}"
        text = {
            "bad": f"{name},bad,true",
            "two lines": f'"{name}\n2",{number}@example.com,true',
            "": "",
        }.get(kind, f"{name},{name}@example.com,true")
        if kind:
            starts[line] = text
        line += text.count("\n") + 1
        lines.append(text)
    world = ReportWorld(part_rows=part_rows)
    file = world.check("\n".join([*lines, ""]).encode())
    for number in range(1, min(len(file.part_rows), ends_at) + 1):
        world.import_part(number, status if number == ends_at else "Succeeded", 1 if number == ends_at else part_rows)
    summary = world.report()
    validate(world)
    assert summary.rows.adds_up
    found = world.outcome_of_lines
    assert found.keys() == starts.keys()
    rejected = {at for at, text in starts.items() if text.startswith(("bad", '"'))}
    assert {at for at, outcome in found.items() if outcome == "rejected"} == rejected
    unknown = world.table("unknown") if "unknown" in found.values() else []
    assert summary.rows_unknown == len(unknown)
    in_pool = {at for at, code, _ in unknown if code == "imported_or_skipped"}
    retried = [
        starts[at]
        for at, outcome in sorted(found.items())
        if outcome not in ("imported", "skipped") and at not in in_pool
    ]
    expected = "\n".join([HEADER, *retried, ""]).encode() if retried else None
    assert world.files.get("retry.csv") == expected


@pytest.mark.nightly
def test_every_row_is_in_exactly_one_file_of_many_more() -> None:
    """Other examples than those of `make test`: `--hypothesis-seed` chooses them."""
    prove: Any = test_every_row_is_in_exactly_one_file
    settings(max_examples=400, derandomize=False)(ANY_IMPORT(prove.hypothesis.inner_test))()


HASHED = f"{samples.HEADER},password_hash\n" + "".join(
    f"{row(name)},{BCRYPT if name.endswith('b') else SCRYPT}\n"
    for name in ("ana-b", "skip-s", "fail-b", "eve-s", "skip-b")
)


def test_rows_of_several_algorithms_get_their_own_outcomes() -> None:
    """Each algorithm has its part; the report has the rows in the file's order, the retry file as they were."""
    world = ReportWorld(password_hashes=["BCRYPT", "SCRYPT"])
    summary = world.run(HASHED.encode())
    assert [(part["rows"], part["algorithm"]) for part in summary.to_json()["parts"]] == [(3, "BCRYPT"), (2, "SCRYPT")]
    assert world.outcome_of_lines == {2: "imported", 3: "skipped", 4: "failed", 5: "imported", 6: "skipped"}
    assert world.files["retry.csv"].decode() == "".join(HASHED.splitlines(keepends=True)[at] for at in (0, 3))


def test_rows_that_are_too_long_for_the_retry_file_are_counted() -> None:
    """They are in the file of their outcome, and the operator is told that they do not come back."""
    world = ReportWorld()
    long = row("x" * 200_000)
    summary = world.run(csv_file(long, row("maria"), BAD, long, row("fail"), long))
    assert (summary.too_long, summary.rows) == (3, RowAccount(6, 1, 0, 1, 4, 0))
    assert [line for line, outcome in world.outcome_of_lines.items() if outcome == "rejected"] == [2, 4, 5, 7]
    assert world.files["retry.csv"] == csv_file(BAD, row("fail"))


def test_lost_lanes_make_no_row_another() -> None:
    """A row whose outcome cannot be found is unknown, and comes back in the retry file."""
    world = ReportWorld(password_hashes=["BCRYPT", "SCRYPT"])
    world.check(HASHED.encode())
    world.import_part(1)
    world.import_part(2)
    del world.s3.objects[world.kept_key("lanes.bin")]
    world.report()
    assert world.outcome_of_lines == dict.fromkeys(range(2, 7), "unknown")


def test_a_run_of_several_algorithms_that_was_stopped_keeps_its_rows_apart() -> None:
    """The part that was not sent is unprocessed, row by row."""
    world = ReportWorld(password_hashes=["BCRYPT", "SCRYPT"])
    world.check(HASHED.encode())
    world.import_part(1)
    world.report()
    assert world.outcome_of_lines == {2: "imported", 3: "unprocessed", 4: "failed", 5: "unprocessed", 6: "skipped"}
