"""What to do next with the job of a part, and when Cognito does not start it."""

from __future__ import annotations

import pytest

from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.start_decision import PATIENCE, Advice, Step, advice_on, may_replace, next_step
from tests.unit.samples import STARTED, job

NO_FILE = "No csv file was uploaded for import-9sHxosU7BP"
UNHEARD_OF = "The moon is in the wrong phase."
RECORDED, UPLOADED = PartJob("import-1"), PartJob("import-1", uploaded=True)
LATER = [status for status in JobStatus if status not in (JobStatus.CREATED, JobStatus.EXPIRED)]


@pytest.mark.parametrize(
    "reason",
    [
        "Another import job is already in progress.",
        "There is another user import job active in this account",
        "A user import job is already running.",
        "Only one user import job can be active at a time",
    ],
)
@pytest.mark.parametrize("refusals", [0, PATIENCE, 10_000])
def test_another_job_is_waited_for_without_end(reason: str, refusals: int) -> None:
    """However Cognito says it, and however long it takes."""
    assert advice_on(reason, other_is_active=False, refusals=refusals) is Advice.WAIT


@pytest.mark.parametrize("refusals", [0, PATIENCE, 10_000])
def test_a_job_that_is_seen_to_be_active_is_waited_for_without_end(refusals: int) -> None:
    """A sentence that has no meaning to us does not matter when the list of jobs shows the reason."""
    assert advice_on(UNHEARD_OF, other_is_active=True, refusals=refusals) is Advice.WAIT


def test_a_file_that_is_not_there_is_uploaded_again_for_a_bounded_number_of_times() -> None:
    """The upload may have been lost; a file that never arrives is an error at last."""
    for active in (True, False):
        assert advice_on(NO_FILE, other_is_active=active, refusals=0) is Advice.UPLOAD_AGAIN
        assert advice_on(NO_FILE, other_is_active=active, refusals=PATIENCE - 1) is Advice.UPLOAD_AGAIN
        assert advice_on(NO_FILE, other_is_active=active, refusals=PATIENCE) is Advice.GIVE_UP


@pytest.mark.parametrize("reason", [UNHEARD_OF, ""])
def test_an_unheard_of_reason_is_met_with_patience_that_ends(reason: str) -> None:
    """A fresh logs role may not be assumable for some seconds; a broken one never is."""
    assert advice_on(reason, other_is_active=False, refusals=PATIENCE - 1) is Advice.WAIT
    assert advice_on(reason, other_is_active=False, refusals=PATIENCE) is Advice.GIVE_UP


@pytest.mark.parametrize("active", [True, False])
def test_a_malformed_request_is_given_up_at_once(active: bool) -> None:
    """It can never be granted, whatever else goes on."""
    reason = "1 validation error detected: Value 'x' at 'jobId' failed to satisfy constraint: another active job"
    assert advice_on(reason, other_is_active=active, refusals=0) is Advice.GIVE_UP


def test_a_part_without_a_job_gets_one() -> None:
    """Nothing recorded, or nothing to be seen of what is recorded."""
    assert next_step(None, None) is Step.CREATE
    assert next_step(RECORDED, None) is Step.CREATE


def test_a_job_that_was_created_is_uploaded_to_and_then_started() -> None:
    """By what the ledger notes of the upload."""
    assert next_step(RECORDED, job("Created")) is Step.UPLOAD
    assert next_step(UPLOADED, job("Created")) is Step.START


@pytest.mark.parametrize("entry", [RECORDED, UPLOADED])
def test_only_a_job_that_expired_before_its_start_is_replaced(entry: PartJob) -> None:
    """One that was started may have imported some of its rows."""
    assert next_step(entry, job("Expired")) is Step.CREATE
    assert next_step(entry, job("Expired", started=STARTED)) is Step.FOLLOW


@pytest.mark.parametrize("status", LATER)
@pytest.mark.parametrize("entry", [RECORDED, UPLOADED])
def test_a_job_in_any_later_status_is_followed(entry: PartJob, status: JobStatus) -> None:
    """Even in one that no one documented: it may have imported some of its rows."""
    assert next_step(entry, job(status)) is Step.FOLLOW


def test_a_job_is_not_replaced_while_another_call_could_start_it() -> None:
    """To the second; an expired one can be started by no one."""
    assert not may_replace(job("Created"), others_until=100.0, now=99.9)
    assert may_replace(job("Created"), others_until=100.0, now=100.0)
    assert may_replace(job("Created"), others_until=0.0, now=0.0)
    assert may_replace(job("Expired"), others_until=100.0, now=0.0)
