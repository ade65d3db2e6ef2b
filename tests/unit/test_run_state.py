"""The pieces of the state that travel through an execution."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.problem import Problem, ProblemCode
from lambdas.core.run_state import CheckedFile, JobProgress, drop_in, error_in
from tests.unit.samples import drop

texts = st.text(st.characters(exclude_categories=["Cs"]))
problems = st.none() | st.builds(Problem, st.sampled_from(ProblemCode), texts, texts)


@given(st.builds(CheckedFile, texts, st.integers(0), problems))
def test_a_checked_file_comes_back_from_json_as_it_was(file: CheckedFile) -> None:
    """What preflight writes is what the next functions read."""
    assert CheckedFile.in_state({"file": json.loads(json.dumps(file.to_json()))}) == file


@given(st.builds(JobProgress, texts, texts, st.integers(0), st.integers(0)))
def test_a_jobs_progress_comes_back_from_json_as_it_was(progress: JobProgress) -> None:
    """What one look writes is what the next reads."""
    assert JobProgress.in_state({"job": json.loads(json.dumps(progress.to_json()))}) == progress


def test_a_file_is_usable_when_it_has_no_problem() -> None:
    """The word that the workflow's first choice reads."""
    assert CheckedFile("p", 1).to_json()["usable"] is True
    assert CheckedFile(problem=Problem(ProblemCode.NO_ROWS, "", "")).to_json()["usable"] is False


def test_a_preflight_that_died_leaves_an_empty_file() -> None:
    """The report of such a run has no rows and no problem, only the error."""
    assert CheckedFile.in_state({"error": {}}) == CheckedFile()


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
