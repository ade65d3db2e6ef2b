"""SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat: a token is good as long as its task waits for it.

Gaps of moto 5.2.5 closed here: a token whose task was stopped, timed out or answered is still accepted, and one of an
execution that has just begun can fail all others.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from moto.stepfunctions.parser.api import InvalidOutput, InvalidToken, SendTaskFailureOutput, TaskTimedOut
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeFailure, CallbackOutcomeSuccess
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

if TYPE_CHECKING:
    from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackEndpoint, CallbackOutcome

_answering = threading.Lock()


def install() -> None:
    """Replace the three operations; calling it again changes nothing."""
    StepFunctionsParserBackend.send_task_success = _succeed  # type: ignore[method-assign, assignment]
    StepFunctionsParserBackend.send_task_failure = _fail  # type: ignore[method-assign]
    StepFunctionsParserBackend.send_task_heartbeat = _heartbeat  # type: ignore[method-assign, assignment]


def _succeed(self: StepFunctionsParserBackend, task_token: str, outcome: str) -> None:
    try:
        json.loads(outcome)
    except ValueError as error:
        raise InvalidOutput(f"Invalid Output: '{error}'") from error
    _answer(self, CallbackOutcomeSuccess(callback_id=task_token, output=outcome))


def _fail(
    self: StepFunctionsParserBackend, task_token: str, error: str | None = None, cause: str | None = None
) -> SendTaskFailureOutput:
    _answer(self, CallbackOutcomeFailure(callback_id=task_token, error=error, cause=cause))
    return SendTaskFailureOutput()


def _heartbeat(self: StepFunctionsParserBackend, task_token: str) -> None:
    with _answering:
        _waiting_endpoint(self, task_token).notify_heartbeat()


def _answer(backend: StepFunctionsParserBackend, outcome: CallbackOutcome) -> None:
    with _answering:  # of two answers at once, one comes second
        _waiting_endpoint(backend, outcome.callback_id).notify(outcome=outcome)


def _waiting_endpoint(backend: StepFunctionsParserBackend, token: str) -> CallbackEndpoint:
    """Where the token's task waits. Raises InvalidToken for an unknown one, TaskTimedOut when it waits no more."""
    for execution in backend._get_executions():  # noqa: SLF001  (moto's own way to find a token)
        env = execution.exec_worker.env if execution.exec_worker else None
        endpoint: CallbackEndpoint | None = env.callback_pool_manager.get(token) if env else None
        if env is None or endpoint is None:
            continue
        has_ended = endpoint._notify_event.is_set()  # noqa: SLF001  (the endpoint has no question for it)
        if has_ended or not env.is_running():
            raise TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'")
        return endpoint
    raise InvalidToken
