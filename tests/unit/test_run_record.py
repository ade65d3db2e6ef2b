"""How far a run has come, and what its executions are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cognito_drop.contract.execution_names import execution_name, run_id_of
from cognito_drop.contract.statuses import OPEN_STATES, RunState
from cognito_drop.core.runs.run_record import RunRecord
from tests.unit.samples import drop

RUN = drop().run_id


@pytest.mark.parametrize(
    ("state", "is_before_lock", "is_before_report"),
    [
        (RunState.ACCEPTED, True, True),
        (RunState.WAITING, True, True),
        (RunState.IMPORTING, False, True),
        (RunState.REPORTING, False, False),
        (RunState.REPORTED, False, False),
        (RunState.ENDED, False, False),
    ],
)
def test_a_state_says_what_may_still_come(state: RunState, *, is_before_lock: bool, is_before_report: bool) -> None:
    """The lock, something to import, or neither."""
    assert (state.is_before_lock, state.is_before_report) == (is_before_lock, is_before_report)


def test_a_run_stays_in_no_state_for_ever_but_the_last() -> None:
    """The sweep goes through all others."""
    assert set(OPEN_STATES) == set(RunState) - {RunState.ENDED}


@pytest.mark.parametrize("state", RunState)
def test_a_run_that_was_stopped_is_being_stopped_until_its_results_are_written(state: RunState) -> None:
    """Other runs are not."""
    run = RunRecord(drop(), state, "2026-07-01T12:00:00Z")
    assert not run.is_being_stopped
    stopped = replace(run, is_stopped=True)
    assert stopped.is_being_stopped is (state not in (RunState.REPORTED, RunState.ENDED))


def test_the_first_execution_has_the_runs_name() -> None:
    """Anyone who starts it finds it started when someone else was faster."""
    assert RunRecord(drop(), RunState.ACCEPTED, "2026-07-01T12:00:00Z").execution_name == RUN


@pytest.mark.parametrize("number", [1, 2, 10_000])
def test_an_execution_leads_back_to_its_run(number: int) -> None:
    """Each later one has its number besides, and Step Functions takes the name."""
    name = execution_name(RUN, number)
    assert run_id_of(name) == RUN
    assert len({execution_name(RUN, other) for other in (number, number + 1)}) == 2
    assert len(name) <= 80


def test_an_execution_that_is_none_of_ours_leads_to_no_run() -> None:
    """Someone has started one by hand, under a name of theirs."""
    assert run_id_of("try-it") == "try"
