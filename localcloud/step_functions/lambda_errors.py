"""The error of a task whose invocation Lambda did not take.

Gaps of moto 5.2.5 closed here: a task whose resource is the function's ARN calls every such error "Exception", so that
no retrier for throttling matches; one with `lambda:invoke` calls an error that the API does not declare for Invoke, as
AccessDeniedException, by its code, where Step Functions says Lambda.AWSLambdaException, as reports of denied
invocations show.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.core.utils import get_service_model
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda

if TYPE_CHECKING:
    from moto.stepfunctions.parser.asl.eval.environment import Environment

_event_of_error: Any = StateTaskLambda._from_error  # noqa: SLF001  (the seam)
_of_client_error: Any = StateTaskServiceLambda._error_cause_from_client_error  # noqa: SLF001  (the seam)


def install() -> None:
    """Replace the two methods; calling it again changes nothing."""
    StateTaskLambda._from_error = _from_error  # type: ignore[method-assign]  # noqa: SLF001
    StateTaskServiceLambda._error_cause_from_client_error = staticmethod(_named)  # type: ignore[method-assign]  # noqa: SLF001


def _from_error(self: StateTaskLambda, env: Environment, ex: Exception) -> FailureEvent:
    if not isinstance(ex, ClientError):
        event: FailureEvent = _event_of_error(self, env, ex)
        return event
    error, cause = _named(ex)
    details: Any = {"lambdaFunctionFailedEventDetails": {"error": error, "cause": cause}}
    return FailureEvent(
        env=env,
        error_name=CustomErrorName(error),
        event_type=HistoryEventType.LambdaFunctionFailed,
        event_details=details,
    )


def _named(client_error: ClientError) -> tuple[str, str]:
    """The error and its cause."""
    error, cause = _of_client_error(client_error)
    return (error if error.partition(".")[2] in _declared() else "Lambda.AWSLambdaException"), cause


@functools.cache
def _declared() -> frozenset[str]:
    """The errors that the API declares for Invoke."""
    invoke = get_service_model("lambda").operation_model("Invoke")
    return frozenset(shape.name for shape in invoke.error_shapes)
