"""Wildcards in policies: `*` is any text and `?` any one character; nothing else is special.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import functools
import re
from typing import Any, Final

_COLONS: Final = 5  # arn:partition:service:region:account:resource


def matches(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """Whether the whole value matches."""
    return _compiled(pattern, ignore_case).fullmatch(value) is not None


def matches_arn(pattern: str, arn: str) -> bool:
    """Whether each of an ARN's components matches its own pattern; the last pattern takes all that is left."""
    patterns = pattern.split(":", _COLONS)
    components = arn.split(":", len(patterns) - 1)
    return len(patterns) == len(components) and all(map(matches, patterns, components))


def as_list(value: object) -> list[Any]:
    """What a policy may give as one thing or as a list of them; nothing for None."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@functools.lru_cache(maxsize=2048)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else re.NOFLAG))
