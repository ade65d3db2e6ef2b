"""What fails in a sweep, or finds no time in it, delays nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.runs.sweep_action import Action
from tests.unit.meanwhile import DiedError, die
from tests.unit.queue_world import run_id
from tests.unit.sweep_world import SweepWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.runs.run_record import RunRecord


@pytest.fixture
def world(aws: None) -> SweepWorld:  # noqa: ARG001
    """No run yet."""
    return SweepWorld()


def test_runs_that_wait_hold_up_no_one_when_a_sweep_breaks_off(world: SweepWorld) -> None:
    """The lines were served by then, and the runs that are nearest to their end were treated."""
    world.started("a", "b", "c")
    world.enqueue("b", "c")
    world.put("a", RunState.REPORTED)
    world.died("a")
    assert world.sweep(runs=1).left == 2
    assert world.holder == "b"
    assert world.names == ["a", "b", "c", "a-2"]


def test_a_run_that_cannot_be_treated_holds_up_no_other(world: SweepWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runs after it are treated all the same, and the sweep says that it has not come through."""
    world.started("a", "b")
    for letter in ("a", "b"):
        world.put(letter, RunState.REPORTED)
        world.died(letter)
    status = world.executions.status

    def broken(name: str) -> ExecutionStatus:
        if name == run_id("a"):
            raise RefusedError("DescribeExecution: AccessDeniedException")
        return status(name)

    monkeypatch.setattr(world.executions, "status", broken)
    assert [type(failure) for failure in world.sweep().failures] == [RefusedError]
    assert world.names == ["a", "b", "b-2"]


def test_a_run_that_fails_delays_no_other_and_comes_last_the_next_time(
    world: SweepWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of the runs has an execution that cannot be looked at."""
    world.started("a", "b", "c")
    for letter in "abc":
        world.died(letter)
    asked: list[str] = []
    status = world.executions.status

    def fails_for_one(name: str) -> ExecutionStatus:
        asked.append(name[:32])
        if name == run_id("a"):
            raise ConnectionError
        return status(name)

    monkeypatch.setattr(world.executions, "status", fails_for_one)
    seen = world.sweep()
    assert (seen.actions, len(seen.failures)) == ({Action.RESUME: 2}, 1)
    for letter in "bc":
        world.died(letter)
    asked.clear()
    world.sweep()
    assert sorted(asked[:2]) == sorted([run_id("b"), run_id("c")])
    assert asked[2] == run_id("a")


def test_a_state_that_cannot_be_listed_delays_no_other(world: SweepWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor the locks."""
    world.started("a", "b")
    world.died("a")
    world.enqueue("b")
    in_state = world.ledger.in_state

    def fails_for_one(state: RunState) -> Iterator[RunRecord]:
        if state is RunState.REPORTING:
            raise ConnectionError
        return in_state(state)

    monkeypatch.setattr(world.ledger, "in_state", fails_for_one)
    seen = world.sweep()
    assert (seen.actions[Action.RESUME], len(seen.failures), world.holder) == (1, 1, "b")


def test_a_lock_that_cannot_be_served_delays_no_run(world: SweepWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB throttles the partition of the lock, for example."""

    def fails(*_: object) -> None:
        raise TransientError

    world.started("a")
    world.died("a")
    monkeypatch.setattr(world.import_queue, "serve", fails)
    seen = world.sweep()
    assert (seen.actions, len(seen.failures)) == ({Action.RESUME: 1}, 1)


def test_executions_that_cannot_be_listed_are_looked_at_one_by_one(
    world: SweepWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role that does not have the permission yet, for example."""

    def fails() -> None:
        raise ConnectionError

    world.started("a", "b")
    world.died("a")
    monkeypatch.setattr(world.executions, "running", fails)
    seen = world.sweep()
    assert (seen.actions, len(seen.failures)) == ({Action.RESUME: 1, Action.LEAVE: 1}, 1)


def test_a_sweep_without_time_goes_on_where_it_stopped(world: SweepWorld) -> None:
    """With the run that holds the lock before all others, whenever it comes."""
    world.started("a", "b", "c")
    world.take("a")
    for letter in "abc":
        world.died(letter)
    seen = world.sweep(runs=2)
    assert (seen.left, len(world.names)) == (1, 5)
    assert "a-2" in world.names
    seen = world.sweep(runs=2)
    assert {"a-2", "b-2", "c-2"} <= set(world.names)
    assert world.sweep().left == 0


def test_a_sweep_that_dies_is_taken_up_by_the_next(world: SweepWorld) -> None:
    """Nothing that it has begun is done twice."""
    world.started("a", "b")
    world.died("a")
    world.died("b")
    world.meanwhile.before("update_item", die)
    with pytest.raises(DiedError):
        world.sweep()
    assert world.sweep().actions == {Action.RESUME: 2}
    assert world.names == ["a", "b", "a-2", "b-2"]
