"""A function that makes the calls its event asks for, and a table that shows their effect."""

from __future__ import annotations

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
