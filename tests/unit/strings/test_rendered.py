"""What is rendered for users with sample values is what was reviewed. No test here reads the source."""

from __future__ import annotations

import pytest

from cognito_drop.cli.main import main
from tests.unit.strings.collection import KEPT, RENDERED, rendered
from tests.unit.strings.screens import WIDTHS


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What the code renders today."""
    return rendered()


@pytest.mark.parametrize("name", RENDERED)
def test_renderings_are_the_reviewed_ones(texts: dict[str, str], name: str) -> None:
    """`make strings` writes them again, and the change is reviewed with its commit."""
    assert texts[name].splitlines() == (KEPT / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_command_is_on_a_screen_of_each_width_and_nothing_is_cut(texts: dict[str, str], width: int) -> None:
    """Neither the file, the position in the queue, nor the time left ends in dots."""
    screens = texts[f"screens-{width}.txt"]
    called = {call.split(maxsplit=1)[0] for call in screens.split("$ cognito-drop ")[1:]}
    assert called == set(main.commands)
    assert "…" not in screens
