"""What Lambda ends, refuses or holds back, the emulator does too."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.command import Command, eventually, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STAGING = """
import os, pathlib, time
def handler(event, context):
    if "gate" in event:
        gate = pathlib.Path(event["gate"])
        (gate / str(os.getpid())).touch()
        while not (gate / "open").exists():
            time.sleep(0.01)
    if "sleep" in event:
        time.sleep(event["sleep"])
    if "exit" in event:
        os._exit(event["exit"])
    if "megabytes" in event:
        block = bytearray(event["megabytes"] << 20)
    if "answer" in event:
        return "x" * event["answer"]
    return os.getpid()
"""
GIVE_UP = """
import boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=event["queue"], MessageBody=context.aws_request_id)
    raise RuntimeError("never")
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command with three execution environments a function."""
    with running(tmp_path_factory.mktemp("cloud"), "--concurrency", "3", "--function-idle", "1") as command:
        command.deploy("work", STAGING, Timeout=1, MemorySize=128)
        command.deploy("patient", STAGING)
        yield command


def test_a_timeout_kills_the_function(cloud: Command) -> None:
    """At its timeout a function is killed; caller and log are told, and the next event meets a new process."""
    answer = cloud.invoke("work", {"sleep": 30})
    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == "Sandbox.Timedout"
    assert answer.payload["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    log = cloud.log("/aws/lambda/work")
    assert any("Task timed out after 1.00 seconds" in line for line in log)
    assert any(line.startswith("REPORT") and "Status: timeout" in line for line in log)
    eventually(lambda: cloud.invoke("work").error is None)  # within its second, also on a busy machine


@pytest.mark.parametrize(
    ("status", "message"),
    [(1, "Runtime exited with error: exit status 1"), (0, "Runtime exited without providing a reason")],
)
def test_a_crash_is_reported(cloud: Command, status: int, message: str) -> None:
    """A process that ends is Runtime.ExitError with its status, and is replaced."""
    answer = cloud.invoke("patient", {"exit": status})
    assert (answer.error, answer.payload["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert answer.payload["errorMessage"].endswith(f"Error: {message}")
    assert cloud.invoke("patient").error is None


def test_too_much_memory_kills_the_function(cloud: Command) -> None:
    """A function that needs more than its memory is killed; one that needs less is told how much it used."""
    assert cloud.invoke("patient", {"megabytes": 100}).error is None
    used = [line for line in cloud.log("/aws/lambda/patient") if line.startswith("REPORT")]
    assert any(100 < int(line.split("Max Memory Used: ")[1].split()[0]) < 200 for line in used)
    answer = cloud.invoke("patient", {"megabytes": 300})
    assert answer.payload["errorType"] == "Runtime.OutOfMemory"
    assert answer.payload["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert any("Max Memory Used: 256 MB" in line for line in cloud.log("/aws/lambda/patient"))


def test_too_much_memory_may_be_reported_as_a_crash(tmp_path: Path) -> None:
    """Lambda's older name for it is still seen."""
    with running(tmp_path, "--function-memory-error", "Runtime.ExitError") as cloud:
        cloud.deploy("patient", STAGING)
        assert cloud.invoke("patient", {"megabytes": 300}).payload["errorType"] == "Runtime.ExitError"


def test_several_events_are_served_at_once(cloud: Command, tmp_path: Path) -> None:
    """Three events that overlap are served by three processes side by side."""
    with ThreadPoolExecutor(3) as pool:
        busy = [pool.submit(cloud.invoke, "patient", {"gate": str(tmp_path)}) for _ in range(3)]
        _open_gate(tmp_path, 3)
        assert len({answer.result().payload for answer in busy}) == 3


def _await_gate(gate: Path, count: int) -> None:
    """Wait until so many processes are at the gate, where they wait for it to be opened."""
    eventually(lambda: len(list(gate.iterdir())) == count)


def _open_gate(gate: Path, count: int) -> None:
    _await_gate(gate, count)
    (gate / "open").touch()


