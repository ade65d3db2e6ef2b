"""docs/fidelity.md names every guess about import jobs, and tests that exist."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from localcloud.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGE = (PROJECT / "docs" / "fidelity.md").read_text()


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Settings) if "import" in field.name])
def test_every_guess_about_import_jobs_is_named(field: str) -> None:
    """By its setting."""
    assert f"`{field}`" in PAGE


def test_every_test_that_is_named_exists() -> None:
    """A row names the tests that hold it."""
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 40
    lost = [
        (file, test)
        for file, test in named
        if not (PROJECT / file).is_file() or (test and f"def {test}(" not in (PROJECT / file).read_text())
    ]
    assert lost == []
