"""What the sweep records from one call to the next: numbers, and where it has stopped. docs/ledger.md has them.

Guarantees that a damaged place is the start: a sweep goes through the same once more.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.dynamo_table import DynamoTable
from cognito_drop.contract.ledger_keys import PK, SK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class SweepNotes:
    """The sweep's items in the ledger's table, by name."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Use the client of boto3's DynamoDB resource."""
        self._table = DynamoTable(client, table)

    def numbers(self, name: str) -> dict[str, float]:
        """What was recorded under this name; empty at first."""
        item = self._table.get(_key(name))
        return {field: float(value) for field, value in item.items() if isinstance(value, Decimal)}

    def keep(self, name: str, **values: float) -> None:
        """Note numbers under a name, in place of those recorded before."""
        self._table.put({**_key(name), **values})

    def place(self, name: str) -> dict[str, Any]:
        """Where the sweep has stopped, by what was recorded under this name; empty for the start."""
        try:
            found = json.loads(self._table.get(_key(name)).get("place", "{}"))
        except (TypeError, ValueError):  # damaged
            return {}
        return found if isinstance(found, dict) else {}

    def keep_place(self, name: str, **place: Any) -> None:  # noqa: ANN401  (JSON)
        """Note where the sweep has stopped, in place of what was recorded under this name before."""
        self._table.put({**_key(name), "place": json.dumps(place)})


def _key(name: str) -> dict[str, str]:
    return {PK: "sweep", SK: name}
