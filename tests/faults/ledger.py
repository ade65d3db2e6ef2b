"""All that is known here of the ledger: whether a run has ended, and whether a lock is free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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

    def is_free(self, pool_id: str) -> bool:
        """Whether no run has the pool's turn."""
        return "holder" not in self._item(f"lock#{pool_id}", "lock")

    def _item(self, pk: str, sk: str) -> dict[str, Any]:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        item: dict[str, Any] = (
            self.client("dynamodb").get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item", {})
        )
        return item
