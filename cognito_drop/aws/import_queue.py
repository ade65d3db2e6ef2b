"""The import lock of a scope, and the queue of the runs that wait for it.

Guarantees that the lock names a run exactly while that run is `importing`, because the two change in one transaction;
that the first in the queue gets the lock next; and that a lost wake-up costs time only, since a run that is woken, or
looks by itself, finds the truth in the ledger. A held run waits outside the queue: it delays no other.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key

from cognito_drop.aws.dynamo_table import Change, DynamoTable
from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.aws.ledger_items import HOLD, hold_item
from cognito_drop.contract.ledger_keys import ENTRY, PK, RUN_STATE, SK, entry_key, lock_key, run_key
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.queue.queue_order import QueueEntry, QueueHead, entry_order, next_to_serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from boto3.dynamodb.conditions import ConditionBase
    from mypy_boto3_dynamodb import DynamoDBClient

    from cognito_drop.aws.dynamo_table import Item
    from cognito_drop.core.runs.hold import Hold
    from cognito_drop.core.runs.run_record import RunRecord

_STATE, _HOLDER, _CLOSING = Attr(RUN_STATE), Attr("holder"), Attr("closing")
_WAITS = _STATE.eq(RunState.WAITING)
_HELD_FOR = Attr("held_for")
_HELD = _HELD_FOR.exists()
_IS_HELD = _WAITS & _CLOSING.not_exists() & _HELD
_IS_UNDECIDED = Attr("continued_at").not_exists() & Attr("parts.2").not_exists()
_AWAITS_DECISION = _WAITS & _CLOSING.not_exists() & _HELD_FOR.eq(HoldReason.FIRST_PART)


class ImportQueue:
    """The locks and queues of all scopes."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Use the client of boto3's DynamoDB resource."""
        self._table = DynamoTable(client, table)

    def enqueue(self, record: RunRecord, scope: str, token: str, now: str) -> bool:
        """Add the run's entry, once, and note what wakes it; False for a run that is not to wait (any more), and for
        one whose hold has changed since it was read.

        `now` is ISO 8601.
        """
        waits = Change(
            when=_STATE.is_in([RunState.ACCEPTED, RunState.WAITING]) & _CLOSING.not_exists() & _holds_as(record),
            sets={RUN_STATE: RunState.WAITING, "scope": scope, "token": token},
            sets_once={"waiting_since": now},
            removes=HOLD,
        )
        if record.hold is not None:
            waits = replace(waits, sets={**waits.sets, "released_at": now})
        return self._table.transact(
            self._table.to_update(run_key(record.run_id), waits), self._table.to_put(_entry(record, scope))
        )

    def stay_held(self, record: RunRecord, token: str) -> bool:
        """Note what wakes a held run; False for one that is not held any more."""
        return self._update(record, Change(when=_IS_HELD, sets={"token": token}))

    def hold(self, record: RunRecord, hold: Hold) -> bool:
        """Take a waiting run out of the queue, or change its hold; False for one that does not wait any more, and for
        one whose hold has changed since it was read.
        """
        held = Change(
            when=_WAITS & _CLOSING.not_exists() & _holds_as(record),
            sets=hold_item(hold),
            removes=["place"],
        )
        return self._table.transact(
            self._table.to_update(run_key(record.run_id), held),
            self._table.to_delete(entry_key(record.scope, _order(record))),
        )

    def hold_after_first_part(self, record: RunRecord, hold: Hold, token: str) -> bool:
        """Release the run's lock, and let it wait for a decision; False when the run has changed in the meantime.

        No job of it may be active. `token` wakes its execution.
        """
        held = Change(
            when=_STATE.eq(RunState.IMPORTING) & _CLOSING.not_exists() & _IS_UNDECIDED,
            sets={RUN_STATE: RunState.WAITING, "token": token, **hold_item(hold)},
        )
        waits, freed = self._table.to_update(run_key(record.run_id), held), self._freed(record.scope, record.run_id)
        # A lock that does not name the run was changed by hand.
        return self._table.transact(waits, freed) or (not self._is_held_by(record) and self._table.transact(waits))

    def continue_run(self, record: RunRecord, now: str) -> bool:
        """Put a run that waits for a decision back at its position in the queue; False for one that does not wait.

        `now` is ISO 8601.
        """
        continued = Change(when=_AWAITS_DECISION, sets={"released_at": now, "continued_at": now}, removes=HOLD)
        return self._table.transact(
            self._table.to_update(run_key(record.run_id), continued),
            self._table.to_put(_entry(record, record.scope)),
        )

    def give_up(self, record: RunRecord, error: str) -> bool:
        """Stop a run that waits for a decision, and say why; False for one that does not wait any more."""
        over = Change(when=_AWAITS_DECISION, sets={"closing": True, "stopped": True, "error": error})
        return self._update(record, over)

    def note_hold_notified(self, record: RunRecord) -> None:
        """Note that the notification of the run's wait for a decision was published."""
        self._table.update(run_key(record.run_id), Change(sets={"hold_notified": True}))

    def unhold(self, record: RunRecord, now: str) -> bool:
        """Put a held run back at its position in the queue; False for one that is not held any more, and for one whose
        hold has changed since it was read.

        `now` is ISO 8601.
        """
        released = Change(when=_IS_HELD & _holds_as(record), sets={"released_at": now}, removes=HOLD)
        return self._table.transact(
            self._table.to_update(run_key(record.run_id), released),
            self._table.to_put(_entry(record, record.scope)),
        )

    def head(self, scope: str) -> QueueHead:
        """The lock and the head of the queue, as they were written last."""
        holder = self._table.get(lock_key(scope)).get("holder")
        return QueueHead(holder, next(map(_entry_of, self._entries(scope, Limit=1)), None))

    def waiting(self, scope: str) -> Iterator[str]:
        """The ids of the runs in the queue, the next one first."""
        return (_entry_of(item).run_id for item in self._entries(scope))

    def serve(self, scope: str, now: float, is_admitted: Callable[[str], bool] = lambda _: True) -> str | None:
        """Give a free lock to the first in the queue; return the run that has got it, None when none has.

        An entry whose run is not to wait any more is deleted. `is_admitted` is asked about a run before it gets the
        lock; where it is not, its hold or its refusal is recorded by then. `now` is in epoch seconds.
        """
        while (entry := next_to_serve(self.head(scope))) is not None:
            if is_admitted(entry.run_id) and self._grant(scope, entry, now):
                return entry.run_id
            if self.head(scope).holder is None:
                self._discard(scope, entry)
        return None

    def place(self, record: RunRecord, scope: str, now: str) -> int:
        """The run's position in the queue, 1 for the next one; recorded in its item while it waits. `now` is ISO
        8601.
        """
        own = entry_key(scope, _order(record))
        place = self._table.count(Key(PK).eq(own[PK]) & Key(SK).between(ENTRY, own[SK]))
        # Served since it was counted, or gone from the queue: it has no position that could be recorded.
        with suppress(LedgerConflictError):
            recorded = Change(when=_WAITS, sets={"place": place, "place_at": now})
            self._table.update(run_key(record.run_id), recorded)
        return place

    def leave(self, record: RunRecord) -> bool:
        """Release the run's lock, or delete its queue entry, and note that its import is over.

        False when the run has changed in the meantime; its record must be closed.
        """
        reporting = Change(
            when=_STATE.eq(record.state) & _CLOSING.eq(True),
            sets={RUN_STATE: RunState.REPORTING},
            removes=["token", "place", *HOLD],
        )
        over = self._table.to_update(run_key(record.run_id), reporting)
        if not record.scope:
            return self._table.transact(over)
        if record.state is RunState.IMPORTING:
            freed = self._freed(record.scope, record.run_id)
            # A lock that does not name the run was changed by hand. The run has to come to its end all the same.
            return self._table.transact(over, freed) or (not self._is_held_by(record) and self._table.transact(over))
        return self._table.transact(over, self._table.to_delete(entry_key(record.scope, _order(record))))

    def free(self, scope: str, holder: str) -> bool:
        """Free a lock whose holder does not need it; False when it names another run by now, or its holder imports."""
        does_not_import = _STATE.not_exists() | _STATE.ne(RunState.IMPORTING)
        return self._table.transact(self._table.to_check(run_key(holder), does_not_import), self._freed(scope, holder))

    def _entries(self, scope: str, **options: int) -> Iterator[Item]:
        entries = Key(PK).eq(lock_key(scope)[PK]) & Key(SK).begins_with(ENTRY)
        return self._table.query(entries, ConsistentRead=True, **options)

    def _is_held_by(self, record: RunRecord) -> bool:
        return self.head(record.scope).holder == record.run_id

    def _grant(self, scope: str, entry: QueueEntry, now: float) -> bool:
        lock = Change(when=_HOLDER.not_exists(), sets={"holder": entry.run_id, "since": now})
        run = Change(
            when=_WAITS & _CLOSING.not_exists() & _HELD_FOR.not_exists(),
            sets={RUN_STATE: RunState.IMPORTING, "lock_at": now},
            removes=["place"],
        )
        return self._table.transact(
            self._table.to_update(lock_key(scope), lock),
            self._table.to_update(run_key(entry.run_id), run),
            self._table.to_delete(entry_key(scope, entry.order)),
        )

    def _discard(self, scope: str, entry: QueueEntry) -> None:
        """Delete an entry, if its run is still not to wait in the queue.

        A run whose item is damaged may not know where its entry is, so that its hold does not delete it.
        """
        is_not_to_wait = _STATE.not_exists() | _STATE.ne(RunState.WAITING) | _CLOSING.exists() | _HELD
        self._table.transact(
            self._table.to_check(run_key(entry.run_id), is_not_to_wait),
            self._table.to_delete(entry_key(scope, entry.order)),
        )

    def _update(self, record: RunRecord, change: Change) -> bool:
        try:
            self._table.update(run_key(record.run_id), change)
        except LedgerConflictError:
            return False
        return True

    def _freed(self, scope: str, holder: str) -> dict[str, Any]:
        free = Change(when=_HOLDER.eq(holder), removes=["holder", "since"])
        return self._table.to_update(lock_key(scope), free)


def _holds_as(record: RunRecord) -> ConditionBase:
    """That the run is held for what it was held for when it was read.

    A run may wait twice, the second time for a decision: a late write of its first wait must not end that one.
    """
    return _HELD_FOR.eq(record.hold.reason) if record.hold else _HELD_FOR.not_exists()


def _order(record: RunRecord) -> str:
    return entry_order(record.dropped_at, record.drop.key, record.run_id)


def _entry_of(item: Item) -> QueueEntry:
    """An entry by its key, which ends with the run's id: the rest of the item may be damaged."""
    order = str(item[SK]).removeprefix(ENTRY)
    return QueueEntry(order, order.rpartition("#")[2])


def _entry(record: RunRecord, scope: str) -> Item:
    return {**entry_key(scope, _order(record)), "run_id": record.run_id}
