"""No string that a user reads changes without a reviewer seeing it as a diff."""

from __future__ import annotations

import pytest

from cognito_drop.cli.errors import ErrorCode
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.strings.collection import KEPT, RENDERED, collected
from tests.unit.strings.literals import members_named


@pytest.fixture(scope="module")
def strings() -> dict[str, str]:
    """What the code says today."""
    return collected()


@pytest.mark.parametrize("name", sorted(path.name for path in KEPT.glob("*.txt") if path.name not in RENDERED))
def test_strings_are_the_reviewed_ones(strings: dict[str, str], name: str) -> None:
    """`make strings` writes them again, and the change is reviewed with its commit."""
    assert strings[name].splitlines() == (KEPT / name).read_text(encoding="utf-8").splitlines()


def test_every_collected_file_is_kept(strings: dict[str, str]) -> None:
    """A new kind of string has its file in the repository."""
    assert {path.name for path in KEPT.glob("*.txt")} == set(strings)


def test_every_code_has_a_rendering() -> None:
    """A problem and an error of the command are raised with a sentence somewhere: no code is without one."""
    problems = members_named("ProblemCode", "cognito_drop/core") | members_named("ProblemCode", "lambdas")
    assert {code.name for code in ProblemCode} - problems == set()
    assert {code.name for code in ErrorCode} - members_named("ErrorCode", "cognito_drop/cli") == set()
