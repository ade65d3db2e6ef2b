"""The executions of the state machine: one a run, named by its run_id."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters.errors import error_code

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from lambdas.core.drop import Drop


class Executions:
    """Starts runs."""

    def __init__(self, client: SFNClient, state_machine_arn: str) -> None:
        self._client = client
        self._arn = state_machine_arn

    def start(self, drop: Drop) -> bool:
        """Start a drop's run, whose input is the drop's place and no more; return False when it was started before."""
        run = {"run_id": drop.run_id, "bucket": drop.bucket, "key": drop.key, "version_id": drop.version_id}
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=drop.run_id, input=json.dumps(run))
        except ClientError as error:
            if error_code(error) == "ExecutionAlreadyExists":
                return False
            raise
        return True
