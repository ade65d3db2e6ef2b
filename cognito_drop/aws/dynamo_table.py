"""One DynamoDB table in plain values: its reads, its conditional writes, and the expressions of both.

Guarantees that a write whose condition does not hold changes nothing and says so. Names and values go into
placeholders, so it does not matter whether DynamoDB reserves a name. The adapters that use it know what the items mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, cast

from boto3.dynamodb.conditions import Attr, ConditionBase, ConditionExpressionBuilder
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import LedgerConflictError, TransientError, error_code
from cognito_drop.contract.ledger_keys import PK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

Item = Mapping[str, Any]
"""Numbers are read as `Decimal`, and written as any number."""
Key = dict[str, str]

IS_NEW = Attr(PK).not_exists()
_MOST_KEYS = 100  # in one BatchGetItem
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is changed in an item, and when: attributes by their paths, such as `parts.1.uploaded`."""

    when: ConditionBase = field(default_factory=Attr(PK).exists)
    """By default that the item exists."""
    sets: Mapping[str, Any] = field(default_factory=dict)
    sets_once: Mapping[str, Any] = field(default_factory=dict)
    """Set unless the attribute is there already."""
    increments: Sequence[str] = ()
    """Numbers that are there already; each grows by 1."""
    removes: Sequence[str] = ()

    def request(self) -> dict[str, Any]:
        """The expressions as parameters of DynamoDB's operations."""
        condition = ConditionExpressionBuilder().build_expression(self.when)
        names, values = condition.attribute_name_placeholders, condition.attribute_value_placeholders

        def name(path: str) -> str:
            placeholders = [f"#u{len(names) + depth}" for depth, _ in enumerate(path.split("."))]
            names.update(zip(placeholders, path.split("."), strict=True))
            return ".".join(placeholders)

        def value(given: Any) -> str:  # noqa: ANN401  (of any type that DynamoDB has)
            placeholder = f":u{len(values)}"
            values[placeholder] = given
            return placeholder

        sets = [f"{name(path)} = {value(given)}" for path, given in self.sets.items()]
        for path, given in self.sets_once.items():
            sets.append(f"{(once := name(path))} = if_not_exists({once}, {value(given)})")
        sets += [f"{(number := name(path))} = {number} + {value(1)}" for path in self.increments]
        clauses = {"SET": sets, "REMOVE": [name(path) for path in self.removes]}
        update = " ".join(f"{verb} {', '.join(changes)}" for verb, changes in clauses.items() if changes)
        return {
            "ConditionExpression": condition.condition_expression,
            "ExpressionAttributeNames": names,
            **({"ExpressionAttributeValues": _writable(values)} if values else {}),
            **({"UpdateExpression": update} if update else {}),
        }


class DynamoTable:
    """A table with the keys `pk` and `sk`."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        """Use the client of boto3's resource: it takes and returns plain values, the client by itself does not."""
        self._client = client
        self._name = name

    def get(self, key: Key) -> Item:
        """An item as it was last written; empty when there is none."""
        return self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item", {})

    def existing(self, keys: Sequence[Key], *attributes: str) -> Iterator[Item]:
        """Those of the items that exist, with these attributes, as far as they have them."""
        for start in range(0, len(keys), _MOST_KEYS):
            asked = {"Keys": keys[start : start + _MOST_KEYS], "ProjectionExpression": ", ".join(attributes)}
            wanted: Any = {self._name: asked}
            while wanted:
                answer = self._client.batch_get_item(RequestItems=wanted)
                yield from answer["Responses"].get(self._name, [])
                wanted = answer["UnprocessedKeys"]

    def query(self, keys: ConditionBase, **options: Any) -> Iterator[Item]:  # noqa: ANN401  (of Query)
        """The items with these keys, page by page; `options` are those of DynamoDB's Query."""
        return (item for page in self._pages(keys, **options) for item in page["Items"])

    def scan(self, condition: ConditionBase, **options: Any) -> Iterator[Item]:  # noqa: ANN401  (of Scan)
        """All items that fulfill a condition; `options` are those of DynamoDB's Scan."""
        request: dict[str, Any] = {"TableName": self._name, "FilterExpression": condition, **options}
        return (item for page in self._client.get_paginator("scan").paginate(**request) for item in page["Items"])

    def count(self, keys: ConditionBase) -> int:
        """How many items have these keys."""
        return sum(page["Count"] for page in self._pages(keys, Select="COUNT"))

    def put(self, item: Item) -> None:
        """Write an item, in place of the one that is there."""
        self._client.put_item(TableName=self._name, Item=_writable(item))

    def put_new(self, item: Item) -> bool:
        """Write an item; return False, and leave the one that is there, when there is one."""
        try:
            self._client.put_item(
                TableName=self._name, Item=_writable(item), ConditionExpression="attribute_not_exists(pk)"
            )
        except ClientError as error:
            if _is_conflict(error):
                return False
            raise
        return True

    def update(self, key: Key, change: Change, answer: Literal["NONE", "ALL_OLD", "ALL_NEW"] = "NONE") -> Item:
        """Change an item; return it as it was or is, if asked for.

        Raises LedgerConflictError unless the change's condition holds.
        """
        try:
            changed = self._client.update_item(TableName=self._name, Key=key, ReturnValues=answer, **change.request())
        except ClientError as error:
            if _is_conflict(error):
                raise LedgerConflictError(key[PK]) from error
            raise
        return changed.get("Attributes", {})

    def transact(self, *writes: dict[str, Any]) -> bool:
        """Make all of the writes, or none: False when a condition does not hold.

        Raises TransientError when the writes met others or were too many, as nothing is known of the conditions then.
        """
        try:
            self._client.transact_write_items(TransactItems=cast("Any", list(writes)))  # boto3 fills in no tuple
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

    def to_update(self, key: Key, change: Change) -> dict[str, Any]:
        """A change as one write of a transaction."""
        return {"Update": {"TableName": self._name, "Key": key, **change.request()}}

    def to_check(self, key: Key, condition: ConditionBase) -> dict[str, Any]:
        """A condition as one write of a transaction: it changes nothing."""
        return {"ConditionCheck": {"TableName": self._name, "Key": key, **Change(when=condition).request()}}

    def to_put(self, item: Item) -> dict[str, Any]:
        """A new item, in place of the one that is there, as one write of a transaction."""
        return {"Put": {"TableName": self._name, "Item": _writable(item)}}

    def to_delete(self, key: Key) -> dict[str, Any]:
        """A deletion as one write of a transaction; an item that is not there is no error."""
        return {"Delete": {"TableName": self._name, "Key": key}}

    def _pages(self, keys: ConditionBase, **options: Any) -> Iterator[Any]:  # noqa: ANN401  (of Query)
        request: dict[str, Any] = {"TableName": self._name, "KeyConditionExpression": keys, **options}
        return iter(self._client.get_paginator("query").paginate(**request))


def _is_conflict(error: ClientError) -> bool:
    return error_code(error) == "ConditionalCheckFailedException"


def _writable(values: Item) -> dict[str, Any]:
    """With floats as the decimals that they are written as: boto3 takes no float."""
    return {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in values.items()}
