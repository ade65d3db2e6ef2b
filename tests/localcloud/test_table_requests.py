"""What DynamoDB promises of requests that meet."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.comparisons import get_filter_expression

from localcloud.moto_patches import table_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

_THINKING = 0.05  # seconds between a look at an item and the write


def key(name: str) -> dict[str, dict[str, str]]:
    """The key of an item."""
    return {"pk": {"S": "p"}, "sk": {"S": name}}


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a table `t` with the items `one` and `two`, whose conditions are looked at slowly."""
    table_requests.install()

    def slow(*arguments: Any) -> SimpleNamespace:  # noqa: ANN401  (moto's)
        condition = get_filter_expression(*arguments)

        def holds(item: Any) -> bool:  # noqa: ANN401  (moto's)
            said = bool(condition.expr(item))
            time.sleep(_THINKING)
            return said

        return SimpleNamespace(expr=holds)

    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
        for name in ("one", "two"):
            client.put_item(TableName="t", Item={**key(name), "n": {"N": "1"}})
        monkeypatch.setattr("moto.dynamodb.models.get_filter_expression", slow)
        yield client


def names(dynamodb: Any) -> set[str]:  # noqa: ANN401  (the fixture)
    """The items of the table."""
    return {item["sk"]["S"] for item in dynamodb.scan(TableName="t")["Items"]}


def canceled(dynamodb: Any) -> dict[str, Any]:  # noqa: ANN401  (the fixture)
    """Put, change and delete something in a transaction whose last condition fails; return the error."""
    change = {"UpdateExpression": "SET n = :two", "ExpressionAttributeValues": {":two": {"N": "2"}}}
    condition = {"Key": key("nowhere"), "ConditionExpression": "attribute_exists(pk)"}
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as shown:
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "t", "Item": key("new")}},
                {"Update": {"TableName": "t", "Key": key("one"), **change}},
                {"Delete": {"TableName": "t", "Key": key("two")}},
                {"ConditionCheck": {"TableName": "t", **condition}},
            ]
        )
    answer: dict[str, Any] = shown.value.response
    return answer


def test_of_many_that_ask_for_the_same_one_gets_it(dynamodb: Any) -> None:  # noqa: ANN401  (the fixture)
    """A condition holds at the moment of the write."""
    start = threading.Barrier(4)

    def take(name: int) -> bool:
        start.wait()
        try:
            dynamodb.update_item(
                TableName="t",
                Key=key("one"),
                UpdateExpression="SET taken_by = :me",
                ConditionExpression="attribute_not_exists(taken_by)",
                ExpressionAttributeValues={":me": {"N": str(name)}},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(4))) == 1


def test_a_canceled_transaction_leaves_nothing_behind(dynamodb: Any) -> None:  # noqa: ANN401  (the fixture)
    """What it has put, changed and deleted before its condition failed is as it was; the reasons are told in order."""
    before = dynamodb.scan(TableName="t")["Items"]
    reasons = canceled(dynamodb)["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == [*["None"] * 3, "ConditionalCheckFailed"]
    assert sorted(map(str, dynamodb.scan(TableName="t")["Items"])) == sorted(map(str, before))


def test_a_canceled_transaction_takes_nothing_of_others(dynamodb: Any) -> None:  # noqa: ANN401  (the fixture)
    """What someone else has written while it was looked at stays."""
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(canceled, dynamodb)
        time.sleep(_THINKING / 2)
        dynamodb.put_item(TableName="t", Item=key("of-somebody-else"))
        other.result()
    assert names(dynamodb) == {"one", "two", "of-somebody-else"}


def test_a_transaction_takes_effect_whole(dynamodb: Any) -> None:  # noqa: ANN401  (the fixture)
    """Each of its writes."""
    dynamodb.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "t", "Item": key("new")}},
            {"Delete": {"TableName": "t", "Key": key("one")}},
        ]
    )
    assert names(dynamodb) == {"new", "two"}
