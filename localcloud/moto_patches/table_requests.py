"""Requests to DynamoDB take effect whole and one after the other; a canceled transaction undoes its own writes only.

moto 5.2.5 looks at an item and then writes it, in as many threads as there are requests: two conditions may hold where
one may. It copies the whole table before every transaction and puts the copy in the table's place when the transaction
is canceled, with what others have written meanwhile. The seams are `DynamoHandler.call_action`, the transaction of the
backend, and the copy of a `Table`, which means the whole table everywhere else.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

import copy
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

if TYPE_CHECKING:
    from collections.abc import Iterator

_one_at_a_time: Final = threading.RLock()
_is_copied: Final[ContextVar[bool]] = ContextVar("_is_copied", default=True)
_answer: Final = DynamoHandler.call_action
_transact: Final = DynamoDBBackend.transact_write_items


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    DynamoHandler.call_action = _answered_alone  # type: ignore[method-assign]
    DynamoDBBackend.transact_write_items = _undone_by_itself  # type: ignore[method-assign, assignment]
    Table.__deepcopy__ = _copied  # type: ignore[attr-defined]


def _answered_alone(handler: DynamoHandler) -> Any:  # noqa: ANN401  (moto's own answer)
    with _one_at_a_time:
        return _answer(handler)


def _undone_by_itself(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    before = list(_items_of(backend, transact_items))
    token = _is_copied.set(False)
    try:
        _transact(backend, transact_items)
    except Exception:
        for table_name, key, attributes in before:
            if attributes is None:
                backend.delete_item(table_name, key)
            else:
                backend.put_item(table_name, attributes)
        raise
    finally:
        _is_copied.reset(token)


def _items_of(
    backend: DynamoDBBackend, transact_items: list[dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any] | None]]:
    """Table, key and attributes of each item that a transaction writes; None for one that is not there."""
    for operation in transact_items:
        for kind, fields in operation.items():
            name = fields.get("TableName")
            if kind == "ConditionCheck" or name not in backend.tables:  # which moto refuses
                continue
            whole = fields["Item"] if kind == "Put" else fields["Key"]
            key = {part: whole[part] for part in backend.tables[name].table_key_attrs if part in whole}
            if len(key) < len(backend.tables[name].table_key_attrs):  # which moto refuses, too
                continue
            item = backend.get_item(name, key)
            yield name, key, copy.deepcopy(item.to_json()["Attributes"]) if item else None


def _copied(table: Table, memo: dict[int, Any]) -> Table:
    if not _is_copied.get():
        return table
    twin: Table = object.__new__(type(table))
    memo[id(table)] = twin
    vars(twin).update(copy.deepcopy(vars(table), memo))
    return twin
