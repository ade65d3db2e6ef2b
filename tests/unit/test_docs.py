"""The docs name what the code has: codes, settings, flags, decisions."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from lambdas.core.problem import ProblemCode
from localcloud.settings import Settings
from stacks.config import Config, PoolConfig

PROJECT = Path(__file__).resolve().parent.parent.parent
DOCS = PROJECT / "docs"


@pytest.mark.parametrize("code", ProblemCode)
def test_every_code_of_an_unusable_file_is_named(code: ProblemCode) -> None:
    """The page on results lists each code."""
    assert f"`{code.value}`" in (DOCS / "results.md").read_text()


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Config)])
def test_every_context_key_is_in_the_readme(field: str) -> None:
    """The README's table of the configuration has each key."""
    assert f"\n| `{field}` |" in (PROJECT / "README.md").read_text()


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(PoolConfig) if field.name != "id"])
def test_every_setting_of_a_pool_is_explained(field: str) -> None:
    """The page on the file has each setting that a pool can have."""
    assert f"\n| `{field}` |" in (DOCS / "file-format.md").read_text()


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Settings) if "import" in field.name])
def test_every_guess_about_import_jobs_is_in_the_fidelity_table(field: str) -> None:
    """What the embedded AWS assumes of import jobs is named where its fidelity is told."""
    assert f"`{field}`" in (DOCS / "fidelity.md").read_text()


def test_every_decision_is_listed() -> None:
    """The list of decisions links each of them, and nothing that is not there."""
    listed = (DOCS / "decisions" / "README.md").read_text()
    files = {path.name for path in (DOCS / "decisions").glob("20*.md")}
    assert files
    assert all(f"({name})" in listed for name in files)
    assert listed.count(".md)") == len(files)
