"""No answer of a check changes without a reviewer seeing it as a diff."""

from __future__ import annotations

from functools import cache

import pytest

from tests.unit.answers.files import FILES
from tests.unit.answers.rendering import by_name, section
from tests.unit.answers.snapshot import KEPT


@cache
def kept(file: str) -> dict[str, str]:
    """The reviewed answers."""
    return by_name((KEPT / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "name"), [(file, name) for file, cases in FILES.items() for name in cases])
def test_answers_are_the_reviewed_ones(file: str, name: str) -> None:
    """`make strings` writes them again, and the change is reviewed with its commit."""
    assert section(name, FILES[file][name]).splitlines() == kept(file)[name].splitlines()


def test_all_answers_that_are_kept_are_given() -> None:
    """None is left of a file that is no longer checked."""
    assert {path.name for path in KEPT.iterdir()} == set(FILES)
    for file, cases in FILES.items():
        assert list(kept(file)) == list(cases)
