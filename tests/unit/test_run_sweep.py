"""Runs that are stuck are brought on their way or to their end, once, though two sweeps may meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.contract.job_names import job_name
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.queue.queue_order import QueueHead
from cognito_drop.core.runs.run_record import RunRecord
from cognito_drop.core.runs.sweep_action import Action
from lambdas.sweep.run_sweep import OpenRuns, RunSweep
from tests.ledger_table import TABLE
from tests.unit.meanwhile import DiedError, die
from tests.unit.queue_world import LETTERS, SCOPE, QueueWorld, run_id
from tests.unit.samples import POOL_ID, ROLE, drop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


NOT_ASKED = {"gate": None, "damaged": None}


class World(QueueWorld):
    """Runs that have executions, and a sweep."""

    def __init__(self) -> None:
        super().__init__()
        self.sweeping = RunSweep(
            self.ledger, self.executions, self.import_queue, self.gate, self.damaged, (SCOPE,), self.epoch
        )

    def started(self, *letters: str, second: int = 0) -> None:
        """These files were dropped, accepted and checked, and their executions run."""
        self.checked(*letters, second=second)
        for letter in letters:
            self.executions.start(self.run(letter).drop)

    def died(self, letter: str, status: ExecutionStatus = ExecutionStatus.FAILED) -> None:
        """The run's newest execution has ended so."""
        self.executions.statuses[self.run(letter).execution_name] = status

    def act_on(self, letter: str) -> Action:
        """What the sweep does with a run."""
        return self.sweeping.act_on(self.run(letter))

    def sweep(self, *, runs: int = 99) -> OpenRuns:
        """Go through everything, or as far as the time for so many runs suffices."""
        time = iter([True] * runs)
        return self.sweeping.run(has_time=lambda: next(time, False))

    def act_on_found(self, letter: str) -> Action:
        """What the sweep does with a run that may be damaged."""
        record = self.ledger.find(run_id(letter))
        assert record is not None
        return self.sweeping.act_on(record)

    @property
    def names(self) -> list[str]:
        """The executions that were started, by letter and number."""
        return [f"{LETTERS[name[:32]]}{name[32:]}" for name in self.executions.started]


@pytest.fixture
def world(aws: None) -> World:  # noqa: ARG001
    """No run yet."""
    return World()


def test_a_run_on_its_way_is_left_alone(world: World) -> None:
    """Whether it is checked, waits or imports."""
    world.started("a", "b", "c")
    world.take("a")
    world.take("b")
    seen = world.sweep()
    assert seen.actions == {Action.LEAVE: 3}
    assert seen.by_state == {RunState.IMPORTING: 1, RunState.WAITING: 1, RunState.ACCEPTED: 1}
    assert world.names == ["a", "b", "c"]


def test_a_run_that_was_accepted_and_not_started_is_started(world: World) -> None:
    """The function died between the ledger and the execution."""
    world.checked("a")
    assert world.sweep().actions == {Action.START: 1}
    assert world.names == ["a"]
    assert not world.run("a").is_stopped


def test_a_run_whose_execution_failed_is_resumed(world: World) -> None:
    """By another execution, and another after that."""
    world.started("a")
    world.died("a")
    assert world.act_on("a") is Action.RESUME
    assert world.names == ["a", "a-2"]
    world.died("a")
    assert world.act_on("a") is Action.LEAVE
    world.pass_by(60)
    assert world.act_on("a") is Action.RESUME
    assert world.names == ["a", "a-2", "a-3"]
    assert not world.run("a").is_stopped


@pytest.mark.parametrize("status", [ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT])
def test_a_run_whose_execution_was_stopped_is_finalized(world: World, status: ExecutionStatus) -> None:
    """No job of it begins from here on; another execution brings it to its end, and so does every one after that."""
    world.started("a")
    world.died("a", status)
    assert world.act_on("a") is Action.FINALIZE
    record = world.run("a")
    assert (record.is_closing, record.is_stopped) == (True, True)
    world.died("a")
    world.pass_by(60)
    assert world.act_on("a") is Action.RESUME
    assert world.names == ["a", "a-2", "a-3"]
    assert world.run("a").is_stopped


