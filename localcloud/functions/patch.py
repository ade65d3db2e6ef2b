"""Where Lambda's runtime meets moto: an invocation of a function runs it.

The gap of moto 5.2.5: `LambdaFunction.invoke` needs a Docker daemon, starts a container for every event, knows neither
dry runs nor limits, and calls every error "Handled". Asynchronous invocations are added by `localcloud.delivery`.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from moto import settings as moto_settings
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction
from moto.awslambda.utils import get_backend

from localcloud.functions.definition import Definition
from localcloud.functions.fleet import current_fleet
from localcloud.functions.invocation import MAX_SYNCHRONOUS_REQUEST, Invocation, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping


class RequestTooLargeError(LambdaClientError):
    """The event is larger than its way of invocation allows."""

    code = 413

    def __init__(self, limit: int) -> None:
        super().__init__(
            "RequestTooLargeException", f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
        )


class InvalidRequestContentError(LambdaClientError):
    """The event is not JSON."""

    def __init__(self, error: ValueError) -> None:
        super().__init__("InvalidRequestContentException", f"Could not parse request body into json: {error}")


class InvalidRuntimeError(LambdaClientError):
    """The function is not written in Python."""

    code = 502

    def __init__(self, runtime: str) -> None:
        super().__init__(
            "InvalidRuntimeException", f"localcloud runs functions in Python only, not {runtime or 'images'}."
        )


def invoke(account_id: str, region: str, function: str, payload: bytes) -> Invocation:
    """Invoke a function, by name or ARN, with JSON and wait for its answer.

    Raises moto's UnknownFunctionException, and TooManyRequestsError when all its environments are busy.
    """
    return run(get_backend(account_id, region).get_function(function), Request(payload))


def run(function: LambdaFunction, request: Request) -> Invocation:
    """Run the function's code in an execution environment."""
    definition = Definition.of(function)
    if not definition.runtime.startswith("python"):
        raise InvalidRuntimeError(definition.runtime)
    reserved = function.reserved_concurrency
    return current_fleet().invoke(definition, request, None if reserved is None else int(reserved))


def install() -> None:
    """Let every invocation in moto go through this runtime."""
    LambdaFunction.invoke = answer  # type: ignore[method-assign]
    # moto names its host as containers see it; our functions are processes on the host itself.
    moto_settings.moto_server_host = lambda: "http://localhost"  # type: ignore[assignment]


def answer(
    self: LambdaFunction,
    body: str | bytes,
    request_headers: Mapping[str, str],
    response_headers: MutableMapping[str, Any],
) -> bytes:
    """The API's Invoke (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html)."""
    payload = checked(body, MAX_SYNCHRONOUS_REQUEST)
    if request_headers.get("x-amz-invocation-type") == "DryRun":
        return b""
    context = request_headers.get("x-amz-client-context")
    invocation = run(self, Request(payload, base64.b64decode(context).decode() if context else None))
    if invocation.function_error:
        response_headers["x-amz-function-error"] = invocation.function_error
    response_headers["x-amz-executed-version"] = invocation.executed_version
    response_headers["x-amz-log-result"] = base64.b64encode(invocation.log.encode()).decode()
    return invocation.payload


def checked(body: str | bytes, limit: int) -> bytes:
    """The body as an event. Raises RequestTooLargeError and InvalidRequestContentError."""
    payload = (body.encode() if isinstance(body, str) else body) or b"{}"
    if len(payload) > limit:
        raise RequestTooLargeError(limit)
    try:
        json.loads(payload)
    except ValueError as error:
        raise InvalidRequestContentError(error) from error
    return payload
