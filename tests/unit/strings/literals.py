"""The string literals of the product's code, read from its syntax trees."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.!?]? [(`“]?[A-Za-z]{2,}")
_NO_SENTENCE = re.compile(r"[:#][a-z_]+\b|^[a-z_]+ = |</|/>|\\[\w(]|^[a-z]+(_?[a-z]+)*( [a-z]+_[a-z_]+)+")
"""DynamoDB expressions, markup, regular expressions, and lists of column names."""
_STYLES: Final = ("cognito_drop/core/report_page/style.py", "tools/bench/", "tools/example_users.py")


def sentences(folder: str) -> set[str]:
    """The literals of more than one word in a folder's modules, docstrings excluded; `{}` stands for a value."""
    return {text for path in modules(folder) for text in sentences_of(_tree(path))}


def sentences_of(tree: ast.Module) -> set[str]:
    """The literals of more than one word in a module, docstrings excluded; `{}` stands for a value."""
    return {text for text in _literals(tree) if _is_sentence(text)}


def members_named(enum: str, folder: str) -> set[str]:
    """The members of an enum that a call in the folder passes as its first argument."""
    found = set()
    for path in modules(folder):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call):
                found |= {
                    name.attr
                    for argument in node.args[:1]
                    for name in ast.walk(argument)
                    if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name) and name.value.id == enum
                }
    return found


def modules(folder: str) -> list[Path]:
    """The folder's Python files whose strings people read."""
    paths = sorted((PROJECT / folder).rglob("*.py"))
    return [path for path in paths if not path.relative_to(PROJECT).as_posix().startswith(_STYLES)]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _literals(tree: ast.Module) -> Iterator[str]:
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):  # parents come before their children
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            skipped |= {*node.values}
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value


def _is_sentence(text: str) -> bool:
    return bool(_SENTENCE.search(text)) and not _NO_SENTENCE.search(text)
