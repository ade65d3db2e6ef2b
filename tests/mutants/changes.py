"""The changes that mutmut makes of the product's functions, each by name and as a module's text."""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import libcst as cst
from mutmut.mutation.file_mutation import create_mutations, deep_replace
from mutmut.mutation.trampoline_templates import mangle_function_name
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import get_mutant_name

from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mutmut.mutation.file_mutation import Mutation


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one function. Paths are relative to the project."""

    name: str
    path: Path
    before: str
    """The module as it is."""
    after: str
    """The module with this change."""

    @property
    def function(self) -> str:
        """The name without the number, which another change of the function moves."""
        return function_of(self.name)

    @property
    def lines(self) -> str:
        """The lines that it takes away and adds, without their indent."""
        diff = list(difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), n=0))[2:]
        return "\n".join(f"{line[0]} {line[1:].strip()}" for line in diff if line[0] in "+-")

    @property
    def is_of_log(self) -> bool:
        """Whether it changes nothing but calls of the logger: the snapshot of strings holds the text of a log line, and
        the logger adds the run's id. The values beside them are for people who read logs; nothing reads them by name.
        """
        before, after = (ast.dump(_WithoutLog().visit(ast.parse(text))) for text in (self.before, self.after))
        return before == after


_LOG = {"logger", "log_failure"}
_LOGGED_AND_KEPT = "failed"
"""The method of a sweep's findings that logs a failure, with its named values, and keeps the error."""


class _WithoutLog(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of the logger without what it is given; one of a method that logs a failure, without what it logs."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == _LOGGED_AND_KEPT:
            node.keywords = []
        called = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        return node.func if isinstance(called, ast.Name) and called.id in _LOG else node


def function_of(name: str) -> str:
    """The name of the function that a change is of."""
    return name.rpartition("__mutmut_")[0]


def names(jobs: int) -> list[str]:
    """The names of all changes, in the order of the alphabet. Those of a file that is as it was are kept on disk."""
    kept = Kept("names")
    new = {path: digest for path in mutated_files() if (digest := digest_of(path)) not in kept.values}
    with get_context("fork").Pool(jobs) as pool:
        kept.values |= zip(new.values(), pool.map(_names, new), strict=True)
    kept.write()
    return sorted(name for path in mutated_files() for name in kept.values[digest_of(path)])


def named(wanted: Sequence[str], jobs: int = 1) -> list[Change]:
    """The changes of these names, in their order."""
    paths = module_paths()
    of_file: dict[Path, set[str]] = {}
    for name in wanted:
        of_file.setdefault(paths[name.rpartition(".")[0]], set()).add(name)
    if jobs == 1:  # as in a test, whose process has threads and cannot be forked safely
        made = [_changes(path, names_of_file) for path, names_of_file in of_file.items()]
    else:
        with get_context("fork").Pool(jobs) as pool:
            made = pool.starmap(_changes, of_file.items(), chunksize=1)
    found = {change.name: change for of_one in made for change in of_one}
    return [found[name] for name in wanted]


def mutated_files() -> list[Path]:
    """The files of `tool.mutmut` in pyproject.toml."""
    return sorted(walk_mutatable_files())


def module_paths() -> dict[str, Path]:
    """These files by the name that they are imported with."""
    return {get_mutant_name(path, "x").rpartition(".")[0]: path for path in mutated_files()}


def digest_of(*paths: Path) -> str:
    """A digest of the files' names and contents."""
    content = hashlib.sha256()
    for path in paths:
        content.update(str(path).encode() + b"\0" + (PROJECT / path).read_bytes())
    return content.hexdigest()


class Kept:
    """What is expensive to find, by the digest of what it was found in."""

    def __init__(self, name: str) -> None:
        self._file = PROJECT / "mutants" / f"{name}.json"
        self.values: dict[str, Any] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def write(self) -> None:
        """Keep the values for later runs."""
        self._file.parent.mkdir(exist_ok=True)
        self._file.write_text(json.dumps(self.values))


def _names(path: Path) -> list[str]:
    _, found = _mutations(path)
    return [name for name, _, _ in found]


def _changes(path: Path, wanted: set[str]) -> list[Change]:
    module, found = _mutations(path)
    made = []
    for name, function, mutation in found:
        if name in wanted:
            changed = deep_replace(function, mutation.original_node, mutation.mutated_node)
            after = deep_replace(module, function, changed)  # type: ignore[arg-type]  # a function stays one
            assert isinstance(after, cst.Module)
            made.append(Change(name, path, module.code, after.code))
    return made


def _mutations(path: Path) -> tuple[cst.Module, list[tuple[str, cst.FunctionDef, Mutation]]]:
    """The module, and its changes with mutmut's names: they count the changes of a function from 1."""
    module, mutations, _, _ = create_mutations(str(path), (PROJECT / path).read_text(encoding="utf-8"))
    by_function: dict[cst.CSTNode | None, list[Mutation]] = {}
    for mutation in mutations:
        by_function.setdefault(mutation.contained_by_top_level_function, []).append(mutation)
    found = []
    for class_name, function in _functions(module):
        mangled = mangle_function_name(name=function.name.value, class_name=class_name)
        for number, mutation in enumerate(by_function.get(function, ()), 1):
            found.append((get_mutant_name(path, f"{mangled}__mutmut_{number}"), function, mutation))
    return module, found


def _functions(module: cst.Module) -> Iterator[tuple[str | None, cst.FunctionDef]]:
    for node in module.body:
        if isinstance(node, cst.FunctionDef):
            yield None, node
        elif isinstance(node, cst.ClassDef):
            for member in node.body.body:
                if isinstance(member, cst.FunctionDef):
                    yield node.name.value, member
