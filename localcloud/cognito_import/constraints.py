"""Checks a request against the service model, as the service does, and says so in the service's words.

SDKs check only what must be there; lengths, patterns, ranges and enumerations are refused by the service itself. The
model's patterns are Java's, whose `\\w` is ASCII. What the model cannot say is left to the operations."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from moto.cognitoidp.exceptions import InvalidParameterException
from moto.core.utils import get_service_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import Shape, StructureShape


def check_request(operation: str, parameters: Mapping[str, Any]) -> None:
    """Raise InvalidParameterException when `parameters` break a constraint of the operation's input shape."""
    shape = get_service_model("cognito-idp").operation_model(operation).input_shape
    broken = list(_broken_members(shape, parameters))
    if broken:
        noun = "error" if len(broken) == 1 else "errors"
        raise InvalidParameterException(f"{len(broken)} validation {noun} detected: {'; '.join(broken)}")


def _broken_members(shape: StructureShape, parameters: Mapping[str, Any]) -> Iterator[str]:
    for name, member in shape.members.items():
        value = parameters.get(name)
        if value is None:
            sentence = "Member must not be null" if name in shape.required_members else None
        else:
            sentence = _broken(member, value)
        if sentence:
            shown = "null" if value is None else f"'{value}'"
            yield f"Value {shown} at '{name[:1].lower()}{name[1:]}' failed to satisfy constraint: {sentence}"


def _broken(shape: Shape, value: object) -> str | None:
    """What the value breaks, None when nothing."""
    if shape.type_name == "string":
        return _broken_text(shape, value) if isinstance(value, str) else "Member must be a string"
    if shape.type_name == "integer":
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return _out_of_range(shape, int(str(value))) if is_number else "Member must be an integer"
    raise NotImplementedError(f"No operation of the extension has a parameter of type {shape.type_name}.")


def _broken_text(shape: Shape, value: str) -> str | None:
    rules = shape.metadata
    if len(value) < rules.get("min", 0):
        return f"Member must have length greater than or equal to {rules['min']}"
    if "max" in rules and len(value) > rules["max"]:
        return f"Member must have length less than or equal to {rules['max']}"
    if "pattern" in rules and not _compiled(rules["pattern"]).fullmatch(value):
        return f"Member must satisfy regular expression pattern: {rules['pattern']}"
    if "enum" in rules and value not in rules["enum"]:
        return f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]"
    return None


def _out_of_range(shape: Shape, value: int) -> str | None:
    rules = shape.metadata
    if "min" in rules and value < rules["min"]:
        return f"Member must have value greater than or equal to {rules['min']}"
    if "max" in rules and value > rules["max"]:
        return f"Member must have value less than or equal to {rules['max']}"
    return None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
