"""Runs whose items in the ledger are damaged while they are held, or are to be: they delay no other, and they end."""

from __future__ import annotations

import pytest

from cognito_drop.aws.run_ledger import LedgerDamagedError
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.pools.pool_settings import PoolSettings
from lambdas.sweep.hold_sweep import HoldSweep
from tests.unit.queue_world import QUOTA, SCOPE, QueueWorld, run_id
from tests.unit.samples import POOL_ID, checked, drop

DAMAGE: dict[str, str | int] = {
    "file": "{", "parts": "none", "executions": "x", "dropped_at": "noon", "key": 1, "scope": 1, "held_for": "odd",
    "released_at": "noon",
}  # fmt: skip
"""What is written into an attribute."""
SINCE = "2026-07-01T12:00:00+00:00"


@pytest.fixture
def world(aws: None) -> QueueWorld:  # noqa: ARG001
    """The pool of all files is known."""
    world = QueueWorld()
    world.pools["people"] = PoolSettings(POOL_ID, jobs_in_reserve=0)
    return world


def _other(world: QueueWorld) -> str:
    """A file of another pool, dropped last, whose execution comes to the lock; return its run's id."""
    dropped = drop("inbox/other/x.csv")
    world.ledger.accept(dropped, size=1, dropped_at="2026-07-01T12:59:59Z", dropped_by="")
    world.ledger.keep_file(dropped.run_id, checked(1))
    assert world.locks.take(dropped.run_id, "token of x") == 0
    return dropped.run_id


def _is_reported_as_damaged(world: QueueWorld) -> None:
    """When its execution comes to the lock after its wait."""
    with pytest.raises(LedgerDamagedError):
        world.take("a", "late token")
    assert world.locks.release(drop("inbox/people/a.csv"), "LedgerDamagedError").released
    record = world.run("a")
    assert (record.state, record.is_closing, record.hold, bool(record.damage)) == (RunState.REPORTING, True, None, True)


@pytest.mark.parametrize("attribute", [name for name in DAMAGE if name != "key"])
def test_a_damaged_run_at_the_head_of_the_queue_delays_no_run_of_another_pool(
    world: QueueWorld, attribute: str
) -> None:
    """Its pool is paused, and its entry may be elsewhere than its item says."""
    world.checked("a")
    world.enqueue("a")
    world.damage("a", attribute, DAMAGE[attribute])
    world.pauses["people"] = SINCE
    other = _other(world)
    assert world.import_queue.head(SCOPE).holder == other
    assert world.line == ""


@pytest.mark.parametrize("attribute", [name for name in DAMAGE if name != "held_for"])
def test_a_damaged_run_that_gets_the_lock_fails_no_other(world: QueueWorld, attribute: str) -> None:
    """The execution of another run serves it: it is woken, and fails by itself."""
    world.checked("a")
    world.enqueue("a")
    world.damage("a", attribute, DAMAGE[attribute])
    world.checked("b", second=1)
    world.take("b")
    assert (world.holder, world.executions.woken) == ("a", ["token of a"])


def test_a_run_with_a_hold_that_cannot_be_read_gets_no_lock(world: QueueWorld) -> None:
    """It may be one that needs a decision. Its execution fails when it looks by itself."""
    world.checked("a")
    world.enqueue("a")
    world.damage("a", "held_for", "odd")
    world.checked("b", second=1)
    world.take("b")
    assert (world.holder, world.line) == ("b", "")
    _is_reported_as_damaged(world)


@pytest.mark.parametrize("attribute", ["file", "parts", "executions", "dropped_at", "key", "held_for"])
def test_a_held_run_whose_item_is_damaged_ends(world: QueueWorld, attribute: str) -> None:
    """At the latest when its execution looks by itself; a sweep that comes before does not fail at it."""
    world.pauses["people"] = SINCE
    world.checked("a")
    world.take("a")
    world.damage("a", attribute, DAMAGE[attribute])
    sweeping = HoldSweep(world.ledger, world.import_queue, world.gate, lambda: world.now)
    assert sweeping.run().failures == []
    world.pauses.clear()
    assert sweeping.run().failures == []
    _is_reported_as_damaged(world)
    assert world.line == ""


def test_a_damaged_run_is_not_refused(world: QueueWorld) -> None:
    """Whether rows of it are imported is not known. It gets the lock, fails by itself, and is reported as damaged."""
    world.pools["people"] = PoolSettings(POOL_ID, jobs_in_reserve=QUOTA)
    world.checked("a")
    world.enqueue("a")
    world.damage("a", "parts", {"1": "odd"})
    world.locks.serve(SCOPE)
    assert (world.holder, world.executions.woken, "refusal" in world.item("a")) == ("a", ["token of a"], False)
    _is_reported_as_damaged(world)


def test_a_paused_pool_that_is_not_deployed_any_more_stays_paused(world: QueueWorld) -> None:
    """Its files are held until its imports are resumed, and continue then."""
    world.pauses["people"] = SINCE
    world.checked("a")
    world.take("a")
    world.pools.clear()
    sweeping = HoldSweep(world.ledger, world.import_queue, world.gate, lambda: world.now)
    assert sweeping.run().released == 0
    world.pauses.clear()
    assert sweeping.run().released == 1
    assert world.import_queue.serve(SCOPE, 0.0) == run_id("a")
