"""Statuses and other enumerations are matched with every member named, so that a new member is not overlooked.

mypy fails where a `match` that ends in `assert_never` lacks a member. This holds that several members are distinguished
from the others by such a match only, and not by a tuple or a chain of comparisons, which a new member falls through.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = ("lambdas", "cognito_drop", "stacks")
PATHS = [
    path.relative_to(PROJECT).as_posix() for folder in FOLDERS for path in sorted((PROJECT / folder).rglob("*.py"))
]


@cache
def _tree(path: str) -> ast.Module:
    """Read when it is needed: each process of `make test` collects this file, and one of them runs it."""
    return ast.parse((PROJECT / path).read_text())


@cache
def _enumerations() -> set[str]:
    return {
        node.name
        for path in PATHS
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Enum") for base in node.bases)
    }


def _is_member(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in _enumerations()


def _subjects(node: ast.BoolOp) -> list[str]:
    """What is compared with one member each by a chain of `or` (or of `and`, with `not`)."""
    wanted = (ast.Is, ast.Eq) if isinstance(node.op, ast.Or) else (ast.IsNot, ast.NotEq)
    return [
        ast.unparse(each.left)
        for each in node.values
        if isinstance(each, ast.Compare) and isinstance(each.ops[0], wanted) and _is_member(each.comparators[0])
    ]


def _names_members(pattern: ast.pattern) -> bool:
    return any(isinstance(each, ast.MatchValue) and _is_member(each.value) for each in ast.walk(pattern))


def _ends_in_assert_never(node: ast.Match) -> bool:
    last = node.cases[-1]
    is_any = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
    return is_any and "assert_never(" in ast.unparse(last.body[0])


def overlooking(tree: ast.Module) -> Iterator[int]:
    """The lines at which a new member of an enumeration would be overlooked."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Tuple() | ast.Set() | ast.List() as among]):
                if sum(map(_is_member, among.elts)) > 1:
                    yield node.lineno
            case ast.BoolOp():
                subjects = _subjects(node)
                if len(subjects) > len(set(subjects)):
                    yield node.lineno
            case ast.Match():
                if any(_names_members(case.pattern) for case in node.cases) and not _ends_in_assert_never(node):
                    yield node.lineno


@pytest.mark.parametrize("path", PATHS)
def test_a_new_member_is_not_overlooked(path: str) -> None:
    """Neither in a decision of the core nor in a function."""
    assert list(overlooking(_tree(path))) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("state in (RunState.ENDED, RunState.REPORTED)", [1]),
        ("state not in {RunState.ENDED, RunState.REPORTED}", [1]),
        ("state is RunState.ENDED or state is RunState.REPORTED", [1]),
        ("state is not RunState.ENDED and state is not RunState.REPORTED", [1]),
        ("match state:\n case RunState.ENDED: pass\n case _: pass", [1]),
        ("match state:\n case RunState.ENDED: pass", [1]),
        ("match state:\n case RunState.ENDED: pass\n case _: assert_never(state)", []),
        ("state is RunState.ENDED or other is RunState.REPORTED", []),
        ("state is RunState.ENDED", []),
        ("word in ('a', 'b')", []),
    ],
)
def test_what_is_looked_for_is_found(text: str, lines: list[int]) -> None:
    """Each form, and nothing else."""
    assert list(overlooking(ast.parse(text))) == lines
