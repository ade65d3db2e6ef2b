"""WSGI middleware that refuses what AWS's service models refuse, before moto sees it.

Guarantees that a request which reaches `next_app` has every required member, and values of the types, lengths, ranges,
patterns and enumerations that the model of its operation gives. Members that the model does not know are ignored, as
AWS does. The setting `check_requests` turns the check off.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from moto.core.parse import RequestParserError

from localcloud.api_model.constraints import Checks, NotOfTypeError
from localcloud.api_model.refusals import refusal, unreadable
from localcloud.api_model.requests import is_stream, read_request
from localcloud.cloud import current
from localcloud.service_errors import answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from localcloud.api_model.requests import ApiRequest
    from localcloud.service_errors import ErrorCode


class RequestCheck:
    """Stands before `next_app`."""

    def __init__(self, next_app: WSGIApplication) -> None:
        self._next_app = next_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        called = read_request(environ) if current().settings.check_requests else None
        refused = check(called) if called else None
        if called is None or refused is None:
            return self._next_app(environ, start_response)
        return answer(refused, called.signed_for, environ, start_response)


def check(called: ApiRequest) -> ErrorCode | None:
    """The error with which the service refuses the request; None when its model allows it."""
    shape = called.operation.input_shape
    if shape is None:
        return None
    checks = _checks(called.service, is_json="json" in called.protocol)
    try:
        broken = checks.of(shape)(_values(called, checks))
    except (NotOfTypeError, RequestParserError, ValueError, TypeError, AttributeError) as error:
        return unreadable(called, str(error))
    return refusal(called, broken) if broken else None


@functools.cache
def _checks(service: str, *, is_json: bool) -> Checks:
    return Checks(service, is_json=is_json)


def _values(called: ApiRequest, checks: Checks) -> Any:  # noqa: ANN401  (whatever a document holds)
    """What the request says, for the check of the operation's input."""
    if called.protocol == "json":
        return json.loads(called.body or b"{}")
    shape: Any = called.operation.input_shape
    parsed = called.parse()
    if is_stream(called.operation):
        parsed[shape.serialization["payload"]] = ""  # left unread, and of any size
    if called.protocol != "rest-json":
        return parsed
    outside = {checks.wire_name(name, shape.members[name]): value for name, value in parsed.items()}
    if not called.body:
        return outside
    document = json.loads(called.body)
    payload = shape.serialization.get("payload")
    if payload:
        return {**outside, checks.wire_name(payload, shape.members[payload]): document}
    return {**document, **outside} if isinstance(document, dict) else document
