"""Errors in the words and the protocol of the service that is called.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html names the codes that SDKs retry; the codes
are those of each service's API reference, or the common ones.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from localcloud.faults.acts import Asked


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A service's error."""

    status: int
    code: str
    message: str


_INTERNAL: Final = {
    "cognito-idp": "InternalErrorException",
    "dynamodb": "InternalServerError",
    "lambda": "ServiceException",
    "s3": "InternalError",
    "sns": "InternalError",
    "upload": "InternalError",
}
_THROTTLED: Final = {
    "cognito-idp": ErrorCode(400, "TooManyRequestsException", "Too many requests"),
    "lambda": ErrorCode(429, "TooManyRequestsException", "Rate Exceeded."),
    "s3": ErrorCode(503, "SlowDown", "Please reduce your request rate."),
    "sns": ErrorCode(400, "Throttling", "Rate exceeded"),
    "upload": ErrorCode(503, "SlowDown", "Please reduce your request rate."),
}


def internal_error(service: str) -> ErrorCode:
    """The service's failure of its own."""
    return ErrorCode(500, _INTERNAL.get(service, "InternalFailure"), "We encountered an internal error.")


def throttled(service: str) -> ErrorCode:
    """The service's word for too many requests."""
    return _THROTTLED.get(service, ErrorCode(400, "ThrottlingException", "Rate exceeded"))


def answer(error: ErrorCode, asked: Asked, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer the request with the error, as WSGI has it."""
    kind, body = _written(error, asked, environ)
    status = HTTPStatus(error.status)
    start_response(
        f"{status.value} {status.phrase}",
        [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-ErrorType", error.code)],
    )
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _written(error: ErrorCode, asked: Asked, environ: WSGIEnvironment) -> tuple[str, bytes]:
    code, message = escape(error.code), escape(error.message)
    if asked.service in ("s3", "upload"):
        return "application/xml", f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        who = "Receiver" if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"
        inner = f"<Type>{who}</Type><Code>{code}</Code><Message>{message}</Message>"
        return "text/xml", f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>".encode()
    said = {"__type": error.code, "message": error.message}
    return "application/json", json.dumps(said).encode()
