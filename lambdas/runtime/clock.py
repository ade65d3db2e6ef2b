"""The time, in the one place that asks for it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def epoch() -> float:
    """Seconds since 1970."""
    return time.time()


def sleep(seconds: float) -> None:
    """Let so much time pass."""
    time.sleep(seconds)


def now() -> datetime:
    """The same as a moment in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)
