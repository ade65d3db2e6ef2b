"""What happens in the meantime: calls that meet each other, and calls that die, at the very moment a test is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient


class DiedError(BaseException):
    """The function was killed: what `die` raises. Nothing that catches errors may catch it."""


def die() -> None:
    """Kill the function."""
    raise DiedError


class Meanwhile:
    """What happens just before an operation takes place, once."""

    def __init__(self) -> None:
        self._waiting: dict[str, Callable[[], object]] = {}

    def before(self, operation: str, happens: Callable[[], object]) -> None:
        """Let something happen before the next such operation."""
        self._waiting[operation] = happens

    def reach(self, operation: str) -> None:
        """The operation is about to take place."""
        happens = self._waiting.pop(operation, None)
        if happens:
            happens()


def with_meanwhile(client: DynamoDBClient, meanwhile: Meanwhile) -> DynamoDBClient:
    """The client, whose operations are reached as boto3 names them."""
    return cast("DynamoDBClient", _Reaching(client, meanwhile))


class _Reaching:
    def __init__(self, client: DynamoDBClient, meanwhile: Meanwhile) -> None:
        self._client = client
        self._meanwhile = meanwhile

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401  (whatever the client has)
        found = getattr(self._client, operation)

        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self._meanwhile.reach(operation)
            return found(*args, **kwargs)

        return call
