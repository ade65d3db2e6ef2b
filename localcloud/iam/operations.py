"""Which operation of which service an HTTP request calls, and with what.

moto's routers, made from botocore's service models, find the operation. Bodies that may be large, objects on their way
to S3 and events on their way to functions, are left unread; any other body is read and put back.
"""

from __future__ import annotations

import functools
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import UnknownServiceError
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.utilities.utils import get_partition
from werkzeug.exceptions import NotFound

from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIEnvironment

_SCOPE: Final = re.compile(r"Credential=[^/,\s]+/\d+/([^/]*)/([^/]+)/aws4_request")
_SCOPE_OF_URL: Final = re.compile(r"X-Amz-Credential=[^/%&]+(?:/|%2F)\d+(?:/|%2F)([^/%]*)(?:/|%2F)([^/%&]+)")
# Services whose requests are signed with another name than botocore's, and those whose actions have another prefix.
_SERVICES: Final = {"states": "stepfunctions", "monitoring": "cloudwatch", "email": "ses"}
_PREFIXES: Final = {"monitoring": "cloudwatch", "email": "ses"}
_UNKNOWN: Final = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of an API."""

    prefix: str
    """Of the service's actions, such as `states`."""
    name: str
    """As in the API's model; empty for a request that is none of its operations."""
    parameters: Mapping[str, Any]
    """As the model names them; for REST, the query and the headers by their names on the wire."""
    account_id: str
    region: str
    over_tls: bool = True
    """Whether the condition aws:SecureTransport is true of the request."""

    def arn(self, rest: str) -> str:
        """An ARN of the service in the operation's region and account."""
        return f"arn:{self.partition}:{self.prefix}:{self.region}:{self.account_id}:{rest}"

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return get_partition(self.region)


def operation_of(environ: WSGIEnvironment, account_id: str) -> Operation:
    """The operation that a signed request calls, by a caller of that account."""
    region, signed_for = _scope(environ)
    make = functools.partial(
        Operation,
        _PREFIXES.get(signed_for, signed_for),
        account_id=account_id,
        region=region,
        over_tls=environ["wsgi.url_scheme"] == "https" or current().settings.http_counts_as_tls,
    )
    try:
        router = get_service_router(_SERVICES.get(signed_for, signed_for))
        model = get_service_model(_SERVICES.get(signed_for, signed_for))
    except UnknownServiceError:
        return make(name=_UNKNOWN, parameters={})
    body = b"" if _is_long(signed_for, environ) else _read(environ)
    request = Request({**environ, "wsgi.input": io.BytesIO(body)})
    try:
        protocol = determine_request_protocol(model, request.content_type)
        operation, uri = router.match(request)
    except (NotFound, NotImplementedError):
        return make(name=_UNKNOWN, parameters={})
    if protocol.startswith("rest"):
        return make(name=operation.name, parameters=_of_rest(request, uri, body))
    asked: Any = {"values": request.values, "headers": request.headers, "body": body, "url_params": uri}
    try:
        return make(name=operation.name, parameters=PROTOCOL_PARSERS[protocol](operation).parse(asked))
    except (RequestParserError, ValueError):
        return make(name=operation.name, parameters={})  # moto answers that this is no request


def service_of(environ: WSGIEnvironment) -> str:
    """The service that the request is signed for."""
    return _scope(environ)[1]


def _scope(environ: WSGIEnvironment) -> tuple[str, str]:
    """Region and service of the signature."""
    found = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", "")) or _SCOPE_OF_URL.search(
        environ.get("QUERY_STRING", "")
    )
    return (found[1], found[2].lower()) if found else ("us-east-1", "s3")


def _is_long(service: str, environ: WSGIEnvironment) -> bool:
    if service == "s3":
        return str(environ["REQUEST_METHOD"]) != "POST"
    return service == "lambda" and "/invoc" in str(environ.get("PATH_INFO", ""))


def _read(environ: WSGIEnvironment) -> bytes:
    length = environ.get("CONTENT_LENGTH")
    # Without a length, werkzeug ends the stream of a chunked body by itself; any other body is empty.
    size = int(length) if length else -1 if environ.get("wsgi.input_terminated") else 0
    body: bytes = environ["wsgi.input"].read(size)
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _of_rest(request: Request, uri: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    given = {name.lower(): value for name, value in request.headers.items() if name.lower().startswith("x-amz-")}
    given |= {**request.args.to_dict(), **uri}
    if request.mimetype == "application/json" and body:
        document = json.loads(body)
        return {**document, **given} if isinstance(document, dict) else given
    return {**given, "body": body} if body else given
