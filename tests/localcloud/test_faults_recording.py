"""What functions and state machines do is recorded in order, with who did it and for what."""

from __future__ import annotations

import json
import urllib.error
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.faults.correlation import Path, PathError, correlations
from tests.localcloud.command import Command, eventually
from tests.localcloud.watched_cloud import keys_in, put

if TYPE_CHECKING:
    from tests.control import Control

UPLOADER = """
import boto3, urllib.request
from urllib.error import HTTPError

def upload(job):
    request = urllib.request.Request(job["PreSignedUrl"], b"cognito:username\\n", method="PUT")
    request.add_header("x-amz-server-side-encryption", "aws:kms")
    try:
        return urllib.request.urlopen(request).status
    except HTTPError as error:
        return error.code
    except OSError as error:
        return type(error).__name__

def lambda_handler(event, context):
    cognito = boto3.client("cognito-idp")
    job = cognito.create_user_import_job(
        UserPoolId=event["pool"], JobName="j", CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/worker"
    )["UserImportJob"]
    said = [upload(job), upload(job)]
    return {"said": said, "job": job["JobId"]}
"""
STATES = {
    "StartAt": "Put",
    "States": {
        "Put": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {"TableName": "ledger", "Item": {"pk": {"S.$": "$.run"}}},
            "ResultPath": None,
            "End": True,
        }
    },
}


@pytest.fixture(scope="module")
def machine(watched: Command) -> str:
    """A state machine that puts an item; its ARN."""
    made = watched.client("stepfunctions").create_state_machine(
        name="putter", definition=json.dumps(STATES), roleArn=watched.role()
    )
    return str(made["stateMachineArn"])


def _run(watched: Command, machine: str, run: str) -> str:
    """Run the state machine to its end; return its status."""
    steps = watched.client("stepfunctions")
    arn = steps.start_execution(stateMachineArn=machine, name=run, input=json.dumps({"run": run}))["executionArn"]

    def ended() -> str | None:
        status: str = steps.describe_execution(executionArn=arn)["status"]
        return None if status == "RUNNING" else status

    return str(eventually(ended))


def test_calls_come_in_order_with_their_callers(watched: Command, control: Control) -> None:
    """Each entry says who called what, for which event, and how it was answered; the operator's calls are not there."""
    control.record("$.run")
    calls = [put("ledger", "a"), put("nowhere", "b"), ["s3", "list_buckets", {}]]
    watched.invoke("worker-function", {"run": "r1", "calls": calls})
    watched.invoke("worker-function", {"run": "r2", "calls": []})
    entries = control.entries()
    assert [entry["sequence"] for entry in entries] == [1, 2, 3, 4, 5]
    assert [(entry["kind"], entry["caller"], entry["name"], entry["correlation"]) for entry in entries] == [
        *[(kind, "worker", "worker-function", ["r1"]) for kind in ("invocation", "call", "call", "call")],
        ("invocation", "worker", "worker-function", ["r2"]),
    ]
    assert [(entry["service"], entry["operation"], entry["status"]) for entry in entries[1:4]] == [
        ("dynamodb", "PutItem", 200),
        ("dynamodb", "PutItem", 400),
        ("s3", "ListBuckets", 200),
    ]
    assert [entries[0]["nth"], entries[4]["nth"]] == [1, 2]
    assert entries[0]["act_id"] == entries[1]["act_id"] != entries[4]["act_id"]
    assert [entry["sequence"] for entry in control.entries("?correlation=r2")] == [5]


def test_an_invocation_reports_how_it_ended(watched: Command, control: Control) -> None:
    """An error of the function stands with its invocation."""
    control.record()
    watched.invoke("worker-function", {})
    assert [entry["error"] for entry in control.entries()] == ["KeyError"]


def test_calls_of_a_state_machine_are_recorded(watched: Command, control: Control, machine: str) -> None:
    """A task's call is the state machine's, for the execution whose input has the correlation."""
    control.record("$.run")
    assert _run(watched, machine, "recorded") == "SUCCEEDED"
    (entry,) = control.entries("?correlation=recorded")
    assert (entry["kind"], entry["caller"], entry["is_function"]) == ("call", "putter", False)
    assert (entry["service"], entry["operation"], entry["status"]) == ("dynamodb", "PutItem", 200)
    assert entry["act_id"].endswith(":putter:recorded")


