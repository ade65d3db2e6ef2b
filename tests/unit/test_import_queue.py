"""The turn of a scope in DynamoDB: one run has it, the first in the queue gets it next, and races are lost by one of
two.
"""

from __future__ import annotations

import pytest

from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.queue.queue_order import QueueHead
from tests.ledger_table import TABLE
from tests.unit.queue_world import SCOPE, QueueWorld, run_id

NOW = 1_785_000_000.5
THEN = "2026-07-01T12:59:00+00:00"


@pytest.fixture
def world(aws: None) -> QueueWorld:  # noqa: ARG001
    """No one waits, no one has the lock."""
    return QueueWorld()


def _serve(world: QueueWorld) -> str | None:
    return world.import_queue.serve(SCOPE, NOW)


def test_an_empty_line_has_no_holder_and_serves_no_one(world: QueueWorld) -> None:
    """Nothing was written yet."""
    assert world.import_queue.head(SCOPE) == QueueHead(None, None)
    assert _serve(world) is None


def test_a_run_that_waits_in_queue_waits_behind_its_token(world: QueueWorld) -> None:
    """One queue entry however often it comes; the newest token wakes it, the first time is when its wait began."""
    world.checked("a")
    assert world.import_queue.enqueue(world.run("a"), SCOPE, "old token", THEN)
    world.enqueue("a")
    record = world.run("a")
    assert (record.state, record.scope, record.token) == (RunState.WAITING, SCOPE, "token of a")
    assert world.line == "a"
    assert world.item("a")["waiting_since"] == THEN


@pytest.mark.parametrize("state", [state for state in RunState if not state.is_before_lock])
def test_a_run_that_had_the_lock_does_not_waits_in_queue(world: QueueWorld, state: RunState) -> None:
    """It changes nothing, and draws no queue entry."""
    world.checked("a")
    world.put("a", state)
    assert not world.import_queue.enqueue(world.run("a"), SCOPE, "a token", THEN)
    assert (world.run("a").state, world.run("a").token, world.line) == (state, "", "")


def test_a_run_whose_import_is_being_ended_does_not_waits_in_queue(world: QueueWorld) -> None:
    """Someone has stopped it before it came to its lock."""
    world.checked("a")
    world.ledger.close(run_id("a"), stopped=True)
    assert not world.import_queue.enqueue(world.run("a"), SCOPE, "a token", THEN)
    assert world.line == ""


def test_locks_go_by_the_time_of_the_drop_and_then_by_name(world: QueueWorld) -> None:
    """Not by who waits in the queue first."""
    world.checked("c", second=5)
    world.checked("b", "d", second=1)
    world.checked("a", second=9)
    world.enqueue("a", "c", "d", "b")
    assert world.line == "bdca"
    assert list(world.import_queue.waiting(SCOPE)) == [run_id(letter) for letter in "bdca"]
    served = []
    while (run := _serve(world)) is not None:
        served.append(run)
        world.ledger.close(run)
        assert world.import_queue.leave(world.ledger.read(run))
    assert served == [run_id(letter) for letter in "bdca"]


def test_a_run_that_is_served_has_the_lock_and_no_queue_entry(world: QueueWorld) -> None:
    """Lock, run and queue entry change together; anyone who is behind stays where it is."""
    world.checked("a", "b")
    world.enqueue("a", "b")
    assert _serve(world) == run_id("a")
    record = world.run("a")
    assert (record.state, record.lock_at, record.token) == (RunState.IMPORTING, NOW, "token of a")
    assert (world.holder, world.line) == ("a", "b")
    assert world.run("b").state is RunState.WAITING


def test_no_one_is_served_while_another_has_the_lock(world: QueueWorld) -> None:
    """However often it is tried, and anyone who would come first now."""
    world.checked("b", second=5)
    world.enqueue("b")
    _serve(world)
    world.checked("a", second=1)
    world.enqueue("a")
    assert _serve(world) is None
    assert (world.holder, world.line) == ("b", "a")


def test_scopes_do_not_know_each_other(world: QueueWorld) -> None:
    """Each pool has a turn of its own where that is chosen."""
    world.checked("a", "b")
    for letter, scope in (("a", "pool-1"), ("b", "pool-2")):
        assert world.import_queue.enqueue(world.run(letter), scope, "a token", THEN)
        assert world.import_queue.serve(scope, NOW) == run_id(letter)
    assert [world.import_queue.head(f"pool-{number}").holder for number in (1, 2)] == [run_id("a"), run_id("b")]