def test_an_execution_that_was_asked_for_and_not_started_is_started_as_it_was_meant(world: World) -> None:
    """The sweep died between the ledger and the execution."""
    world.started("a")
    world.died("a", ExecutionStatus.ABORTED)
    world.executions.is_broken = True
    with pytest.raises(ConnectionError):
        world.act_on("a")
    world.executions.is_broken = False
    assert world.act_on("a") is Action.START
    assert world.names == ["a", "a-2"]
    assert world.run("a").is_stopped


@pytest.mark.parametrize("status", [ExecutionStatus.FAILED, ExecutionStatus.ABORTED])
def test_of_two_sweeps_that_meet_one_renews_a_run(world: World, status: ExecutionStatus) -> None:
    """The other finds it renewed, and starts nothing: a run is reported and told by one execution."""
    world.started("a")
    world.died("a", status)
    world.meanwhile.before("update_item", lambda: world.act_on("a"))
    world.act_on("a")
    assert world.names == ["a", "a-2"]
    assert world.run("a").executions == 2


def test_a_sweep_that_decided_on_what_is_past_renews_nothing(world: World) -> None:
    """It has read the run before another sweep has finalized it."""
    world.started("a")
    world.died("a", ExecutionStatus.ABORTED)
    past = world.run("a")
    world.act_on("a")
    world.sweeping.act_on(past)
    assert world.names == ["a", "a-2"]


def test_a_run_that_sleeps_through_its_lock_is_woken(world: World) -> None:
    """It was given the lock, and the wake-up was lost."""
    world.started("a")
    world.enqueue("a")
    world.import_queue.serve(SCOPE, world.now.timestamp())
    assert world.act_on("a") is Action.LEAVE
    world.pass_by(60)
    assert world.act_on("a") is Action.WAKE
    assert world.executions.woken == ["token of a"]


def test_a_lock_that_no_one_has_goes_to_the_first_in_queue(world: World) -> None:
    """Anyone who should have served the line has died."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.sweep()
    assert (world.holder, world.line) == ("a", "b")
    assert world.executions.woken == ["token of a"]
    world.sweep()
    assert world.executions.woken == ["token of a"], "no other run is served while it holds the lock"


def test_a_run_that_nothing_wakes_is_served_all_the_same(world: World) -> None:
    """Its execution is dead: another one finds that it has the lock."""
    world.started("a")
    world.enqueue("a")
    world.executions.deaf = {"token of a"}
    world.died("a")
    world.sweep()
    assert world.holder == "a"
    assert world.names == ["a", "a-2"]
    assert world.take("a", "new token") == 0


def test_runs_that_wait_hold_up_no_one_when_a_sweep_breaks_off(world: World) -> None:
    """The lines were served by then, and the runs that are nearest to their end were treated."""
    world.started("a", "b", "c")
    world.enqueue("b", "c")
    world.put("a", RunState.REPORTED)
    world.died("a")
    assert world.sweep(runs=1).left == 2
    assert world.holder == "b"
    assert world.names == ["a", "b", "c", "a-2"]


def test_a_run_that_cannot_be_treated_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.parametrize("by_hand", ["reporting", "ended", "deleted"])
def test_a_lock_that_no_one_has_a_use_for_is_freed(world: World, by_hand: str) -> None:
    """Someone has changed the run by hand; the next in the queue is served in the same sweep."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.import_queue.serve(SCOPE, 0.0)
    if by_hand == "deleted":
        world.client.delete_item(TableName=TABLE, Key=run_key(run_id("a")))
    else:
        world.put("a", RunState(by_hand))
    world.sweep()
    assert world.holder == "b"


def test_a_lock_whose_run_imports_is_never_freed(world: World) -> None:
    """Whatever became of its execution: only the run itself gives it back, when its job is over."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.import_queue.serve(SCOPE, 0.0)
    for status in ExecutionStatus:
        world.died("a", status)
        world.sweep()
        assert world.holder == "a"


def test_a_lock_that_is_passed_on_while_the_sweep_polls_is_left_alone(world: World) -> None:
    """It has read the lock before, and the run after: the lock names another by then."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.import_queue.serve(SCOPE, 0.0)

    def passes_on() -> None:
        world.ledger.close(run_id("a"))
        assert world.import_queue.leave(world.run("a"))
        world.import_queue.serve(SCOPE, 0.0)

    # The first query but those of the index is the one for the head of the line, after the lock was read.
    world.meanwhile.before("get_paginator", passes_on)
    world.sweep()
    assert (world.holder, world.run("b").state) == ("b", RunState.IMPORTING)


