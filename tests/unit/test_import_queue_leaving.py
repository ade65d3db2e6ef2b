"""How a lock is given back, and what comes of writes that DynamoDB cancels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cognito_drop.aws.errors import TransientError
from cognito_drop.aws.import_queue import ImportQueue
from cognito_drop.contract.ledger_keys import lock_key
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.runs.hold import Hold
from tests.ledger_table import TABLE
from tests.unit.queue_world import SCOPE, QueueWorld, run_id

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_785_000_000.5
THEN = "2026-07-01T12:59:00+00:00"


@pytest.fixture
def world(aws: None) -> QueueWorld:  # noqa: ARG001
    """No one waits, no one has the lock."""
    return QueueWorld()


def _serve(world: QueueWorld) -> str | None:
    return world.import_queue.serve(SCOPE, NOW)


def test_a_run_that_leaves_with_the_lock_frees_it(world: QueueWorld) -> None:
    """Its import is over, and nothing wakes it any more."""
    world.checked("a")
    world.enqueue("a")
    _serve(world)
    world.ledger.close(run_id("a"))
    assert world.import_queue.leave(world.run("a"))
    assert (world.run("a").state, world.run("a").token, world.holder) == (RunState.REPORTING, "", None)


def test_a_run_that_leaves_the_queue_leaves_no_queue_entry(world: QueueWorld) -> None:
    """The holder keeps the lock."""
    world.checked("a", "b")
    world.enqueue("a", "b")
    _serve(world)
    world.ledger.close(run_id("b"))
    assert world.import_queue.leave(world.run("b"))
    assert (world.run("b").state, world.holder, world.line) == (RunState.REPORTING, "a", "")


def test_a_run_that_is_held_leaves_no_queue_entry(world: QueueWorld) -> None:
    """In the same write: the positions of the others are right from then on, while another run has the lock."""
    world.checked("a", "b", "c")
    world.enqueue("a", "b", "c")
    _serve(world)
    assert [world.import_queue.place(world.run(letter), SCOPE, THEN) for letter in "bc"] == [1, 2]
    assert world.import_queue.hold(world.run("b"), Hold(HoldReason.PAUSED))
    assert (world.holder, world.line, world.item("b").get("place")) == ("a", "c", None)
    assert world.import_queue.place(world.run("c"), SCOPE, THEN) == 1


def test_a_run_that_is_closed_while_it_leaves_keeps_its_lock(world: QueueWorld) -> None:
    """It leaves the next time, and its lock is freed in the same write."""
    world.checked("a")
    world.enqueue("a")
    _serve(world)
    record = world.run("a")
    world.meanwhile.before("get_item", lambda: world.ledger.close(run_id("a")))
    assert not world.import_queue.leave(record)
    assert (world.run("a").state, world.run("a").is_closing, world.holder) == (RunState.IMPORTING, True, "a")
    assert world.import_queue.leave(world.run("a"))
    assert world.holder is None


def test_a_run_that_never_stood_in_queue_leaves_too(world: QueueWorld) -> None:
    """Its check has failed."""
    world.checked("a")
    world.ledger.close(run_id("a"))
    assert world.import_queue.leave(world.run("a"))
    assert world.run("a").state is RunState.REPORTING


def test_a_run_does_not_leave_before_it_is_closed(world: QueueWorld) -> None:
    """A call that starts jobs could still note one."""
    world.checked("a")
    world.enqueue("a")
    _serve(world)
    assert not world.import_queue.leave(world.run("a"))
    assert (world.run("a").state, world.holder) == (RunState.IMPORTING, "a")


def test_a_run_that_has_changed_meanwhile_does_not_leave(world: QueueWorld) -> None:
    """It waited when it was read, and has the lock by now: the lock is not left behind without anybody."""
    world.checked("a")
    world.enqueue("a")
    waiting = world.run("a")
    _serve(world)
    world.ledger.close(run_id("a"))
    assert not world.import_queue.leave(waiting)
    assert (world.run("a").state, world.holder) == (RunState.IMPORTING, "a")


def test_of_two_who_let_a_run_leave_one_does(world: QueueWorld) -> None:
    """The turn that the next one has by now is not taken from it."""
    world.checked("a", "b")
    world.enqueue("a", "b")
    _serve(world)
    world.ledger.close(run_id("a"))
    leaving = world.run("a")
    assert world.import_queue.leave(leaving)
    _serve(world)
    assert not world.import_queue.leave(leaving)
    assert (world.states("ab"), world.holder) == ([RunState.REPORTING, RunState.IMPORTING], "b")


@pytest.mark.parametrize("by_hand", ["deleted", "given to another"])
def test_a_run_whose_lock_was_changed_by_hand_leaves_all_the_same(world: QueueWorld, by_hand: str) -> None:
    """It would never come to its end otherwise; what another has is left alone."""
    world.checked("a", "b")
    world.enqueue("a", "b")
    _serve(world)
    world.client.delete_item(TableName=TABLE, Key=lock_key(SCOPE))
    if by_hand == "given to another":
        _serve(world)
    world.ledger.close(run_id("a"))
    assert world.import_queue.leave(world.run("a"))
    assert world.run("a").state is RunState.REPORTING
    assert world.holder == ("b" if by_hand == "given to another" else None)


def test_a_lock_is_freed_from_the_one_who_is_named_only(world: QueueWorld) -> None:
    """Someone was faster, and another run has the lock."""
    world.checked("a")
    world.enqueue("a")
    _serve(world)
    world.put("a", RunState.ENDED)
    assert not world.import_queue.free(SCOPE, run_id("b"))
    assert world.holder == "a"
    assert world.import_queue.free(SCOPE, run_id("a"))
    assert world.holder is None


def test_a_lock_is_not_freed_from_a_run_that_imports(world: QueueWorld) -> None:
    """It needs it, whatever was read of it before."""
    world.checked("a")
    world.enqueue("a")
    _serve(world)
    assert not world.import_queue.free(SCOPE, run_id("a"))
    assert world.holder == "a"


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """A client whose answers are scripted."""
    with Stubber(boto3.resource("dynamodb", region_name="us-east-1").meta.client) as stub:
        yield stub


def _cancelled(stub: Stubber, *codes: str) -> ImportQueue:
    reasons = [{"Code": code} for code in codes]
    fields = {"CancellationReasons": reasons}
    stub.add_client_error("transact_write_items", "TransactionCanceledException", modeled_fields=fields)
    return ImportQueue(cast("Any", stub.client), TABLE)


def test_a_condition_that_does_not_hold_is_an_answer(stub: Stubber) -> None:
    """Whatever was wrong with the other writes."""
    assert not _cancelled(stub, "TransactionConflict", "ConditionalCheckFailed").free(SCOPE, "0")


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_writes_that_met_others_or_were_too_many_are_made_again(stub: Stubber, code: str) -> None:
    """Nothing is known of the conditions: it is no answer, and the function is called again."""
    with pytest.raises(TransientError, match=f"^TransactWriteItems: {code}$"):
        _cancelled(stub, "None", code).free(SCOPE, "0")


def test_writes_that_can_never_be_made_are_an_error(stub: Stubber) -> None:
    """An item that is too large, for one."""
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        _cancelled(stub, "None", "ValidationError").free(SCOPE, "0")


def test_any_other_error_stays_dynamodbs_own(stub: Stubber) -> None:
    """The function's boundary sorts it."""
    stub.add_client_error("transact_write_items", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        ImportQueue(cast("Any", stub.client), TABLE).free(SCOPE, "0")