def test_of_two_who_serve_at_once_one_gives_the_lock(world: QueueWorld) -> None:
    """The other finds it given; it does not throw the next one's queue entry away."""
    world.checked("a", "b")
    world.enqueue("a", "b")
    inner: list[str | None] = []
    world.meanwhile.before("transact_write_items", lambda: inner.append(_serve(world)))
    assert _serve(world) is None
    assert inner == [run_id("a")]
    assert (world.holder, world.line) == ("a", "b")


def test_a_run_is_not_served_when_another_was_meanwhile(world: QueueWorld) -> None:
    """An earlier drop has come and has got the lock: the lock is what counts, though this run still waits."""
    world.checked("b", second=5)
    world.enqueue("b")

    def other() -> None:
        world.checked("a", second=1)
        world.enqueue("a")
        assert _serve(world) == run_id("a")

    world.meanwhile.before("transact_write_items", other)
    assert _serve(world) is None
    assert (world.holder, world.line) == ("a", "b")
    assert world.states("ab") == [RunState.IMPORTING, RunState.WAITING]


def test_a_lock_that_comes_free_while_one_is_served_goes_to_the_next(world: QueueWorld) -> None:
    """The first in the queue is served, and leaves, by someone else; no one is passed over."""
    world.checked("a", "b")
    world.enqueue("a", "b")

    def other() -> None:
        _serve(world)
        world.ledger.close(run_id("a"))
        assert world.import_queue.leave(world.run("a"))

    world.meanwhile.before("transact_write_items", other)
    assert _serve(world) == run_id("b")
    assert world.states("ab") == [RunState.REPORTING, RunState.IMPORTING]


def test_the_queue_entry_of_a_run_that_was_stopped_is_thrown_away(world: QueueWorld) -> None:
    """It holds up no one; the run itself still has to be brought to its end."""
    world.checked("a", "b")
    world.enqueue("a", "b")
    world.ledger.close(run_id("a"), stopped=True)
    assert _serve(world) == run_id("b")
    assert (world.holder, world.line) == ("b", "")
    assert world.run("a").state is RunState.WAITING


def test_a_run_that_is_stopped_while_it_is_served_does_not_get_the_lock(world: QueueWorld) -> None:
    """The stop comes between the look at the line and the lock."""
    world.checked("a", "b")
    world.enqueue("a", "b")
    world.meanwhile.before("transact_write_items", lambda: world.ledger.close(run_id("a"), stopped=True))
    assert _serve(world) == run_id("b")
    assert world.run("a").state is RunState.WAITING


def test_the_queue_entry_of_a_run_that_no_one_knows_is_thrown_away(world: QueueWorld) -> None:
    """Someone has deleted the item by hand."""
    world.checked("a", "b")
    world.enqueue("a", "b")
    world.client.delete_item(TableName=TABLE, Key=run_key(run_id("a")))
    assert _serve(world) == run_id("b")
    assert world.line == ""


def test_a_place_is_not_recorded_of_a_run_that_has_left_it(world: QueueWorld) -> None:
    """It is served between the counting and the note: no one reads of a run that it waits when it does not."""
    world.checked("a")
    world.enqueue("a")
    world.meanwhile.before("update_item", lambda: _serve(world))
    world.import_queue.place(world.run("a"), SCOPE, THEN)
    assert world.run("a").state is RunState.IMPORTING
    assert "place" not in world.item("a")


def test_a_place_is_counted_from_the_front_and_recorded(world: QueueWorld) -> None:
    """For anyone who looks at the run; it is forgotten when the lock comes."""
    world.checked("a", "b", "c")
    world.enqueue("c", "a", "b")
    assert [world.import_queue.place(world.run(letter), SCOPE, THEN) for letter in "abc"] == [1, 2, 3]
    assert (world.item("c")["place"], world.item("c")["place_at"]) == (3, THEN)
    _serve(world)
    assert "place" not in world.item("a")
    assert world.import_queue.place(world.run("c"), SCOPE, THEN) == 2
