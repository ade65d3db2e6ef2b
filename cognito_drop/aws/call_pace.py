"""The pace of calls that all functions share: one item of the ledger's table says from when on calls are free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from cognito_drop.core.pools.call_rate import CallRate, Slots


class CallPace:
    """Gives out times for calls, each once."""

    def __init__(self, client: DynamoDBClient, table: str, calls: str, rate: CallRate) -> None:
        """Share the pace of calls of this kind, such as `memberships`."""
        self._client = client
        self._key: dict[str, AttributeValueTypeDef] = {"pk": {"S": "pace"}, "sk": {"S": calls}}
        self._table = table
        self.rate = rate

    def take(self, calls: int, *, now: float, until: float) -> Slots | None:
        """Times for so many calls; None, and nothing is taken, where the last of them would come after `until`."""
        while True:
            noted = self._client.get_item(TableName=self._table, Key=self._key, ConsistentRead=True).get("Item", {})
            slots = self.rate.slots(float(noted["free_at"]["N"]) if noted else 0.0, now, calls)
            if slots.free_at > until:
                return None
            if self._keep(slots, noted.get("free_at")):
                return slots

    def _keep(self, slots: Slots, noted: AttributeValueTypeDef | None) -> bool:
        """Note from when on calls are free; False when another function has done so meanwhile."""
        values: dict[str, AttributeValueTypeDef] = {":free": {"N": repr(slots.free_at)}}
        if noted is not None:
            values[":noted"] = noted
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key,
                UpdateExpression="SET free_at = :free",
                ConditionExpression="free_at = :noted" if noted else "attribute_not_exists(pk)",
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True
