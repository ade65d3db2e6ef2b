"""What is called, and with what, as IAM sees it."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from moto.core.parse import RequestParserError
from moto.utilities.utils import get_partition

from localcloud.api_model.requests import read_request, scope_of
from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIEnvironment

    from moto.core.request import Request

_PREFIXES: Final = {"monitoring": "cloudwatch", "email": "ses"}
"""Services whose actions have another prefix than the name with which requests are signed."""
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
    region, signed_for = scope_of(environ)
    make = functools.partial(
        Operation,
        _PREFIXES.get(signed_for, signed_for),
        account_id=account_id,
        region=region,
        over_tls=environ["wsgi.url_scheme"] == "https" or current().settings.http_counts_as_tls,
    )
    called = read_request(environ)
    if called is None:
        return make(name=_UNKNOWN, parameters={})
    name = called.operation.name
    if called.protocol.startswith("rest"):
        return make(name=name, parameters=_of_rest(called.http, called.uri, called.body))
    try:
        return make(name=name, parameters=called.parse())
    except (RequestParserError, ValueError, TypeError, AttributeError):
        return make(name=name, parameters={})  # moto answers that this is no request


def service_of(environ: WSGIEnvironment) -> str:
    """The service that the request is signed for."""
    return scope_of(environ)[1]


def _of_rest(request: Request, uri: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    given = {name.lower(): value for name, value in request.headers.items() if name.lower().startswith("x-amz-")}
    given |= {**request.args.to_dict(), **uri}
    if request.mimetype == "application/json" and body:
        document = json.loads(body)
        return {**document, **given} if isinstance(document, dict) else given
    return {**given, "body": body} if body else given
