"""What the tests have explored, for the summary."""

from __future__ import annotations

LINES: list[str] = []
