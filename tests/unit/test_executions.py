"""One execution a run, named by its run_id."""

from __future__ import annotations

import json
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.adapters.executions import Executions
from tests.unit.samples import STARTED, drop

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:import"
ANSWER = {"executionArn": ARN.replace("stateMachine", "execution") + ":0", "startDate": STARTED}


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
