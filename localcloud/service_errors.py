"""Errors in the protocol of the service that is called."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_QUERY_COMPATIBLE: Final = frozenset({"sqs", "monitoring"})
"""Services that name an error's old code, that of the query protocol, in a header
(https://smithy.io/2.0/aws/protocols/aws-query-protocol.html)."""


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A service's error."""

    status: int
    code: str
    message: str
    query_code: str | None = None
    """In the query protocol, where that is another one."""


def answer(error: ErrorCode, service: str, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer a request to the service, named as in the signature, with the error, as WSGI has it."""
    kind, body = _written(error, service, environ)
    status = HTTPStatus(error.status)
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-ErrorType", error.code)]
    if service in _QUERY_COMPATIBLE:
        headers.append(("x-amzn-query-error", f"{error.query_code or error.code};{_fault(error)}"))
    start_response(f"{status.value} {status.phrase}", headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _fault(error: ErrorCode) -> str:
    return "Receiver" if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"


def _written(error: ErrorCode, service: str, environ: WSGIEnvironment) -> tuple[str, bytes]:
    code, message = escape(error.code), escape(error.message)
    if service in ("s3", "upload"):
        return "application/xml", f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        code = escape(error.query_code or error.code)
        inner = f"<Type>{_fault(error)}</Type><Code>{code}</Code><Message>{message}</Message>"
        return "text/xml", f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>".encode()
    return "application/json", json.dumps({"__type": error.code, "message": error.message}).encode()
