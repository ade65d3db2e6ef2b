"""The local emulator as a process of its own, and the environment in which clients find it."""

from __future__ import annotations

import functools
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from localcloud.forked import Forked, ForkedError
from tools.toolchain import search_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

ACCOUNT = "123456789012"
REGION = "us-east-1"

_READY = "ready "
_PATIENCE = 600
"""Seconds until a request is given up and repeated: a deployment is answered when it is finished, which takes minutes
on a busy machine."""


class LocalCloudError(Exception):
    """The local emulator did not start, or has ended by itself."""


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """A running local emulator."""

    endpoint: str
    data_dir: Path
    process_id: int
    access_key: str = "local"
    """What clients sign with, as key and as secret."""
    services_elsewhere: Mapping[str, LocalCloud] = field(default_factory=dict)
    """Services, by boto3's names, that another emulator has to provide."""
    _process: Forked | None = field(default=None, repr=False, compare=False)
    """The process, where it is one of ours."""
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def run_until_end(self) -> None:
        """Wait for the end of its process. Raises LocalCloudError then: nothing of ours has ended it."""
        if self._process:
            self._process.join()
        raise LocalCloudError("The local AWS emulator has ended. Start it again; what was in it is gone.")

    @property
    def outbox(self) -> Path:
        """The folder of the emails it has sent."""
        return self.data_dir / "outbox"

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that lead the AWS CLI, CDK and SDKs to it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.access_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment without its AWS settings, with the cloud's and with the checkout's tools."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, "PATH": search_path(), **self.variables}

    def client(self, service: str) -> Any:  # noqa: ANN401  (boto3 makes the class of a client at run time)
        """A boto3 client of it, the same one every time: making one costs more than many calls."""
        if service in self.services_elsewhere:
            return self.services_elsewhere[service].client(service)
        return self._kept(service, lambda: boto3.client(service, **self._connection()))  # type: ignore[call-overload]

    def ledger_client(self) -> DynamoDBClient:
        """A client of DynamoDB that takes and returns plain values, as the ledger's adapter needs it."""
        made: DynamoDBClient = self._kept(
            "plain values", lambda: boto3.resource("dynamodb", **self._connection()).meta.client
        )
        return made

    def _kept(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401  (boto3 makes the class at run time)
        with self._lock:
            if name not in self._clients:
                self._clients[name] = make()
            return self._clients[name]

    def _connection(self) -> dict[str, Any]:
        return {
            "endpoint_url": self.endpoint,
            "region_name": REGION,
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.access_key,
            "config": Config(connect_timeout=_PATIENCE, read_timeout=_PATIENCE),
        }


@contextmanager
def local_cloud(*flags: str, port: int = 0, **variables: str) -> Iterator[LocalCloud]:
    """Run the local emulator, with flags of `python -m localcloud up`, for as long as the block lasts.

    `variables` are added to its environment.
    """
    with TemporaryDirectory(prefix="localcloud-") as folder:
        Path(folder, "functions").symlink_to(_code().name)
        arguments = ["up", "--port", str(port), "--data-dir", folder, *flags]
        try:
            process = Forked(arguments, {**os.environ, **variables})
        except ForkedError as error:
            raise LocalCloudError(str(error)) from error
        try:
            yield LocalCloud(_endpoint(process.said), Path(folder), process.process_id, _process=process)
        finally:
            process.end()


@functools.cache
def _code() -> TemporaryDirectory[str]:
    """Where all clouds of this process unpack functions: a package is unpacked and compiled once, not once a cloud."""
    return TemporaryDirectory(prefix="localcloud-functions-")


def _endpoint(said: str) -> str:
    if not said.startswith(_READY):
        raise LocalCloudError(f"The local AWS emulator did not start: {said!r}.")
    return said.removeprefix(_READY).strip()
