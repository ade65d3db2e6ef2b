"""WSGI middleware that answers what moto cannot: one error in the shape of the service, which no SDK repeats.

moto raises an exception for an operation that it lacks, and the server would answer with a page in HTML and status 500,
which SDKs take for a failure that passes. None of them repeats a call that is answered with 501
(https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). What is no operation of a service is
answered as AWS does: InvalidAction (https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html),
UnknownOperationException (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), MethodNotAllowed
(https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
"""

from __future__ import annotations

import sys
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from localcloud.api_model.requests import read_request, scope_of
from localcloud.api_model.s3_gaps import missing_in_s3
from localcloud.service_errors import ErrorCode, answer, is_query

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_PAGE: Final = b"<!doctype html"


class Unanswered:
    """Stands before `next_app`, which is moto's."""

    def __init__(self, next_app: WSGIApplication) -> None:
        self._next_app = next_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        begun: list[Any] = []

        def start(*head: Any) -> Any:  # noqa: ANN401  (status and headers, as WSGI has them)
            begun[:] = head
            return None

        if gap := missing_in_s3(read_request(environ)):
            return _declared(environ, start_response, gap)
        try:
            answered = self._next_app(environ, start)
        except NotImplementedError as error:
            return _declared(environ, start_response, str(error))
        except Exception as error:  # noqa: BLE001  (moto did not expect the request)
            traceback.print_exc(file=sys.stderr)
            return _declared(environ, start_response, f"{type(error).__name__}: {error}")
        if int(begun[0][:3]) >= HTTPStatus.BAD_REQUEST and environ["REQUEST_METHOD"] != "HEAD":
            body = b"".join(answered)
            if not body or body.startswith(_PAGE):
                return _declared(environ, start_response, begun[0])
            answered = [body]
        start_response(*begun)
        return answered


def _declared(environ: WSGIEnvironment, start_response: StartResponse, why: str) -> Iterable[bytes]:
    called = read_request(environ)
    if called:
        text = f"The local AWS emulator cannot answer {called.operation.name}: {why}"
        error = ErrorCode(HTTPStatus.NOT_IMPLEMENTED, "NotImplemented", text)
        return answer(error, called.signed_for, environ, start_response)
    _, service = scope_of(environ)
    return answer(_no_operation(environ, service), service, environ, start_response)


def _no_operation(environ: WSGIEnvironment, service: str) -> ErrorCode:
    """AWS's error for a request that is none of the API's operations."""
    if "HTTP_X_AMZ_TARGET" in environ:
        return ErrorCode(HTTPStatus.BAD_REQUEST, "UnknownOperationException", "The operation is unknown.")
    if is_query(environ):
        return ErrorCode(HTTPStatus.BAD_REQUEST, "InvalidAction", "The action is not valid for this endpoint.")
    if service == "s3":
        text = "The specified method is not allowed against this resource."
        return ErrorCode(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", text)
    return ErrorCode(HTTPStatus.NOT_FOUND, "UnknownOperationException", "The operation is unknown.")
