"""The checks of `make check` and `make unit` that read the source, for a change that all other tests accept.

A changed module of mutmut has all changes of its functions side by side, so what reads a module sees none of them as it
would be. Here the one change is put into its module. Either of two checks then notices it:

- the snapshot of strings (`tests/unit/strings`), if the change makes other sentences than the reviewed ones;
- the type checker, in strict mode, if it finds an error of types in the changed module. What it says of conditions that
  are always true does not count: some changes are such conditions by their form (`x or True`).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import libcst as cst
from mutmut.mutation.diff_apply import find_mutant, read_functions_from_index

from tests.unit.strings.literals import sentences_of
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

_OF_CONDITIONS: Final = {"redundant-expr", "truthy-bool", "unreachable"}
_ERROR: Final = re.compile(r": error: .*\[([a-z-]+)\]$", re.MULTILINE)
_CACHE: Final = PROJECT / "mutants" / ".mypy_cache"


def noticed_by_other_checks(name: str) -> bool:
    """Whether the snapshot of strings or the type checker notices this change."""
    path = PROJECT / find_mutant(name).path
    before = path.read_text(encoding="utf-8")
    after = _changed(name, path, before)
    return sentences_of(ast.parse(before)) != sentences_of(ast.parse(after)) or _is_refused(path, after)


def _changed(name: str, path: Path, before: str) -> str:
    """The module with this one change."""
    functions = read_functions_from_index(name, path.relative_to(PROJECT))
    if functions is None:
        raise LookupError(f"The change {name} is not in the index of {path}.")
    _, mutated = functions
    module = cst.parse_module(before)
    found = _function(module.body, _place(name))
    return module.with_deep_changes(found, body=mutated.body, params=mutated.params).code


def _place(name: str) -> list[str]:
    """The function's name, after that of its class if it is a method."""
    marked = name.rpartition(".")[2].rpartition("__mutmut_")[0]
    return marked.split("ǁ")[1:] if "ǁ" in marked else [marked.removeprefix("x_")]


def _function(body: Sequence[cst.CSTNode], place: Sequence[str]) -> cst.FunctionDef:
    for node in body:
        if isinstance(node, cst.FunctionDef) and [node.name.value] == list(place):
            return node
        if isinstance(node, cst.ClassDef) and node.name.value == place[0]:
            return _function(node.body.body, place[1:])
    raise LookupError(f"There is no function {'.'.join(place)}.")


def _is_refused(path: Path, after: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        shadow = Path(folder) / path.name
        shadow.write_text(after, encoding="utf-8")
        checked = subprocess.run(
            [sys.executable, "-m", "mypy", "--cache-dir", _CACHE, "--shadow-file", path, shadow, path],
            cwd=PROJECT, check=False, capture_output=True, text=True,
        )  # fmt: skip
    return not _OF_CONDITIONS.issuperset(_ERROR.findall(checked.stdout))
