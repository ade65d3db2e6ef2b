"""Errors in the protocol of the service that is called."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from localcloud.s3_answer import error_answer

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
    status = HTTPStatus(error.status)
    if service in ("s3", "s3-object-lambda", "upload"):
        made = error_answer(status, error.code, error.message)
        headers, body = list(made.headers), made.body
    else:
        headers, body = _written(error, service, environ)
    start_response(f"{status.value} {status.phrase}", headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def is_query(environ: WSGIEnvironment) -> bool:
    """Whether the request is in the query protocol, or in that of EC2."""
    return bool(environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"))


def _written(error: ErrorCode, service: str, environ: WSGIEnvironment) -> tuple[list[tuple[str, str]], bytes]:
    request_id = str(uuid.uuid4())
    query_code = error.query_code or error.code
    fault = "Receiver" if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"
    if is_query(environ):
        kind = "text/xml"
        inner = f"<Type>{fault}</Type><Code>{escape(query_code)}</Code><Message>{escape(error.message)}</Message>"
        text = f"<ErrorResponse><Error>{inner}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    else:
        kind = "application/json"
        text = json.dumps({"__type": error.code, "message": error.message})
    body = text.encode()
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("x-amzn-ErrorType", error.code),
        ("x-amzn-RequestId", request_id),
    ]
    if service in _QUERY_COMPATIBLE:
        headers.append(("x-amzn-query-error", f"{query_code};{fault}"))
    return headers, body
