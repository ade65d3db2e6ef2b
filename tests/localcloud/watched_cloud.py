"""The embedded AWS with its control paths, and a function that makes the calls its event asks for."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.localcloud.command import Command

HANDLER = "app.worker.handler.lambda_handler"
CODE = """
import boto3, time
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

def lambda_handler(event, context):
    said = []
    for service, method, arguments in event["calls"]:
        client = boto3.client(service, config=Config(retries={"mode": "standard", "max_attempts": 3}))
        try:
            getattr(client, method)(**arguments)
            said.append("done")
        except ClientError as error:
            answer = error.response
            said.append(answer["Error"]["Code"] + " " + str(answer["ResponseMetadata"]["HTTPStatusCode"]))
        except BotoCoreError as error:
            said.append(type(error).__name__)
    return {"said": said, "at": time.time()}
"""


@dataclass(frozen=True, slots=True)
class Control:
    """The control paths of a running cloud."""

    cloud: Command

    def ask(self, method: str, place: str, body: object = None) -> dict[str, Any]:
        """Make a request. Raises HTTPError when it is refused."""
        request = urllib.request.Request(  # noqa: S310  (our own server)
            f"{self.cloud.url}/_localcloud/{place}", json.dumps(body or {}).encode(), method=method
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310  (our own server)
            said: dict[str, Any] = json.load(answer)
        return said

    def plan(self, **fault: object) -> None:
        """Plan one fault, in place of all others."""
        self.ask("PUT", "faults", {"faults": [fault], "correlation": ["$.run"]})

    @property
    def struck(self) -> bool:
        """Whether every planned fault struck."""
        return all(fault["struck"] for fault in self.ask("GET", "faults")["faults"])

    def record(self, *paths: str) -> None:
        """Begin a recording."""
        self.ask("PUT", "recording", {"correlation": list(paths)})

    def entries(self, query: str = "") -> list[dict[str, Any]]:
        """What was recorded."""
        entries: list[dict[str, Any]] = self.ask("GET", f"recording{query}")["entries"]
        return entries

    def clear(self) -> None:
        """Watch nothing any more."""
        self.ask("DELETE", "faults")
        self.ask("DELETE", "recording")


def deploy_worker(cloud: Command, name: str = "worker-function", timeout: int = 600) -> str:
    """The function, under a handler that names the folder `worker`; return its ARN."""
    files = {"app/worker/handler.py": CODE}
    return cloud.deploy(name, "", files, Handler=HANDLER, Timeout=timeout)


def put(table: str, key: str) -> list[Any]:
    """A call that leaves an item."""
    return ["dynamodb", "put_item", {"TableName": table, "Item": {"pk": {"S": key}}}]


def keys_in(cloud: Command, table: str) -> set[str]:
    """The items that calls have left."""
    return {item["pk"]["S"] for item in cloud.client("dynamodb").scan(TableName=table)["Items"]}


def make_table(cloud: Command, name: str = "ledger") -> str:
    """An empty table; return its name."""
    cloud.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name
