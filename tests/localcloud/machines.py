"""State machines for tests: their definitions in short, their executions with what a test asks of them."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.localcloud.command import eventually
from tests.open_queue import OPEN

if TYPE_CHECKING:
    from tests.localcloud.command import Command

States = dict[str, dict[str, Any]]


def machine(first: dict[str, Any], **others: dict[str, Any]) -> States:
    """States that begin with `first`."""
    return {"First": first, **others}


def invoke(function: str, **fields: object) -> dict[str, Any]:
    """A task that invokes a function with the state's input."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload.$": "$"},
        "End": True,
        **fields,
    }


def definition(states: States, timeout: int | None = None) -> str:
    """A definition that begins with the first of the states."""
    limit = {"TimeoutSeconds": timeout} if timeout else {}
    return json.dumps({"StartAt": next(iter(states)), "States": states, **limit})


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution."""

    client: Any
    machine: str
    arn: str

    def describe(self) -> dict[str, Any]:
        """DescribeExecution."""
        answer: dict[str, Any] = self.client.describe_execution(executionArn=self.arn)
        return answer

    def end(self) -> dict[str, Any]:
        """DescribeExecution, once it has ended."""
        eventually(lambda: self.describe()["status"] != "RUNNING")
        return self.describe()

    def history(self) -> list[dict[str, Any]]:
        """GetExecutionHistory."""
        events: list[dict[str, Any]] = self.client.get_execution_history(executionArn=self.arn)["events"]
        return events

    def seconds(self, begin: str, end: str) -> float:
        """Cloud time between the first events of these types."""
        times = {event["type"]: event["timestamp"] for event in reversed(self.history())}
        return float((times[end] - times[begin]).total_seconds())

    def reach(self, kind: str) -> None:
        """Wait until an event of that type is in the history."""
        eventually(lambda: any(event["type"] == kind for event in self.history()))


class Machines:
    """The Step Functions of one emulator."""

    def __init__(self, cloud: Command) -> None:
        self.cloud = cloud
        self.client = cloud.client("stepfunctions")

    def create(self, states: States, timeout: int | None = None, **configuration: object) -> str:
        """Create a state machine that begins with the first of the states; return its ARN."""
        made = self.client.create_state_machine(
            name=f"machine-{uuid.uuid4()}",
            definition=definition(states, timeout),
            roleArn=self.cloud.role(),
            **configuration,
        )
        return str(made["stateMachineArn"])

    def start(self, arn: str, given: object = None) -> Execution:
        """Start an execution."""
        started = self.client.start_execution(stateMachineArn=arn, input=json.dumps(given or {}))
        return Execution(self.client, arn, started["executionArn"])

    def run(self, states: States, given: object = None, timeout: int | None = None) -> Execution:
        """Create a state machine and start an execution."""
        return self.start(self.create(states, timeout), given)

    def listed(self, execution: Execution) -> list[dict[str, Any]]:
        """ListExecutions of the execution's state machine."""
        executions: list[dict[str, Any]] = self.client.list_executions(stateMachineArn=execution.machine)["executions"]
        return executions

    def watch(self, arn: str) -> str:
        """Send the machine's changes of status to a new queue; return its URL."""
        name = arn.rpartition(":")[2]
        sqs, events = self.cloud.client("sqs"), self.cloud.client("events")
        queue = sqs.create_queue(QueueName=name, Attributes=OPEN)["QueueUrl"]
        queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        pattern = {"source": ["aws.states"], "detail": {"stateMachineArn": [arn]}}
        events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue_arn}])
        return str(queue)

    def receive(self, queue: str, number: int) -> list[dict[str, Any]]:
        """Take so many events from the queue."""
        sqs = self.cloud.client("sqs")
        messages: list[dict[str, Any]] = []

        def take() -> bool:
            taken = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
            for message in taken:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            messages.extend(taken)
            return len(messages) >= number

        eventually(take)
        return [json.loads(message["Body"]) for message in messages]
