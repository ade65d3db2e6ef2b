"""The report page passes axe-core: with light and dark colors, on a phone and on a desk, and as it is printed."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import find_chromium
from tests.summaries import EXAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet

    from tests.browser.chromium import Chromium

if find_chromium() is None and not os.environ.get("CI"):
    pytest.skip("no Chromium or Chrome on this machine", allow_module_level=True)

AXE = (resources.files("axe_core_python") / "axe.min.js").read_text("utf-8")
WAYS = {
    "desk": (1280, "light", "screen"),
    "dark": (1280, "dark", "screen"),
    "phone": (390, "light", "screen"),
    "dark phone": (390, "dark", "screen"),
    "print": (1280, "light", "print"),
}
"""Width, color scheme, and medium."""
_FOUND = """axe.run().then(found => found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.html} ${node.failureSummary}`)))"""


def _pages_and_ways() -> list[ParameterSet]:
    """One page in all ways, and all pages in one way; the rest proves at greater length that colors do not depend on
    the page."""
    return [
        pytest.param(name, way, marks=() if name == "partly_imported" or way == "dark phone" else pytest.mark.nightly)
        for name in EXAMPLES
        for way in WAYS
    ]


@pytest.mark.parametrize(("name", "way"), _pages_and_ways())
def test_axe_finds_nothing(browser: Chromium, pages: dict[str, Path], name: str, way: str) -> None:
    """None of its rules is broken, best practices included."""
    width, scheme, medium = WAYS[way]
    browser.open(pages[name], width=width, scheme=scheme, medium=medium)
    browser.evaluate(AXE)
    assert browser.evaluate(_FOUND) == []


def test_axe_finds_what_is_there(browser: Chromium, tmp_path: Path) -> None:
    """A page with a fault in its structure and one in its colors has both."""
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><title>A page</title><p style="color: #aaa; background: #fff">Pale</p>', "utf-8")
    browser.open(page, width=1280)
    browser.evaluate(AXE)
    assert {found.partition(":")[0] for found in browser.evaluate(_FOUND)} >= {"color-contrast", "html-has-lang"}
