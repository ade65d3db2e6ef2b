"""What the sweep does with a run: every state of the run, every status of its execution."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.runs.run_record import RunRecord, RunState
from cognito_drop.core.runs.sweeping import WAKE_AFTER, ExecutionStatus, Treatment, is_stale, treatment_of
from tests.unit.samples import checked, drop

RUN = RunRecord(drop(), RunState.ACCEPTED, "2026-07-01T12:00:00Z")
ALIVE = (ExecutionStatus.RUNNING, ExecutionStatus.PENDING_REDRIVE)
NOW = 1_000_000.0
HOUR = 3600


def _run(state: RunState = RunState.WAITING, **changes: object) -> RunRecord:
    return replace(RUN, state=state, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "status"), list(product(RunState, ExecutionStatus)))
def test_a_run_is_treated_by_its_execution(state: RunState, status: ExecutionStatus) -> None:
    """A table of all that there is."""
    expected = {
        ExecutionStatus.RUNNING: Treatment.LEAVE,
        ExecutionStatus.PENDING_REDRIVE: Treatment.LEAVE,
        ExecutionStatus.MISSING: Treatment.START,
        ExecutionStatus.FAILED: Treatment.RESUME,
        ExecutionStatus.SUCCEEDED: Treatment.RESUME,
        ExecutionStatus.ABORTED: Treatment.SETTLE if state.is_before_report else Treatment.RESUME,
        ExecutionStatus.TIMED_OUT: Treatment.SETTLE if state.is_before_report else Treatment.RESUME,
    }[status]
    if state is RunState.ENDED:
        expected = Treatment.LEAVE
    assert treatment_of(_run(state), status, NOW) is expected


@pytest.mark.parametrize("status", [ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT])
def test_a_run_that_is_stopped_while_users_are_added_to_groups_is_settled(status: ExecutionStatus) -> None:
    """Another execution would go on with it otherwise; when all are added, only the report is left to do."""
    adding = _run(RunState.REPORTING, file=checked(5, memberships=7))
    assert treatment_of(adding, status, NOW) is Treatment.SETTLE
    assert treatment_of(replace(adding, memberships=MembershipProgress(is_over=True)), status, NOW) is Treatment.RESUME
    assert treatment_of(adding, ExecutionStatus.FAILED, NOW) is Treatment.RESUME


@pytest.mark.parametrize("status", ALIVE)
def test_a_run_that_sleeps_through_its_turn_is_woken(status: ExecutionStatus) -> None:
    """After a minute: the wake-up was lost on its way."""
    asleep = _run(RunState.IMPORTING, token="a token", turn_at=NOW - WAKE_AFTER)  # noqa: S106  (no secret)
    assert treatment_of(asleep, status, NOW) is Treatment.WAKE
    assert treatment_of(asleep, status, NOW - 1) is Treatment.LEAVE


@pytest.mark.parametrize(
    "record",
    [
        _run(RunState.IMPORTING, turn_at=0.0),
        _run(RunState.WAITING, token="a token", turn_at=0.0),  # noqa: S106  (no secret)
        _run(RunState.REPORTING, token="a token", turn_at=0.0),  # noqa: S106  (no secret)
    ],
    ids=["has begun", "still waits", "is over"],
)
def test_a_run_that_is_not_asleep_is_not_woken(record: RunRecord) -> None:
    """Its token is what it sleeps behind."""
    assert treatment_of(record, ExecutionStatus.RUNNING, NOW) is Treatment.LEAVE


@pytest.mark.parametrize(
    "status",
    [ExecutionStatus.FAILED, ExecutionStatus.SUCCEEDED, ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT],
)
@pytest.mark.parametrize(
    ("executions", "pause"), [(2, 60), (3, 120), (4, 240), (7, 1920), (8, HOUR), (100, HOUR), (10_000, HOUR)]
)
def test_what_dies_again_and_again_gets_growing_pauses(status: ExecutionStatus, executions: int, pause: int) -> None:
    """From a minute to an hour, for ever: what is broken outside may be mended one day."""
    record = _run(executions=executions, renewed_at=NOW)
    assert treatment_of(record, status, NOW + pause - 1) is Treatment.LEAVE
    assert treatment_of(record, status, NOW + pause) is not Treatment.LEAVE


def test_a_first_death_is_treated_at_once() -> None:
    """Nobody has tried before."""
    assert treatment_of(_run(executions=1, renewed_at=0.0), ExecutionStatus.FAILED, 0.0) is Treatment.RESUME


def test_an_execution_that_is_missing_is_started_however_often_others_died() -> None:
    """It was asked for, and its asker died."""
    assert treatment_of(_run(executions=9, renewed_at=NOW), ExecutionStatus.MISSING, NOW) is Treatment.START


@pytest.mark.parametrize("state", RunState)
def test_only_a_run_that_imports_has_a_use_for_the_turn(state: RunState) -> None:
    """Whatever else holds the lock was put there by hand, or is nothing that anybody knows."""
    assert is_stale(_run(state)) is (state is not RunState.IMPORTING)
    assert is_stale(None)
