"""What holds for all tests."""

from __future__ import annotations

import gc

_NEW_OBJECTS = 50_000
"""So many of them, and the youngest generation is collected."""


def pytest_collection_finish() -> None:
    """Collect garbage seldom: what thousands of tests leave in caches would be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 100)
