"""Services that act with a role of the account: functions, state machines, queue pollers, rules."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.command import REGION, Command, eventually
from tests.localcloud.machines import States, definition, invoke, machine
from tests.localcloud.roles import ACCOUNT, Role, allow, cloud, denial

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["cloud"]

LIST_QUEUES = """
import boto3
def handler(event, context):
    return boto3.client("sqs").list_queues().get("QueueUrls", [])
"""
ECHO = "def handler(event, context):\n    print('called')\n    return event\n"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]


def run(cloud: Command, role: Role, states: States, given: object = None) -> dict[str, Any]:
    """Run a state machine that has the role to its end; return its description."""
    client = cloud.client("stepfunctions")
    arn = client.create_state_machine(name=f"m-{uuid.uuid4()}", definition=definition(states), roleArn=role.arn)[
        "stateMachineArn"
    ]
    execution = client.start_execution(stateMachineArn=arn, input=json.dumps(given or {}))["executionArn"]

    def ended() -> Any:  # noqa: ANN401  (an answer of the API)
        described = client.describe_execution(executionArn=execution)
        return described if described["status"] != "RUNNING" else None

    described: dict[str, Any] = eventually(ended)
    return described


def test_a_function_may_what_its_role_may(cloud: Command) -> None:
    """The code of a function is denied what its role does not allow, and reads that in AWS's words."""
    role = Role.make(cloud)
    cloud.deploy("lister", LIST_QUEUES, Role=role.arn)
    refused = cloud.invoke("lister")
    assert refused.error == "Unhandled"
    assert (
        f"assumed-role/{role.name}/lister is not authorized to perform: sqs:listqueues"
        in (refused.payload["errorMessage"])
    )
    role.may(allow("sqs:ListQueues"))
    assert cloud.invoke("lister").error is None


def test_a_function_whose_role_may_not_log_has_no_log(cloud: Command) -> None:
    """Without the actions on its stream a function runs all the same, and leaves no lines."""
    role = Role.make(cloud)
    cloud.deploy("silent", ECHO, Role=role.arn)
    assert cloud.invoke("silent").error is None
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/silent")["logGroups"]
    assert groups == []
    role.may(allow(LOGS, f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/silent:*"))
    cloud.invoke("silent")
    assert "called" in cloud.log("/aws/lambda/silent")


@pytest.mark.parametrize("resource", ["arn:aws:states:::lambda:invoke", FUNCTION])
def test_a_state_machine_invokes_with_its_role(cloud: Command, resource: str) -> None:
    """A denied invocation is Lambda.AWSLambdaException in either way to call; a granted one runs."""
    name = f"called-{uuid.uuid4()}"
    cloud.deploy(name, ECHO)
    task = invoke(name) if resource != FUNCTION else {"Type": "Task", "Resource": f"{FUNCTION}{name}", "End": True}
    role = Role.make(cloud, allow("lambda:InvokeFunction", f"{FUNCTION}other"), service="states.amazonaws.com")
    refused = run(cloud, role, machine(task))
    assert (refused["status"], refused["error"]) == ("FAILED", "Lambda.AWSLambdaException")
    assert f"assumed-role/{role.name}/" in refused["cause"]
    assert f"lambda:InvokeFunction on resource: {FUNCTION}{name} because" in refused["cause"]
    role.may(allow("lambda:InvokeFunction", f"{FUNCTION}{name}"))
    assert run(cloud, role, machine(task))["status"] == "SUCCEEDED"


def _publish(cloud: Command) -> tuple[dict[str, Any], str, str]:
    topic = cloud.client("sns").create_topic(Name="told")["TopicArn"]
    return (
        {"Resource": "arn:aws:states:::sns:publish", "Parameters": {"TopicArn": topic, "Message": "m"}},
        "sns:Publish",
        topic,
    )


def _send(cloud: Command) -> tuple[dict[str, Any], str, str]:
    url = cloud.client("sqs").create_queue(QueueName="told")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:told"
    task = {"Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": url, "MessageBody": "m"}}
    return task, "sqs:SendMessage", arn


def _update(cloud: Command) -> tuple[dict[str, Any], str, str]:
    cloud.client("dynamodb").create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    parameters = {"TableName": "kept", "Key": {"pk": {"S": "a"}}}
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/kept"
    return {"Resource": "arn:aws:states:::dynamodb:getItem", "Parameters": parameters}, "dynamodb:GetItem", arn


def _put_events(cloud: Command) -> tuple[dict[str, Any], str, str]:
    assert cloud.url
    entry = {"Source": "s", "DetailType": "d", "Detail": {}}
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    return (
        {"Resource": "arn:aws:states:::events:putEvents", "Parameters": {"Entries": [entry]}},
        "events:PutEvents",
        arn,
    )


@pytest.mark.parametrize("make", [_publish, _send, _update, _put_events])
def test_a_state_machine_calls_other_services_with_its_role(
    cloud: Command, make: Callable[[Command], tuple[dict[str, Any], str, str]]
) -> None:
    """A task of a service integration fails without the action on the resource, and succeeds with it."""
    fields, action, resource = make(cloud)
    states = machine({"Type": "Task", "End": True, **fields})
    role = Role.make(cloud, allow(action, f"{resource}-other"), service="states.amazonaws.com")
    refused = run(cloud, role, states)
    assert refused["status"] == "FAILED"
    assert action.lower() in refused["cause"].lower()
    assert resource in refused["cause"]
    role.may(allow(action, resource))
    assert run(cloud, role, states)["status"] == "SUCCEEDED"


def test_a_token_is_answered_with_a_permission_on_its_state_machine(cloud: Command) -> None:
    """SendTaskSuccess is judged by the state machine whose task waits for the token."""
    url = cloud.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    wait = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"},
        "End": True,
    }
    client = cloud.client("stepfunctions")
    arn = client.create_state_machine(name="waits", definition=definition(machine(wait)), roleArn=cloud.role())[
        "stateMachineArn"
    ]
    client.start_execution(stateMachineArn=arn)
    sqs = cloud.client("sqs")
    (message,) = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
    role = Role.make(cloud, allow("states:SendTaskSuccess", f"{arn}-other"))
    answer = {"taskToken": message["Body"], "output": "{}"}
    refused = denial(lambda: role.client("stepfunctions").send_task_success(**answer))
    assert refused.message == role.denial_of("states:SendTaskSuccess", arn)
    role.may(allow("states:SendTaskSuccess", arn))
    role.client("stepfunctions").send_task_success(**answer)


def test_a_queue_is_polled_with_the_functions_role(cloud: Command) -> None:
    """A mapping is refused while the role may not receive; what it may not any more, it leaves in the queue."""
    url = cloud.client("sqs").create_queue(QueueName="polled")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:polled"
    role, functions = Role.make(cloud, allow("sqs:ReceiveMessage", arn)), cloud.client("lambda")
    cloud.deploy("polling", ECHO, Role=role.arn)
    mapping = {"EventSourceArn": arn, "FunctionName": "polling"}
    refused = denial(lambda: functions.create_event_source_mapping(**mapping))
    assert refused.code == "InvalidParameterValueException"
    assert "does not have permissions to call DeleteMessage on SQS" in refused.message
    needed = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    role.may(allow(needed, arn), allow(LOGS))
    functions.create_event_source_mapping(**mapping)
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="first")
    eventually(lambda: _waiting(cloud, url) == 0)
    role.may(allow("sqs:GetQueueAttributes", arn))
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="second")
    sqs = cloud.client("sqs")
    (message,) = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
    assert message["Body"] == "second"


def _waiting(cloud: Command, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)