@pytest.mark.parametrize("reserved", [None, 1, 0])
def test_more_than_may_run_at_once_are_refused(cloud: Command, tmp_path: Path, reserved: int | None) -> None:
    """The event that finds every environment busy gets TooManyRequestsException, as with reserved concurrency."""
    name = f"limited-{reserved}"
    cloud.deploy(name, STAGING)
    if reserved is not None:
        cloud.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    at_once = 3 if reserved is None else reserved
    with ThreadPoolExecutor(3) as pool:
        busy = [pool.submit(cloud.invoke, name, {"gate": str(tmp_path)}) for _ in range(at_once)]
        _await_gate(tmp_path, at_once)
        with pytest.raises(ClientError) as refused:
            cloud.client("lambda", retries=0).invoke(FunctionName=name)
        _open_gate(tmp_path, at_once)
        assert [answer.result().error for answer in busy] == [None] * at_once
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_an_idle_environment_ends(cloud: Command) -> None:
    """After the idle time the next event meets a new process."""
    before = cloud.invoke("patient").payload
    eventually(lambda: _is_gone(before))
    assert cloud.invoke("patient").payload != before


def _is_gone(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"x" * 10, "InvalidRequestContentException"),
        (b'"' + b"x" * 6_291_456 + b'"', "RequestTooLargeException"),
    ],
)
def test_a_bad_event_is_refused(cloud: Command, payload: bytes, code: str) -> None:
    """What is not JSON or is larger than 6 MB is refused before the function runs."""
    with pytest.raises(ClientError) as refused:
        cloud.client("lambda").invoke(FunctionName="patient", Payload=payload)
    assert refused.value.response["Error"]["Code"] == code


def test_an_answer_may_not_be_too_large(cloud: Command) -> None:
    """An answer above 6 MB is Function.ResponseSizeTooLarge; one of 5 MB comes whole."""
    assert len(cloud.invoke("patient", {"answer": 5_000_000}).payload) == 5_000_000
    answer = cloud.invoke("patient", {"answer": 6_300_000})
    assert (answer.error, answer.payload["errorType"]) == ("Unhandled", "Function.ResponseSizeTooLarge")


def test_a_dry_run_runs_nothing(cloud: Command) -> None:
    """DryRun answers 204 and leaves no trace in the log."""
    cloud.deploy("dry", STAGING)
    answer = cloud.client("lambda").invoke(FunctionName="dry", InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/dry")["logGroups"]
    assert groups == []


def test_only_python_runs(cloud: Command) -> None:
    """A function of another language says that it cannot run here."""
    cloud.deploy("script", "", Runtime="nodejs22.x")
    with pytest.raises(ClientError, match="Python only, not nodejs22"):
        cloud.client("lambda", retries=0).invoke(FunctionName="script")


def test_code_that_is_no_zip_is_refused(cloud: Command) -> None:
    """A function whose code cannot be unpacked answers InvalidZipFileException."""
    cloud.deploy("garbled", STAGING)
    cloud.client("lambda").update_function_code(FunctionName="garbled", ZipFile=b"not a zip")
    with pytest.raises(ClientError) as refused:
        cloud.client("lambda", retries=0).invoke(FunctionName="garbled")
    assert refused.value.response["Error"]["Code"] == "InvalidZipFileException"


def test_an_asynchronous_event_is_tried_three_times(tmp_path: Path) -> None:
    """An event that fails is repeated twice, one and two minutes of cloud time later; the caller does not wait.

    It is given up then, as its destination is told.
    """
    with running(tmp_path, "--clock-factor", "100") as fast:
        sqs = fast.client("sqs")
        queue, given_up = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("tries", "given-up"))
        destination = sqs.get_queue_attributes(QueueUrl=given_up, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        fast.deploy("stubborn", GIVE_UP)
        fast.client("lambda").put_function_event_invoke_config(
            FunctionName="stubborn", DestinationConfig={"OnFailure": {"Destination": destination}}
        )
        answer = fast.client("lambda").invoke(
            FunctionName="stubborn", InvocationType="Event", Payload=json.dumps({"queue": queue})
        )
        assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
        eventually(lambda: _waiting(sqs, given_up))
        assert _waiting(sqs, queue) == 3


def _waiting(sqs: Any, queue: str) -> int:  # noqa: ANN401  (a client)
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])
