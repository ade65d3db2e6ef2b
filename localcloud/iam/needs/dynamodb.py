"""What operations of Amazon DynamoDB need: tables, their indexes, and each item of a transaction on its own.

PartiQL statements are not read. Source:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localcloud.iam.need import Need

if TYPE_CHECKING:
    from localcloud.iam.operations import Operation

_ACTIONS_OF_A_TRANSACTION: Final = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}


def needs(operation: Operation) -> list[Need]:
    """Everything the operation needs of DynamoDB, each action and resource once."""
    given = operation.parameters
    if "TransactItems" in given:
        found = [
            (_ACTIONS_OF_A_TRANSACTION[kind], table_arn(operation, item["TableName"]))
            for entry in given["TransactItems"]
            for kind, item in entry.items()
            if kind in _ACTIONS_OF_A_TRANSACTION
        ]
    else:
        found = [(operation.name, resource) for resource in _resources(operation, given)]
    return [Need(f"dynamodb:{action}", resource) for action, resource in dict.fromkeys(found)]


def tables(operation: Operation) -> list[str]:
    """The tables that the operation names, by name or ARN."""
    given = operation.parameters
    if "TransactItems" in given:
        return [item["TableName"] for entry in given["TransactItems"] for item in entry.values()]
    if isinstance(given.get("RequestItems"), dict):
        return list(given["RequestItems"])
    return [given["TableName"]] if "TableName" in given else []


def table_arn(operation: Operation, table: str) -> str:
    """The ARN of a table that is given by its name or ARN."""
    return table if table.startswith("arn:") else operation.arn(f"table/{table}")


def _resources(operation: Operation, given: Any) -> list[str]:  # noqa: ANN401  (parameters of an operation)
    index = f"/index/{given['IndexName']}" if given.get("IndexName") else ""
    found = [f"{table_arn(operation, table)}{index}" for table in tables(operation)]
    return found or [str(given.get("ResourceArn") or given.get("TableArn") or given.get("StreamArn") or "*")]
