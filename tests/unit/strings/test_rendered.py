"""What is rendered for users with sample values is what was reviewed. No test here reads the source."""

from __future__ import annotations

import pytest

from tests.unit.strings.collection import KEPT, RENDERED, rendered


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What the code renders today."""
    return rendered()


@pytest.mark.parametrize("name", RENDERED)
def test_renderings_are_the_reviewed_ones(texts: dict[str, str], name: str) -> None:
    """`make strings` writes them again, and the change is reviewed with its commit."""
    assert texts[name].splitlines() == (KEPT / name).read_text(encoding="utf-8").splitlines()
