"""JSON documents as lines: a value a line, and of each further document what differs from the first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypeAlias

from tests.unit.answers.rendering import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST: Final = 160
"""Characters of a value that is shown whole."""
_LONGEST_LINE: Final = 320
Lines: TypeAlias = dict[str, str]
"""The place of each value, such as `parts.0.rows` → the value as JSON."""


def values(document: object, place: str = "") -> Lines:
    """The values of a document by their places; an empty list or object is a value."""
    inner: dict[str, object] = {}
    if isinstance(document, dict):
        inner = document
    elif isinstance(document, (list, tuple)):
        inner = {f"{number}": value for number, value in enumerate(document)}
    if not inner:
        return {place: short(json.dumps(document), _LONGEST)}
    found: Lines = {}
    for name, value in inner.items():
        found |= values(value, f"{place}.{name}" if place else f"{name}")
    return found


def without(found: Lines, said: Mapping[str, str]) -> Lines:
    """The values that are not said already at the same place."""
    return {place: value for place, value in found.items() if said.get(place) != value}


def differences(first: Mapping[str, str], other: Lines) -> Iterator[str]:
    """What a document has otherwise than the first; all of it where they are the same."""
    for place, value in other.items():
        if other is first or first.get(place) != value:
            yield f"{place}: {value}"
    yield from (f"{place}: (not there)" for place in first if not _is_in(place, other))


def _is_in(place: str, other: Mapping[str, str]) -> bool:
    """Whether the place has something; whether one above it is empty, or it has others in it."""
    above = place.split(".")
    is_above = any(".".join(above[:number]) in other for number in range(1, len(above) + 1))
    return is_above or any(each.startswith(f"{place}.") for each in other)


def text_lines(text: str) -> Iterator[str]:
    """The lines of a text, long ones with their beginning and a digest."""
    yield from (short(line, _LONGEST_LINE) for line in text.splitlines())
