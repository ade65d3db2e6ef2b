"""Tasks that wait for a token, and executions that are stopped: who still waits, and who is notified what."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.control import Control
from tests.localcloud.command import Command, eventually, running
from tests.localcloud.machines import Execution, Machines, invoke, machine
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLOW = """
import os, time
def handler(event, context):
    while not os.path.exists(event["until"]):
        time.sleep(0.01)
"""


class Desk:
    """A queue that receives the tokens of tasks which wait."""

    def __init__(self, cloud: Command) -> None:
        self._sqs = cloud.client("sqs")
        self._queue = self._sqs.create_queue(QueueName="desk")["QueueUrl"]

    def task(self, **fields: object) -> dict[str, Any]:
        """A task that sends its token to the desk and waits."""
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": self._queue, "MessageBody": {"token.$": "$$.Task.Token"}},
            "End": True,
            **fields,
        }

    def token(self) -> str:
        """The next token, once there is one."""
        message = eventually(lambda: self._sqs.receive_message(QueueUrl=self._queue).get("Messages"))[0]
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return str(json.loads(message["Body"])["token"])


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command with a clock that is a thousand times as fast."""
    with running(tmp_path_factory.mktemp("cloud"), "--clock-factor", "1000") as command:
        command.deploy("slow", SLOW)
        yield command


@pytest.fixture(scope="module")
def machines(cloud: Command) -> Machines:
    """State machines of that cloud."""
    return Machines(cloud)


@pytest.fixture(scope="module")
def desk(cloud: Command) -> Desk:
    """Where tokens arrive."""
    return Desk(cloud)


@dataclass(frozen=True, slots=True)
class Slow:
    """A cloud whose time passes as on the wall, or when the test says so: an answer comes within minutes."""

    machines: Machines
    desk: Desk

    def pass_time(self, seconds: float) -> None:
        """Let so much cloud time pass at once."""
        Control(self.machines.cloud.url).ask("POST", "clock", {"seconds": seconds})


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slow]:
    """Such a cloud."""
    with running(tmp_path_factory.mktemp("slow")) as command:
        yield Slow(Machines(command), Desk(command))


def _refusal(machines: Machines, token: str) -> str:
    with pytest.raises(ClientError) as refused:
        machines.client.send_task_success(taskToken=token, output="{}")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return str(refused.value.response["Error"]["Code"])


def test_an_answer_ends_the_wait(machines: Machines, desk: Desk) -> None:
    """SendTaskSuccess gives the task its output, and the token is used up by that."""
    execution = machines.run(machine(desk.task()))
    token = desk.token()
    machines.client.send_task_success(taskToken=token, output='{"said": "yes"}')
    assert execution.end()["output"] == '{"said":"yes"}'
    assert _refusal(machines, token) == "TaskTimedOut"


def test_a_failure_brings_error_and_cause(machines: Machines, desk: Desk) -> None:
    """SendTaskFailure fails the task with its error and its cause."""
    execution = machines.run(machine(desk.task()))
    machines.client.send_task_failure(taskToken=desk.token(), error="NoLock", cause="somebody else has it")
    end = execution.end()
    assert (end["status"], end["error"], end["cause"]) == ("FAILED", "NoLock", "somebody else has it")


def test_an_unknown_token_is_refused(machines: Machines) -> None:
    """A token that no one gave is InvalidToken."""
    assert _refusal(machines, "elsewhere") == "InvalidToken"


def test_a_wait_that_is_too_long_is_a_timeout(machines: Machines, desk: Desk) -> None:
    """After the task's TimeoutSeconds of cloud time comes States.Timeout, and the token is dead."""
    late = {"ErrorEquals": ["States.Timeout"], "Next": "Late"}
    task = desk.task(TimeoutSeconds=900, Catch=[late])
    execution = machines.run(machine(task, Late={"Type": "Pass", "Result": "late", "End": True}))
    token = desk.token()
    assert execution.end()["output"] == '"late"'
    assert execution.seconds("TaskScheduled", "TaskTimedOut") >= 900
    assert _refusal(machines, token) == "TaskTimedOut"


def test_a_wait_that_is_too_long_can_begin_again(slow: Slow) -> None:
    """A Catch may lead back to its own state, which waits anew for a token of its own."""
    again = {"ErrorEquals": ["States.Timeout"], "Next": "First", "ResultPath": None}
    task = slow.desk.task(TimeoutSeconds=900, Catch=[again], ResultPath=None)
    execution = slow.machines.run(machine(task), {"kept": True})
    first = slow.desk.token()
    slow.pass_time(900)
    second = slow.desk.token()
    assert _refusal(slow.machines, first) == "TaskTimedOut"
    slow.machines.client.send_task_success(taskToken=second, output="{}")
    end = execution.end()
    assert (end["status"], json.loads(end["output"])) == ("SUCCEEDED", {"kept": True})
    assert [event["type"] for event in execution.history()].count("TaskStateEntered") == 2


