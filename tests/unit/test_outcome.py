"""What became of a run, and of every row of its file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.import_job import ImportJob, JobStatus
from lambdas.core.outcome import Outcome, RowAccount, account_for, outcome_of
from lambdas.core.problem import Problem, ProblemCode
from tests.unit.samples import job

PROBLEM = Problem(ProblemCode.NO_ROWS, "A sentence.", "A hint.")

counts = st.integers(0, 600_000)
jobs = st.none() | st.builds(job, st.sampled_from([*JobStatus, "Paused"]), counts, counts, counts)
problems = st.none() | st.just(PROBLEM)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("Created", Outcome.FAILED),
        ("Pending", Outcome.FAILED),
        ("InProgress", Outcome.FAILED),
        ("Stopping", Outcome.STOPPED),
        ("Expired", Outcome.EXPIRED),
        ("Stopped", Outcome.STOPPED),
        ("Failed", Outcome.FAILED),
        ("Succeeded", Outcome.IMPORTED),
        ("Paused", Outcome.FAILED),
    ],
)
def test_each_status_of_the_job_has_its_outcome(status: str, outcome: Outcome) -> None:
    """All eight, and one that nobody documented."""
    assert outcome_of(10, None, job(status, imported=10)) is outcome


@pytest.mark.parametrize(
    "ended",
    [job(imported=9, skipped=1), job(imported=9, failed=1), job(imported=9), job(imported=11), job(skipped=10)],
    ids=["one skipped", "one failed", "one never counted", "one too many", "all skipped"],
)
def test_a_job_that_succeeded_without_every_row_is_partly_imported(ended: ImportJob) -> None:
    """`Imported all` is said only when Cognito has counted every row of the file as imported."""
    assert outcome_of(10, None, ended) is Outcome.PARTLY_IMPORTED


def test_a_problem_is_a_rejection_whatever_else_there_is() -> None:
    """A file that preflight refuses was never imported."""
    assert outcome_of(0, PROBLEM, None) is Outcome.REJECTED


def test_a_run_without_problem_and_job_has_failed() -> None:
    """It died on the way."""
    assert outcome_of(10, None, None) is Outcome.FAILED


def test_only_a_whole_file_is_a_success() -> None:
    """Imported and partly imported runs succeed, all others do not."""
    assert [outcome for outcome in Outcome if outcome.is_success] == [Outcome.IMPORTED, Outcome.PARTLY_IMPORTED]


@given(st.integers(0, 500_000), problems, jobs)
def test_every_row_is_in_exactly_one_column(rows: int, problem: Problem | None, ended: ImportJob | None) -> None:
    """The account adds up unless Cognito has counted more rows than the file has."""
    account = account_for(rows, problem, ended)
    too_many = problem is None and ended is not None and ended.counts.done > rows
    assert account.total == rows
    assert account.adds_up is not too_many
    assert min(account.imported, account.skipped, account.failed, account.rejected, account.unprocessed) >= 0


def test_rows_of_a_rejected_file_are_rejected() -> None:
    """What preflight has counted before the problem was rejected by us, not failed by Cognito."""
    assert account_for(7, PROBLEM, None) == RowAccount(total=7, rejected=7)


def test_rows_that_a_stopped_job_never_came_to_are_unprocessed() -> None:
    """The counters are Cognito's, the rest is ours."""
    stopped = job("Stopped", imported=3, skipped=1, failed=1)
    assert account_for(10, None, stopped) == RowAccount(total=10, imported=3, skipped=1, failed=1, unprocessed=5)
