"""Who calls: functions, state machines and sessions of AssumeRole differ by their keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from moto import mock_aws

from localcloud.caller import Caller
from localcloud.cloud import Cloud, use
from localcloud.credentials import act_as, caller_of
from localcloud.server import Server
from localcloud.settings import Settings
from tests.localcloud.machines import Execution, definition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROLE = "arn:aws:iam::123456789012:role/path/worker"


@pytest.fixture
def _cloud() -> Iterator[None]:
    before = use(Cloud())
    with mock_aws():
        yield
    use(before)


def signed(key: str) -> dict[str, Any]:
    """The headers of a request that is signed with the key."""
    request = AWSRequest("GET", "http://localhost/")
    SigV4Auth(BotoCredentials(key, "secret"), "s3", "us-east-1").add_auth(request)
    return dict(request.headers.items())


@pytest.mark.usefixtures("_cloud")
def test_a_function_is_known_by_its_key() -> None:
    """Credentials made for a function lead back to its role and its name, from headers as from a WSGI environment."""
    key = act_as(ROLE, "my function", "us-east-1", function="my function").access_key_id
    caller = caller_of(signed(key))
    assert caller == Caller(ROLE, "my-function", function="my function")
    assert caller == caller_of({"HTTP_AUTHORIZATION": signed(key)["Authorization"]})
    assert caller is not None
    assert (caller.role_name, caller.arn) == (
        "worker",
        "arn:aws:sts::123456789012:assumed-role/worker/my-function",
    )


@pytest.mark.usefixtures("_cloud")
def test_a_presigned_url_is_known_by_its_key() -> None:
    """The key of a pre-signed URL is in its query."""
    key = act_as(ROLE, "it", "us-east-1").access_key_id
    assert caller_of({"QUERY_STRING": f"a=b&X-Amz-Credential={key}%2F20300101%2Fus-east-1"}) == Caller(ROLE, "it")


@pytest.mark.usefixtures("_cloud")
def test_who_assumes_a_role_is_its_caller() -> None:
    """Credentials of AssumeRole belong to the role that was assumed."""
    made = boto3.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="guest")["Credentials"]
    assert caller_of(signed(made["AccessKeyId"])) == Caller(ROLE, "guest")


@pytest.mark.usefixtures("_cloud")
@pytest.mark.parametrize("headers", [signed("local"), {}, {"QUERY_STRING": "list-type=2"}])
def test_other_keys_are_the_operators(headers: dict[str, Any]) -> None:
    """The operator's key, and no key at all, have no caller."""
    assert caller_of(headers) is None


def test_a_state_machine_acts_as_its_role(tmp_path: Path) -> None:
    """A task is told a session of the state machine's own role, and its key leads back to the state machine."""
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity", "End": True}
    with Server(Settings(port=0, data_dir=tmp_path)) as server:
        client = boto3.client("stepfunctions", region_name="us-east-1", endpoint_url=server.url)
        machine = client.create_state_machine(name="who", definition=definition({"Who": task}), roleArn=ROLE)
        arn = machine["stateMachineArn"]
        execution = Execution(client, arn, client.start_execution(stateMachineArn=arn)["executionArn"])
        described = execution.end()
        assert described["status"] == "SUCCEEDED", described
        (caller,) = server.cloud.callers.values()
        assert caller == Caller(ROLE, caller.session, state_machine=arn)
        assert json.loads(described["output"])["Arn"] == caller.arn