def test_heartbeats_keep_a_task_waiting(slow: Slow) -> None:
    """A task with HeartbeatSeconds waits on as long as heartbeats come, and times out when they do not."""
    execution = slow.machines.run(machine(slow.desk.task(TimeoutSeconds=86_400, HeartbeatSeconds=1500)))
    token = slow.desk.token()
    for _ in range(3):
        slow.pass_time(750)
        slow.machines.client.send_task_heartbeat(taskToken=token)
    assert execution.describe()["status"] == "RUNNING"
    slow.pass_time(1500)
    end = execution.end()
    assert (end["status"], end["error"]) == ("FAILED", "States.Timeout")


def test_each_attempt_has_its_own_token(machines: Machines, desk: Desk) -> None:
    """A retried task waits anew, for another token than before."""
    retry = {"ErrorEquals": ["Again"], "IntervalSeconds": 10, "MaxAttempts": 1}
    execution = machines.run(machine(desk.task(Retry=[retry])))
    first = desk.token()
    machines.client.send_task_failure(taskToken=first, error="Again")
    second = desk.token()
    assert second != first
    assert _refusal(machines, first) == "TaskTimedOut"
    machines.client.send_task_success(taskToken=second, output='"done"')
    assert execution.end()["output"] == '"done"'


def test_a_machine_that_takes_too_long_does_not_wait_for_its_token(slow: Slow) -> None:
    """The machine's timeout ends a task that waits."""
    execution = slow.machines.run(machine(slow.desk.task()), timeout=900)
    token = slow.desk.token()
    slow.pass_time(900)
    assert execution.end()["status"] == "TIMED_OUT"
    assert _refusal(slow.machines, token) == "TaskTimedOut"


def _stopped(execution: Execution) -> dict[str, Any]:
    started = time.monotonic()
    answer = execution.client.stop_execution(executionArn=execution.arn, error="Enough", cause="an operator")
    assert time.monotonic() - started < PATIENCE
    described = execution.describe()
    assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "Enough", "an operator")
    assert described["stopDate"] == answer["stopDate"]
    assert execution.history()[-1]["type"] == "ExecutionAborted"
    return described


def test_a_wait_is_stopped_at_once(machines: Machines) -> None:
    """StopExecution ends a wait of a year promptly, with its error and cause."""
    execution = machines.run(machine({"Type": "Wait", "Seconds": 31_536_000, "Next": "End"}, End={"Type": "Succeed"}))
    execution.reach("WaitStateEntered")
    _stopped(execution)


def test_a_task_that_waits_for_a_token_is_stopped_at_once(machines: Machines, desk: Desk) -> None:
    """StopExecution ends a task that waits, and its token is dead from then on."""
    execution = machines.run(
        machine(desk.task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Never"}]), Never={"Type": "Succeed"})
    )
    token = desk.token()
    _stopped(execution)
    assert _refusal(machines, token) == "TaskTimedOut"


def test_a_retry_that_is_awaited_is_stopped_at_once(machines: Machines) -> None:
    """StopExecution does not wait for the next attempt."""
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10_000_000, "MaxAttempts": 1}
    execution = machines.run(machine(invoke("missing", Retry=[retry])))
    execution.reach("TaskFailed")
    _stopped(execution)


def test_a_function_that_runs_is_not_waited_for(cloud: Command, machines: Machines, tmp_path: Path) -> None:
    """StopExecution ends the execution at once; what the function answers later changes nothing."""
    over = tmp_path / "over"
    execution = machines.run(machine(invoke("slow")), {"until": str(over)})
    execution.reach("TaskStarted")
    _stopped(execution)
    over.touch()
    eventually(lambda: _has_run(cloud))
    assert execution.history()[-1]["type"] == "ExecutionAborted"
    assert execution.describe()["status"] == "ABORTED"


def _has_run(cloud: Command) -> bool:
    """Whether the function has ended; it has no log before it has begun."""
    with suppress(cloud.client("logs").exceptions.ResourceNotFoundException):
        return any(line.startswith("REPORT") for line in cloud.log("/aws/lambda/slow"))
    return False


def test_branches_are_stopped_with_their_execution(machines: Machines, desk: Desk) -> None:
    """StopExecution reaches into parallel branches."""
    wait = {"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 31_536_000, "End": True}}}
    ask = {"StartAt": "Ask", "States": {"Ask": desk.task()}}
    execution = machines.run(machine({"Type": "Parallel", "Branches": [wait, ask], "End": True}))
    token = desk.token()
    _stopped(execution)
    assert _refusal(machines, token) == "TaskTimedOut"


def test_stopping_what_has_ended_changes_nothing(machines: Machines) -> None:
    """StopExecution of an execution that has succeeded leaves it so."""
    execution = machines.run(machine({"Type": "Pass", "End": True}))
    end = execution.end()
    execution.client.stop_execution(executionArn=execution.arn)
    assert execution.describe()["status"] == end["status"] == "SUCCEEDED"
