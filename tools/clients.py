"""What the tools ask of a cloud, whether it is localcloud or an account of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient


class Clients(Protocol):
    """Makes clients of its services."""

    def client(self, service: str) -> Any:  # noqa: ANN401  (boto3 makes the class of a client at run time)
        """A boto3 client, the same one every time."""

    def ledger_client(self) -> DynamoDBClient:
        """A client of DynamoDB that takes and returns plain values."""


class Deployable(Protocol):
    """A cloud into which the CDK CLI can deploy."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the CDK CLI finds it."""

    @property
    def data_dir(self) -> Path:
        """A folder for the CDK CLI's output."""
