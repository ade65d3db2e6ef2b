"""Executions: named by the run and their number, looked at by name, woken by token."""

from __future__ import annotations

import json
from typing import Any, cast

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.model import StringShape
from botocore.stub import Stubber

from cognito_drop.aws.executions import Executions
from cognito_drop.contract.statuses import ExecutionStatus
from tests.unit.samples import STARTED, drop
from tests.unit.scripted_client import scripted_client

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:import"
EXECUTION = ARN.replace("stateMachine", "execution")
ANSWER = {"executionArn": f"{EXECUTION}:0", "startDate": STARTED}


def test_an_execution_gets_the_drops_place_and_no_more() -> None:
    """Its name is the run_id, so that a second start finds the first."""
    run = {"run_id": drop().run_id, "bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1"}
    request = {"stateMachineArn": ARN, "name": drop().run_id, "input": json.dumps(run)}
    with Stubber(boto3.client("stepfunctions", region_name="us-east-1")) as stub:
        stub.add_response("start_execution", ANSWER, request)
        assert Executions(cast("Any", stub.client), ARN).start(drop()) is True


def test_an_execution_that_was_started_before_is_no_error() -> None:
    """The event came twice."""
    with Stubber(boto3.client("stepfunctions", region_name="us-east-1")) as stub:
        stub.add_client_error("start_execution", "ExecutionAlreadyExists")
        assert Executions(cast("Any", stub.client), ARN).start(drop()) is False


def test_an_execution_that_cannot_be_started_is_an_error() -> None:
    """The event goes back to the queue."""
    with Stubber(boto3.client("stepfunctions", region_name="us-east-1")) as stub:
        stub.add_client_error("start_execution", "StateMachineDoesNotExist")
        with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
            Executions(cast("Any", stub.client), ARN).start(drop())


def test_a_later_execution_has_its_number_besides() -> None:
    """And is given no more than the first: the ledger says how far the run is, and whether it was stopped."""
    given = {"run_id": drop().run_id, "bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1"}
    request = {"stateMachineArn": ARN, "name": f"{drop().run_id}-3", "input": json.dumps(given)}
    with Stubber(boto3.client("stepfunctions", region_name="us-east-1")) as stub:
        stub.add_response("start_execution", ANSWER, request)
        assert Executions(cast("Any", stub.client), ARN).start(drop(), 3) is True


def _statuses() -> list[str]:
    model = botocore.session.get_session().get_service_model("stepfunctions")
    shape = model.shape_for("ExecutionStatus")
    assert isinstance(shape, StringShape)
    return list(shape.enum)


@pytest.mark.parametrize("status", _statuses())
def test_every_status_of_an_execution_is_known(status: str) -> None:
    """All that Step Functions has words for, by the execution's name."""
    answer = {
        "executionArn": f"{EXECUTION}:0-2", "stateMachineArn": ARN, "startDate": STARTED, "status": status,
    }  # fmt: skip
    with Stubber(boto3.client("stepfunctions", region_name="us-east-1")) as stub:
        stub.add_response("describe_execution", answer, {"executionArn": f"{EXECUTION}:0-2"})
        assert Executions(cast("Any", stub.client), ARN).status("0-2") is ExecutionStatus(status)


def test_an_execution_that_does_not_exist_is_missing() -> None:
    """Never started, or forgotten after ninety days; whatever else goes wrong is an error."""
    with Stubber(boto3.client("stepfunctions", region_name="us-east-1")) as stub:
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist")
        stub.add_client_error("describe_execution", "InvalidArn")
        executions = Executions(cast("Any", stub.client), ARN)
        assert executions.status("0") is ExecutionStatus.MISSING
        with pytest.raises(ClientError, match="InvalidArn"):
            executions.status("0")


def test_who_waits_behind_a_token_is_woken() -> None:
    """With nothing to say but that."""
    with Stubber(boto3.client("stepfunctions", region_name="us-east-1")) as stub:
        stub.add_response("send_task_success", {}, {"taskToken": "a token", "output": "{}"})
        assert Executions(cast("Any", stub.client)).wake("a token") is True


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_behind_which_no_one_waits_wakes_no_one(code: str) -> None:
    """The wait is over, or its execution is: no error, as the run finds its lock by itself."""
    with Stubber(boto3.client("stepfunctions", region_name="us-east-1")) as stub:
        stub.add_client_error("send_task_success", code)
        stub.add_client_error("send_task_success", "AccessDeniedException")
        executions = Executions(cast("Any", stub.client))
        assert executions.wake("a token") is False
        with pytest.raises(ClientError, match="AccessDenied"):
            executions.wake("a token")


def test_the_drop_of_an_execution_is_read_from_its_input() -> None:
    """None for an execution that is not there, or was started with other input."""
    asked = {"executionArn": f"{EXECUTION}:{drop().run_id}"}
    described = {**ANSWER, "stateMachineArn": ARN, "status": "RUNNING"}
    whole = {"bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1"}
    with scripted_client("stepfunctions") as stub:
        executions = Executions(cast("Any", stub.client), ARN)
        stub.add_response("describe_execution", {**described, "input": json.dumps(whole)}, asked)
        assert executions.drop_of(drop().run_id) == drop()
        for given in ([], *({key: whole[key] for key in whole if key != left_out} for left_out in whole)):
            stub.add_response("describe_execution", {**described, "input": json.dumps(given)}, asked)
            assert executions.drop_of(drop().run_id) is None
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist", expected_params=asked)
        assert executions.drop_of(drop().run_id) is None
        stub.add_client_error("describe_execution", "ThrottlingException")
        with pytest.raises(ClientError, match="ThrottlingException"):
            executions.drop_of(drop().run_id)


def test_executions_that_run_are_listed_in_pages() -> None:
    """A thousand with a call."""
    asked = {"stateMachineArn": ARN, "statusFilter": "RUNNING", "maxResults": 1000}
    first, second = ({**ANSWER, "stateMachineArn": ARN, "name": name, "status": "RUNNING"} for name in "ab")
    with scripted_client("stepfunctions") as stub:
        stub.add_response("list_executions", {"executions": [first], "nextToken": "more"}, asked)
        stub.add_response("list_executions", {"executions": [second]}, {**asked, "nextToken": "more"})
        assert Executions(cast("Any", stub.client), ARN).running() == {"a", "b"}
