r"""What the service model says a value must be, and where a request breaks it.

SDKs check only what must be there; lengths, patterns, ranges and enumerations are refused by the service itself. The
model's patterns are Java's: `\w`, `\d` and `\s` are ASCII, and the whole value must match.

A check is compiled once for each shape. It gives None for a value that breaks nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import regex  # type: ignore[import-untyped]  # it has no types
from botocore.model import ListShape, MapShape, StringShape, StructureShape

from localcloud.api_model.errata import UNCHECKED_PATTERNS
from localcloud.api_model.violation import Violation, lower_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botocore.model import Shape

_JSON_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "character": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int, float),
    "long": (int, float),
    "float": (int, float, str),  # "NaN" and "Infinity" are texts
    "double": (int, float, str),
    "timestamp": (int, float, str),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}
_NULL: Final = "Member must not be null"
_SCALARS: Final = frozenset(_JSON_TYPES) - {"list", "map", "structure"}


class NotOfTypeError(ValueError):
    """A value of a JSON document has another type than the model says."""


Check: TypeAlias = "Callable[[Any], list[Violation] | None]"
"""What a value breaks, None for nothing."""
_CheckParts: TypeAlias = "Callable[[object, Iterable[tuple[object, Any]]], list[Violation]]"
"""What the parts of a value break, each with its number or key."""


class Checks:
    """The checks of one service's shapes, for values of JSON or for those that a parser has made."""

    def __init__(self, service: str, *, is_json: bool) -> None:
        self._service = service
        self._is_json = is_json
        self._made: dict[str, Check] = {}
        self._under_way: set[str] = set()
        self._one_at_a_time = threading.RLock()

    def of(self, shape: Shape) -> Check:
        """The check of a shape."""
        made = self._made.get(shape.name)
        return made or self._of(shape)

    def _of(self, shape: Shape) -> Check:
        with self._one_at_a_time:
            if shape.name in self._under_way:  # the shape contains itself
                return lambda value: self._made[shape.name](value)  # noqa: PLW0108  (made later)
            if shape.name not in self._made:
                self._under_way.add(shape.name)
                self._made[shape.name] = self._make(shape)
                self._under_way.remove(shape.name)
            return self._made[shape.name]

    def _make(self, shape: Shape) -> Check:
        if isinstance(shape, StructureShape):
            check = _anything if shape.is_document_type else self._structure(shape)
        elif isinstance(shape, ListShape):
            check = self._list(shape)
        elif isinstance(shape, MapShape):
            check = self._map(shape)
        else:
            check = self._scalar(shape)
        return _typed(shape, check) if self._is_json and check is not _anything else check

    def wire_name(self, name: str, member: Shape) -> str:
        """Under which name a structure's member is in what is checked."""
        return str(member.serialization.get("name", name)) if self._is_json else name

    def _structure(self, shape: StructureShape) -> Check:
        members = {
            self.wire_name(name, member): (lower_first(name), self.of(member)) for name, member in shape.members.items()
        }
        needed = [
            (self.wire_name(name, shape.members[name]), lower_first(name), shape.members[name])
            for name in shape.required_members
        ]

        def check(value: dict[str, Any]) -> list[Violation] | None:
            found: list[Violation] = []
            for wire, path, member in needed:
                if value.get(wire) is None:
                    found.append(Violation(path, _NULL, None, member))
            for wire, item in value.items():
                if item is None or wire not in members:
                    continue
                path, check_member = members[wire]
                broken = check_member(item)
                if broken:
                    found.extend(violation.inside(path) for violation in broken)
            return found or None

        return check

    def _list(self, shape: ListShape) -> Check:
        check_length, check_items = _length(shape), self._parts("Member", shape.member, shape)

        def check(value: list[Any]) -> list[Violation] | None:
            return [*(check_length(value) or ()), *check_items(value, enumerate(value, 1))] or None

        return check

    def _map(self, shape: MapShape) -> Check:
        check_length = _length(shape)
        check_keys = self._parts("Map keys", shape.key, shape)
        check_values = self._parts("Map value", shape.value, shape)

        def check(value: dict[str, Any]) -> list[Violation] | None:
            keys = check_keys(value, ((key, key) for key in value))
            return [*(check_length(value) or ()), *keys, *check_values(value, value.items())] or None

        return check

    def _parts(self, what: str, part: Shape, whole: Shape) -> _CheckParts:
        """The check of a list's or map's parts. The first broken one, unless it is a structure, breaks the whole."""
        check_part, is_scalar = self.of(part), part.type_name in _SCALARS

        def check(value: object, parts: Iterable[tuple[object, Any]]) -> list[Violation]:
            found: list[Violation] = []
            for name, each in parts:
                broken = check_part(each) if each is not None else None
                if broken and is_scalar:
                    sentences = ", ".join(violation.sentence for violation in broken)
                    return _one(whole, value, f"{what} must satisfy constraint: [{sentences}]")
                if broken:
                    found.extend(violation.inside(f"{name}.member") for violation in broken)
            return found

        return check

    def _scalar(self, shape: Shape) -> Check:
        limits = shape.metadata
        if shape.type_name in ("string", "character"):
            return self._text(shape)
        if shape.type_name == "blob":
            check = _length(shape)
            return (lambda value: check(_decoded(value))) if self._is_json else check
        if shape.type_name not in ("integer", "long", "float", "double") or not {"min", "max"} & limits.keys():
            return _nothing
        least, most = limits.get("min"), limits.get("max")

        def check_number(value: float) -> list[Violation] | None:
            if least is not None and float(value) < least:
                return _one(shape, value, f"Member must have value greater than or equal to {least}")
            if most is not None and float(value) > most:
                return _one(shape, value, f"Member must have value less than or equal to {most}")
            return None

        return check_number

    def _text(self, shape: Shape) -> Check:
        pattern = shape.metadata.get("pattern")
        if (self._service, shape.name) in UNCHECKED_PATTERNS:
            pattern = None
        allowed = frozenset(shape.enum) if isinstance(shape, StringShape) else frozenset()
        if pattern is None and not allowed and not {"min", "max"} & shape.metadata.keys():
            return _nothing
        check_length = _length(shape)
        matches = compiled(pattern).fullmatch if pattern is not None else None

        def check(value: str) -> list[Violation] | None:
            found: list[Violation] = list(check_length(value) or ())
            if matches is not None and not matches(value):
                found.append(Violation("", f"Member must satisfy regular expression pattern: {pattern}", value, shape))
            if allowed and value not in allowed:
                words = ", ".join(shape.metadata["enum"])
                found.append(Violation("", f"Member must satisfy enum value set: [{words}]", value, shape))
            return found or None

        return check


