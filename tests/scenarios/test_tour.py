"""The tour is played, and docs/tour.md is what comes of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from tools.tour.__main__ import main
from tools.tour.page import TOUR

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.scenario, pytest.mark.nightly]


def test_the_tour_is_what_its_commands_write(tmp_path: Path) -> None:
    """Every output on the page; `make tour` writes it."""
    page = tmp_path / "tour.md"
    with patch.object(sys, "argv", ["tools.tour", str(page)]):
        assert main() == 0
    assert page.read_text(encoding="utf-8") == TOUR.read_text(encoding="utf-8")
