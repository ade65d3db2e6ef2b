"""What to do when Cognito does not start a job."""

from __future__ import annotations

import pytest

from lambdas.core.start_decision import PATIENCE, Advice, advice_on

NO_FILE = "No csv file was uploaded for import-9sHxosU7BP"
UNHEARD_OF = "The moon is in the wrong phase."


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
    """A sentence that means nothing to us does not matter when the list of jobs shows the reason."""
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
