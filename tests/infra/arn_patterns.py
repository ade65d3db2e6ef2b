"""Whether a policy's pattern can match an ARN of a format such as `arn:${Partition}:s3:::${Bucket}/${ObjectName}`."""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

_HOLDS_SLASHES: Final = re.compile(r"ObjectName|LogGroupName|LogStreamName|\w+WithPath|ParameterName\w+")
"""Variables whose value may have slashes. An object's key may have colons too."""


class _Part(NamedTuple):
    """A character of a format, or any number of those that are not excluded."""

    character: str
    excluded: str = ""


def can_match(pattern: str, arn_format: str) -> bool:
    """Whether some ARN of the format matches the pattern, in which `*` is any text and `?` any character."""
    parts = tuple(_parts(arn_format))

    @functools.cache
    def meet(at: int, position: int) -> bool:
        """Whether what is left of the pattern and what is left of the format have a text in common."""
        wanted = pattern[at] if at < len(pattern) else ""
        if position == len(parts):
            return all(each == "*" for each in pattern[at:])
        part = parts[position]
        if wanted == "*" and meet(at + 1, position):
            return True
        if not part.character:
            if meet(at, position + 1):
                return True
            return bool(wanted) and wanted not in part.excluded and wanted != "*" and meet(at + 1, position)
        if wanted == "*":
            return meet(at, position + 1)
        is_same = wanted == part.character or (bool(wanted) and part.character == "any" and wanted not in part.excluded)
        return (is_same or wanted == "?") and meet(at + 1, position + 1)

    return meet(0, 0)


def _parts(arn_format: str) -> list[_Part]:
    """A variable is one character and any number of further ones."""
    found: list[_Part] = []
    for piece in re.split(r"(\$\{[^}]+\})", arn_format):
        if not piece.startswith("${"):
            found += map(_Part, piece)
            continue
        name = piece[2:-1]
        excluded = "" if name == "ObjectName" else ":" if _HOLDS_SLASHES.fullmatch(name) else ":/"
        found += [_Part("any", excluded), _Part("", excluded)]
    return found
