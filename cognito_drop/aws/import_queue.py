"""The turn of a scope: its lock, its line, and the waking of those who wait.

Promises that the lock names a run exactly while that run is `importing`, because the two change in one transaction;
that the turn goes to the first in line; and that a wake-up which gets lost costs time only, since whoever is woken, or
looks by itself, finds the truth in the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import TransientError, error_code
from cognito_drop.aws.ledger_items import ENTRY, entry_key, lock_key, run_key
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.queue.queue_order import Line, QueueEntry, entry_order, next_to_serve

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    from cognito_drop.core.runs.run_record import RunRecord

_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class ImportQueue:
    """Where runs take turns."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def enqueue(self, record: RunRecord, scope: str, token: str, now: str) -> bool:
        """Draw the run's ticket, once, and note what wakes it; False for a run that is not to wait (any more).

        `now` is ISO 8601.
        """
        run_id = record.drop.run_id
        waits: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": run_key(run_id),
                "UpdateExpression": "SET run_state = :waiting, #scope = :scope, #token = :token, "
                "waiting_since = if_not_exists(waiting_since, :now)",
                "ConditionExpression": "run_state IN (:accepted, :waiting) AND attribute_not_exists(closing)",
                "ExpressionAttributeNames": {"#scope": "scope", "#token": "token"},
                "ExpressionAttributeValues": {
                    ":accepted": {"S": RunState.ACCEPTED},
                    ":waiting": {"S": RunState.WAITING},
                    ":scope": {"S": scope},
                    ":token": {"S": token},
                    ":now": {"S": now},
                },
            }
        }
        entry: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": {**entry_key(scope, _order(record)), "run_id": {"S": run_id}, "since": {"S": now}},
            }
        }
        return self._transact(waits, entry)

    def line(self, scope: str) -> Line:
        """The lock and the head of the line, as they were written last."""
        lock = self._client.get_item(TableName=self._table, Key=lock_key(scope), ConsistentRead=True)
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :ticket)",
            ExpressionAttributeValues={":pk": lock_key(scope)["pk"], ":ticket": {"S": ENTRY}},
            ConsistentRead=True,
            Limit=1,
        )["Items"]
        first = (
            QueueEntry(str(found[0]["sk"]["S"]).removeprefix(ENTRY), str(found[0]["run_id"]["S"])) if found else None
        )
        holder = lock.get("Item", {}).get("holder")
        return Line(str(holder["S"]) if holder else None, first)

    def serve(self, scope: str, now: float) -> str | None:
        """Give the turn to the first in line if nobody has it; return the run that has got it, None when none has.

        A ticket whose run is not to wait any more is thrown away. `now` is in epoch seconds.
        """
        while (entry := next_to_serve(self.line(scope))) is not None:
            if self._grant(scope, entry, now):
                return entry.run_id
            if self.line(scope).holder is None:
                self._discard(scope, entry)
        return None

    def place(self, record: RunRecord, scope: str, now: str) -> int:
        """The run's place in line, 1 for the next one; noted in its item while it waits. `now` is ISO 8601."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :own",
            ExpressionAttributeValues={
                ":pk": lock_key(scope)["pk"],
                ":first": {"S": ENTRY},
                ":own": entry_key(scope, _order(record))["sk"],
            },
            Select="COUNT",
        )
        place = sum(page["Count"] for page in pages)
        try:
            self._client.update_item(
                TableName=self._table,
                Key=run_key(record.drop.run_id),
                UpdateExpression="SET place = :place, place_at = :now",
                ConditionExpression="run_state = :waiting",
                ExpressionAttributeValues={
                    ":place": {"N": str(place)},
                    ":now": {"S": now},
                    ":waiting": {"S": RunState.WAITING},
                },
            )
        except ClientError as error:
            # Served since it was counted, or gone from the line: it has no place that could be noted.
            if error_code(error) != "ConditionalCheckFailedException":
                raise
        return place

    def leave(self, record: RunRecord) -> bool:
        """Give back the run's turn, or its place in line, and note that its import is over.

        False when the run has changed in the meantime; its record must be closed.
        """
        over: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": run_key(record.drop.run_id),
                "UpdateExpression": "SET run_state = :reporting REMOVE #token, place",
                "ConditionExpression": "run_state = :was AND closing = :yes",
                "ExpressionAttributeNames": {"#token": "token"},
                "ExpressionAttributeValues": {
                    ":reporting": {"S": RunState.REPORTING},
                    ":was": {"S": record.state},
                    ":yes": {"BOOL": True},
                },
            }
        }
        if not record.scope:
            return self._transact(over)
        if record.state is RunState.IMPORTING:
            freed = self._freed(record.scope, record.drop.run_id)
            # A lock that does not name the run was changed by hand. The run has to come to its end all the same.
            return self._transact(over, freed) or (not self._is_held_by(record) and self._transact(over))
        return self._transact(over, self._gone(record.scope, _order(record)))

    def free(self, scope: str, holder: str) -> bool:
        """Free a lock whose holder has no use for it; False when it names another run by now."""
        return self._transact(self._freed(scope, holder))

    def _is_held_by(self, record: RunRecord) -> bool:
        return self.line(record.scope).holder == record.drop.run_id

    def _grant(self, scope: str, entry: QueueEntry, now: float) -> bool:
        run: AttributeValueTypeDef = {"S": entry.run_id}
        return self._transact(
            {
                "Update": {
                    "TableName": self._table,
                    "Key": lock_key(scope),
                    "UpdateExpression": "SET holder = :run, since = :now",
                    "ConditionExpression": "attribute_not_exists(holder)",
                    "ExpressionAttributeValues": {":run": run, ":now": {"N": str(now)}},
                }
            },
            {
                "Update": {
                    "TableName": self._table,
                    "Key": run_key(entry.run_id),
                    "UpdateExpression": "SET run_state = :importing, lock_at = :now REMOVE place",
                    "ConditionExpression": "run_state = :waiting AND attribute_not_exists(closing)",
                    "ExpressionAttributeValues": {
                        ":importing": {"S": RunState.IMPORTING},
                        ":waiting": {"S": RunState.WAITING},
                        ":now": {"N": str(now)},
                    },
                }
            },
            self._gone(scope, entry.order),
        )

    def _discard(self, scope: str, entry: QueueEntry) -> None:
        """Throw a ticket away, if its run is still not to wait."""
        self._transact(
            {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": run_key(entry.run_id),
                    "ConditionExpression": "attribute_not_exists(run_state) OR run_state <> :waiting "
                    "OR attribute_exists(closing)",
                    "ExpressionAttributeValues": {":waiting": {"S": RunState.WAITING}},
                }
            },
            self._gone(scope, entry.order),
        )

    def _gone(self, scope: str, order: str) -> TransactWriteItemTypeDef:
        return {"Delete": {"TableName": self._table, "Key": entry_key(scope, order)}}

    def _freed(self, scope: str, holder: str) -> TransactWriteItemTypeDef:
        return {
            "Update": {
                "TableName": self._table,
                "Key": lock_key(scope),
                "UpdateExpression": "REMOVE holder, since",
                "ConditionExpression": "holder = :run",
                "ExpressionAttributeValues": {":run": {"S": holder}},
            }
        }

    def _transact(self, *writes: TransactWriteItemTypeDef) -> bool:
        """All of the writes, or none: False when a condition does not hold.

        Raises TransientError when the writes met others or were too many, as nothing is known of the conditions then.
        """
        try:
            self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            reasons: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
            codes = {reason.get("Code", "") for reason in reasons}
            if "ConditionalCheckFailed" in codes:
                return False
            if passing := codes & _PASSING:
                raise TransientError(f"TransactWriteItems: {', '.join(sorted(passing))}") from None
            raise
        return True


def _order(record: RunRecord) -> str:
    return entry_order(record.dropped_at, record.drop.key, record.drop.run_id)
