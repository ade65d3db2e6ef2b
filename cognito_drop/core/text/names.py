"""Names of columns and members of a file in a sentence: ten of them, printable, each with the nearest known one."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_SHOWN: Final = 10
_LONGEST: Final = 60  # characters


def named(names: Sequence[str], known: Iterable[str] = ()) -> str:
    """The names for a sentence; those beyond the tenth by number only."""
    by_lower = {name.lower(): name for name in known}

    def nearest(name: str) -> str:
        near = difflib.get_close_matches(name.lower(), by_lower, n=1)
        return f"nearest: {by_lower[near[0]]}" if near else ""

    return with_notes(names, nearest)


def with_notes(names: Sequence[str], note: Callable[[str], str]) -> str:
    """The same with what there is to say of each name; a blank note is not shown."""
    said = [_with_note(name, note(name)) for name in names[:_SHOWN]]
    rest = len(names) - len(said)
    return ", ".join(said) + (f", and {rest} more" if rest else "")


def _with_note(name: str, note: str) -> str:
    shown = printable(name, _LONGEST)
    return f"{shown} ({printable(note, 2 * _LONGEST)})" if note else shown
