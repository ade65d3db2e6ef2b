"""The state machine of the template in the embedded AWS, with functions that answer what a run's script says.

The functions are real ones, in processes of their own; what they would do is in the input of the execution. Which call
it is, they count in a file for each run.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.infra.state_machine import FUNCTIONS, definition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from laptop.local_cloud import LocalCloud
    from tests.infra.template import Json, StackTemplate

PATIENCE = 120  # seconds; guards against hanging only

_CODE = """
import os, pathlib

class TransientError(Exception): pass
class RefusedError(Exception): pass

def handler(event, context):
    calls = pathlib.Path(os.environ["CALLS"], event["run_id"] + "." + os.environ["NAME"])
    with calls.open("a") as counted:
        counted.write("x")
        count = counted.tell()
    steps = event["script"][os.environ["NAME"]]
    step = steps[min(count, len(steps)) - 1]
    match step.get("error"):
        case None: return step["answer"]
        case "exit": os._exit(1)
        case name: raise {"TransientError": TransientError, "RefusedError": RefusedError}[name]("Upload: HTTP 403")
"""

Script = dict[str, list["Json"]]


def answers(*pieces: Json) -> list[Json]:
    """A function that answers with each of these, and from then on with the last."""
    return [{"answer": piece} for piece in pieces]


def fails(*errors: str) -> list[Json]:
    """A function that fails with each of these errors, and from then on with the last."""
    return [{"error": error} for error in errors]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run has ended, and what was seen of it."""

    status: str
    error: str | None
    cause: str | None
    states: list[str]
    messages: list[Json]
    """The messages that a subscriber got, with their attributes."""
    notified: bool
    calls: Mapping[str, int]


@dataclass
class ScriptedWorkflow:
    """The workflow in a cloud, with a topic, a subscriber and a ledger."""

    cloud: LocalCloud
    stack: StackTemplate
    calls: Path
    machine: str = field(init=False)
    silent_machine: str = field(init=False)
    """The same workflow with a topic that does not exist."""
    _queue: str = field(init=False)
    _received: list[Json] = field(default_factory=list)
    told: int = 0
    """Runs that the ledger says were notified."""

    def __post_init__(self) -> None:
        role = self._role()
        names = {self.stack.function(name).logical_id: self._function(name, role) for name in FUNCTIONS}
        names[self.stack.one("AWS::DynamoDB::Table").logical_id] = self._table()
        topic = self._topic()
        self.machine = self._machine("workflow", role, names, topic)
        self.silent_machine = self._machine("silent", role, names, f"{topic}-that-is-gone")

    def run(self, run_id: str, script: Script, machine: str = "") -> Ended:
        """Run a script to its end."""
        steps = self.cloud.client("stepfunctions")
        state = {"run_id": run_id, "bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1"}
        self.cloud.client("dynamodb").put_item(
            TableName="ledger", Item={"pk": {"S": f"run#{run_id}"}, "notified": {"BOOL": False}}
        )
        arn = steps.start_execution(
            stateMachineArn=machine or self.machine, name=run_id, input=json.dumps({**state, "script": script})
        )["executionArn"]
        deadline = time.monotonic() + PATIENCE
        while (ended := steps.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"the run {run_id} does not end"
            time.sleep(0.05)
        pages = steps.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = [event for page in pages for event in page["events"]]
        return Ended(
            ended["status"],
            ended.get("error"),
            ended.get("cause"),
            [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event],
            self._messages(run_id) if (notified := self._notified(run_id)) else [],
            notified,
            {name: self._count(run_id, name) for name in FUNCTIONS},
        )

    def _role(self) -> str:
        iam = self.cloud.client("iam")
        return str(iam.create_role(RoleName="anything", AssumeRolePolicyDocument="{}")["Role"]["Arn"])

    def _function(self, name: str, role: str) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as bundle:
            bundle.writestr("index.py", _CODE)
        made = self.cloud.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.14",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": {"NAME": name, "CALLS": str(self.calls)}},
            Timeout=30,
        )
        return str(made["FunctionArn"])

    def _table(self) -> str:
        self.cloud.client("dynamodb").create_table(
            TableName="ledger",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return "ledger"

    def _topic(self) -> str:
        sns, sqs = self.cloud.client("sns"), self.cloud.client("sqs")
        topic = str(sns.create_topic(Name="runs")["TopicArn"])
        self._queue = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return topic

    def _machine(self, name: str, role: str, names: Mapping[str, str], topic: str) -> str:
        names = {**names, self.stack.one("AWS::SNS::Topic").logical_id: topic}
        made = self.cloud.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(definition(self.stack, names)), roleArn=role
        )
        return str(made["stateMachineArn"])

    def received(self) -> list[Json]:
        """All that the subscriber has got so far."""
        sqs = self.cloud.client("sqs")
        while found := sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self._received.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return self._received

    def _messages(self, run_id: str) -> list[Json]:
        """The messages about a run that was published, which may come a moment later."""
        deadline = time.monotonic() + PATIENCE
        while not (found := [message for message in self.received() if run_id in message["Message"]]):
            assert time.monotonic() < deadline, f"nothing comes of the run {run_id}"
            time.sleep(0.05)
        return found

    def _notified(self, run_id: str) -> bool:
        key: Any = {"pk": {"S": f"run#{run_id}"}}
        item = self.cloud.client("dynamodb").get_item(TableName="ledger", Key=key)["Item"]
        self.told += item["notified"]["BOOL"]
        return bool(item["notified"]["BOOL"])

    def _count(self, run_id: str, name: str) -> int:
        counted = self.calls / f"{run_id}.{name}"
        return counted.stat().st_size if counted.exists() else 0
