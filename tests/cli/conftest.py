"""Fixtures of the command's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.command import Command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def check(tmp_path: Path) -> Command:
    """The command in an empty folder."""
    return Command(tmp_path)
