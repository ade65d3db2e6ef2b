"""The connection to the account that is verified; for tests of the kit, to a localcloud in its place."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import boto3

from tools.toolchain import search_path
from tools.verify.account import PREFIX, Account

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

_LOCAL_KEYS: Final[dict[str, Any]] = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
_UPLOAD_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class VerifiedCloud:
    """An account of AWS, reached with a profile, or a localcloud at an endpoint."""

    profile: str | None
    region: str | None
    endpoint: str | None
    pace: float
    """How many times faster than the wall clock its time passes: 1 in AWS."""
    data_dir: Path
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with what leads the CDK CLI there."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, "PATH": search_path(), **self.variables}

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that lead AWS's SDKs and the CDK CLI there."""
        region = self._session().region_name
        chosen = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        if self.endpoint is None:
            return {**chosen, **({"AWS_PROFILE": self.profile} if self.profile else {})}
        keys = {name.upper(): value for name, value in _LOCAL_KEYS.items()}
        return {**chosen, **keys, "AWS_ENDPOINT_URL": self.endpoint}

    def as_json(self) -> dict[str, object]:
        """What another process needs to reach it as well."""
        return {"profile": self.profile, "region": self.region, "endpoint": self.endpoint, "pace": self.pace}

    def account(self, prefix: str = PREFIX) -> Account:
        """The account for probes and contract tests, which name what they make differently."""
        region = self._session().region_name
        return Account(self.client, put, self._sleep, region, aws=self.endpoint is None, prefix=prefix)

    def client(self, service: str, **more: Any) -> Any:  # noqa: ANN401  (boto3's own arguments)
        """A boto3 client, the same one every time; with more arguments, a new one."""
        if more:
            return self._session().client(service, endpoint_url=self.endpoint, **more)  # type: ignore[call-overload]
        if service not in self._clients:
            self._clients[service] = self._session().client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]
        return self._clients[service]

    def ledger_client(self) -> DynamoDBClient:
        """A client of DynamoDB that takes and returns plain values."""
        made: DynamoDBClient = self._session().resource("dynamodb", endpoint_url=self.endpoint).meta.client
        return made

    def _session(self) -> boto3.Session:
        keys: dict[str, Any] = _LOCAL_KEYS if self.endpoint else {}
        return boto3.Session(profile_name=self.profile, region_name=self.region, **keys)

    def _sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.pace)


def put(url: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Upload to a pre-signed URL of Cognito's; the status of the answer and its text."""
    request = urllib.request.Request(url, content, dict(headers), method="PUT")  # noqa: S310  (Cognito gave the URL)
    try:
        with urllib.request.urlopen(request, timeout=_UPLOAD_PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
