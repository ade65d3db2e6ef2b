"""The pieces of the state that travel through an execution."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.run_state import (
    CheckedFile,
    JobProgress,
    PartProgress,
    drop_in,
    error_in,
)
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.samples import drop

texts = st.text(st.characters(exclude_categories=["Cs"]))
problems = st.none() | st.builds(Problem, st.sampled_from(ProblemCode), texts, texts)
counts = st.integers(0, 25_000_000)
files = st.builds(
    CheckedFile, texts, texts, counts, counts, st.lists(counts, max_size=50).map(tuple),
    part_versions=st.lists(texts, max_size=5).map(tuple), problem=problems, is_dry_run=st.booleans(), known=counts,
    memberships=counts, is_imported=st.booleans(), is_queued=st.booleans(),
    part_algorithms=st.lists(texts, max_size=5).map(tuple), is_stopped=st.booleans(), settings=texts,
    may_hold_hashes=st.booleans(), first_part=st.none() | st.builds(FirstPart, texts, counts), notes_ids=st.booleans(),
    checked_by=texts,
)  # fmt: skip


@given(files)
def test_a_checked_file_comes_back_from_json_as_it_was(file: CheckedFile) -> None:
    """What preflight writes is what the next functions read."""
    assert CheckedFile.from_json(json.loads(json.dumps(file.to_json()))) == file


def test_a_file_that_an_older_version_has_checked_goes_on_without_later_members() -> None:
    """A file that may hold hashes is taken for one that does."""
    later = {
        "part_versions", "part_algorithms", "is_stopped", "may_hold_hashes", "first_part", "notes_ids", "checked_by",
    }  # fmt: skip
    file = CheckedFile("p", "n", 5, 1, (3,), known=1, memberships=2, is_queued=True, settings="{}")
    kept = {name: value for name, value in file.to_json().items() if name not in later}
    assert CheckedFile.from_json(kept) == file


@given(st.builds(JobProgress, st.integers(1), texts, texts, st.integers(0), st.integers(0)))
def test_a_jobs_progress_comes_back_from_json_as_it_was(progress: JobProgress) -> None:
    """What one look writes is what the next reads."""
    assert JobProgress.in_state({"job": json.loads(json.dumps(progress.to_json()))}) == progress


parts = st.builds(
    PartProgress, st.integers(1, 10_000), complete=st.booleans(), more=st.booleans(), polls=counts, wait_seconds=counts
)


@given(parts)
def test_a_parts_progress_comes_back_from_json_as_it_was(progress: PartProgress) -> None:
    """What collect_part writes is what it reads the next time, and what start_import reads."""
    assert PartProgress.in_state({"part": json.loads(json.dumps(progress.to_json()))}) == progress


@pytest.mark.parametrize(
    ("file", "importable"),
    [
        (CheckedFile("p", "n", 1, part_rows=(1,), is_imported=True), False),
        (CheckedFile("p", "n", 1, part_rows=(1,)), True),
        (CheckedFile("p", "n", 1, part_rows=(1,), is_dry_run=True), False),
        (CheckedFile(problem=Problem(ProblemCode.NO_ROWS, "", "")), False),
        (CheckedFile(problem=Problem(ProblemCode.NO_ROWS, "", ""), is_dry_run=True), False),
    ],
    ids=["imported already", "good", "dry run", "refused", "refused dry run"],
)
def test_a_file_is_importable_without_a_problem_and_unless_it_is_only_checked(
    file: CheckedFile, *, importable: bool
) -> None:
    """The word that the workflow's first choice reads; what is imported already is not imported again."""
    assert file.to_json()["importable"] is importable


def test_what_is_not_rejected_is_accepted() -> None:
    """In rows."""
    assert CheckedFile(rows=10, rejected=3).accepted == 7


def test_a_file_of_many_parts_fits_into_the_state() -> None:
    """25 million rows of 200 bytes in parts of 500,000: far from the 256 KiB that a state may have."""
    assert len(json.dumps(CheckedFile("p", "n", 25_000_000, 0, (500_000,) * 50).to_json())) < 2_000


def test_the_drop_is_what_the_execution_was_started_with() -> None:
    """Bucket, key and version, spelled as accept_drop spells them."""
    state = {"run_id": "0", "bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1"}
    assert drop_in(state) == drop()


@pytest.mark.parametrize("name", ["TransientError", "RefusedError", "UnexpectedError"])
def test_the_functions_own_errors_are_quoted(name: str) -> None:
    """Their texts name operations and codes."""
    caught = {"Error": name, "Cause": json.dumps({"errorType": name, "errorMessage": "Upload: HTTP 403"})}
    assert error_in({"error": caught}) == f"{name}: Upload: HTTP 403"


def test_other_errors_are_named_only() -> None:
    """What a stranger wrote may hold a value."""
    assert error_in({"error": {"Error": "States.Timeout", "Cause": "canary"}}) == "States.Timeout"
    assert error_in({"error": {"Error": "Runtime.ExitError", "Cause": "not JSON"}}) == "Runtime.ExitError"


def test_a_run_without_error_has_none() -> None:
    """The ordinary case."""
    assert error_in({}) == ""
