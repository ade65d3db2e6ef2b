"""How long tests wait for what must come: a guard against hanging only, which no busy machine may miss."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 600.0
"""Seconds on the wall."""
