"""All that is known here of the ledger: how far a run is, whether it has the lock, and how items are damaged."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.statuses import HoldReason

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The ledger's table, read by an operator."""

    client: Callable[[str], Any]
    """A boto3 client of a service."""
    table: str

    def has_ended(self, run_id: str) -> bool:
        """Whether nothing more will be done for the run."""
        return bool(self._item(f"run#{run_id}", "run").get("run_state", {}).get("S") == "ended")

    def is_held_by(self, scope: str, run_id: str) -> bool:
        """Whether the run has the import lock of the scope."""
        return bool(self._item(f"lock#{scope}", "lock").get("holder", {}).get("S") == run_id)

    def queue(self, scope: str) -> list[str]:
        """The holder of the scope's lock and the runs in its queue, as far as there are any."""
        answer = self.client("dynamodb").query(
            TableName=self.table,
            KeyConditionExpression="pk = :lock",
            ExpressionAttributeValues={":lock": {"S": f"lock#{scope}"}},
            ConsistentRead=True,
        )
        named = (item.get("holder") or item.get("run_id") for item in answer["Items"])
        return [run["S"] for run in named if run]

    def state(self, run_id: str) -> str:
        """How far the run is; empty where there is none."""
        return str(self._item(f"run#{run_id}", "run").get("run_state", {}).get("S", ""))

    def waits_for_decision(self, run_id: str) -> bool:
        """Whether the run waits for an operator after its first part."""
        return bool(self._item(f"run#{run_id}", "run").get("held_for", {}).get("S") == HoldReason.FIRST_PART)

    def executions(self, run_id: str) -> int:
        """How many executions the run has had."""
        return int(self._item(f"run#{run_id}", "run").get("executions", {}).get("N", "1"))

    def ids(self, run_id: str) -> str | None:
        """The version of the file with the ids of the run's users; empty where none was written, None where they are
        not recorded."""
        found = self._item(f"run#{run_id}", "run").get("ids", {}).get("M")
        return None if found is None else str(found["version_id"]["S"])

    def undo(self, undo_id: str) -> dict[str, Any]:
        """The item of an undo; empty where there is none."""
        return self._item(f"undo#{undo_id}", "undo")

    def damage(self, run_id: str, attribute: str, value: str) -> None:
        """Write something else into an attribute of the run's item, if the run is there and has not ended."""
        with suppress(self.client("dynamodb").exceptions.ConditionalCheckFailedException):
            self.client("dynamodb").update_item(
                TableName=self.table,
                Key=_key(f"run#{run_id}", "run"),
                UpdateExpression="SET #a = :v",
                ConditionExpression="attribute_exists(pk) AND run_state <> :ended",
                ExpressionAttributeNames={"#a": attribute},
                ExpressionAttributeValues={":v": {"S": value}, ":ended": {"S": "ended"}},
            )

    def lose(self, run_id: str) -> None:
        """Delete the run's item."""
        self.client("dynamodb").delete_item(TableName=self.table, Key=_key(f"run#{run_id}", "run"))

    def _item(self, pk: str, sk: str) -> dict[str, Any]:
        answer = self.client("dynamodb").get_item(TableName=self.table, Key=_key(pk, sk), ConsistentRead=True)
        item: dict[str, Any] = answer.get("Item", {})
        return item


def _key(pk: str, sk: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
