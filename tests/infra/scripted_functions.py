"""The state machine of the template in the emulator, with functions that answer what a run's script says.

The functions are real ones, in processes of their own; what they would do is in the input of the execution. Which call
it is, they count in a file for each run.
"""

from __future__ import annotations

import io
import itertools
import json
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.infra.state_machine import FUNCTIONS, NOTE_IDS, definition
from tests.ledger_table import TABLE, create_ledger_table
from tests.open_queue import OPEN
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.infra.template import Json, StackTemplate
    from tools.local_cloud import LocalCloud

CALLS = ("take_lock", "release_lock", *(name for name in FUNCTIONS if name != "import_queue"))
"""What scripts say, and what is counted: the functions, and the two things that `turn` is called for."""

_CODE = """
import json, os, pathlib, time

class TransientError(Exception): pass
class RefusedError(Exception): pass
class DeniedError(Exception): pass

def handler(event, context):
    name, state = os.environ["NAME"], event.get("state", event)
    if name == "import_queue":
        name = "take_lock" if "task_token" in event else "release_lock"
    folder = pathlib.Path(os.environ["CALLS"])
    with (folder / f"{state['run_id']}.{name}").open("a") as counted:
        counted.write("x")
        count = counted.tell()
    steps = json.loads((folder / f"{state['run_id']}.script").read_text())[name]
    step = steps[min(count, len(steps)) - 1]
    if "task_token" in event:
        (folder / f"{state['run_id']}.token{count}.new").write_text(event["task_token"])
        (folder / f"{state['run_id']}.token{count}.new").rename(folder / f"{state['run_id']}.token{count}")
    if step.get("wakes"):
        import boto3
        boto3.client("stepfunctions").send_task_success(taskToken=event["task_token"], output="{}")
    match step.get("error"):
        case None: return step["answer"]
        case "exit": os._exit(1)
        case "memory": time.sleep(60) if b"x" * (200 << 20) else None
        case error: raise globals()[error]("Upload: HTTP 403")
"""

Script = dict[str, list["Json"]]

ALL_ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ASSUMED_BY_ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "*"}}],
}


FORGED: Json = {
    "finalize": True,
    "part": {"number": 3, "complete": True, "more": True, "polls": 9, "wait_seconds": 0},
    "error": {"Error": "RefusedError", "Cause": '{"errorMessage": "forged"}'},
    "file": {"importable": True, "memberships": 9, "is_stopped": False},
}
"""What the input of an execution may say besides: nothing of it is believed."""


def _beside(step: Json, file: Json) -> Json:
    return {**step, "answer": {**file, **step["answer"]}} if "answer" in step else step


def answers(*pieces: Json) -> list[Json]:
    """A function that answers with each of these, and from then on with the last."""
    return [{"answer": piece} for piece in pieces]


def fails(*errors: str) -> list[Json]:
    """A function that fails with each of these errors, and from then on with the last."""
    return [{"error": error} for error in errors]


def sleeps(times: int = 1) -> list[Json]:
    """A run that is given its place, and not the lock, so many times."""
    return answers(*[{"place": 1}] * times)


