"""The outcome of a run, and of every row of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.contract.statuses import JobStatus, Outcome
from cognito_drop.core.runs.outcome import account_for, outcome_of
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.samples import checked, job

if TYPE_CHECKING:
    from cognito_drop.core.imports.import_job import ImportJob

PROBLEM = Problem(ProblemCode.NO_ROWS, "A sentence.", "A hint.")
DONE = job(imported=10)

counts = st.integers(0, 40)
jobs = st.none() | st.builds(job, st.sampled_from([*JobStatus, "Paused"]), counts, counts, counts)


def _outcome(file: CheckedFile, *ended: ImportJob | None) -> Outcome:
    return outcome_of(file, ended, account_for(file, ended))


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
    """All eight, and one that no one documented; the same when it is the second part's."""
    assert _outcome(checked(10), job(status, imported=10)) is outcome
    assert _outcome(checked(10, 10), DONE, job(status, imported=10)) is outcome


@pytest.mark.parametrize(
    "ended",
    [job(imported=9, skipped=1), job(imported=9, failed=1), job(imported=9), job(imported=11), job(skipped=10)],
    ids=["one skipped", "one failed", "one never counted", "one too many", "all skipped"],
)
def test_a_job_that_succeeded_without_every_row_is_partly_imported(ended: ImportJob) -> None:
    """`Imported all` is said only when Cognito has counted every row of the file as imported."""
    assert _outcome(checked(10), ended) is Outcome.PARTLY_IMPORTED
    assert _outcome(checked(10, 10), DONE, ended) is Outcome.PARTLY_IMPORTED


def test_a_file_with_rejected_rows_is_partly_imported() -> None:
    """Though Cognito has imported all that it was given."""
    assert _outcome(checked(10, rows=11, rejected=1), DONE) is Outcome.PARTLY_IMPORTED


@pytest.mark.parametrize("is_dry_run", [False, True])
def test_a_problem_is_a_rejection_whatever_else_there_is(*, is_dry_run: bool) -> None:
    """A file that preflight refuses is not imported, nor is it fit when it was only to be checked."""
    assert _outcome(CheckedFile(rows=5, rejected=5, problem=PROBLEM, is_dry_run=is_dry_run)) is Outcome.REJECTED


def test_a_dry_run_is_a_check() -> None:
    """Its parts have no jobs, and nothing failed."""
    assert _outcome(checked(10, 10, is_dry_run=True), None, None) is Outcome.CHECKED


def test_a_run_without_problem_and_job_has_failed() -> None:
    """It died on the way: in preflight, or before the job of some part was made."""
    assert _outcome(CheckedFile()) is Outcome.FAILED
    assert _outcome(checked(10), None) is Outcome.FAILED
    assert _outcome(checked(10, 10), DONE, None) is Outcome.FAILED


def test_a_stopped_part_is_what_the_run_is_called_after() -> None:
    """The parts after it were left alone on purpose, and one that failed before it does not hide it."""
    assert _outcome(checked(10, 10, 10), DONE, job("Stopped", 3), None) is Outcome.STOPPED
    assert _outcome(checked(10, 10, 10), job("Failed", failed=10), job("Stopped", 3), None) is Outcome.STOPPED


@pytest.mark.parametrize(
    "ended",
    [(None,), (job("Failed", failed=10),), (DONE, None), (DONE, job("Created")), (job("Expired"),)],
    ids=["before any job", "its job failed", "between parts", "before the start", "its job expired"],
)
def test_a_run_that_another_has_stopped_is_called_so(ended: tuple[ImportJob | None, ...]) -> None:
    """Wherever it was by then, unless it had gone through everything."""
    file = checked(*[10] * len(ended))
    assert outcome_of(file, ended, account_for(file, ended), is_stopped=True) is Outcome.STOPPED


def test_a_stop_that_came_too_late_is_none() -> None:
    """All jobs had succeeded; or there was nothing to stop, as the file was refused or only checked."""

    def outcome(file: CheckedFile, *ended: ImportJob | None) -> Outcome:
        return outcome_of(file, ended, account_for(file, ended), is_stopped=True)

    assert outcome(checked(10), DONE) is Outcome.IMPORTED
    assert outcome(checked(10, 10), DONE, job(imported=9, failed=1)) is Outcome.PARTLY_IMPORTED
    assert outcome(CheckedFile(problem=PROBLEM)) is Outcome.REJECTED
    assert outcome(checked(10, is_dry_run=True), None) is Outcome.CHECKED


def test_only_a_file_that_was_gone_through_is_a_success() -> None:
    """Imported, partly imported and checked runs succeed, all others do not."""
    assert {outcome for outcome in Outcome if outcome.is_success} == {
        Outcome.IMPORTED, Outcome.PARTLY_IMPORTED, Outcome.CHECKED,
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(1, 100), jobs), max_size=4), counts)
def test_every_row_is_in_exactly_one_column(parts: list[tuple[int, ImportJob | None]], rejected: int) -> None:
    """The account adds up unless Cognito has counted more rows than it was given."""
    rows = [size for size, _ in parts]
    ended = [found for _, found in parts]
    file = checked(*rows, rows=sum(rows) + rejected, rejected=rejected)
    account = account_for(file, ended)
    too_many = sum(found.counts.done for found in ended if found) > sum(rows)
    assert account.total == file.rows
    assert account.adds_up is not too_many
    assert min(account.imported, account.skipped, account.failed, account.rejected, account.unprocessed) >= 0


def test_good_rows_of_a_refused_file_are_unprocessed() -> None:
    """Bad ones were rejected by us; the good ones Cognito never saw."""
    account = account_for(CheckedFile(rows=7, rejected=3, problem=PROBLEM), [])
    assert account == RowAccount(total=7, rejected=3, unprocessed=4)


def test_rows_that_a_stopped_job_never_came_to_are_unprocessed() -> None:
    """With those of the parts after it; the counters are Cognito's, the rest is ours."""
    file = checked(10, 10, 5, rows=27, rejected=2)
    account = account_for(file, [job(imported=8, skipped=1, failed=1), job("Stopped", 3, 1, 1), None])
    assert account == RowAccount(total=27, imported=11, skipped=2, failed=2, rejected=2, unprocessed=10)
