"""The items of the runs in DynamoDB: read as they were written last, and changed only as they are supposed to be.

Promises that a change whose condition does not hold changes nothing and raises; leaves what is in an item to
`ledger_items`, and what a change means to `ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.ledger_items import run_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_MOST_KEYS = 100  # in one BatchGetItem


class LedgerConflictError(Exception):
    """The run is not any more as the change supposed."""


class RunItems:
    """The items of the runs in one table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def put_new(self, item: Mapping[str, AttributeValueTypeDef]) -> bool:
        """Write an item; return False, and leave the one that is there, when there is one."""
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def get(self, run_id: str) -> dict[str, AttributeValueTypeDef] | None:
        """An item as it was written last; None when there is none."""
        answer = self._client.get_item(TableName=self._table, Key=run_key(run_id), ConsistentRead=True)
        return answer.get("Item")

    def existing(self, run_ids: Sequence[str]) -> Iterator[str]:
        """Those of the runs that have an item."""
        for start in range(0, len(run_ids), _MOST_KEYS):
            keys = [run_key(run_id) for run_id in run_ids[start : start + _MOST_KEYS]]
            wanted = {self._table: {"Keys": keys, "ProjectionExpression": "run_id"}}
            while wanted:
                answer = self._client.batch_get_item(RequestItems=wanted)  # type: ignore[arg-type]  # of its own shape
                yield from (str(item["run_id"]["S"]) for item in answer["Responses"].get(self._table, []))
                wanted = answer["UnprocessedKeys"]  # type: ignore[assignment]  # as it is to be asked again

    def update_part(
        self,
        run_id: str,
        part: int,
        job_id: str,
        expression: str,
        values: dict[str, AttributeValueTypeDef],
        *,
        names: dict[str, str] | None = None,
    ) -> None:
        """Change the entry `parts.#part`. Raises LedgerConflictError unless this job is the part's."""
        self.update(
            run_id,
            expression,
            {**values, ":id": {"S": job_id}},
            condition="parts.#part.job_id = :id",
            names={"#part": str(part), **(names or {})},
        )

    def update(
        self,
        run_id: str,
        expression: str,
        values: dict[str, AttributeValueTypeDef],
        *,
        condition: str = "attribute_exists(pk)",
        names: dict[str, str] | None = None,
        answer_old: bool = False,
        answer_new: bool = False,
    ) -> dict[str, AttributeValueTypeDef]:
        """Change an item, and return it as it was or is, if asked for.

        Raises LedgerConflictError unless the condition holds.
        """
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=run_key(run_id),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_OLD" if answer_old else "ALL_NEW" if answer_new else "NONE",
                **({"ExpressionAttributeNames": names} if names else {}),  # type: ignore[arg-type]  # may not be empty
            )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                raise LedgerConflictError(run_id) from error
            raise
        return answer.get("Attributes", {})


def number(value: float) -> AttributeValueTypeDef:
    """A number as DynamoDB takes it."""
    return {"N": str(value)}
