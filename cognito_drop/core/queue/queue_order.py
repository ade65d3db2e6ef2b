"""The import queue: which run may have the active import job, first come, first served within a scope.

Cognito runs one import job at a time in an account. Runs that are ready to import are queued by the time of their
drop, and those of the same second by their file's name. The lock has no time-to-live: only the end of the holder's
import frees it.
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_drop.contract.environment import LockScope

ACCOUNT_SCOPE = LockScope.ACCOUNT.value
_LONGEST_NAME = 200  # characters; DynamoDB's sort key takes 1,024 bytes


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A place in the queue; entries are sorted by `order`."""

    order: str
    run_id: str


@dataclass(frozen=True, slots=True)
class QueueHead:
    """The lock of a scope and the head of its queue."""

    holder: str | None
    first: QueueEntry | None


def scope_of(lock_scope: LockScope, pool_id: str) -> str:
    """The scope of the lock that a pool's runs need."""
    return ACCOUNT_SCOPE if lock_scope is LockScope.ACCOUNT else pool_id


def entry_order(dropped_at: str, key: str, run_id: str) -> str:
    """The sort key of a queue entry; always the same for a run. `dropped_at` is ISO 8601 in UTC."""
    return f"{dropped_at}#{key[:_LONGEST_NAME]}#{run_id}"


def next_to_serve(head: QueueHead) -> QueueEntry | None:
    """The run that gets the lock now; None while it is held, and when the queue is empty."""
    return None if head.holder else head.first
