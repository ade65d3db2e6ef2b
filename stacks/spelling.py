"""Finds the name that was meant by a mistyped one."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIMILAR = 0.7


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one; case and separators do not count. None if no name is like it."""
    plain = {_plain(each): each for each in known}
    found = get_close_matches(_plain(name), plain, 1, _SIMILAR)
    return plain[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name."""
    near = nearest(name, known)
    return f"; did you mean `{near}`?" if near else "."


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
