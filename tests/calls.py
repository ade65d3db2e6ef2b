"""How much work something is, counted as calls of functions: no busy machine changes that."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


def calls_of(action: Callable[[], _T]) -> tuple[int, _T]:
    """How many functions an action calls, and what it returns."""
    calls = 0

    def count(_: object, event: str, __: Any) -> None:  # noqa: ANN401  (the signature of a profile function)
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        found = action()
    finally:
        sys.setprofile(None)
    return calls, found
