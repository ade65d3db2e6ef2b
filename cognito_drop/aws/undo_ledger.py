"""The undos in the ledger: one item each, from the first call of the function to the results.

Guarantees that only the newest call of the function deletes users and keeps results: each call begins with a number of
its own, and every change is conditional on it. docs/ledger.md describes the item.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key

from cognito_drop.aws.dynamo_table import Change, DynamoTable
from cognito_drop.contract.ledger_keys import BY_STATE, DROPPED_AT, EXPIRES_AT, RUN_STATE, UNDO_STATE, undo_key
from cognito_drop.core.undo.decision import CHOICES, ImportedBy, UndoChoices, UndoReason
from cognito_drop.core.undo.undo_record import UndoOutcome, UndoPlan, UndoProgress, UndoRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from cognito_drop.aws.dynamo_table import Item

_UNDER_WAY = Attr("outcome").not_exists()


class UndoLedger:
    """The items of the undos."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Use the client of boto3's DynamoDB resource."""
        self._table = DynamoTable(client, table)

    def find(self, undo_id: str) -> UndoRecord | None:
        """An undo as it was written last; None for one that the ledger does not know."""
        item = self._table.get(undo_key(undo_id))
        return record_of(item) if item else None

    def newest(self) -> Iterator[UndoRecord]:
        """All undos, the newest first; what was written a moment ago may be missing."""
        keys = Key(RUN_STATE).eq(UNDO_STATE)
        return map(record_of, self._table.query(keys, IndexName=BY_STATE, ScanIndexForward=False))

    def begin(self, plan: UndoPlan, execution: str, now: str, *, rounds: int | None = None) -> UndoRecord:
        """Begin a call: write the undo's item, unless there is one, and count the call. `now` is ISO 8601.

        An undo that has failed is under way again if another execution begins. Raises LedgerConflictError where it has
        ended otherwise, and where not exactly so many `rounds` have begun before.
        """
        self._table.put_new(_new_item(plan, now))
        may_begin = _UNDER_WAY | (Attr("outcome").eq(UndoOutcome.FAILED) & Attr("execution").ne(execution))
        begin = Change(
            when=may_begin if rounds is None else may_begin & Attr("rounds").eq(rounds),
            sets={"execution": execution, "error": ""},
            increments=["rounds"],
            removes=["outcome", "ended_at", EXPIRES_AT],
        )
        return record_of(self._table.update(undo_key(plan.undo_id), begin, "ALL_NEW"))

    def note_deletion(self, undo: UndoRecord, line: int) -> None:
        """Note that the user of this line is being deleted. Raises LedgerConflictError where a later call has begun."""
        self._change(undo, {f"deleting.{line}": True})

    def keep(self, undo: UndoRecord) -> None:
        """Note how far the undo is: results are kept up to there. Raises LedgerConflictError as `note_deletion`."""
        progress = undo.progress
        reasons = {reason.value: count for reason, count in progress.reasons.items()}
        self._change(
            undo,
            {
                "offset": progress.offset,
                "files": progress.files,
                "deleted": progress.deleted,
                "reasons": reasons,
                "deleting": {str(line): True for line in undo.deleting},
            },
        )

    def end(self, undo: UndoRecord, outcome: UndoOutcome, *, error: str, now: datetime, expires_at: datetime) -> None:
        """Note that the results are written. Raises LedgerConflictError as `note_deletion`."""
        ended = {"outcome": outcome, "error": error, "ended_at": now.isoformat()}
        self._change(undo, {**ended, EXPIRES_AT: int(expires_at.timestamp())})

    def _change(self, undo: UndoRecord, sets: dict[str, Any]) -> None:
        is_newest = _UNDER_WAY & Attr("rounds").eq(undo.rounds)
        self._table.update(undo_key(undo.plan.undo_id), Change(when=is_newest, sets=sets))


def _new_item(plan: UndoPlan, now: str) -> Item:
    return {
        **undo_key(plan.undo_id),
        "undo_id": plan.undo_id,
        RUN_STATE: UNDO_STATE,
        DROPPED_AT: now,
        "of_run": plan.run_id,
        "bucket": plan.bucket,
        "alias": plan.alias,
        "pool_id": plan.pool_id,
        "ids_version": plan.ids_version,
        "users": plan.users,
        "spans": [[start.isoformat(), end.isoformat()] for start, end in plan.imported.spans],
        "sends_hashes": plan.imported.sends_hashes,
        **asdict(plan.choices),
        "execution": "",
        "rounds": 0,
        "deleting": {},
        "offset": 0,
        "files": 0,
        "deleted": 0,
        "reasons": {UndoReason.NOT_LISTED.value: plan.not_listed} if plan.not_listed else {},
        "error": "",
    }


def record_of(item: Item) -> UndoRecord:
    """Read an undo's item. Raises what a damaged one raises: an undo that cannot be read deletes nothing."""
    spans = tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in item["spans"])
    plan = UndoPlan(
        run_id=item["of_run"],
        bucket=item["bucket"],
        alias=item["alias"],
        pool_id=item["pool_id"],
        ids_version=item["ids_version"],
        users=int(item["users"]),
        imported=ImportedBy(spans, item["sends_hashes"]),
        choices=UndoChoices(*(item[name] for name in CHOICES)),
    )
    progress = UndoProgress(
        offset=int(item["offset"]),
        files=int(item["files"]),
        deleted=int(item["deleted"]),
        reasons={UndoReason(reason): int(count) for reason, count in item["reasons"].items()},
    )
    outcome = item.get("outcome")
    return UndoRecord(
        plan,
        item[DROPPED_AT],
        execution=item["execution"],
        rounds=int(item["rounds"]),
        deleting=frozenset(map(int, item["deleting"])),
        progress=progress,
        outcome=UndoOutcome(outcome) if outcome else None,
        ended_at=item.get("ended_at", ""),
        error=item["error"],
    )
