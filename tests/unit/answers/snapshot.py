"""Where the reviewed answers are, and how they are written again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.unit.answers.files import FILES
from tests.unit.answers.rendering import sections

KEPT: Final = Path(__file__).with_name("kept")


def write() -> None:
    """Write them again."""
    for path in KEPT.glob("*"):
        path.unlink()
    for name, files in FILES.items():
        (KEPT / name).write_text(sections(files), encoding="utf-8")
