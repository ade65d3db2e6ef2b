"""Puts another body into a function of this process. Modules that have imported it before see the change."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.mutants.changes import Change

_REACHED = "_reached_by_the_test"


def put(change: Change) -> None:
    """Change the function."""
    before, after = ast.parse(change.before), ast.parse(change.after)
    function, place = _function(change.function), _place(change.function)
    function.__code__ = _code(compile(after, function.__code__.co_filename, "exec"), place)
    old, new = (_definition(tree.body, place).args for tree in (before, after))
    for is_changed, value, name in _defaults(old, new):
        if is_changed:
            _set_default(function, name, eval(ast.unparse(value), function.__globals__))  # noqa: S307  (a literal or name)


def record(functions: Iterable[str]) -> set[str]:
    """Let each of the functions, named as in changes.py, add its name to the returned set when it is called."""
    reached: set[str] = set()
    by_module: dict[str, list[str]] = {}
    for function in functions:
        by_module.setdefault(function.rpartition(".")[0], []).append(function)
    for name, of_module in by_module.items():
        module = importlib.import_module(name)
        setattr(module, _REACHED, reached)
        file = str(module.__file__)
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        for function in of_module:
            statement = ast.parse(f"{_REACHED}.add({function!r})").body
            _definition(tree.body, _place(function)).body[:0] = statement
        code = compile(tree, file, "exec")
        for function in of_module:
            _function(function).__code__ = _code(code, _place(function))
    return reached


def _place(function: str) -> list[str]:
    """The function's own name, after that of its class if it is a method."""
    mangled = function.rpartition(".")[2]
    return mangled.split("ǁ")[1:] if "ǁ" in mangled else [mangled.removeprefix("x_")]


def _function(name: str) -> FunctionType:
    found: object = importlib.import_module(name.rpartition(".")[0])
    for part in _place(name):
        found = inspect.getattr_static(found, part)
    found = getattr(found, "__func__", found)
    assert isinstance(found, FunctionType), name
    return found


def _definition(body: Sequence[ast.stmt], place: Sequence[str]) -> ast.FunctionDef | ast.AsyncFunctionDef:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and [node.name] == list(place):
            return node
        if isinstance(node, ast.ClassDef) and node.name == place[0]:
            return _definition(node.body, place[1:])
    raise LookupError(f"There is no function {'.'.join(place)}.")


def _code(code: CodeType, place: Sequence[str]) -> CodeType:
    for name in place:
        code = next(it for it in code.co_consts if isinstance(it, CodeType) and it.co_name == name)
    return code


def _defaults(old: ast.arguments, new: ast.arguments) -> list[tuple[bool, ast.expr, str]]:
    """Each default, whether it is another one, and its parameter."""
    positional = [it.arg for it in (*new.posonlyargs, *new.args)][-len(new.defaults) or len(new.args) + 1 :]
    pairs = [
        *zip(old.defaults, new.defaults, positional, strict=True),
        *zip(old.kw_defaults, new.kw_defaults, [it.arg for it in new.kwonlyargs], strict=True),
    ]
    return [(ast.dump(a) != ast.dump(b), b, name) for a, b, name in pairs if a is not None and b is not None]


def _set_default(function: FunctionType, name: str, value: object) -> None:
    if function.__kwdefaults__ and name in function.__kwdefaults__:
        function.__kwdefaults__ = {**function.__kwdefaults__, name: value}
        return
    parameters = function.__code__.co_varnames[: function.__code__.co_argcount]
    defaults = list(function.__defaults__ or ())
    defaults[parameters.index(name) - len(parameters)] = value
    function.__defaults__ = tuple(defaults)