def test_the_lines_of_runs_under_way_are_served_besides_those_of_the_deployment(world: World) -> None:
    """The scope was changed while they waited."""
    world.started("a")
    assert world.import_queue.enqueue(world.run("a"), "pool-1", "a token", world.now.isoformat())
    world.sweep()
    assert world.import_queue.head("pool-1").holder == run_id("a")


def test_a_run_that_has_ended_since_the_index_was_written_is_left_alone(world: World) -> None:
    """The index may be a moment behind; the item is asked."""
    world.started("a")
    world.died("a", ExecutionStatus.SUCCEEDED)
    (found,) = world.ledger.in_state(RunState.ACCEPTED)
    world.put("a", RunState.ENDED)
    assert found.state is RunState.ACCEPTED
    assert world.sweep().actions == {}
    assert world.names == ["a"]


def test_no_execution_comes_of_a_run_that_has_just_ended(world: World) -> None:
    """It was notified between the sweep's reads at the ledger and at the execution, which has succeeded by then."""
    world.started("a")
    found = world.run("a")
    world.died("a", ExecutionStatus.SUCCEEDED)
    world.put("a", RunState.ENDED)
    world.sweeping.act_on(found)
    assert world.names == ["a"]


def test_a_sweep_that_dies_is_taken_up_by_the_next(world: World) -> None:
    """Nothing that it has begun is done twice."""
    world.started("a", "b")
    world.died("a")
    world.died("b")
    world.meanwhile.before("update_item", die)
    with pytest.raises(DiedError):
        world.sweep()
    assert world.sweep().actions == {Action.RESUME: 2}
    assert world.names == ["a", "b", "a-2", "b-2"]


def test_a_run_that_fails_delays_no_other_and_comes_last_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
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


def test_a_state_that_cannot_be_listed_delays_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_lock_that_cannot_be_served_delays_no_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB throttles the partition of the lock, for example."""

    def fails(*_: object) -> None:
        raise TransientError

    world.started("a")
    world.died("a")
    monkeypatch.setattr(world.import_queue, "serve", fails)
    seen = world.sweep()
    assert (seen.actions, len(seen.failures)) == ({Action.RESUME: 1}, 1)


def test_executions_that_cannot_be_listed_are_looked_at_one_by_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role that does not have the permission yet, for example."""

    def fails() -> None:
        raise ConnectionError

    world.started("a", "b")
    world.died("a")
    monkeypatch.setattr(world.executions, "running", fails)
    seen = world.sweep()
    assert (seen.actions, len(seen.failures)) == ({Action.RESUME: 1, Action.LEAVE: 1}, 1)


