"""What may still become of a run's import job."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cognito_drop.contract.statuses import JobStatus, RunState
from cognito_drop.core.queue.job_life import JobLife, life_of, life_of_hidden
from cognito_drop.core.runs.run_record import RunRecord
from tests.unit.samples import checked, drop

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_state import CheckedFile

LEASE = 1_000.0
LEASED = RunRecord(drop(), RunState.IMPORTING, "2026-07-01T12:00:00Z", lease_until=LEASE, is_closing=True)
FREE = RunRecord(drop(), RunState.IMPORTING, "2026-07-01T12:00:00Z", is_closing=True)


@pytest.mark.parametrize("record", [LEASED, FREE], ids=["fenced", "free"])
@pytest.mark.parametrize(
    ("status", "life"),
    [
        (JobStatus.PENDING, JobLife.ACTIVE),
        (JobStatus.IN_PROGRESS, JobLife.ACTIVE),
        (JobStatus.STOPPING, JobLife.ACTIVE),
        (JobStatus.SUCCEEDED, JobLife.OVER),
        (JobStatus.FAILED, JobLife.OVER),
        (JobStatus.STOPPED, JobLife.OVER),
        (JobStatus.EXPIRED, JobLife.OVER),
        (JobStatus.UNKNOWN, JobLife.OVER),
        (None, JobLife.OVER),
    ],
)
def test_a_job_that_was_started_is_what_its_status_says(
    status: JobStatus | None, life: JobLife, record: RunRecord
) -> None:
    """Anyone who may be at work on it; one that is gone, or whose status no one documented, is not waited for."""
    assert life_of(status, record, LEASE - 1) is life


def test_a_job_that_was_created_is_over_when_no_one_can_start_it() -> None:
    """At once where no call is on its way; else when the last one's own time is over, to the second."""
    assert life_of(JobStatus.CREATED, FREE, LEASE - 1) is JobLife.OVER
    assert life_of(JobStatus.CREATED, LEASED, LEASE - 1) is JobLife.LEASED
    assert life_of(JobStatus.CREATED, LEASED, LEASE) is JobLife.OVER


def test_every_status_has_a_life() -> None:
    """A new one has to be thought of here."""
    assert {life_of(status, LEASED, 0.0) for status in JobStatus} == set(JobLife)


@pytest.mark.parametrize(("file", "seconds"), [(None, 900), (checked(70, 30), 910)], ids=["no file", "100 rows"])
def test_a_job_that_may_not_be_described_is_active_as_long_as_its_rows_may_take(
    file: CheckedFile | None, seconds: int
) -> None:
    """Ten rows a second and a quarter of an hour, from when the run got the lock; nothing makes it active again."""
    record = replace(FREE, lock_at=LEASE, file=file)
    assert life_of_hidden(record, LEASE + seconds - 0.01) is JobLife.ACTIVE
    assert life_of_hidden(record, LEASE + seconds) is JobLife.OVER


def test_a_job_that_may_not_be_described_is_not_over_before_the_start_lease() -> None:
    """It may be a job that was only created: the call that could start it may still run."""
    assert life_of_hidden(LEASED, LEASE - 1) is JobLife.LEASED
    assert life_of_hidden(LEASED, LEASE) is JobLife.OVER
