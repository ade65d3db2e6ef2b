"""What the sweep does with a run: every state of the run, every status of its execution."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.runs.run_record import RunRecord
from cognito_drop.core.runs.sweep_action import WAKE_AFTER, Action, action_for, is_stale
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
        ExecutionStatus.RUNNING: Action.LEAVE,
        ExecutionStatus.PENDING_REDRIVE: Action.LEAVE,
        ExecutionStatus.MISSING: Action.START,
        ExecutionStatus.FAILED: Action.RESUME,
        ExecutionStatus.SUCCEEDED: Action.RESUME,
        ExecutionStatus.ABORTED: Action.FINALIZE if state.is_before_report else Action.RESUME,
        ExecutionStatus.TIMED_OUT: Action.FINALIZE if state.is_before_report else Action.RESUME,
    }[status]
    if state is RunState.ENDED:
        expected = Action.LEAVE
    assert action_for(_run(state), status, NOW) is expected


@pytest.mark.parametrize("status", [ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT])
def test_a_run_that_is_stopped_while_users_are_added_to_groups_is_finalized(status: ExecutionStatus) -> None:
    """Another execution would go on with it otherwise; when all are added, only the report is left to do."""
    adding = _run(RunState.REPORTING, file=checked(5, memberships=7))
    assert action_for(adding, status, NOW) is Action.FINALIZE
    assert action_for(replace(adding, memberships=MembershipProgress(is_over=True)), status, NOW) is Action.RESUME
    assert action_for(adding, ExecutionStatus.FAILED, NOW) is Action.RESUME


@pytest.mark.parametrize("status", ALIVE)
def test_a_run_that_sleeps_through_its_lock_is_woken(status: ExecutionStatus) -> None:
    """After a minute: the wake-up was lost on its way."""
    asleep = _run(RunState.IMPORTING, token="a token", lock_at=NOW - WAKE_AFTER)  # noqa: S106  (no secret)
    assert action_for(asleep, status, NOW) is Action.WAKE
    assert action_for(asleep, status, NOW - 1) is Action.LEAVE


@pytest.mark.parametrize(
    "record",
    [
        _run(RunState.IMPORTING, lock_at=0.0),
        _run(RunState.WAITING, token="a token", lock_at=0.0),  # noqa: S106  (no secret)
        _run(RunState.REPORTING, token="a token", lock_at=0.0),  # noqa: S106  (no secret)
    ],
    ids=["has begun", "still waits", "is over"],
)
def test_a_run_that_is_not_asleep_is_not_woken(record: RunRecord) -> None:
    """Its token is what it sleeps behind."""
    assert action_for(record, ExecutionStatus.RUNNING, NOW) is Action.LEAVE


@pytest.mark.parametrize(
    "status",
    [ExecutionStatus.FAILED, ExecutionStatus.SUCCEEDED, ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT],
)
@pytest.mark.parametrize(
    ("executions", "pause"), [(2, 60), (3, 120), (4, 240), (7, 1920), (8, HOUR), (100, HOUR), (10_000, HOUR)]
)
def test_what_dies_again_and_again_gets_growing_pauses(status: ExecutionStatus, executions: int, pause: int) -> None:
    """From a minute to an hour, for ever: what is broken outside may be fixed one day."""
    record = _run(executions=executions, renewed_at=NOW)
    assert action_for(record, status, NOW + pause - 1) is Action.LEAVE
    assert action_for(record, status, NOW + pause) is not Action.LEAVE


def test_a_first_death_is_treated_at_once() -> None:
    """No one has tried before."""
    assert action_for(_run(executions=1, renewed_at=0.0), ExecutionStatus.FAILED, 0.0) is Action.RESUME


def test_an_execution_that_is_missing_is_started_however_often_others_died() -> None:
    """It was asked for, and its asker died."""
    assert action_for(_run(executions=9, renewed_at=NOW), ExecutionStatus.MISSING, NOW) is Action.START


@pytest.mark.parametrize("state", RunState)
def test_only_a_run_that_imports_has_a_use_for_the_lock(state: RunState) -> None:
    """Any other holder was put there by hand, or is not known; one whose state is unknown may import, or one that was
    lost before its import was over.
    """
    assert is_stale(_run(state)) is (state is not RunState.IMPORTING)
    assert is_stale(None)
    assert not is_stale(replace(_run(state), unreadable=("run_state",)))
    assert is_stale(_run(state, damage=("item",))) is not state.is_before_report
