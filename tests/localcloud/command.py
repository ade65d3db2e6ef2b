"""The emulator as a command in a process of its own, and functions to deploy into it."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.config import Config

from localcloud.forked import Forked
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

REGION = "eu-west-1"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Command:
    """A running `python -m localcloud up`."""

    process: Forked
    url: str

    def client(self, service: str, retries: int = 4) -> Any:  # noqa: ANN401  (a client of any service)
        """A boto3 client of this cloud."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106  (of no account)
            config=Config(retries={"max_attempts": retries}),
        )

    def end(self) -> int:
        """Ask it to end and return the exit code."""
        return self.process.end()

    def role(self) -> str:
        """The ARN of a role that may do everything, the same one every time."""
        iam = self.client("iam")
        if not any(role["RoleName"] == "worker" for role in iam.list_roles()["Roles"]):
            iam.create_role(RoleName="worker", AssumeRolePolicyDocument="{}")
            policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
            iam.put_role_policy(RoleName="worker", PolicyName="all", PolicyDocument=json.dumps(policy))
        return "arn:aws:iam::123456789012:role/worker"

    def deploy(self, name: str, code: str, files: Mapping[str, str] | None = None, **configuration: object) -> str:
        """Create a function from the text of its module and other files; return its ARN."""
        settings = {"Timeout": 300, "MemorySize": 256, "Runtime": "python3.13", "Handler": "main.handler"}
        made = self.client("lambda").create_function(
            FunctionName=name,
            Code={"ZipFile": package({"main.py": code, **(files or {})})},
            **{"Role": self.role(), **settings, **configuration},
        )
        return str(made["FunctionArn"])

    def invoke(self, name: str, event: object = None, **options: object) -> Answer:
        """Invoke the function and wait for its answer."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}), **options)
        return Answer(answer.get("FunctionError"), json.loads(answer["Payload"].read()), answer.get("LogResult", ""))

    def log(self, group: str) -> list[str]:
        """Every line of a log group, stream by stream."""
        logs = self.client("logs")
        streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
        pages = (logs.get_log_events(logGroupName=group, logStreamName=s["logStreamName"]) for s in streams)
        return [event["message"] for page in pages for event in page["events"]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function answered."""

    error: str | None
    payload: Any
    log: str
    """Base64."""


@contextmanager
def running(data_dir: Path, *flags: str, environment: Mapping[str, str] | None = None) -> Iterator[Command]:
    """Start the command and wait until it is ready; end it afterwards."""
    arguments = ["up", "--port", "0", "--data-dir", str(data_dir), *flags]
    process = Forked(arguments, {**os.environ, **(environment or {})})
    try:
        words = process.said.split()
        assert words[:1] == ["ready"], "the command did not say that it is ready"
        yield Command(process, words[1])
    finally:
        process.end()


def package(files: Mapping[str, str]) -> bytes:
    """The zip of these texts, always the same one."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return content.getvalue()


def eventually(look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What `look` returns once that is true."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)
    return seen