def compiled(pattern: str) -> re.Pattern[str]:
    r"""The model's pattern for Python; `regex` reads what `re` cannot, such as `\p{L}`, which is not ASCII."""
    try:
        return re.compile(pattern, re.ASCII)
    except re.error:
        is_ascii = not re.search(r"\\p\{[A-Z][a-z]?\}", pattern)
        text = pattern if is_ascii else pattern.replace(r"\s", r" \t\n\x0b\f\r")
        made: re.Pattern[str] = regex.compile(text, regex.ASCII if is_ascii else 0)
        return made


def _anything(_value: object) -> None:
    """Takes any JSON value."""


def _nothing(_value: object) -> None:
    """Takes any value of the type."""


def _typed(shape: Shape, check: Check) -> Check:
    kinds, is_boolean, is_whole = (
        _JSON_TYPES[shape.type_name],
        shape.type_name == "boolean",
        shape.type_name in ("integer", "long"),
    )

    def checked(value: object) -> list[Violation] | None:
        if (
            not isinstance(value, kinds)
            or (isinstance(value, bool) and not is_boolean)
            or (is_whole and isinstance(value, float) and not value.is_integer())
        ):
            raise NotOfTypeError(f"{type(value).__name__} can not be converted to {shape.type_name}")
        return check(value)

    return checked


def _length(shape: Shape) -> Check:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is None and most is None:
        return _nothing

    def check(value: Any) -> list[Violation] | None:  # noqa: ANN401  (what has a length)
        if least is not None and len(value) < least:
            return _one(shape, value, f"Member must have length greater than or equal to {least}")
        if most is not None and len(value) > most:
            return _one(shape, value, f"Member must have length less than or equal to {most}")
        return None

    return check


def _one(shape: Shape, value: object, sentence: str) -> list[Violation]:
    return [Violation("", sentence, value, shape)]


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotOfTypeError("a blob is not in Base64") from error
