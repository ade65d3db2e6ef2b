"""The page on the construct's interface."""

from __future__ import annotations

from tools.construct_api import PAGE, page


def test_the_page_is_what_the_docstrings_say() -> None:
    """Otherwise `make reference` was forgotten."""
    assert PAGE.read_text() == page()


def test_everything_on_the_page_is_explained() -> None:
    """No row ends with an empty cell."""
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert len(rows) > 30
    assert not [row for row in rows if row.replace(" ", "").endswith("||")]
