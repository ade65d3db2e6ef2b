"""The smallest parameters that a service model allows for an operation, and parameters that it does not allow."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from botocore.model import ListShape, MapShape, StringShape, StructureShape
from hypothesis import find, settings
from hypothesis import strategies as st

from localcloud.api_model.constraints import compiled

if TYPE_CHECKING:
    from botocore.model import Shape

_TEXTS: Final = (
    "name",
    "1",
    "123456789012",
    "eu-west-1_abcdefghi",
    "01234567-89ab-4cde-8f01-23456789abcd",
    "arn:aws:iam::123456789012:role/name",
)

_CHECKED_BY_SDKS: Final = ("ChecksumAlgorithm", "EndpointId")
"""Members that SDKs read themselves, and refuse."""


def minimal(shape: Shape, inside: frozenset[str] = frozenset()) -> Any:  # noqa: ANN401  (a value of any type)
    """A value with the required members only; of a union, the first member."""
    if isinstance(shape, StructureShape):
        names = shape.required_members or (list(shape.members)[:1] if shape.is_tagged_union else [])
        return {
            name: minimal(shape.members[name], inside | {shape.name})
            for name in names
            if shape.members[name].name not in inside
        }
    if isinstance(shape, ListShape):
        return [minimal(shape.member, inside | {shape.name})] * max(1, shape.metadata.get("min", 0))
    if isinstance(shape, MapShape):
        return {minimal(shape.key): minimal(shape.value, inside | {shape.name})}
    return _scalar(shape)


def spoiled(shape: StructureShape) -> dict[str, Any]:
    """The same with one mistake: a value that the shape does not allow, else a required member that is missing."""
    given: dict[str, Any] = minimal(shape)
    for name, member in sorted(shape.members.items(), key=lambda entry: entry[0] not in given):
        wrong = None if name in _CHECKED_BY_SDKS else _wrong(member)
        if wrong is not None:
            return {**given, name: wrong}
    in_body = [name for name, member in shape.members.items() if "location" not in member.serialization]
    missing = next((name for name in in_body if name in given), None)
    if missing is None:
        return {**given, in_body[0]: 5}  # a text, as far as there are such operations
    return {name: value for name, value in given.items() if name != missing}


def _wrong(shape: Shape) -> Any:  # noqa: ANN401  (a value of any type)
    """A value that the shape does not allow; None for a shape that allows what can be sent."""
    if isinstance(shape, StringShape) and shape.enum:
        return "NONE-OF-THEM"
    if shape.type_name in ("integer", "long"):
        return "many"
    if "pattern" in shape.metadata and not compiled(shape.metadata["pattern"]).fullmatch("\x07" * 4):
        return "\x07" * 4
    return None


def _scalar(shape: Shape) -> Any:  # noqa: ANN401  (a value of any type)
    limits = shape.metadata
    match shape.type_name:
        case "string" | "character":
            if isinstance(shape, StringShape) and shape.enum:
                return shape.enum[0]
            return _text(limits.get("pattern", r"[\s\S]*"), limits.get("min", 0), limits.get("max", 10_000))
        case "blob":
            return b"x" * max(1, limits.get("min", 0))
        case "boolean":
            return True
        case "timestamp":
            return 1_700_000_000
        case _:
            return max(1, limits.get("min", 0))


@functools.cache
def _text(pattern: str, least: int, most: int) -> str:
    """A text of that length that matches."""
    matching = compiled(pattern)
    for text in (candidate.ljust(least, "a") for candidate in _TEXTS):
        if len(text) <= most and matching.fullmatch(text):
            return text
    return find(
        st.from_regex(matching, fullmatch=True),
        lambda text: least <= len(text) <= most,
        settings=settings(derandomize=True, database=None),
    )
