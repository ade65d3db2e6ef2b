"""The memory of a check: one window of the file at a time."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

from cognito_drop.core.rows import file_pass
from cognito_drop.core.rows.window import Window
from tests.unit.rows.files import check

if TYPE_CHECKING:
    import pytest


def test_a_window_is_let_go_of_before_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once: the collector of cycles would let a hundred of them wait."""
    seen: list[weakref.ref[Window]] = []
    alive: list[int] = []

    class Watched(Window):
        def __init__(self, *given: Any) -> None:  # noqa: ANN401  (those of the window)
            alive.append(sum(one() is not None for one in seen))
            seen.append(weakref.ref(self))
            super().__init__(*given)

    monkeypatch.setattr(file_pass, "Window", Watched)
    rows = "".join(f"u{number},u{number}@example.com,true\nbad{number}\n\n" for number in range(200))
    gc.disable()
    try:
        report = check(f"cognito:username,email,email_verified\n{rows}", block_bytes=500).report
    finally:
        gc.enable()
    assert report.rejected
    assert len(seen) > 10
    assert set(alive) == {0}
