"""Who is served next, and in which order runs waits in the queue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.contract.environment import LockScope
from cognito_drop.core.queue.queue_order import QueueEntry, QueueHead, entry_order, next_to_serve, scope_of
from tests.unit.samples import POOL_ID, drop

FIRST = QueueEntry("2026-07-01T12:00:00Z#inbox/a.csv#0", "0")
NOON, LATER = "2026-07-01T12:00:00Z", "2026-07-01T12:00:01Z"


def test_the_first_in_queue_is_served_when_no_one_has_the_lock() -> None:
    """And only then; no one is served when no one waits."""
    assert next_to_serve(QueueHead(None, FIRST)) is FIRST
    assert next_to_serve(QueueHead("1", FIRST)) is None
    assert next_to_serve(QueueHead(None, None)) is None
    assert next_to_serve(QueueHead("1", None)) is None


@pytest.mark.parametrize(("lock_scope", "scope"), [(LockScope.ACCOUNT, "account"), (LockScope.POOL, POOL_ID)])
def test_locks_are_taken_in_the_account_or_in_each_pool(lock_scope: LockScope, scope: str) -> None:
    """As the deployment chooses."""
    assert scope_of(lock_scope, POOL_ID) == scope


def test_who_was_dropped_first_is_first_and_then_the_name_decides() -> None:
    """Files of one second come in the order in which a person would name them."""
    dropped = [(LATER, "inbox/a.csv"), (NOON, "inbox/users-2.csv"), (NOON, "inbox/users-10.csv"), (NOON, "inbox/b.csv")]
    orders = {entry_order(time, key, drop(key).run_id): (time, key) for time, key in dropped}
    assert [orders[order] for order in sorted(orders)] == [
        (NOON, "inbox/b.csv"),
        (NOON, "inbox/users-10.csv"),
        (NOON, "inbox/users-2.csv"),
        (LATER, "inbox/a.csv"),
    ]


def test_two_versions_of_one_file_in_one_second_have_two_places() -> None:
    """No queue entry takes the place of another's, however long and alike the names."""
    key = "inbox/" + "x" * 1000
    assert entry_order(NOON, key, "0") != entry_order(NOON, key, "1")
    assert entry_order(NOON, f"{key}a", "0") != entry_order(NOON, f"{key}b", "1")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=1024))
def test_a_run_has_the_same_place_however_often_it_comes(key: str) -> None:
    """And an earlier drop comes before a later one, whatever the names."""
    order = entry_order(NOON, key, "0")
    assert order == entry_order(NOON, key, "0")
    assert order.encode() < entry_order(LATER, "", "1").encode()
