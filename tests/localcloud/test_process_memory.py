"""Memory that is free goes back to the system."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

from localcloud.process_memory import give_back

if TYPE_CHECKING:
    import pytest


def test_free_pages_are_given_back_each_fiftieth_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """And where the C library has no such function, nothing happens."""
    asked: list[int] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: _Library(malloc_trim=asked.append))
    assert sum(give_back() for _ in range(100)) == 2
    assert asked == [0, 0]
    monkeypatch.setattr(ctypes, "CDLL", lambda _: _Library())
    assert sum(give_back() for _ in range(100)) == 2
    assert asked == [0, 0]


class _Library:
    def __init__(self, **functions: Any) -> None:  # noqa: ANN401
        self.__dict__.update(functions)
