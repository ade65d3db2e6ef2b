"""The sweep gives free locks to the runs that wait, and frees those that no run needs."""

from __future__ import annotations

import json

import pytest

from cognito_drop.contract.ledger_keys import lock_key
from cognito_drop.contract.metric_names import Metric
from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.runs.sweep_action import Action
from tests.ledger_table import TABLE
from tests.unit.queue_world import SCOPE, run_id
from tests.unit.sweep_world import SweepWorld


@pytest.fixture
def world(aws: None) -> SweepWorld:  # noqa: ARG001
    """No run yet."""
    return SweepWorld()


def test_a_run_that_sleeps_through_its_lock_is_woken(world: SweepWorld) -> None:
    """It was given the lock, and the wake-up was lost."""
    world.started("a")
    world.enqueue("a")
    world.import_queue.serve(SCOPE, world.now.timestamp())
    assert world.act_on("a") is Action.LEAVE
    world.pass_by(60)
    assert world.act_on("a") is Action.WAKE
    assert world.executions.woken == ["token of a"]


def test_a_lock_that_no_one_has_goes_to_the_first_in_queue(world: SweepWorld) -> None:
    """Anyone who should have served the line has died."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.sweep()
    assert (world.holder, world.line) == ("a", "b")
    assert world.executions.woken == ["token of a"]
    world.sweep()
    assert world.executions.woken == ["token of a"], "no other run is served while it holds the lock"


def test_the_wait_for_a_lock_that_the_sweep_gives_is_a_metric_of_the_import_queue(
    world: SweepWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the wait for a lock there is one metric, whichever function gives the lock."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "sweep")
    world.started("a")
    world.enqueue("a")
    world.pass_by(90)
    world.sweep()
    (line,) = capsys.readouterr().out.splitlines()
    recorded = json.loads(line)
    assert (recorded["service"], recorded[Metric.LOCK_WAIT]) == ("import_queue", [90.0])


def test_a_run_that_nothing_wakes_is_served_all_the_same(world: SweepWorld) -> None:
    """Its execution is dead: another one finds that it has the lock."""
    world.started("a")
    world.enqueue("a")
    world.executions.deaf = {"token of a"}
    world.died("a")
    world.sweep()
    assert world.holder == "a"
    assert world.names == ["a", "a-2"]
    assert world.take("a", "new token") == 0


@pytest.mark.parametrize("by_hand", ["reporting", "ended", "deleted"])
def test_a_lock_that_no_one_has_a_use_for_is_freed(world: SweepWorld, by_hand: str) -> None:
    """Someone has changed the run by hand; the next in the queue is served in the same sweep. Of one that is deleted,
    no execution is known.
    """
    world.started("a", "b")
    world.enqueue("a", "b")
    world.import_queue.serve(SCOPE, 0.0)
    if by_hand == "deleted":
        world.lose("a")
        world.executions.started.clear()
    else:
        world.put("a", RunState(by_hand))
    world.sweep()
    assert world.holder == "b"


@pytest.mark.parametrize("holder", ["{", "", "-2", 7])
def test_a_damaged_lock_is_freed(world: SweepWorld, holder: str | int) -> None:
    """No execution has such a name, and Step Functions refuses to look for some of them."""
    world.started("a")
    world.enqueue("a")
    world.client.update_item(
        TableName=TABLE,
        Key=lock_key(SCOPE),
        UpdateExpression="SET holder = :holder",
        ExpressionAttributeValues={":holder": holder},
    )
    world.sweep()
    assert world.holder == "a"


def test_a_damaged_entry_of_the_queue_holds_up_no_run(world: SweepWorld) -> None:
    """Whose entry it is, its key says; one of no run is deleted."""
    world.started("a", "b")
    world.enqueue("a")
    for entry in ("entry#", "entry#2026#x"):
        world.client.put_item(TableName=TABLE, Item={**lock_key(SCOPE), "sk": entry})
    world.client.update_item(
        TableName=TABLE, Key={**lock_key(SCOPE), "sk": _entry(world)}, UpdateExpression="REMOVE run_id"
    )
    world.sweep()
    assert (world.holder, _entry(world)) == ("a", "")


def test_a_lock_whose_run_imports_is_never_freed(world: SweepWorld) -> None:
    """However its execution has ended: only the run itself releases it, when its job is over."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.import_queue.serve(SCOPE, 0.0)
    for status in ExecutionStatus:
        world.died("a", status)
        world.sweep()
        assert world.holder == "a"


def test_a_lock_that_is_passed_on_while_the_sweep_polls_is_left_alone(world: SweepWorld) -> None:
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


def test_the_lines_of_runs_under_way_are_served_besides_those_of_the_deployment(world: SweepWorld) -> None:
    """The scope was changed while they waited."""
    world.started("a")
    assert world.import_queue.enqueue(world.run("a"), "pool-1", "a token", world.now.isoformat())
    world.sweep()
    assert world.import_queue.head("pool-1").holder == run_id("a")


def test_a_lock_whose_run_is_in_an_unknown_state_is_kept_while_its_job_is_active(world: SweepWorld) -> None:
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


def _entry(world: SweepWorld) -> str:
    """The key of the last entry of the queue; empty where there is none."""
    entries = world.client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :entry)",
        ExpressionAttributeValues={":pk": lock_key(SCOPE)["pk"], ":entry": "entry#"},
    )["Items"]
    return str(entries[-1]["sk"]) if entries else ""
