"""Holds answers of the emulator against botocore's own service model, as they went over the wire.

`watch(client)` checks every answer that the client gets from then on: no member that the model does not know, the
right types, what is required is there, values within their enumerations, lengths and patterns, and no error that the
operation does not declare. For services that speak JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from botocore.model import ListShape, MapShape, StructureShape

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from botocore.awsrequest import AWSResponse
    from botocore.client import BaseClient
    from botocore.model import OperationModel, Shape

# What any operation of any service may answer.
# https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
COMMON_ERRORS: Final = frozenset({"AccessDeniedException", "ExpiredTokenException", "ThrottlingException"})

_JSON_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "character": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


def watch(client: BaseClient, *, only: Collection[str] | None = None, wrong_rules: Collection[str] = ()) -> None:
    """Check every answer to the client, or those of the operations in `only`.

    `wrong_rules` names shapes whose pattern is known to be wrong in the model.
    """

    def check(http_response: AWSResponse, model: OperationModel, **_: object) -> None:
        if only is not None and model.name not in only:
            return
        broken = list(_broken(model, http_response, wrong_rules))
        assert not broken, f"{model.name}: {'; '.join(broken)}"

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"after-call.{service}", check)


def _broken(model: OperationModel, response: AWSResponse, wrong_rules: Collection[str]) -> Iterator[str]:
    body = json.loads(response.content or b"{}")
    if response.status_code >= 300:
        yield from _broken_error(model, body)
    elif model.output_shape is None:
        if body:
            yield f"an answer without members has {sorted(body)}"
    else:
        yield from broken_members(model.output_shape, body, wrong_rules)


def _broken_error(model: OperationModel, body: dict[str, Any]) -> Iterator[str]:
    declared = {error.name for error in model.error_shapes} | COMMON_ERRORS
    if body.get("__type") not in declared:
        yield f"the error {body.get('__type')} is not declared"
    if not body.get("message"):
        yield "the error has no message"


def broken_members(
    shape: Shape, value: object, wrong_rules: Collection[str] = (), path: str = "answer"
) -> Iterator[str]:
    """Every way in which the JSON value does not fit the shape, as sentences."""
    if not isinstance(value, _JSON_TYPES[shape.type_name]) or (
        isinstance(value, bool) and shape.type_name != "boolean"
    ):
        yield f"{path} is a {type(value).__name__}, not a {shape.type_name}"
    elif isinstance(value, dict) and isinstance(shape, StructureShape):
        yield from _broken_structure(shape, value, wrong_rules, path)
    elif isinstance(value, dict) and isinstance(shape, MapShape):
        for key, item in value.items():
            yield from broken_members(shape.value, item, wrong_rules, f"{path}.{key}")
    elif isinstance(value, list) and isinstance(shape, ListShape):
        for index, item in enumerate(value):
            yield from broken_members(shape.member, item, wrong_rules, f"{path}[{index}]")
    elif isinstance(value, str):
        yield from _broken_string(shape, value, wrong_rules, path)


def _broken_structure(
    shape: StructureShape, value: dict[str, Any], wrong_rules: Collection[str], path: str
) -> Iterator[str]:
    for name in value.keys() - shape.members.keys():
        yield f"{path} has the unknown member {name}"
    for name in set(shape.required_members) - value.keys():
        yield f"{path} lacks the required member {name}"
    for name in shape.members.keys() & value.keys():
        yield from broken_members(shape.members[name], value[name], wrong_rules, f"{path}.{name}")


def _broken_string(shape: Shape, value: str, wrong_rules: Collection[str], path: str) -> Iterator[str]:
    rules = shape.metadata
    if "enum" in rules and value not in rules["enum"]:
        yield f"{path} is none of {rules['enum']}"
    if not rules.get("min", 0) <= len(value) <= rules.get("max", len(value)):
        yield f"{path} has {len(value)} characters"
    if shape.name not in wrong_rules and "pattern" in rules and not re.fullmatch(_python(rules["pattern"]), value):
        yield f"{path} does not fit {rules['pattern']}"


def _python(pattern: str) -> str:
    r"""The model's Java pattern for Python, which has no \p{...}: spaces become \s, all other classes \S."""
    return re.sub(r"\\p\{([A-Z])[a-z]?\}", lambda match: r"\s" if match[1] == "Z" else r"\S", pattern)
