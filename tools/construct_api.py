"""Writes docs/construct-api.md: the construct's interface, from the signatures and docstrings of `cognito_drop.cdk`.

Read as source by griffe, so that what is written is what a reader of the code finds, and CDK need not start.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import griffe

from cognito_drop.contract import limits
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = PROJECT / "docs" / "construct-api.md"

_PACKAGE = "cognito_drop.cdk"
_HEAD = """# The construct's interface

Written by `make reference` from the docstrings of [cognito_drop/cdk/](../cognito_drop/cdk).
[Use as a construct](construct.md) says how to use it.
"""
_ORDER = (
    "CognitoDrop",
    "DeployedImport",
    "ImportSettings",
    "TargetPool",
    "Subscription",
    "LockScope",
    "Monitoring",
    "ConfigError",
)


def page() -> str:
    """The page. Raises ValueError when the package has an interface of other names than the page."""
    package = griffe.load(_PACKAGE, search_paths=[PROJECT], docstring_parser="google")
    exported = {str(name).strip("'") for name in package.exports or ()}
    if exported != set(_ORDER):
        raise ValueError(f"{_PACKAGE} exports {sorted(exported)}: the page is ordered as {sorted(_ORDER)}.")
    return "\n".join([_HEAD, *(line for name in _ORDER for line in _class(package[name].final_target))])


def _class(found: griffe.Object) -> Iterator[str]:
    yield from (f"## {found.name}", "", *_text(found), "")
    constructor = found.members.get("__init__")
    if isinstance(constructor, griffe.Function) and constructor.docstring:  # a dataclass's own has none
        yield from _constructor(found.name, constructor, constructor.docstring)
    every = {**found.members, **found.inherited_members}
    public = [
        member.final_target if isinstance(member, griffe.Alias) else member
        for name, member in every.items()
        if not name.startswith("_")
    ]
    fields = [member for member in public if isinstance(member, griffe.Attribute) and "property" not in member.labels]
    if fields and "Enum" in str(found.bases):  # type: ignore[attr-defined]  # the interface is made of classes
        yield f"One of {', '.join(f'`{found.name}.{field.name}`' for field in fields)}."
        yield ""
    elif fields:
        rows = (
            [f"`{field.name}`", f"`{field.annotation}`", _default(_choice(field)), _in_a_row(field)] for field in fields
        )
        yield from _table(["field", "type", "default", "what it is"], rows)
    properties = [member for member in public if "property" in member.labels]
    if found.name in {"CognitoDrop", "DeployedImport"}:
        rows = ([f"`{one.name}`", f"`{one.annotation}`", _in_a_row(one)] for one in properties)  # type: ignore[attr-defined]
        yield from _table(["property", "type", "what it is"], rows)
        methods = [
            member for member in public if isinstance(member, griffe.Function) and "property" not in member.labels
        ]
        yield from _table(["method", "what it does"], ([f"`{_call(one)}`", _first(one)] for one in methods))


def _call(method: griffe.Function) -> str:
    """How it is called, as in its table."""
    return f"{method.name}({', '.join(_signature(method))})"


def _first(method: griffe.Function) -> str:
    """What its docstring says before the sections."""
    return _one_line(str(method.docstring.parsed[0].value)) if method.docstring else ""


def _signature(function: griffe.Function) -> Iterator[str]:
    """The parameters, with their defaults."""
    is_keyword = False
    for parameter in function.parameters:
        if parameter.name == "self":
            continue
        if parameter.kind is griffe.ParameterKind.keyword_only and not is_keyword:
            yield "*"
            is_keyword = True
        yield parameter.name if parameter.default is None else f"{parameter.name}={parameter.default}"


def _constructor(name: str, constructor: griffe.Function, docstring: griffe.Docstring) -> Iterator[str]:
    yield from ("```python", f"{name}({', '.join(_signature(constructor))})", "```", "")
    for section in docstring.parsed:
        if isinstance(section, griffe.DocstringSectionParameters):
            rows = (
                [f"`{one.name}`", f"`{one.annotation}`", _default(one.default), _one_line(one.description)]
                for one in section.value
            )
            yield from _table(["parameter", "type", "default", "what it is"], rows)
        elif isinstance(section, griffe.DocstringSectionRaises):
            yield from (f"Raises `{one.annotation}`: {_one_line(one.description)}" for one in section.value)
            yield ""


def _table(head: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield from (f"| {' | '.join(head)} |", "|" + "---|" * len(head))
    for row in rows:
        cells = [cell.replace("|", r"\|") for cell in row]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _choice(field: griffe.Attribute) -> object:
    """The field's default; of a text that is one of an enumeration, the text."""
    if isinstance(field.value, griffe.Expr) and str(field.annotation) == "str":
        return field.modules_collection[field.value.canonical_path].value
    return field.value


def _default(value: object) -> str:
    if value is None:
        return "(required)"
    return f"`{getattr(limits, str(value).removeprefix('limits.'), value)}`"


def _text(found: griffe.Object) -> list[str]:
    return found.docstring.value.split("\n") if found.docstring else []


def _in_a_row(found: griffe.Object | griffe.Alias) -> str:
    return _one_line(found.docstring.value) if found.docstring else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    """Write the page, or with a path write it there."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(page())


if __name__ == "__main__":
    main()
