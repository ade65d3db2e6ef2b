"""The expressions of a change, and which writes to a table change nothing."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from cognito_drop.aws.dynamo_table import IS_NEW, Change, DynamoTable
from cognito_drop.aws.errors import LedgerConflictError
from tests.ledger_table import TABLE, ledger_client

ITEM = {"pk": "a", "sk": "b"}


@pytest.fixture
def table(aws: None) -> DynamoTable:  # noqa: ARG001
    """A table with one item."""
    made = DynamoTable(ledger_client(), TABLE)
    made.put({**ITEM, "token": "first", "size": 1, "parts": {"1": {"status": "new", "tries": 0}}})
    return made


def test_names_and_values_of_a_change_are_placeholders() -> None:
    """No attribute is refused because DynamoDB reserves its name, and no value is a part of an expression."""
    change = Change(
        when=Attr("status").eq("open") & Attr("parts.1").not_exists(),
        sets={"token": "t", "parts.1.status": "s"}, sets_once={"file": 0.5}, increments=["size"], removes=["scope"],
    )  # fmt: skip
    request = change.request()
    words = re.findall(r"[#:]?[A-Za-z_0-9]+", f"{request['ConditionExpression']} {request['UpdateExpression']}")
    placeholders = {*request["ExpressionAttributeNames"], *request["ExpressionAttributeValues"]}
    assert {word for word in words if word[0] in "#:"} == placeholders
    assert {word for word in words if word[0] not in "#:"} == {
        "AND", "attribute_not_exists", "SET", "if_not_exists", "REMOVE",
    }  # fmt: skip
    assert sorted(request["ExpressionAttributeValues"].values(), key=str) == [Decimal("0.5"), 1, "open", "s", "t"]


def test_a_change_sets_increments_and_removes(table: DynamoTable) -> None:
    """Also inside of a map; what is set once keeps its first value."""
    change = Change(
        sets={"parts.1.status": "done", "at": 1_785_000_000.123456}, sets_once={"token": "second", "file": "f"},
        increments=["parts.1.tries"], removes=["size"],
    )  # fmt: skip
    after = {**ITEM, "token": "first", "file": "f", "parts": {"1": {"status": "done", "tries": 1}}}
    assert table.update(ITEM, change, "ALL_NEW") == {**after, "at": Decimal("1785000000.123456")} == table.get(ITEM)


def test_a_change_whose_condition_does_not_hold_changes_nothing(table: DynamoTable) -> None:
    """Neither by itself nor in a transaction, whose other writes are not made either."""
    before, change = table.get(ITEM), Change(when=Attr("token").eq("second"), removes=["size"])
    with pytest.raises(LedgerConflictError, match=f"^{ITEM['pk']}$"):
        table.update(ITEM, change)
    assert not table.transact(table.to_put({"pk": "a", "sk": "c"}), table.to_update(ITEM, change))
    assert not table.transact(table.to_delete(ITEM), table.to_check({"pk": "a", "sk": "c"}, Attr("pk").exists()))
    assert list(table.query(Key("pk").eq("a"))) == [before]


def test_a_change_makes_no_item_unless_it_says_so(table: DynamoTable) -> None:
    """Its condition is that the item exists, unless it has another."""
    other = {"pk": "a", "sk": "c"}
    with pytest.raises(LedgerConflictError):
        table.update(other, Change(sets={"size": 1}))
    table.update(other, Change(when=IS_NEW, sets={"size": 1}))
    assert table.get(other) == {**other, "size": 1}
    assert table.count(Key("pk").eq("a")) == 2


def test_an_error_of_the_table_is_no_conflict(aws: None) -> None:  # noqa: ARG001
    """A table that is not there has no conditions that could fail."""
    table = DynamoTable(ledger_client(), "nowhere")
    calls = (
        lambda: table.update(ITEM, Change(sets={"size": 1})),
        lambda: table.put_new(ITEM),
        lambda: table.transact(table.to_put(ITEM)),
    )
    for call in calls:
        with pytest.raises(ClientError, match="ResourceNotFound"):
            call()
