"""The emulator's own APIs, called from within: what CloudFormation does to a service it does as any client would.

Guaranteed: a boto3 client whose requests go straight into moto, in the server as in a test, for the account that is
asked for; and parameters fitted to what the operation takes, since templates write numbers and booleans as they like.
What to call is said by the table of types.
"""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.model import ListShape, MapShape, StructureShape
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber
from moto.core.utils import get_service_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.model import Shape

_CONFIG = Config(
    retries={"total_max_attempts": 1},
    ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]
    s3={"addressing_style": "path"},
    parameter_validation=True,
)
_MAKING = threading.Lock()  # a session makes one client at a time


@dataclass(frozen=True, slots=True)
class Place:
    """An account and region."""

    account_id: str
    region: str

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401  (the API's)
        """Call the operation (as boto3 names it) with the parameters that are not None, fitted to its input.

        Raises botocore's ClientError and ParamValidationError.
        """
        client = _client(self.account_id, self.region, service)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        given = {name: value for name, value in parameters.items() if value is not None}
        answer: dict[str, Any] = getattr(client, operation)(**fit(model.input_shape, given))
        return answer


def fit(shape: Shape | None, value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """The value with members that the shape does not have left out, and scalars of the shape's types."""
    if isinstance(shape, StructureShape):
        members = shape.members
        return {name: fit(members[name], one) for name, one in value.items() if name in members and one is not None}
    if isinstance(shape, ListShape):
        return [fit(shape.member, one) for one in (value if isinstance(value, list) else [value])]
    if isinstance(shape, MapShape):
        return {name: fit(shape.value, one) for name, one in value.items()}
    convert = _SCALARS.get(shape.type_name) if shape is not None else None
    return convert(value) if convert else value


def truth(value: object) -> bool:
    """A template's boolean: true, "true", false or "false"."""
    return str(value).lower() == "true"


def lower_camel(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """The value with every key's first letter in lower case, as the APIs of logs and states spell theirs."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lower_camel(one) for name, one in value.items()}
    return [lower_camel(one) for one in value] if isinstance(value, list) else value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "boolean": truth,
    "double": float,
    "float": float,
    "integer": int,
    "long": int,
    "string": _text,
}


def prepare(service: str) -> None:
    """Read what botocore and moto know of the service, from where every client and every answer takes it."""
    _made(service, "us-east-1")
    get_service_model(service)


@functools.lru_cache(maxsize=256)
def _client(account_id: str, region: str, service: str) -> Any:  # noqa: ANN401  (boto3's clients have no common type)
    client = _made(service, region)
    inward = BotocoreStubber()
    inward.enabled = True

    def send(request: AWSPreparedRequest, **kwargs: Any) -> AWSResponse | None:  # noqa: ANN401  (botocore's event)
        request.headers["x-moto-account-id"] = account_id
        if botocore_stubber.enabled:
            return None  # in a test moto answers by itself, and botocore calls every handler
        return inward(kwargs.get("event_name", "before-send"), request)

    client.meta.events.register_first(f"before-send.{service}", send)
    return client


def _made(service: str, region: str) -> Any:  # noqa: ANN401
    with _MAKING:
        return session().client(service, region_name=region, config=_CONFIG)


@functools.cache
def session() -> Any:  # noqa: ANN401
    """One for all clients: each session would read botocore's data again, half of the CPU of a deployment."""
    return boto3.session.Session(
        aws_access_key_id="localcloud",
        aws_secret_access_key="localcloud",  # noqa: S106  (moto checks no signature)
    )
