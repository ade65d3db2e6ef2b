"""Runs that are stuck are brought on their way or to their end, once, though two sweeps may meet."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.queue.queue_order import QueueHead
from cognito_drop.core.runs.run_record import RunRecord
from cognito_drop.core.runs.sweep_action import Action
from lambdas.sweep.run_sweep import RunSweep
from tests.unit.queue_world import run_id
from tests.unit.samples import drop
from tests.unit.sweep_world import SweepWorld

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

NOT_ASKED = {"gate": None, "damaged": None, "lost": None}


@pytest.fixture
def world(aws: None) -> SweepWorld:  # noqa: ARG001
    """No run yet."""
    return SweepWorld()


def test_a_run_on_its_way_is_left_alone(world: SweepWorld) -> None:
    """Whether it is checked, waits or imports."""
    world.started("a", "b", "c")
    world.take("a")
    world.take("b")
    seen = world.sweep()
    assert seen.actions == {Action.LEAVE: 3}
    assert seen.by_state == {RunState.IMPORTING: 1, RunState.WAITING: 1, RunState.ACCEPTED: 1}
    assert world.names == ["a", "b", "c"]


def test_a_run_that_was_accepted_and_not_started_is_started(world: SweepWorld) -> None:
    """The function died between the ledger and the execution."""
    world.checked("a")
    assert world.sweep().actions == {Action.START: 1}
    assert world.names == ["a"]
    assert not world.run("a").is_stopped


def test_a_run_whose_scan_has_no_result_in_time_is_started(world: SweepWorld) -> None:
    """It waits no longer, from now on."""
    key = "inbox/people/a.csv"
    world.ledger.accept(drop(key), size=1, dropped_at="2026-07-01T12:00:00Z", dropped_by="", scan_until=world.epoch())
    assert world.sweep().actions == {Action.START: 1}
    run = world.run("a")
    assert (run.is_held, run.released_at, run.unreadable) == (False, world.now.isoformat(), ())


def test_a_run_whose_execution_failed_is_resumed(world: SweepWorld) -> None:
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
def test_a_run_whose_execution_was_stopped_is_finalized(world: SweepWorld, status: ExecutionStatus) -> None:
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


def test_an_execution_that_was_asked_for_and_not_started_is_started_as_it_was_meant(world: SweepWorld) -> None:
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


def test_a_run_whose_import_is_over_meanwhile_is_not_called_stopped(world: SweepWorld) -> None:
    """The call that releases its lock was still under way when the sweep had read the run."""
    world.started("a")
    world.take("a")
    world.died("a", ExecutionStatus.ABORTED)
    world.meanwhile.before("update_item", lambda: world.locks.release(drop("inbox/people/a.csv"), ""))
    world.act_on("a")
    assert (world.run("a").state, world.run("a").is_stopped) == (RunState.REPORTING, False)
    assert world.act_on("a") is Action.RESUME
    assert world.names == ["a", "a-2"]


@pytest.mark.parametrize("status", [ExecutionStatus.FAILED, ExecutionStatus.ABORTED])
def test_of_two_sweeps_that_meet_one_renews_a_run(world: SweepWorld, status: ExecutionStatus) -> None:
    """The other finds it renewed, and starts nothing: one execution reports a run and publishes its notification."""
    world.started("a")
    world.died("a", status)
    world.meanwhile.before("update_item", lambda: world.act_on("a"))
    world.act_on("a")
    assert world.names == ["a", "a-2"]
    assert world.run("a").executions == 2


def test_a_sweep_that_decided_on_what_is_past_renews_nothing(world: SweepWorld) -> None:
    """It has read the run before another sweep has finalized it."""
    world.started("a")
    world.died("a", ExecutionStatus.ABORTED)
    past = world.run("a")
    world.act_on("a")
    world.sweeping.act_on(past)
    assert world.names == ["a", "a-2"]


def test_a_run_that_has_ended_since_the_index_was_written_is_left_alone(world: SweepWorld) -> None:
    """The index may be a moment behind; the item is asked."""
    world.started("a")
    world.died("a", ExecutionStatus.SUCCEEDED)
    (found,) = world.ledger.in_state(RunState.ACCEPTED)
    world.put("a", RunState.ENDED)
    assert found.state is RunState.ACCEPTED
    assert world.sweep().actions == {}
    assert world.names == ["a"]


def test_no_execution_comes_of_a_run_that_has_just_ended(world: SweepWorld) -> None:
    """It was notified between the sweep's reads at the ledger and at the execution, which has succeeded by then."""
    world.started("a")
    found = world.run("a")
    world.died("a", ExecutionStatus.SUCCEEDED)
    world.put("a", RunState.ENDED)
    world.sweeping.act_on(found)
    assert world.names == ["a"]


def test_a_run_that_is_resumed_is_logged(world: SweepWorld, log: io.StringIO) -> None:
    """With what was found, so that the log says why the run has another execution."""
    world.started("a")
    world.died("a")
    world.sweep()
    (line,) = [line for line in map(json.loads, log.getvalue().splitlines()) if line["level"] == "WARNING"]
    assert (line["run_id"], line["by"]) == (run_id("a"), "resume")
    assert (line["state"], line["execution"]) == (world.run("a").state, ExecutionStatus.FAILED)


def test_runs_under_way_cost_no_call_each(world: SweepWorld, monkeypatch: pytest.MonkeyPatch) -> None:
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
        find=counted("find", {record.run_id: record for record in waiting}.get),
        renew=counted("renew", lambda record, _: replace(record, executions=2)),
    )
    executions = SimpleNamespace(
        running=counted("running", {record.run_id for record in waiting} - dead),
        status=counted("status", ExecutionStatus.FAILED),
        start=lambda *_, **__: calls.update(["start"]),
    )
    queue = SimpleNamespace(head=lambda _: QueueHead("another", None), serve=lambda *_: None)
    notes = SimpleNamespace(place=counted("place", {}))
    parts: dict[str, Any] = {
        "ledger": ledger,
        "notes": notes,
        "executions": executions,
        "import_queue": queue,
        **NOT_ASKED,
    }
    seen = RunSweep(**parts, scopes=(), now=lambda: 0.0).run(has_time=lambda: True)
    assert seen.actions == {Action.LEAVE: 4990, Action.RESUME: 10}
    assert calls == {"place": 1, "running": 1, "find": 10, "status": 10, "renew": 10, "start": 10}
