"""Lambda invocations on behalf of other services: at once with the answer, or as Lambda's own queue does it.

Promised: an asynchronous invocation that ends in a function error is repeated twice, after one and two minutes of
cloud time, or as the function's event invoke config says; what fails for good goes to the config's OnFailure
destination (an SQS queue or SNS topic) or the log. Left to localcloud.functions: the running of the code.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownEventConfig
from moto.awslambda.utils import get_backend

from localcloud.delivery import arns
from localcloud.delivery.retries import Delivery, Failure, RetryPolicy, UndeliverableError, log_failure

if TYPE_CHECKING:
    from localcloud.functions import Invocation

_PAUSES = (60.0, 120.0)


class FunctionFailedError(Exception):
    """The function ran and ended in an error."""


def invoke(account_id: str, region: str, function: str, payload: bytes) -> Invocation:
    """Run the function and return its answer. Raises what localcloud.functions raises for a function it cannot run."""
    from localcloud import functions  # noqa: PLC0415  (functions and delivery use each other; the later import ends the circle)

    return functions.invoke(account_id, region, function, payload)


def post(account_id: str, region: str, function: str, payload: bytes) -> None:
    """Invoke asynchronously. Raises UndeliverableError if there is no such function."""
    config = _event_invoke_config(account_id, region, function)

    def attempt() -> None:
        answer = invoke(account_id, region, function, payload)
        if answer.function_error:
            raise FunctionFailedError(f"{function}: {answer.payload.decode(errors='replace')}")

    def give_up(failure: Failure) -> None:
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
