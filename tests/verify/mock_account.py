"""The account of the probes in this process: import jobs under `mock_aws`, with a clock that every wait moves."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3

from localcloud.cognito_import.models import import_backends
from tests.localcloud.import_world import opened_world, put
from tools.verify.account import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MANY_ROWS = 10_000


@contextmanager
def opened_account(data_dir: Path, **settings: Any) -> Iterator[Account]:  # noqa: ANN401  (the fields of Settings)
    """The account with these settings of localcloud."""
    with opened_world(data_dir, **settings) as world:
        clients: dict[str, Any] = {"cognito-idp": world.cognito, "iam": world.iam, "logs": world.logs}

        def client(service: str, **more: Any) -> Any:  # noqa: ANN401  (boto3's own arguments)
            if more:
                return boto3.client(service, region_name="us-east-1", **more)  # type: ignore[call-overload]
            if service not in clients:
                clients[service] = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
            return clients[service]

        def sleep(seconds: float) -> None:
            world.pass_time(seconds)
            import_backends["123456789012"]["us-east-1"].advance(_MANY_ROWS)  # a server has a thread for this

        yield Account(client, _put, sleep, "us-east-1", aws=False)


def _put(url: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    answer = put(url, content, headers)
    return answer.status_code, answer.text
