"""Asynchronous invocations of functions, of callers and of other services, as Lambda's own queue does them.

Guaranteed: an asynchronous invocation that ends in a function error is repeated twice, after one and two minutes of
cloud time, or as the function's event invoke config says; one that is throttled, or meets an error of Lambda's own, is
repeated after 1 second to 5 minutes until its age ends, and counts as no retry; what fails for good goes to the
config's OnFailure destination (an SQS queue or SNS topic) or the log. `localcloud.functions` runs the code.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownEventConfig
from moto.awslambda.models import LambdaFunction
from moto.awslambda.utils import get_backend

from localcloud import functions
from localcloud.delivery import arns
from localcloud.delivery.retries import (
    Delivery,
    Failure,
    RefusedForNowError,
    RetryPolicy,
    UndeliverableError,
    log_failure,
)
from localcloud.functions.fleet import ServiceError, TooManyRequestsError
from localcloud.functions.invocation import MAX_ASYNCHRONOUS_REQUEST
from localcloud.functions.patch import answer, checked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

_PAUSES = (60.0, 120.0)


class FunctionFailedError(Exception):
    """The function ran and ended in an error."""


def install() -> None:
    """Let Lambda take asynchronous invocations, too; `localcloud.functions` is installed before."""
    LambdaFunction.invoke = _invoke  # type: ignore[method-assign]


def _invoke(
    self: LambdaFunction,
    body: str | bytes,
    request_headers: Mapping[str, str],
    response_headers: MutableMapping[str, Any],
) -> bytes:
    if request_headers.get("x-amz-invocation-type") != "Event":
        return answer(self, body, request_headers, response_headers)
    payload = checked(body, MAX_ASYNCHRONOUS_REQUEST)
    post(self.account_id, self.region, self.function_arn, payload)
    return b""


def post(
    account_id: str,
    region: str,
    function: str,
    payload: bytes,
    at_failure: Callable[[Failure], None] = lambda _failure: None,
) -> None:
    """Invoke asynchronously. Raises UndeliverableError if there is no such function.

    `at_failure` is called, too, when it fails for good.
    """
    config = _event_invoke_config(account_id, region, function)

    def attempt() -> None:
        try:
            invocation = functions.invoke(account_id, region, function, payload)
        except (TooManyRequestsError, ServiceError) as error:
            raise RefusedForNowError(f"{function}: {error}") from error
        if invocation.function_error:
            raise FunctionFailedError(f"{function}: {invocation.payload.decode(errors='replace')}")

    def give_up(failure: Failure) -> None:
        at_failure(failure)
        destination = (config.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
        if not destination:
            log_failure(failure)
        else:
            arns.send_text(destination, json.dumps(_failure_record(function, payload, failure)))

    policy = RetryPolicy(
        retries=int(config.get("MaximumRetryAttempts", len(_PAUSES))),
        max_age=float(config.get("MaximumEventAgeInSeconds", 21600)),
        pauses=_PAUSES,
    )
    Delivery(f"The asynchronous invocation of {function}", attempt, policy, give_up).post()


def _event_invoke_config(account_id: str, region: str, function: str) -> dict[str, Any]:
    backend = get_backend(account_id, region)
    try:
        backend.get_function(function)
    except Exception as error:
        raise UndeliverableError(f"There is no function {function}.", "RESOURCE_NOT_FOUND") from error
    try:
        return backend.get_function_event_invoke_config(function)
    except UnknownEventConfig:
        return {}


def _failure_record(function: str, payload: bytes, failure: Failure) -> dict[str, Any]:
    return {
        "version": "1.0",
        "requestContext": {
            "functionArn": function,
            "condition": "RetriesExhausted" if failure.exhausted == "MaximumRetryAttempts" else "EventAgeExceeded",
            "approximateInvokeCount": failure.retries + 1,
        },
        "requestPayload": json.loads(payload),
        "responseContext": {"functionError": "Unhandled"},
        "responsePayload": {"errorMessage": str(failure.error)},
    }
