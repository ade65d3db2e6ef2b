"""The event that EventBridge receives when an execution starts and when it ends.

Its shape is that of https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html; redrive, which
is not imitated, is said to be impossible. Delivery is left to `localcloud.delivery`.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from localcloud.delivery import publish

if TYPE_CHECKING:
    import datetime

    from moto.stepfunctions.parser.backend.execution import Execution

_MOST_DATA = 248 * 1024  # bytes of input and output, escaped, that an event can carry


def publish_status(execution: Execution) -> None:
    """Put the execution's present status on the default bus."""
    publish(
        execution.account_id,
        execution.region_name,
        source="aws.states",
        detail_type="Step Functions Execution Status Change",
        detail=status_detail(execution),
        resources=[execution.exec_arn],
    )


def status_detail(execution: Execution) -> dict[str, Any]:
    """The event's detail."""
    status = execution.status
    output = json.dumps(execution.output, separators=(",", ":")) if status == "SUCCEEDED" else None
    given = execution.execution_input
    fits = len(json.dumps([given, output])) <= _MOST_DATA
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": None if status == "RUNNING" else _milliseconds(execution.stop_date),
        "input": given if fits else None,
        "output": output if fits else None,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": f"Execution is {status} and cannot be redriven",
        "inputDetails": {"included": fits},
        "outputDetails": {"included": fits} if output is not None else None,
        "error": execution.error,
        "cause": execution.cause,
    }


def _milliseconds(moment: datetime.datetime | None) -> int | None:
    return None if moment is None else math.floor(moment.timestamp() * 1000)
