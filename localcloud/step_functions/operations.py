"""Answers of the Step Functions API that moto 5.2.5 gives incompletely.

Gaps closed here: errors of the interpreter's part have no code; StopExecution drops error and cause and may answer
without stopDate; SendTaskFailure drops the cause; stopDate of a timed out execution is missing; an output that is a
string is not JSON; GetExecutionHistory knows no paging, no reverse order, no includeExecutionData.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.parser import api
from moto.stepfunctions.responses import StepFunctionResponse

from localcloud.step_functions.cloud_datetime import datetime

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_EVENTS = 1000
_DATA = ("input", "inputDetails", "output", "outputDetails")

_describe = StepFunctionResponse.describe_execution
_list = StepFunctionResponse.list_executions


class InvalidTokenError(AWSError):
    """The nextToken is not one of ours."""

    TYPE = "InvalidToken"


def install() -> None:
    """Replace the operations; calling it again changes nothing."""
    for kind in AWSError.__subclasses__():
        if kind.__module__ == api.__name__:
            kind.TYPE, kind.STATUS = vars(kind)["code"], vars(kind).get("status_code", 400)
    StepFunctionResponse.describe_execution = _describe_execution  # type: ignore[method-assign]
    StepFunctionResponse.list_executions = _with_stop_dates(_list)  # type: ignore[method-assign, assignment]
    StepFunctionResponse.stop_execution = _stop_execution  # type: ignore[method-assign]
    StepFunctionResponse.send_task_failure = _send_task_failure  # type: ignore[method-assign]
    StepFunctionResponse.get_execution_history = _get_execution_history  # type: ignore[method-assign]


def _describe_execution(self: StepFunctionResponse) -> ActionResult:
    described: Any = _with_stop_dates(_describe)(self).result
    if "output" in described:
        execution = self.stepfunction_backend.describe_execution(described["executionArn"])
        described["output"] = json.dumps(execution.output, separators=(",", ":"))
    return ActionResult(described)


def _stop_execution(self: StepFunctionResponse) -> ActionResult:
    execution: Any = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    execution.stop(datetime.now(UTC), error=self._get_param("error"), cause=self._get_param("cause"))
    return ActionResult({"stopDate": execution.stop_date})


def _send_task_failure(self: StepFunctionResponse) -> ActionResult:
    self.stepfunction_backend.send_task_failure(
        self._get_param("taskToken"),
        error=self._get_param("error"),
        cause=self._get_param("cause"),  # type: ignore[call-arg]  # the backend that executes takes it
    )
    return EmptyResult()


def _with_stop_dates(
    original: Callable[[StepFunctionResponse], ActionResult],
) -> Callable[[StepFunctionResponse], ActionResult]:
    def operation(self: StepFunctionResponse) -> ActionResult:
        result: Any = original(self).result
        for described in result.get("executions", [result]):
            if described["status"] == "TIMED_OUT":
                execution = self.stepfunction_backend.describe_execution(described["executionArn"])
                described["stopDate"] = execution.stop_date
        return ActionResult(result)

    return operation


def _get_execution_history(self: StepFunctionResponse) -> ActionResult:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html."""
    execution: Any = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    # Known from before its worker is there, which moto needs.
    events = execution.to_history_output()["events"] if execution.exec_worker else []
    if self._get_param("reverseOrder"):
        events = events[::-1]
    if self._get_param("includeExecutionData") is False:
        for event in events:
            for details in event.values():
                if isinstance(details, dict):
                    for name in _DATA:
                        details.pop(name, None)
    start = _position(self._get_param("nextToken"))
    end = start + (self._get_int_param("maxResults") or _MOST_EVENTS)
    page: dict[str, Any] = {"events": events[start:end]}
    if end < len(events):
        page["nextToken"] = str(end)
    return ActionResult(page)


def _position(token: str | None) -> int:
    if not token:
        return 0
    if not token.isdecimal():
        raise InvalidTokenError("Invalid Token: 'Invalid token'")
    return int(token)
