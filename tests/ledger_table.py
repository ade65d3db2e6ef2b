"""The ledger's table as tests create it; `test_data_stores` holds it against the template."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeDefinitionTypeDef,
        GlobalSecondaryIndexUnionTypeDef,
        KeySchemaElementTypeDef,
    )

TABLE = "ledger"
KEY: Sequence[KeySchemaElementTypeDef] = (
    {"AttributeName": "pk", "KeyType": "HASH"},
    {"AttributeName": "sk", "KeyType": "RANGE"},
)
ATTRIBUTES: Sequence[AttributeDefinitionTypeDef] = tuple(
    {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "run_state", "dropped_at")
)
INDEXES: Sequence[GlobalSecondaryIndexUnionTypeDef] = (
    {
        "IndexName": "runs_by_state",
        "KeySchema": [
            {"AttributeName": "run_state", "KeyType": "HASH"},
            {"AttributeName": "dropped_at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    },
)


@cache
def plain_client() -> DynamoDBClient:
    """A client that takes and returns plain values, for the mocked AWS."""
    return boto3.resource("dynamodb", region_name="us-east-1").meta.client


def ledger_client() -> DynamoDBClient:
    """The same in an account with the table `ledger`, which is empty."""
    create_ledger_table(plain_client())
    return plain_client()


def create_ledger_table(client: DynamoDBClient, name: str = TABLE) -> None:
    """Create a ledger's table in an account."""
    client.create_table(
        TableName=name,
        AttributeDefinitions=ATTRIBUTES,
        KeySchema=KEY,
        GlobalSecondaryIndexes=INDEXES,
        BillingMode="PAY_PER_REQUEST",
    )
