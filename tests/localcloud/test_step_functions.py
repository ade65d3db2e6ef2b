"""State machines execute for real, in cloud time: waits, tasks, retries, and what outsiders learn of it."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localcloud.step_functions.operations import _get_execution_history
from tests.localcloud.command import Command, eventually, running
from tests.localcloud.machines import Machines, States, definition, invoke, machine
from tests.open_queue import OPEN
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAKY = """
import os, time
calls = 0
class FlakyError(Exception):
    pass
def handler(event, context):
    global calls
    calls += 1
    if event.get("fail", 0) >= calls:
        raise FlakyError(f"call {calls}")
    if "exit" in event:
        os._exit(event["exit"])
    time.sleep(event.get("sleep", 0))
    return {"calls": calls}
"""
RETRY = {"ErrorEquals": ["FlakyError"], "IntervalSeconds": 60, "BackoffRate": 2.0, "MaxAttempts": 3}


KEPT = 5
"""Executions that a state machine has at most, once they have ended."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command with a clock that is a thousand times as fast, which keeps few executions of a state machine."""
    with running(tmp_path_factory.mktemp("cloud"), "--clock-factor", "1000", "--keep", str(KEPT)) as command:
        yield command


@pytest.fixture(scope="module")
def machines(cloud: Command) -> Machines:
    """State machines of that cloud."""
    return Machines(cloud)


def test_the_oldest_executions_are_forgotten_once_they_have_ended(machines: Machines) -> None:
    """One that runs stays, however many were started after it."""
    choice = {"Variable": "$.waits", "BooleanEquals": True, "Next": "Rest"}
    states: States = {
        "Which": {"Type": "Choice", "Choices": [choice], "Default": "Done"},
        "Rest": {"Type": "Wait", "Seconds": 30_000_000, "Next": "Done"},
        "Done": {"Type": "Succeed"},
    }
    first = machines.run(states, {"waits": True})
    for number in range(KEPT + 2):
        last = machines.start(first.machine, {"waits": False, "number": number})
        last.end()
    kept = {each["executionArn"] for each in machines.listed(first)}
    assert len(kept) == KEPT
    assert {first.arn, last.arn} <= kept
    machines.client.stop_execution(executionArn=first.arn)


def test_a_wait_takes_its_time_in_the_cloud_only(machines: Machines) -> None:
    """A wait of half an hour lasts no less by the history, and two seconds here."""
    started = time.monotonic()
    execution = machines.run({"Rest": {"Type": "Wait", "Seconds": 1800, "Next": "Done"}, "Done": {"Type": "Succeed"}})
    assert execution.end()["status"] == "SUCCEEDED"
    assert time.monotonic() - started < PATIENCE
    assert execution.seconds("WaitStateEntered", "WaitStateExited") >= 1800


def test_a_wait_until_a_time_means_cloud_time(machines: Machines) -> None:
    """A wait until ten minutes from now does not end before that time of the cloud's clock."""
    now = machines.run({"Now": {"Type": "Pass", "End": True}}).end()["stopDate"]
    until = (now + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    execution = machines.run({"Rest": {"Type": "Wait", "TimestampPath": "$.until", "End": True}}, {"until": until})
    assert execution.end()["stopDate"] - now > timedelta(minutes=9)


def test_a_function_is_retried_as_its_state_says(cloud: Command, machines: Machines) -> None:
    """Two failures are retried after one and two minutes of cloud time; the third attempt's answer goes on."""
    cloud.deploy("flaky", FLAKY)
    execution = machines.run(machine(invoke("flaky", Retry=[RETRY])), {"fail": 2})
    end = execution.end()
    assert json.loads(end["output"])["Payload"] == {"calls": 3}
    begins = [event["timestamp"] for event in execution.history() if event["type"] == "TaskStarted"]
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(begins)]
    assert [pause >= least for pause, least in zip(pauses, (60, 120), strict=True)] == [True, True], pauses


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"fail": 99}, "FlakyError"),
        ({"exit": 3}, "Runtime.ExitError"),
        ({"sleep": 30}, "Sandbox.Timedout"),
    ],
)
def test_a_functions_error_can_be_caught_by_its_name(
    cloud: Command, machines: Machines, event: dict[str, int], error: str
) -> None:
    """Error is the function's errorType and Cause the JSON of its error, as Catch sees them."""
    name = f"fails-{error.replace('.', '-')}"
    cloud.deploy(name, FLAKY, Timeout=1 if "sleep" in event else 300)
    catch = {"ErrorEquals": [error], "Next": "Caught", "ResultPath": "$.error"}
    end = machines.run(machine(invoke(name, Catch=[catch]), Caught={"Type": "Pass", "End": True}), event).end()
    caught = json.loads(end["output"])["error"]
    assert caught["Error"] == error
    assert json.loads(caught["Cause"])["errorType"] == error


