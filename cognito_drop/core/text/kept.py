"""What a function finds for a text, kept for the next time."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")
_MOST_KEPT: Final = 1_024
_LONGEST_KEPT: Final = 200  # characters


def kept_if_short(function: Callable[[str], _T]) -> Callable[[str], _T]:
    """The same function, which keeps what it finds for short texts. Memory is bounded: a file may have a long name."""
    once = functools.lru_cache(_MOST_KEPT)(function)

    @functools.wraps(function)
    def found(text: str) -> _T:
        return once(text) if len(text) <= _LONGEST_KEPT else function(text)

    return found
