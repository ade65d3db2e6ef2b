"""Invocations of a function fail as a plan says: before its handler runs, or after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.control import Control
from tests.localcloud.command import Command, eventually, running
from tests.localcloud.watched_cloud import deploy_worker, keys_in, make_table, put

if TYPE_CHECKING:
    from collections.abc import Iterator

SLEEPER = """
import time
def handler(event, context):
    begin = time.time()
    time.sleep(2)
    print("slept", time.time() - begin)
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A fast cloud with a table and the function."""
    with running(tmp_path_factory.mktemp("cloud"), "--clock-factor", "1000") as command:
        make_table(command)
        deploy_worker(command)
        yield command


@pytest.fixture
def control(cloud: Command) -> Iterator[Control]:
    """The control paths; nothing is watched afterwards."""
    control = Control(cloud.url)
    yield control
    control.clear()


@pytest.mark.parametrize(
    ("kind", "error", "has_run"),
    [
        ("kill_before", "Runtime.ExitError", False),
        ("kill_after", "Runtime.ExitError", True),
        ("time_out_after", "Sandbox.Timedout", True),
    ],
)
def test_an_environment_ends(cloud: Command, control: Control, kind: str, error: str, *, has_run: bool) -> None:
    """The environment dies before or after the handler, whose answer is lost; the next one serves again."""
    control.plan(caller="worker", kind=kind, occurrence=2)
    said = [cloud.invoke("worker-function", {"calls": [put("ledger", f"{kind}-{nth}")]}) for nth in range(3)]
    assert [answer.error for answer in said] == [None, "Unhandled", None]
    assert said[1].payload["errorType"] == error
    assert control.struck
    assert (f"{kind}-1" in keys_in(cloud, "ledger")) is has_run


@pytest.mark.parametrize(
    ("kind", "code", "status", "has_run"),
    [
        ("fail_before", "ServiceException", 500, False),
        ("throttle", "TooManyRequestsException", 429, False),
        ("answer_lost", "ServiceException", 500, True),
    ],
)
def test_lambda_does_not_answer(
    cloud: Command, control: Control, kind: str, code: str, status: int, *, has_run: bool
) -> None:
    """Invoke ends in Lambda's own error, and the handler has run only where its answer is what is lost."""
    control.plan(caller="worker-function", kind=kind)
    event = json.dumps({"calls": [put("ledger", kind)]})
    with pytest.raises(ClientError) as refused:
        cloud.client("lambda", retries=0).invoke(FunctionName="worker-function", Payload=event)
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert control.struck
    assert (kind in keys_in(cloud, "ledger")) is has_run


def test_a_queues_message_comes_back(cloud: Command, control: Control) -> None:
    """A batch whose function is killed is received again; the recording has both, with the key in the message."""
    arn = deploy_worker(cloud, "fed", timeout=5)
    sqs = cloud.client("sqs")
    queue = sqs.create_queue(QueueName="food")["QueueUrl"]
    source = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.client("lambda").create_event_source_mapping(FunctionName=arn, EventSourceArn=source)
    control.record("$.Records[*].body.run")
    control.ask("PUT", "faults", {"faults": [{"caller": "fed", "kind": "kill_before", "correlation": "r7"}]})
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"run": "r7"}))
    entries = eventually(lambda: [entry for entry in control.entries("?correlation=r7") if entry["nth"] == 2])
    first = control.entries("?correlation=r7")[0]
    assert (first["kind"], first["nth"], first["error"], first["fault"]) == ("invocation", 1, "Runtime.ExitError", 1)
    assert entries[0]["fault"] is None


def test_time_leaps_only_while_no_function_runs(cloud: Command, control: Control) -> None:
    """A timeout that is declared while another function works lets that one see time pass as on the wall."""
    cloud.deploy("sleeper", SLEEPER)
    control.record()
    control.plan(caller="worker", service="dynamodb", operation="PutItem", kind="time_out_before")
    cloud.client("lambda").invoke(FunctionName="sleeper", InvocationType="Event")
    eventually(lambda: any(entry["name"] == "sleeper" for entry in control.entries()))
    answer = cloud.invoke("worker-function", {"calls": [put("ledger", "leap")]})
    assert answer.payload["errorType"] == "Sandbox.Timedout"
    (slept,) = [line for line in cloud.log("/aws/lambda/sleeper") if line.startswith("slept")]
    assert 2 <= float(slept.split()[1]) < 10
