"""Invocations of a function fail as a plan says: before its handler runs, or after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.command import Command, eventually
from tests.localcloud.watched_cloud import deploy_worker, keys_in, put

if TYPE_CHECKING:
    from tests.control import Control


@pytest.mark.parametrize(
    ("kind", "error", "has_run"),
    [
        ("kill_before", "Runtime.ExitError", False),
        ("kill_after", "Runtime.ExitError", True),
        ("time_out_after", "Sandbox.Timedout", True),
    ],
)
def test_an_environment_ends(watched: Command, control: Control, kind: str, error: str, *, has_run: bool) -> None:
    """The environment dies before or after the handler, whose answer is lost; the next one serves again."""
    control.plan(caller="worker", kind=kind, occurrence=2)
    said = [watched.invoke("worker-function", {"calls": [put("ledger", f"{kind}-{nth}")]}) for nth in range(3)]
    assert [answer.error for answer in said] == [None, "Unhandled", None]
    assert said[1].payload["errorType"] == error
    assert control.struck
    assert (f"{kind}-1" in keys_in(watched, "ledger")) is has_run


@pytest.mark.parametrize(
    ("kind", "code", "status", "has_run"),
    [
        ("fail_before", "ServiceException", 500, False),
        ("throttle", "TooManyRequestsException", 429, False),
        ("answer_lost", "ServiceException", 500, True),
    ],
)
def test_lambda_does_not_answer(
    watched: Command, control: Control, kind: str, code: str, status: int, *, has_run: bool
) -> None:
    """Invoke ends in Lambda's own error, and the handler has run only where its answer is what is lost."""
    control.plan(caller="worker-function", kind=kind)
    event = json.dumps({"calls": [put("ledger", kind)]})
    with pytest.raises(ClientError) as refused:
        watched.client("lambda", retries=0).invoke(FunctionName="worker-function", Payload=event)
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert control.struck
    assert (kind in keys_in(watched, "ledger")) is has_run


def test_a_queues_message_comes_back(watched: Command, control: Control) -> None:
    """A batch whose function is killed is received again; the recording has both, with the key in the message."""
    arn = deploy_worker(watched, "fed", timeout=5)
    sqs = watched.client("sqs")
    queue = sqs.create_queue(QueueName="food")["QueueUrl"]
    source = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mapping = watched.client("lambda").create_event_source_mapping(FunctionName=arn, EventSourceArn=source)["UUID"]
    control.record("$.Records[*].body.run")
    control.ask("PUT", "faults", {"faults": [{"caller": "fed", "kind": "kill_before", "correlation": "r7"}]})
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"run": "r7"}))
    entries = eventually(lambda: [entry for entry in control.entries("?correlation=r7") if entry["nth"] == 2])
    watched.client("lambda").delete_event_source_mapping(UUID=mapping)  # or it comes back in other tests
    first = control.entries("?correlation=r7")[0]
    assert (first["kind"], first["nth"], first["error"], first["fault"]) == ("invocation", 1, "Runtime.ExitError", 1)
    assert entries[0]["fault"] is None
