"""What a request asks for: service, operation, and which attempts are of one and the same call.

Read from the signature, the protocol's own place for the operation, and the header that SDKs send with each attempt
(https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). Left out: what is not signed, but for the
upload of an import job's file, which is called `upload`, `PutFile`.
"""

from __future__ import annotations

import functools
import io
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

from localcloud.cognito_import.presigned_url import UploadPlace
from localcloud.faults.acts import Asked

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from moto.core.routing import ServiceOperationRouter

UPLOAD = ("upload", "PutFile")
_SERVICE = re.compile(r"Credential=[^/,\s]+/\d{8}/[^/]+/([^/]+)/aws4_request")


def asked(environ: WSGIEnvironment) -> Asked | None:
    """What the request asks for; None when it is none of a service's operations."""
    if UploadPlace.of(environ.get("PATH_INFO", "")):
        return Asked(*UPLOAD, None)
    signed = _SERVICE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signed is None:
        return None
    operation = _operation(signed[1], environ)
    return Asked(signed[1], operation, environ.get("HTTP_AMZ_SDK_INVOCATION_ID")) if operation else None


def read_body(environ: WSGIEnvironment) -> bytes:
    """The request's body, which can be read again afterwards."""
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    body: bytes = stream.read(int(length)) if length else b""
    if not length and environ.get("wsgi.input_terminated"):
        body = stream.read()
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _operation(service: str, environ: WSGIEnvironment) -> str | None:
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).rpartition(".")[2]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        actions = parse_qs(read_body(environ).decode()).get("Action")
        if actions:
            return actions[0]
    try:
        return _router(service).match(Request(environ))[0].name
    except NotFound:
        return None


@functools.cache
def _router(service: str) -> ServiceOperationRouter:
    return get_service_router(service)
