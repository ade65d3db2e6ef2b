"""A look at a running job."""

from __future__ import annotations

import pytest

from cognito_drop.aws.errors import RefusedError
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.imports.pacing import PollBounds
from cognito_drop.core.runs.run_state import CheckedFile, JobProgress
from lambdas.check_import.import_check import ImportCheck
from tests.unit.fakes import InMemoryImports
from tests.unit.samples import EVERY_STATUS, JOB_ID, POOL_ID, checked, drop, job, pool
from tests.unit.watched_ledger import WatchedLedger

pytestmark = pytest.mark.usefixtures("aws")


def _poll(status: str, counts: JobCounts, before: JobProgress, rows: int = 2_110) -> JobProgress:
    imports = InMemoryImports(pool())
    imports.add(POOL_ID, job(status))
    imports.advance(JOB_ID, status, counts)
    return _polled(imports, PollBounds(10, 600), checked(rows), before)


def _polled(imports: InMemoryImports, bounds: PollBounds, file: CheckedFile, before: JobProgress) -> JobProgress:
    ledger = WatchedLedger()
    ledger.accept(drop(), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
    ledger.put(drop().run_id, file=file)
    return ImportCheck(imports, ledger, bounds).poll(drop().run_id, before)


@pytest.mark.parametrize("status", [*(each.value for each in EVERY_STATUS), "Paused"])
def test_every_status_is_handed_on_as_cognito_says_it(status: str) -> None:
    """The workflow's choice decides; even a word that no one documented gets there."""
    answer = _poll(status, JobCounts(imported=3), JobProgress(1, JOB_ID, "Pending", 10))
    assert (answer.job_id, answer.status, answer.done) == (JOB_ID, status, 3)


def test_the_wait_follows_from_the_look_before() -> None:
    """A hundred rows since, in ten seconds; two thousand to go."""
    answer = _poll("InProgress", JobCounts(100, 5, 5), JobProgress(1, JOB_ID, "InProgress", 10, done=10))
    assert answer == JobProgress(1, JOB_ID, "InProgress", 100, done=110)


def test_the_wait_follows_from_the_rows_of_the_part() -> None:
    """Not from those of the whole file: ten rows are left of this part, a hundred came in ten seconds."""
    imports = InMemoryImports(pool())
    imports.add(POOL_ID, job("InProgress", 110))
    before = JobProgress(2, JOB_ID, "InProgress", 100, done=10)
    answer = _polled(imports, PollBounds(1, 600), checked(500_000, 120, 500_000), before)
    assert answer == JobProgress(2, JOB_ID, "InProgress", 5, done=110)


def test_one_look_after_the_other_keeps_count() -> None:
    """What a look answers is what the next one starts from."""
    first = _poll("InProgress", JobCounts(imported=100), JobProgress(1, JOB_ID, "Pending", 10))
    assert (first.done, first.wait_seconds) == (100, 15)
    second = _poll("InProgress", JobCounts(imported=250), first)
    assert (second.done, second.wait_seconds) == (250, 93)


def test_a_job_that_is_gone_is_an_error() -> None:
    """Its pool was deleted; the run ends, and says so."""
    with pytest.raises(RefusedError, match="The import job no longer exists"):
        _polled(InMemoryImports(), PollBounds(10, 600), checked(1), JobProgress(1, JOB_ID, "Pending", 10))
