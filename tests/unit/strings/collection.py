"""Collects what users read: rendered where there is a renderer, and as literals everywhere else."""

from __future__ import annotations

import enum
import importlib
import re
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from cognito_drop.cli.main import main
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.rows.wording import OF_MAPPINGS, of_many, rejection
from tests.unit.strings.checks import checks
from tests.unit.strings.export_members import export_members
from tests.unit.strings.figures import figures
from tests.unit.strings.literals import modules, sentences
from tests.unit.strings.notices import notices, undos
from tests.unit.strings.pool_members import pool_members
from tests.unit.strings.reports import documents, emails, pages
from tests.unit.strings.run_items import run_items
from tests.unit.strings.screens import WIDTHS, screens
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

KEPT: Final = PROJECT / "tests" / "unit" / "strings" / "kept"
_LITERALS: Final = ("aws", "cdk", "cli", "core", "contract")
_FOLDERS: Final = {
    **{name: f"cognito_drop/{name}" for name in _LITERALS},
    **{name: name for name in ("lambdas", "stacks", "tools")},
}
_WIDTH = 100


def collected() -> dict[str, str]:
    """File name → its text."""
    literals = {f"literals-{name}.txt": sorted(sentences(folder)) for name, folder in _FOLDERS.items()}
    named = {"help.txt": _help(), "words.txt": _words()}
    return rendered() | {name: _text(lines) for name, lines in {**literals, **named}.items()}


def rendered() -> dict[str, str]:
    """File name → its text, of what is rendered with sample values."""
    return {name: _text(lines()) for name, lines in RENDERED.items()}


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def write() -> None:
    """Write the snapshot again."""
    texts = collected()
    KEPT.mkdir(exist_ok=True)
    for path in KEPT.glob("*.txt"):
        path.unlink()
    for name, text in texts.items():
        (KEPT / name).write_text(text, encoding="utf-8")


def _rejections() -> Iterator[str]:
    """Each reason why a row is rejected: for one row, for many rows, what to do, and the pool setting."""
    for code, bound in [*((code, "12") for code in RejectionCode), *((code, "") for code in OF_MAPPINGS)]:
        fault = Fault(code, "name", bound, 7)
        one, many = rejection(2, fault), of_many(fault)
        yield from (
            f"[{code}]" if bound else f"[{code}] (not by a mapping)",
            one.sentence,
            many.sentence,
            many.hint,
            many.setting or "(no setting)",
            "",
        )


def _help() -> Iterator[str]:
    """`--help` of the command and of each subcommand."""
    root = click.Context(main, info_name="cognito-drop", terminal_width=_WIDTH, **main.context_settings)
    yield from (main.get_help(root), "")
    for name, command in main.commands.items():
        yield from (command.get_help(click.Context(command, parent=root, info_name=name)), "")


def _words() -> Iterator[str]:
    """The members of every string enum: states, outcomes, and codes that logs, JSON, and reports show."""
    for path in (path for name in _LITERALS for path in modules(f"cognito_drop/{name}")):
        for value in vars(importlib.import_module(_module(path))).values():
            if isinstance(value, type) and issubclass(value, enum.StrEnum) and value.__module__ == _module(path):
                yield f"{value.__name__}: {', '.join(value)}"


def _module(path: Path) -> str:
    return re.sub(r"\.__init__$", "", ".".join(path.relative_to(PROJECT).with_suffix("").parts))


RENDERED: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "rejections.txt": _rejections,
    "emails.txt": emails,
    "pages.txt": pages,
    "documents.txt": documents,
    "notices.txt": notices,
    "undos.txt": undos,
    "checks.txt": checks,
    "figures.txt": figures,
    "export-members.txt": export_members,
    "pool-members.txt": pool_members,
    "run-items.txt": run_items,
    **{f"screens-{width}.txt": partial(screens, width) for width in WIDTHS},
}
"""What is rendered with sample values, without a look at the source."""
