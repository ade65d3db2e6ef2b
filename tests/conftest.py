"""What holds for all tests: how they are shared out among processes, and how seldom garbage is collected."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent
_TOGETHER = ("cli", "infra")
"""Folders whose files share what takes long to set up: each goes to one process, the other files one by one."""
_EARLY = ("faults", "scenarios", *_TOGETHER, "storm", "costs")
"""What takes long comes first, so that all processes end together."""
_NEW_OBJECTS = 50_000
"""So many of them, and the youngest generation is collected."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each process whole files, or whole folders. A cloud for many files is made once in each process."""
    for item in items:
        folder, *files = item.path.relative_to(_TESTS).parts
        item.add_marker(pytest.mark.xdist_group(folder if folder in _TOGETHER else "-".join((folder, *files))))
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    folder = item.path.relative_to(_TESTS).parts[0]
    return _EARLY.index(folder) if folder in _EARLY else len(_EARLY)


def pytest_collection_finish() -> None:
    """Collect garbage seldom: what thousands of tests leave in caches would be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 100)