def test_a_rule_starts_a_state_machine(machines: Machines) -> None:
    """The input is the event; where the machine is gone, the event is a dead letter."""
    iam, events, sqs = (machines.cloud.client(name) for name in ("iam", "events", "sqs"))
    arn, name = machines.create({"End": {"Type": "Succeed"}}), f"starts-{uuid.uuid4()}"
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "events.amazonaws.com"}}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]["Arn"]
    allow = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": f"{arn}*"}
    iam.put_role_policy(
        RoleName=name, PolicyName="own", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    )
    queue = sqs.create_queue(QueueName=name, Attributes=OPEN)["QueueUrl"]
    dead = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    to = {"RoleArn": role, "DeadLetterConfig": {"Arn": dead}}
    gone = f"{arn}-that-is-gone"
    events.put_targets(Rule=name, Targets=[{"Id": "there", "Arn": arn, **to}, {"Id": "gone", "Arn": gone, **to}])
    event = events.put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": json.dumps({"a": "b"})}])
    event_id = event["Entries"][0]["EventId"]
    asked = {"QueueUrl": queue, "MessageAttributeNames": ["All"]}
    (message,) = eventually(lambda: sqs.receive_message(**asked).get("Messages"))
    said = message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]
    assert said == f"The state machine {gone} does not exist."
    (started,) = eventually(lambda: machines.client.list_executions(stateMachineArn=arn)["executions"])
    given = json.loads(machines.client.describe_execution(executionArn=started["executionArn"])["input"])
    assert started["name"].startswith(event_id)
    assert (given["id"], given["detail"]) == (event_id, {"a": "b"})


def test_a_refused_invocation_has_lambdas_error_name(cloud: Command, machines: Machines) -> None:
    """Throttling is Lambda.TooManyRequestsException, a missing function Lambda.ResourceNotFoundException."""
    throttled = cloud.deploy("throttled", FLAKY)
    cloud.client("lambda").put_function_concurrency(FunctionName="throttled", ReservedConcurrentExecutions=0)
    missing = throttled.replace("throttled", "missing")
    by_name = [invoke(name) for name in ("throttled", "missing")]
    by_resource = [{"Type": "Task", "Resource": arn, "End": True} for arn in (throttled, missing)]
    ends = [machines.run(machine(task)).end() for task in (*by_name, *by_resource)]
    assert [end["status"] for end in ends] == ["FAILED"] * 4
    assert [end["error"] for end in ends] == ["Lambda.TooManyRequestsException", "Lambda.ResourceNotFoundException"] * 2


def test_task_failed_matches_all_errors_of_tasks_but_timeouts(cloud: Command, machines: Machines) -> None:
    """States.TaskFailed catches a function's error, and leaves States.Timeout to the next catcher."""
    cloud.deploy("failing", FLAKY)
    catchers = [
        {"ErrorEquals": ["States.TaskFailed"], "Next": "Failed"},
        {"ErrorEquals": ["States.Timeout"], "Next": "Late"},
    ]
    ends = {name: {"Type": "Pass", "Result": name, "End": True} for name in ("Failed", "Late")}
    outputs = []
    for event, seconds in (({"fail": 99}, 86_400), ({"sleep": 5}, 2)):
        task = invoke("failing", Catch=catchers, TimeoutSeconds=seconds)
        outputs.append(machines.run(machine(task, **ends), event).end()["output"])
    assert outputs == ['"Failed"', '"Late"']


def test_a_runtime_error_is_beyond_every_catch(machines: Machines) -> None:
    """States.ALL does not catch States.Runtime: a path that finds nothing fails the execution."""
    task = invoke("any", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}])
    task["Parameters"]["Payload.$"] = "$.not.there"
    end = machines.run(machine(task, Caught={"Type": "Succeed"})).end()
    assert (end["status"], end["error"]) == ("FAILED", "States.Runtime")


def test_a_machine_that_takes_too_long_is_timed_out(machines: Machines) -> None:
    """TimeoutSeconds of the machine ends an execution, with a stop date and a last event."""
    execution = machines.run({"Rest": {"Type": "Wait", "Seconds": 31_536_000, "End": True}}, timeout=600)
    end = execution.end()
    assert end["status"] == "TIMED_OUT"
    assert 600 <= (end["stopDate"] - end["startDate"]).total_seconds() < 31_536_000
    assert execution.history()[-1]["type"] == "ExecutionTimedOut"
    assert machines.listed(execution)[0]["stopDate"] == end["stopDate"]


def test_a_name_starts_one_execution(machines: Machines) -> None:
    """StartExecution repeated, even at once, is one execution; other input or a later time is refused."""
    arn = machines.create(machine({"Type": "Wait", "Seconds": 31_536_000, "End": True}))
    client = machines.client

    def start(given: str) -> str:
        return str(client.start_execution(stateMachineArn=arn, name="once", input=given)["executionArn"])

    with ThreadPoolExecutor(8) as pool:
        arns = set(pool.map(start, ['{"a":1}'] * 8))
    assert len(arns) == 1
    assert len(client.list_executions(stateMachineArn=arn)["executions"]) == 1
    with pytest.raises(client.exceptions.ExecutionAlreadyExists):
        start('{"a":2}')
    client.stop_execution(executionArn=arns.pop())
    with pytest.raises(client.exceptions.ExecutionAlreadyExists):
        start('{"a":1}')