def wakes() -> list[Json]:
    """A run that is given the lock, and wakes itself."""
    return [{"answer": {"place": 0}, "wakes": True}]


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
    item: Json
    """The run in the ledger, in DynamoDB's own shape."""
    calls: Mapping[str, int]
    seen: Mapping[str, Json]
    """The input of each state, when it was entered the last time."""


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
    _actor: str = field(init=False)
    _names: dict[str, str] = field(init=False)
    _notified_at: str = field(init=False)
    _received: list[Json] = field(default_factory=list)
    shown: int = 0
    """Runs that the ledger says were notified."""

    def __post_init__(self) -> None:
        self._actor = self._role()
        self._names = {self.stack.function(name).logical_id: self._function(name) for name in FUNCTIONS}
        create_ledger_table(self.cloud.client("dynamodb"))
        self._names[self.stack.one("AWS::DynamoDB::Table").logical_id] = TABLE
        self._notified_at = self._topic()
        self.machine = self.machine_of(self.stack, "workflow")
        self.silent_machine = self._machine(self.stack, "silent", f"{self._notified_at}-that-is-gone")

    def machine_of(self, stack: StackTemplate, name: str) -> str:
        """The workflow of a template whose logical ids are those of the stack, with the same functions and topic."""
        return self._machine(stack, name, self._notified_at)

    def run(self, run_id: str, script: Script, machine: str = "", **file: object) -> Ended:
        """Run a script to its end, with something besides in the answer of preflight."""
        return self.end(run_id, self.start(run_id, script, machine, **file))

    def start(self, run_id: str, script: Script, machine: str = "", **file: object) -> str:
        """Start an execution with a drop and something forged; return its ARN."""
        given = {"run_id": run_id, "bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1"}
        said = [_beside(step, {"is_stopped": False, **file}) for step in script["preflight"]]
        (self.calls / f"{run_id}.script").write_text(json.dumps({**script, "preflight": said}))
        self.cloud.client("dynamodb").put_item(
            TableName=TABLE, Item={**_key(run_id), "run_state": {"S": "reported"}, "notified": {"BOOL": False}}
        )
        started = self.cloud.client("stepfunctions").start_execution(
            stateMachineArn=machine or self.machine, name=run_id, input=json.dumps({**given, **FORGED})
        )
        return str(started["executionArn"])

    def wake(self, run_id: str) -> int:
        """Release the lock for a run that waits; return how many times it has asked for the lock until then."""
        steps, deadline = self.cloud.client("stepfunctions"), time.monotonic() + PATIENCE
        for times in itertools.count(1):
            token = self.calls / f"{run_id}.token{times}"
            while not token.exists():
                assert time.monotonic() < deadline, f"the run {run_id} is not in the queue"
                time.sleep(0.02)
            with suppress(steps.exceptions.TaskTimedOut):
                steps.send_task_success(taskToken=token.read_text(), output="{}")
                return times
        raise AssertionError

    def end(self, run_id: str, arn: str) -> Ended:
        """Wait for the end of an execution."""
        steps = self.cloud.client("stepfunctions")
        deadline = time.monotonic() + PATIENCE
        while (ended := steps.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"the run {run_id} does not end"
            time.sleep(0.05)
        pages = steps.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = [event for page in pages for event in page["events"]]
        entered = [event["stateEnteredEventDetails"] for event in events if "stateEnteredEventDetails" in event]
        item = self._item(run_id)
        notified = bool(item["notified"]["BOOL"])
        self.shown += notified
        return Ended(
            ended["status"],
            ended.get("error"),
            ended.get("cause"),
            [details["name"] for details in entered],
            self._messages(run_id) if notified else [],
            notified,
            item,
            {name: self._count(run_id, name) for name in (*CALLS, NOTE_IDS)},
            {details["name"]: json.loads(details["input"]) for details in entered},
        )

    def _role(self) -> str:
        iam = self.cloud.client("iam")
        made = iam.create_role(RoleName="anything", AssumeRolePolicyDocument=json.dumps(ASSUMED_BY_ANYBODY))
        iam.put_role_policy(RoleName="anything", PolicyName="all", PolicyDocument=json.dumps(ALL_ALLOWED))
        return str(made["Role"]["Arn"])

    def _function(self, name: str) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as bundle:
            bundle.writestr("index.py", _CODE)
        made = self.cloud.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.14",
            Role=self._actor,
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": {"NAME": name, "CALLS": str(self.calls)}},
            Timeout=30,
        )
        return str(made["FunctionArn"])

    def _topic(self) -> str:
        sns, sqs = self.cloud.client("sns"), self.cloud.client("sqs")
        topic = str(sns.create_topic(Name="runs")["TopicArn"])
        self._queue = sqs.create_queue(QueueName="subscriber", Attributes=OPEN)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return topic

    def _machine(self, stack: StackTemplate, name: str, topic: str) -> str:
        names = {**self._names, stack.one("AWS::SNS::Topic").logical_id: topic}
        if stack.has_function(NOTE_IDS):
            names[stack.function(NOTE_IDS).logical_id] = self._function(NOTE_IDS)
        made = self.cloud.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(definition(stack, names)), roleArn=self._actor
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
        while not (found := [one for one in self.received() if json.loads(one["Message"])["run_id"] == run_id]):
            assert time.monotonic() < deadline, f"nothing comes of the run {run_id}"
            time.sleep(0.05)
        return found

    def _item(self, run_id: str) -> Json:
        item: Json = self.cloud.client("dynamodb").get_item(TableName=TABLE, Key=_key(run_id))["Item"]
        return item

    def _count(self, run_id: str, name: str) -> int:
        counted = self.calls / f"{run_id}.{name}"
        return counted.stat().st_size if counted.exists() else 0


def _key(run_id: str) -> Json:
    return {"pk": {"S": f"run#{run_id}"}, "sk": {"S": "run"}}