@pytest.mark.parametrize(("kind", "has_effect"), [("fail_before", False), ("throttle", False), ("fail_after", True)])
def test_calls_of_a_state_machine_fail(
    watched: Command, control: Control, machine: str, kind: str, *, has_effect: bool
) -> None:
    """A task's call fails for one execution, with or without its effect, and for no other."""
    control.plan(caller="putter", service="dynamodb", operation="PutItem", kind=kind, correlation=kind)
    assert _run(watched, machine, f"other-{kind}") == "SUCCEEDED"
    assert _run(watched, machine, kind) == "FAILED"
    assert control.struck
    assert (kind in keys_in(watched, "ledger")) is has_effect


def test_no_process_of_a_state_machine_is_killed(watched: Command, control: Control, machine: str) -> None:
    """A fault that ends a process never strikes a state machine, which has none."""
    control.plan(caller="putter", service="dynamodb", operation="PutItem", kind="kill_before")
    assert _run(watched, machine, "unkilled") == "SUCCEEDED"
    assert not control.struck


@pytest.mark.parametrize(
    ("kind", "said"),
    [("fail_before", [500, 200]), ("throttle", [503, 200]), ("fail_after", ["RemoteDisconnected", 200])],
)
def test_uploads_are_calls_too(watched: Command, control: Control, kind: str, said: list[Any]) -> None:
    """The PUT to a job's pre-signed URL is the call of the function that was told the URL, and can fail."""
    watched.deploy(f"uploader-{kind}", UPLOADER, Handler="main.lambda_handler")
    pool = watched.client("cognito-idp").create_user_pool(PoolName=kind, AutoVerifiedAttributes=["email"])["UserPool"]
    control.record("$.pool")
    control.plan(caller=f"uploader-{kind}", service="upload", operation="PutFile", kind=kind)
    answer = watched.invoke(f"uploader-{kind}", {"pool": pool["Id"]})
    assert answer.payload["said"] == said
    calls = [entry for entry in control.entries() if entry["kind"] == "call"]
    assert [entry["operation"] for entry in calls] == ["CreateUserImportJob", "PutFile", "PutFile"]
    assert {entry["name"] for entry in calls} == {f"uploader-{kind}"}


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({}, "names its caller"),
        ({"caller": "f"}, "The kind is one of fail_before, throttle, kill_before, kill_after, time_out_after"),
        ({"caller": "f", "service": "s3", "kind": "throttle"}, "names service and operation"),
        ({"caller": "f", "kind": "throttle", "occurrence": 0}, "number from 1, not 0"),
        ({"caller": "f", "kind": "throttle", "when": "now"}, "has no when"),
        ({"caller": 1, "kind": "throttle"}, "caller is a text, not 1"),
    ],
)
def test_a_fault_that_cannot_be_understood_is_refused(
    control: Control, fault: dict[str, object], sentence: str
) -> None:
    """The answer is 400 with a plain sentence, and the plan stays as it was."""
    control.plan(caller="f", kind="throttle")
    with pytest.raises(urllib.error.HTTPError) as refused:
        control.ask("PUT", "faults", {"faults": [fault]})
    assert refused.value.code == 400
    assert sentence in json.load(refused.value)["message"]
    assert len(control.ask("GET", "faults")["faults"]) == 1


def test_what_is_not_there_is_not_found(control: Control) -> None:
    """Unknown places, a recording that was not begun and a fault that was not planned are 404."""
    for method, place in (("GET", "weather"), ("GET", "recording"), ("DELETE", "faults/7"), ("GET", "faults/7")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            control.ask(method, place)
        assert refused.value.code == 404


def test_correlations_are_found_in_nested_json() -> None:
    """Paths go through objects, arrays and texts that hold JSON; what is not there is not found."""
    body = json.dumps({"detail": {"key": "k1"}})
    event = json.dumps({"Records": [{"body": body}, {"body": "no JSON"}, {"body": 7}], "state": {"run": "r1"}, "n": 5})
    paths = tuple(
        Path.of(text) for text in ("$.Records[*].body.detail.key", "$.state.run", "$.run", "$.n", "$.Records[9]")
    )
    assert correlations(paths, event) == {"k1", "r1"}
    assert correlations(paths, "no JSON") == frozenset()


@pytest.mark.parametrize("text", ["run", "$run", "$.a b", "$.a[x]", "$..a"])
def test_other_paths_are_refused(text: str) -> None:
    """What is not `$` and steps is an error."""
    with pytest.raises(PathError):
        Path.of(text)