def test_executions_without_a_name_get_one_each(machines: Machines) -> None:
    """Two starts without a name are two executions."""
    arn = machines.create(machine({"Type": "Pass", "End": True}))
    names = [machines.client.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(2)]
    assert len(set(names)) == 2


def test_an_update_leaves_a_running_execution_alone(machines: Machines) -> None:
    """An execution goes on with the definition it was started with."""
    old = machine({"Type": "Wait", "Seconds": 600, "Next": "Say"}, Say={"Type": "Pass", "Result": "old", "End": True})
    execution = machines.run(old)
    new = {**old, "Say": {"Type": "Pass", "Result": "new", "End": True}}
    machines.client.update_state_machine(stateMachineArn=execution.machine, definition=definition(new))
    assert execution.end()["output"] == '"old"'
    assert machines.start(execution.machine).end()["output"] == '"new"'


def test_a_bad_definition_is_refused(machines: Machines) -> None:
    """A definition that is not Amazon States Language is InvalidDefinition."""
    with pytest.raises(machines.client.exceptions.InvalidDefinition):
        machines.create(machine({"Type": "Rest"}))


def test_changes_of_status_are_events(machines: Machines) -> None:
    """A rule on aws.states sends the start and the end of an execution to a queue, in the documented shape."""
    arn = machines.create(machine({"Type": "Wait", "Seconds": 60, "Next": "End"}, End={"Type": "Fail", "Error": "No"}))
    queue = machines.watch(arn)
    execution = machines.start(arn, {"a": 1})
    end = execution.end()
    events = machines.receive(queue, 2)
    started, ended = sorted(events, key=lambda event: event["detail"]["status"] != "RUNNING")
    assert {event["detail-type"] for event in events} == {"Step Functions Execution Status Change"}
    assert started["resources"] == ended["resources"] == [execution.arn]
    assert started["detail"]["stopDate"] is None
    detail = ended["detail"]
    assert (detail["executionArn"], detail["stateMachineArn"], detail["name"]) == (execution.arn, arn, end["name"])
    assert (detail["status"], detail["error"], detail["input"]) == ("FAILED", "No", '{"a": 1}')
    assert detail["stopDate"] == round(end["stopDate"].timestamp() * 1000)
    assert (detail["inputDetails"], detail["outputDetails"]) == ({"included": True}, None)


def test_the_history_can_be_read_in_pages_backwards_without_data(machines: Machines) -> None:
    """GetExecutionHistory pages, reverses, and leaves out data when asked to."""
    execution = machines.run(machine({"Type": "Pass", "End": True}), {"secret": 1})
    execution.end()
    every = execution.history()
    read = machines.client.get_execution_history
    first = read(executionArn=execution.arn, maxResults=2, reverseOrder=True, includeExecutionData=False)
    rest = read(executionArn=execution.arn, reverseOrder=True, nextToken=first["nextToken"])
    assert [e["id"] for e in [*first["events"], *rest["events"]]] == [event["id"] for event in reversed(every)]
    assert "nextToken" not in rest
    assert "secret" not in json.dumps(first["events"], default=str)
    assert "secret" in json.dumps(every, default=str)
    with pytest.raises(ClientError, match="Invalid token"):
        read(executionArn=execution.arn, nextToken="elsewhere")


def test_executions_are_logged_without_their_data(cloud: Command, machines: Machines) -> None:
    """Log level ALL without execution data writes every event to the log group, and no input or output."""
    cloud.client("logs").create_log_group(logGroupName="/machines")
    destination = {"logGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:/machines:*"}
    arn = machines.create(
        machine({"Type": "Pass", "End": True}),
        loggingConfiguration={
            "level": "ALL",
            "includeExecutionData": False,
            "destinations": [{"cloudWatchLogsLogGroup": destination}],
        },
    )
    execution = machines.start(arn, {"secret": 1})
    execution.end()
    lines = cloud.log("/machines")
    assert [json.loads(line)["type"] for line in lines] == [event["type"] for event in execution.history()]
    assert {json.loads(line)["execution_arn"] for line in lines} == {execution.arn}
    assert "secret" not in "".join(lines)


def test_an_execution_that_is_about_to_begin_has_no_history_yet() -> None:
    """It is known from before what works on it is there."""
    about_to_begin = SimpleNamespace(exec_worker=None)
    request: Any = SimpleNamespace(
        stepfunction_backend=SimpleNamespace(describe_execution=lambda _: about_to_begin),
        _get_param=lambda _: None,
        _get_int_param=lambda _: None,
    )
    assert _get_execution_history(request).result == {"events": []}
