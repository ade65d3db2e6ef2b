"""What became of a run, written to results and ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from lambdas.core.import_job import JobCounts
from lambdas.core.outcome import Outcome, RowAccount
from lambdas.core.problem import Problem, ProblemCode
from lambdas.core.run_state import CheckedFile
from lambdas.report_run.handler import Collaborators, report_run
from tests.unit.fakes import InMemoryDrops, InMemoryImports, InMemoryLedger
from tests.unit.samples import COMPLETED, POOL_ID, drop, job, pool

if TYPE_CHECKING:
    from lambdas.core.summary import Summary

RUN = drop().run_id
JOB_ID = "import-9sHxosU7BP"
PROBLEM = Problem(ProblemCode.NO_ROWS, "A sentence.", "A hint.")


class World:
    """A run that is about to be reported."""

    def __init__(self) -> None:
        self.imports = InMemoryImports(pool())
        self.drops = InMemoryDrops()
        self.ledger = InMemoryLedger()

    def ended(self, status: str, counts: JobCounts) -> None:
        """The run's job is in this status."""
        self.imports.add(POOL_ID, job(status, counts.imported, counts.skipped, counts.failed))
        self.ledger.record_job(RUN, POOL_ID, JOB_ID)

    def report(self, file: CheckedFile | None = None, error: str = "") -> Summary:
        """Make the report."""
        collaborators = Collaborators(self.imports, self.drops, self.ledger, timedelta(days=90))
        return report_run(drop(), file or CheckedFile(POOL_ID, 10), error, COMPLETED, collaborators)


@pytest.fixture
def world() -> World:
    """A world in which nothing has been reported."""
    return World()


@pytest.mark.parametrize(
    ("status", "counts", "outcome"),
    [
        ("Succeeded", JobCounts(10), Outcome.IMPORTED),
        ("Succeeded", JobCounts(7, 2, 1), Outcome.PARTLY_IMPORTED),
        ("Failed", JobCounts(2, 1, 7), Outcome.FAILED),
        ("Stopped", JobCounts(4), Outcome.STOPPED),
        ("Stopping", JobCounts(4), Outcome.STOPPED),
        ("Expired", JobCounts(), Outcome.EXPIRED),
        ("Created", JobCounts(), Outcome.FAILED),
        ("Pending", JobCounts(), Outcome.FAILED),
        ("InProgress", JobCounts(5), Outcome.FAILED),
        ("Paused", JobCounts(5), Outcome.FAILED),
    ],
)
def test_each_end_of_a_job_is_reported(world: World, status: str, counts: JobCounts, outcome: Outcome) -> None:
    """With the job's own counts, and whatever it never came to as unprocessed."""
    world.ended(status, counts)
    summary = world.report()
    assert summary.outcome is outcome
    assert summary.rows == RowAccount(10, counts.imported, counts.skipped, counts.failed, unprocessed=10 - counts.done)
    assert summary.job is not None
    assert summary.job.status_text == status


def test_results_and_ledger_hold_the_same_summary(world: World) -> None:
    """In the run's own folder, as the summary says; the item expires after the retention."""
    world.ended("Succeeded", JobCounts(10))
    summary = world.report()
    assert world.drops.written == {("drops", f"results/{RUN}/summary.json"): summary.to_json()}
    assert summary.results == f"s3://drops/results/{RUN}/"
    assert world.ledger.items[RUN].summary == summary
    assert world.ledger.items[RUN].expires_at == COMPLETED + timedelta(days=90)


def test_a_second_report_of_the_same_run_is_the_same(world: World) -> None:
    """The function may be called again after a lost answer."""
    world.ended("Succeeded", JobCounts(9, 1))
    assert world.report() == world.report()


def test_a_rejected_file_is_reported_with_its_problem(world: World) -> None:
    """No job was spent on it."""
    summary = world.report(CheckedFile(POOL_ID, 3, PROBLEM))
    assert (summary.outcome, summary.problem, summary.job) == (Outcome.REJECTED, PROBLEM, None)
    assert summary.rows == RowAccount(total=3, rejected=3)


def test_a_run_that_died_in_preflight_is_reported_with_its_error(world: World) -> None:
    """Neither pool nor rows are known."""
    summary = world.report(CheckedFile(), "RefusedError: GetObject: AccessDenied")
    assert (summary.outcome, summary.rows) == (Outcome.FAILED, RowAccount())
    assert summary.to_json()["error"] == "RefusedError: GetObject: AccessDenied"


def test_a_run_that_died_before_its_job_was_started_is_reported(world: World) -> None:
    """The job exists and was never started: nothing was processed."""
    world.ended("Created", JobCounts())
    summary = world.report(error="RefusedError: Upload: HTTP 403")
    assert (summary.outcome, summary.rows.unprocessed) == (Outcome.FAILED, 10)


def test_a_job_that_is_gone_with_its_pool_is_reported_without_it(world: World) -> None:
    """The pool was deleted: the run has failed, and its rows are not accounted as anything else."""
    world.ledger.record_job(RUN, POOL_ID, JOB_ID)
    summary = world.report(error="UnexpectedError: JobNotFoundError")
    assert (summary.outcome, summary.job) == (Outcome.FAILED, None)
    assert summary.rows == RowAccount(total=10, unprocessed=10)
