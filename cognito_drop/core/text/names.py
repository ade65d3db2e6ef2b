"""Names of columns and members of a file in a sentence: ten of them, printable, each with the nearest known one."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHOWN: Final = 10
_LONGEST: Final = 60  # characters


def named(names: Sequence[str], known: Iterable[str] = ()) -> str:
    """The names for a sentence; those beyond the tenth by number only."""
    by_lower = {name.lower(): name for name in known}
    said = [_with_nearest(name, by_lower) for name in names[:_SHOWN]]
    rest = len(names) - len(said)
    return ", ".join(said) + (f", and {rest} more" if rest else "")


def _with_nearest(name: str, by_lower: dict[str, str]) -> str:
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    shown = printable(name, _LONGEST)
    return f"{shown} (nearest: {printable(by_lower[near[0]], _LONGEST)})" if near else shown
