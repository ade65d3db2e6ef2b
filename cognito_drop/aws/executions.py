"""The executions of the state machine: the first of a run is named by its run_id, later ones by a number besides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.contract.execution_names import execution_arn, execution_name
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.runs.drop import Drop

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_MOST_LISTED = 1000  # in one ListExecutions
_NO_WAIT = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class Executions:
    """Starts, wakes and looks at runs' executions."""

    def __init__(self, client: SFNClient, state_machine_arn: str = "") -> None:
        self._client = client
        self._arn = state_machine_arn

    def start(self, drop: Drop, number: int = 1) -> bool:
        """Start a run's execution of this number; return False when it was started before.

        Its input is the drop's place and no more: the ledger has everything else.
        """
        run = {"run_id": drop.run_id, "bucket": drop.bucket, "key": drop.key, "version_id": drop.version_id}
        name = execution_name(drop.run_id, number)
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=name, input=json.dumps(run))
        except ClientError as error:
            if error_code(error) == "ExecutionAlreadyExists":
                return False
            raise
        return True

    def status(self, name: str) -> ExecutionStatus:
        """How an execution of this name is."""
        arn = execution_arn(self._arn, name)
        try:
            return ExecutionStatus(self._client.describe_execution(executionArn=arn)["status"])
        except ClientError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return ExecutionStatus.MISSING
            raise

    def drop_of(self, name: str) -> Drop | None:
        """The drop that an execution was started with; None for one that does not exist, or was started with others."""
        try:
            given = json.loads(self._client.describe_execution(executionArn=execution_arn(self._arn, name))["input"])
        except ClientError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return None
            raise
        try:
            return Drop(given["bucket"], given["key"], given["version_id"])
        except (KeyError, TypeError):
            return None

    def running(self) -> set[str]:
        """The names of the executions that run, 1,000 with a call; what began or ended a moment ago may be missing."""
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._arn, statusFilter="RUNNING", PaginationConfig={"PageSize": _MOST_LISTED}
        )
        return {execution["name"] for page in pages for execution in page["executions"]}

    def wake(self, token: str) -> bool:
        """End the wait behind a token; False when nothing waits for it any more."""
        try:
            self._client.send_task_success(taskToken=token, output="{}")
        except ClientError as error:
            if error_code(error) in _NO_WAIT:
                return False
            raise
        return True
