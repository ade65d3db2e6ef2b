"""Which operation of which service an HTTP request calls, read once for every part that asks.

moto's routers, made from botocore's service models, find the operation. A body that may be large, such as an object on
its way to S3, is left unread; any other body is read and put back.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import UnknownServiceError
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import UNSIGNED_ACTIONS, UNSIGNED_REQUESTS
from werkzeug.exceptions import NotFound

from localcloud.service_errors import is_query

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIEnvironment

    from moto.core.model import OperationModel

_SCOPE: Final = re.compile(r"Credential=[^/,\s]+/\d+/([^/]*)/([^/]+)/aws4_request")
_SCOPE_OF_URL: Final = re.compile(r"X-Amz-Credential=[^/%&]+(?:/|%2F)\d+(?:/|%2F)([^/%]*)(?:/|%2F)([^/%&]+)")
_SERVICES: Final = {"states": "stepfunctions", "monitoring": "cloudwatch", "email": "ses", "s3-object-lambda": "s3"}
"""Services whose requests are signed with another name than botocore's."""
_KEPT: Final = "localcloud.api_request"


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request for one operation of an API."""

    signed_for: str
    """The service's name in the signature, such as `states`."""
    region: str
    operation: OperationModel
    protocol: str
    uri: Mapping[str, Any]
    """The parameters in the path."""
    http: Request
    body: bytes
    """Empty when it was left unread."""

    @property
    def service(self) -> str:
        """The service's name in botocore, such as `stepfunctions`."""
        return str(self.operation.service_model.service_name)

    def parse(self) -> dict[str, Any]:
        """The parameters as the model names them; of REST with JSON, those that are not in the document.

        Raises RequestParserError, ValueError, TypeError, or AttributeError for what is not of the model's types.
        """
        parts: Any = {
            "values": self.http.args if self.protocol.startswith("rest") else self.http.values,
            "headers": self.http.headers,
            "body": b"" if self.protocol == "rest-json" else self.body,
            "url_params": self.uri,
        }
        parsed: dict[str, Any] = PROTOCOL_PARSERS[self.protocol](self.operation).parse(parts)
        return parsed


def read_request(environ: WSGIEnvironment) -> ApiRequest | None:
    """The operation that a request calls; None when it is none of a known service's."""
    if _KEPT not in environ:
        environ[_KEPT] = _read_request(environ)
    known: ApiRequest | None = environ[_KEPT]
    return known


def scope_of(environ: WSGIEnvironment) -> tuple[str, str]:
    """Region and service of the signature; a request without one is S3's, or what its target or action says."""
    found = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", "")) or _SCOPE_OF_URL.search(
        environ.get("QUERY_STRING", "")
    )
    if found:
        return found[1], found[2].lower()
    target = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")[0]
    service, region = UNSIGNED_REQUESTS.get(target, ("s3", "us-east-1"))
    return region, service


def read_body(environ: WSGIEnvironment) -> bytes:
    """The request's body, which can be read again afterwards."""
    length = environ.get("CONTENT_LENGTH")
    # Without a length, werkzeug ends the stream of a chunked body by itself; any other body is empty.
    size = int(length) if length else -1 if environ.get("wsgi.input_terminated") else 0
    body: bytes = environ["wsgi.input"].read(size)
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _read_request(environ: WSGIEnvironment) -> ApiRequest | None:
    region, signed_for = scope_of(environ)
    # S3 takes no forms at its root: what is there without a signature is named by its action.
    is_form = is_query(environ) and (signed_for != "s3" or environ["PATH_INFO"] == "/")
    body = read_body(environ) if is_form else b""
    http = Request({**environ, "wsgi.input": io.BytesIO(body)})
    if is_form and "HTTP_AUTHORIZATION" not in environ:
        signed_for, region = UNSIGNED_ACTIONS.get(http.form.get("Action", ""), (signed_for, region))
    service = _SERVICES.get(signed_for, signed_for)
    try:
        protocol = determine_request_protocol(get_service_model(service), http.content_type)
        operation, uri = get_service_router(service).match(http)
    except (UnknownServiceError, NotFound, NotImplementedError):
        return None
    if not is_form and not is_stream(operation):
        body = read_body(environ)
        http = Request({**environ, "wsgi.input": io.BytesIO(body)})
    return ApiRequest(signed_for, region, operation, protocol, uri, http, body)


def is_stream(operation: OperationModel) -> bool:
    """Whether the body is data of any size, and no document."""
    shape = operation.input_shape
    if shape is None or "payload" not in shape.serialization:
        return False
    return bool(shape.members[shape.serialization["payload"]].type_name == "blob")
