"""A runtime client in the standard library only, for machines without AWS's own `awslambdaric`, made for Linux only.

Runs as a process of its own: `python -m localcloud_bootstrap HANDLER`. Guarantees what handlers see of AWS's client:
the context, logging, errors in Lambda's shape (https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html).
Left out: SnapStart hooks, the JSON log format.
"""

from __future__ import annotations

import decimal
import http.client
import importlib
import json
import logging
import math
import os
import sys
import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX = "/2018-06-01/runtime"
_LOG_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"


class HandlerError(Exception):
    """The handler cannot be loaded, or its answer cannot be sent; `kind` is Lambda's name for it."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.trace = trace or []


@dataclass
class Identity:
    """The Cognito identity that called; always empty here."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


@dataclass
class ClientContext:
    """What a mobile client says of itself."""

    custom: dict[str, Any] | None
    env: dict[str, Any] | None
    client: dict[str, Any] | None


@dataclass
class Context:
    """The second argument of a handler (https://docs.aws.amazon.com/lambda/latest/dg/python-context.html)."""

    aws_request_id: str
    invoked_function_arn: str
    client_context: ClientContext | None
    _deadline: float
    """Epoch milliseconds."""
    function_name: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_FUNCTION_NAME"])
    function_version: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_FUNCTION_VERSION"])
    log_group_name: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_LOG_GROUP_NAME"])
    log_stream_name: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_LOG_STREAM_NAME"])
    memory_limit_in_mb: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
    identity: Identity = field(default_factory=Identity)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is killed."""
        return max(int(self._deadline - time.time() * 1000), 0)

    def log(self, message: str) -> None:
        """Write to the log, without a line break."""
        sys.stdout.write(str(message))


class _RequestIdFilter(logging.Filter):
    """Adds the request id to every record."""

    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.request_id
        return True


class _JsonEncoder(json.JSONEncoder):
    """Decimals become numbers, as AWS's client does."""

    def default(self, o: object) -> object:
        if isinstance(o, decimal.Decimal):
            return math.nan if o.is_nan() else float(o)
        return super().default(o)


def main(handler_name: str) -> None:
    """Load the handler and serve invocations until there are no more."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, write_through=True)  # type: ignore[union-attr]  # not in its type
    request_ids = _set_up_logging()
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load(handler_name)
    except Exception as error:  # noqa: BLE001  (whatever the module raises is the function's own error)
        _post(connection, "/init/error", _logged(_described(error)))
        sys.exit(1)
    while True:
        _serve_one(connection, handler, request_ids)


def load(handler_name: str) -> Callable[[Any, Context], Any]:
    """The handler `module.function`. Raises HandlerError with Lambda's reason."""
    module_name, dot, function_name = handler_name.rpartition(".")
    if not dot:
        reason = "not enough values to unpack (expected 2, got 1)"
        raise HandlerError("Runtime.MalformedHandlerName", f"Bad handler '{handler_name}': {reason}")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise HandlerError("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        message = f"Syntax error in module '{module_name}': {error}"
        raise HandlerError("Runtime.UserCodeSyntaxError", message, trace) from error
    try:
        return getattr(module, function_name)  # type: ignore[no-any-return]  # it is the function's own
    except AttributeError as error:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise HandlerError("Runtime.HandlerNotFound", message) from error


def _serve_one(
    connection: http.client.HTTPConnection, handler: Callable[[Any, Context], Any], request_ids: _RequestIdFilter
) -> None:
    connection.request("GET", f"{_PREFIX}/invocation/next")
    response = connection.getresponse()
    event = response.read()
    if response.status != http.client.OK:
        sys.exit(1)
    request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
    request_ids.request_id = request_id
    os.environ["_X_AMZN_TRACE_ID"] = response.headers["Lambda-Runtime-Trace-Id"]
    given = json.loads(response.headers.get("Lambda-Runtime-Client-Context") or "null")
    context = Context(
        aws_request_id=request_id,
        invoked_function_arn=response.headers["Lambda-Runtime-Invoked-Function-Arn"],
        client_context=ClientContext(given.get("custom"), given.get("env"), given.get("client")) if given else None,
        _deadline=float(response.headers["Lambda-Runtime-Deadline-Ms"]),
    )
    try:
        answer = _encoded(handler(json.loads(event), context))
    except Exception as error:  # noqa: BLE001  (whatever a handler raises is reported to its caller)
        _post(connection, f"/invocation/{request_id}/error", _logged(_described(error, request_id)))
    else:
        _post(connection, f"/invocation/{request_id}/response", answer)


def _encoded(answer: object) -> bytes:
    if isinstance(answer, bytes):
        return answer
    try:
        return json.dumps(answer, cls=_JsonEncoder, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise HandlerError("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _described(error: Exception, request_id: str = "") -> dict[str, Any]:
    """The error in Lambda's shape; the trace begins at the function's own code."""
    if isinstance(error, HandlerError):
        kind, trace = error.kind, error.trace
    else:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename != __file__]
        kind, trace = type(error).__name__, traceback.format_list(own)
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def _logged(error: dict[str, Any]) -> bytes:
    """Write the error to the log, as one event like AWS's client, and return its JSON."""
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}", "Traceback (most recent call last):"]
    lines += [line for entry in error["stackTrace"] for line in entry.splitlines()]
    sys.stdout.write("\r".join(lines) + "\n")
    return json.dumps(error).encode()


def _post(connection: http.client.HTTPConnection, path: str, body: bytes) -> None:
    connection.request("POST", f"{_PREFIX}{path}", body, {"Content-Type": "application/json"})
    connection.getresponse().read()


def _set_up_logging() -> _RequestIdFilter:
    """Give the root logger the handler that functions find in Lambda."""
    request_ids = _RequestIdFilter()
    handler = logging.StreamHandler(sys.stdout)
    formatter = logging.Formatter(_LOG_FORMAT, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(request_ids)
    logging.getLogger().addHandler(handler)
    return request_ids


if __name__ == "__main__":
    main(sys.argv[1])