def test_runs_under_way_cost_no_call_each(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of thousands of runs that wait, a listing of the executions says that they do."""
    world.started("a", "b", "c")
    world.died("c")
    asked: list[str] = []

    def failed(name: str) -> ExecutionStatus:
        asked.append(name)
        return ExecutionStatus.FAILED

    monkeypatch.setattr(world.executions, "status", failed)
    world.sweep()
    assert asked == [run_id("c")]


def test_a_sweep_without_time_goes_on_where_it_stopped(world: World) -> None:
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


@pytest.mark.parametrize("attribute", ["file", "parts", "run_state", "executions", "dropped_at"])
def test_a_run_whose_item_is_damaged_comes_to_its_end(world: World, attribute: str) -> None:
    """No job is recorded for it any more; what could not be read is kept, and all other runs go on."""
    world.started("a", "b")
    for letter in "ab":
        world.died(letter)
    damaged = {"file": '{"pool_id": "x', "parts": "none", "run_state": "odd", "executions": "x", "dropped_at": "noon"}
    world.damage("a", attribute, damaged[attribute])
    # A state that is no known one is in none of the lists; the inbox finds that run.
    actions = world.sweep().actions + Counter([world.act_on_found("a")] if attribute == "run_state" else [])
    assert actions == {Action.RESUME: 2}
    record = world.run("a")
    assert (record.is_closing, record.damage, record.unreadable) == (True, (attribute,), ())
    assert world.item("a")["damage"] == {attribute: damaged[attribute]}
    assert not world.run("b").damage


def test_a_damaged_run_whose_execution_runs_is_left_to_it(world: World) -> None:
    """The execution fails at the item, closes the run and reports it."""
    world.started("a")
    world.damage("a", "file", "{")
    assert world.sweep().actions == {Action.LEAVE: 1}
    assert not world.ledger.find(run_id("a")).is_closing  # type: ignore[union-attr]  # it is there


def test_a_run_whose_file_is_not_known_is_found_by_its_execution(world: World) -> None:
    """The item has lost the key of the object."""
    world.started("a")
    world.died("a")
    world.damage("a", "key", 1)
    assert world.sweep().actions == {Action.RESUME: 1}
    assert world.run("a").drop.file_name == "a.csv"


def test_the_jobs_of_a_damaged_run_are_known_by_their_names(world: World) -> None:
    """The lock is kept as long as one of them is active."""
    world.started("a")
    world.take("a")
    job_id = world.imports.create(POOL_ID, job_name(run_id("a"), 1), ROLE, None)[0].job_id
    world.imports.advance(job_id, "InProgress")
    world.died("a")
    world.damage("a", "parts", 7)
    assert world.sweep().actions == {Action.RESUME: 1}
    assert world.run("a").parts[1].job_id == job_id
    assert not world.locks.release(world.run("a").drop, "").released
    world.imports.advance(job_id, "Succeeded")
    assert world.locks.release(world.run("a").drop, "").released


def test_a_backlog_of_thousands_costs_a_few_calls() -> None:
    """5,000 runs wait, and the executions of ten of them have died: ten are looked at, not 5,000."""
    waiting = [
        RunRecord(drop(f"inbox/people/{number}.csv"), RunState.WAITING, "2026-07-01T12:00:00Z")
        for number in range(5000)
    ]
    calls = Counter[str]()
    dead = {record.run_id for record in waiting[::500]}

    def counted(name: str, answer: object) -> Callable[..., object]:
        def call(*_: object) -> object:
            calls[name] += 1
            return answer(*_) if callable(answer) else answer

        return call

    ledger = SimpleNamespace(
        in_state=lambda state: waiting if state is RunState.WAITING else [],
        place=counted("place", {}),
        find=counted("find", {record.run_id: record for record in waiting}.get),
        renew=counted("renew", lambda record, _: replace(record, executions=2)),
    )
    executions = SimpleNamespace(
        running=counted("running", {record.run_id for record in waiting} - dead),
        status=counted("status", ExecutionStatus.FAILED),
        start=lambda *_, **__: calls.update(["start"]),
    )
    queue = SimpleNamespace(head=lambda _: QueueHead("another", None), serve=lambda *_: None)
    parts: dict[str, Any] = {"ledger": ledger, "executions": executions, "import_queue": queue, **NOT_ASKED}
    seen = RunSweep(**parts, scopes=(), now=lambda: 0.0).run(has_time=lambda: True)
    assert seen.actions == {Action.LEAVE: 4990, Action.RESUME: 10}
    assert calls == {"place": 1, "running": 1, "find": 10, "status": 10, "renew": 10, "start": 10}


def test_a_lock_whose_run_is_in_an_unknown_state_is_kept_while_its_job_is_active(world: World) -> None:
    """No list of the open runs has the run; the sweep finds it by the lock, and another execution ends it."""
    world.started("a", "b")
    world.take("a")
    world.take("b")
    job_id = world.job("a", "InProgress")
    world.damage("a", "run_state", "odd")
    world.sweep()
    assert (world.holder, world.names) == ("a", ["a", "b"]), "its execution runs"
    world.executions.statuses[run_id("a")] = ExecutionStatus.FAILED
    world.sweep()
    assert (world.holder, world.names) == ("a", ["a", "b", "a-2"])
    assert world.run("a").state is RunState.IMPORTING
    world.imports.advance(job_id, "Succeeded")
    assert world.locks.release(world.run("a").drop, "").released
    assert world.holder == "b"
