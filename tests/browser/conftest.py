"""Fixtures of the browser tests: one headless Chromium for all of them, the example pages, a folder for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.core.report_page import render
from tests.browser.chromium import Chromium, find_chromium
from tests.summaries import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser with an empty profile."""
    program = find_chromium()
    if program is None:
        pytest.fail("CI is set, and there is no Chromium: install one, or set CHROMIUM to its path")
    with Chromium(program, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The example pages as files, by name."""
    folder = tmp_path_factory.mktemp("pages")
    written = {name: folder / f"{name}.html" for name in EXAMPLES}
    for name, path in written.items():
        path.write_text(render(EXAMPLES[name]()), "utf-8")
    return written


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are written, to be looked at."""
    return tmp_path_factory.mktemp("pictures")
