"""A small world for delivery tests: moto with deliveries, a fast clock, functions that are Python callables."""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from localcloud import delivery, functions
from localcloud.cloud import Cloud, use
from localcloud.settings import Settings
from tests.open_queue import OPEN, SERVICES
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function answers."""

    payload: bytes = b"null"
    function_error: str | None = None


@dataclass
class World:
    """Clients and functions of one test."""

    outbox: Path
    functions: dict[str, Callable[[Any], Answer | None]] = field(default_factory=dict)

    def client(self, service: Any) -> Any:  # noqa: ANN401  (boto3's clients have no common type)
        """A boto3 client."""
        return boto3.client(service, region_name=REGION)

    def queue(self, name: str, *, is_open: bool = True, **attributes: str) -> tuple[str, str]:
        """Create a queue, with a policy that lets services send if it is open; return its URL and ARN."""
        given = {**OPEN, **attributes} if is_open else attributes
        url = self.client("sqs").create_queue(QueueName=name, Attributes=given)["QueueUrl"]
        return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def receive(self, url: str, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """Take the messages that arrive in the queue, as soon as there are any; [] after that many wall seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = self.client("sqs").receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
            )
            if messages := answer.get("Messages"):
                for message in messages:
                    self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                return list(messages)
            time.sleep(0.01)
        return []

    def bodies(self, url: str, seconds: float = PATIENCE) -> list[Any]:
        """The decoded bodies of the messages that arrive."""
        return [json.loads(message["Body"]) for message in self.receive(url, seconds)]

    def waiting(self, url: str) -> int:
        """How many messages the queue has, received or not."""
        found = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    def role(
        self, name: str, service: str, *actions: str, resource: str = "*", condition: dict[str, Any] | None = None
    ) -> str:
        """Create a role for the service that may do these actions, or everything; return its ARN.

        The condition is that of its trust policy.
        """
        iam = self.client("iam")
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            "Condition": condition or {},
        }
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}), Path="/a/")
        allow = {"Effect": "Allow", "Action": list(actions) or "*", "Resource": resource}
        iam.put_role_policy(
            RoleName=name, PolicyName="own", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        )
        return str(role["Role"]["Arn"])

    def function(self, name: str, code: Callable[[Any], Answer | None], *, is_open: bool = True) -> str:
        """Create a function that runs `code` (None is success), and that services may invoke if it is open.

        Returns its ARN.
        """
        role = self.role(f"{name}-role", "lambda.amazonaws.com")
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as bundle:
            bundle.writestr("index.py", "")
        made = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
        )
        for service in SERVICES if is_open else ():
            self.client("lambda").add_permission(
                FunctionName=name,
                StatementId=service.partition(".")[0],
                Action="lambda:InvokeFunction",
                Principal=service,
            )
        self.functions[made["FunctionArn"]] = code
        return str(made["FunctionArn"])

    def eventually(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> bool:
        """Whether the condition comes true within that many wall seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.01)
        return bool(condition())


def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factor: float, **settings: Any) -> Iterator[World]:  # noqa: ANN401  (settings have many types)
    """Yield a world whose clock runs `factor` times as fast as the wall clock."""
    cloud = Cloud.of(Settings(clock_factor=factor, data_dir=tmp_path, **settings))
    before = use(cloud)
    world = World(cloud.settings.outbox)

    def invoke(_account: str, _region: str, function: str, payload: bytes) -> Answer:
        return world.functions[function](json.loads(payload)) or Answer()

    monkeypatch.setattr(functions, "invoke", invoke)
    delivery.install()
    try:
        with mock_aws():
            yield world
    finally:
        cloud.close()
        use(before)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which an hour passes in 3.6 seconds."""
    yield from make_world(tmp_path, monkeypatch, 1000.0)
