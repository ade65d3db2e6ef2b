"""The pace of calls that all functions share: one item of the ledger's table says from when on calls are free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr

from cognito_drop.aws.dynamo_table import IS_NEW, Change, DynamoTable
from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.contract.ledger_keys import PK, SK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from cognito_drop.core.pools.call_rate import CallRate, Slots


class CallPace:
    """Gives out times for calls, each once."""

    def __init__(self, client: DynamoDBClient, table: str, calls: str, rate: CallRate) -> None:
        """Share the pace of calls of this kind, such as `memberships`, with the client of boto3's DynamoDB resource."""
        self._table = DynamoTable(client, table)
        self._key = {PK: "pace", SK: calls}
        self.rate = rate

    def take(self, calls: int, *, now: float, until: float) -> Slots | None:
        """Times for so many calls; None, and nothing is taken, where the last of them would come after `until`."""
        while True:
            recorded = self._table.get(self._key).get("free_at")
            slots = self.rate.slots(float(recorded or 0), now, calls)
            if slots.free_at > until:
                return None
            is_as_recorded = IS_NEW if recorded is None else Attr("free_at").eq(recorded)
            try:
                self._table.update(self._key, Change(when=is_as_recorded, sets={"free_at": slots.free_at}))
            except LedgerConflictError:
                continue  # another function has taken times meanwhile
            return slots
