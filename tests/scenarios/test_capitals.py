"""Names with capital letters in a pool that ignores case, with case-sensitive filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.capitals import check_capitals

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


def test_names_in_capitals_are_found_as_they_are_written(world: World, tmp_path: Path) -> None:
    """By the run, the command, and the undo."""
    check_capitals(world, "undone", tmp_path, str)
