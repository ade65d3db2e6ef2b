"""Cognito's statuses and counters in the core's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.imports.import_job import JobCounts
from tests.unit.samples import COMPLETED, CREATED, EVERY_STATUS, STARTED, job


def test_every_status_of_the_service_model_is_known(service_statuses: list[str]) -> None:
    """The closed set is Cognito's own, as botocore's model has it."""
    assert {status.value for status in EVERY_STATUS} == set(service_statuses)


@given(st.text())
def test_any_other_word_is_unknown(word: str) -> None:
    """A status that is invented after this release is no error where it is read."""
    known = {status.value: status for status in JobStatus}
    assert JobStatus(word) is known.get(word, JobStatus.UNKNOWN)


@pytest.mark.parametrize("status", JobStatus)
def test_a_job_is_active_from_its_start_to_its_end(status: JobStatus) -> None:
    """Three statuses occupy the one place for an active job."""
    active = {JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.STOPPING}
    assert status.is_active is (status in active)


def test_rows_that_are_dealt_with_are_the_sum_of_the_counters() -> None:
    """Imported, skipped and failed rows are done."""
    assert JobCounts(imported=1, skipped=20, failed=300).done == 321


def test_the_time_of_an_import_is_known_when_both_ends_are() -> None:
    """From start to completion, in seconds; creation does not count."""
    assert job(created=CREATED, started=STARTED, completed=COMPLETED).seconds == 3661.0
    assert job(completed=COMPLETED).seconds is None
    assert job(started=STARTED).seconds is None
