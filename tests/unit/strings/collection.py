"""Collects what users read: rendered where there is a renderer, and as literals everywhere else."""

from __future__ import annotations

import enum
import importlib
import json
import re
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

import click

from cognito_drop.cli.main import main
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.notification import notification_of
from cognito_drop.core.report_page.page import render
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.rows.wording import OF_MAPPINGS, of_many, rejection
from cognito_drop.core.runs.row_account import RowAccount
from tests.summaries import EXAMPLES
from tests.unit.samples import COMPLETED, STARTED, checked, job, summary
from tests.unit.strings.endings import emails, pages
from tests.unit.strings.export_members import export_members
from tests.unit.strings.literals import modules, sentences
from tests.unit.strings.pool_members import pool_members
from tests.unit.strings.run_items import run_items
from tests.unit.strings.screens import WIDTHS, screens
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from cognito_drop.core.results.summary import Summary

KEPT: Final = PROJECT / "tests" / "unit" / "strings" / "kept"
_LITERALS: Final = ("aws", "cdk", "cli", "core", "contract")
_FOLDERS: Final = {
    **{name: f"cognito_drop/{name}" for name in _LITERALS},
    **{name: name for name in ("lambdas", "stacks", "tools")},
}
_WIDTH = 100
_BLANK: Final = "\u2423"
_VOID: Final = frozenset({"br", "link", "meta"})
_FOUND: Final = {
    "reasons": [
        {
            "code": "email_invalid", "message": "email is not a valid email address.", "hint": "Correct it.",
            "count": 54, "first_lines": [4, 41], "setting": None,
        }
    ],
    "warnings": [{"code": "mostly_known", "message": "15 of 20 users are already in the pool."}],
}  # fmt: skip


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


def _emails() -> Iterator[str]:
    """The email of each outcome, of a run with rows of every kind."""
    for outcome in Outcome:
        ended = job(started=STARTED, completed=COMPLETED, message="Too many users have failed or been skipped.")
        jobs = [] if outcome in {Outcome.CHECKED, Outcome.REJECTED} else [ended]
        file = checked(1_007, rows=1_061)
        made = summary(outcome=outcome, file=file, rows=RowAccount(1_061, 999, 1, 7, 54), jobs=jobs, preflight=_FOUND)
        yield from _email(outcome, made)
    for name, made in emails().items():
        yield from _email(name, made)


def _email(name: str, made: Summary) -> Iterator[str]:
    notification = notification_of(made)
    yield from (f"[{name}]", f"Subject: {notification.subject}", json.loads(notification.message)["email"], "")


class _PageText(HTMLParser):
    """The texts of a page, with the blanks that part them from other texts of their line."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.in_style = False
        self.lines: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.in_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.in_style and (bare := data.strip("\n")):
            self.lines.append(re.sub("^ | $", _BLANK, bare))


def _pages() -> Iterator[str]:
    """The text of each sample report page; of the further endings, what no page before says."""
    said: set[str] = set()
    for name, example in EXAMPLES.items():
        if name != "hostile":  # its names are about escaping
            page = _PageText(render(example()))
            said.update(page.lines)
            yield from (f"[{name}]", *page.lines, "")
    for name, further in pages().items():
        page = _PageText(render(further))
        yield from (f"[{name}]", *(line for line in page.lines if line not in said), "")
        said.update(page.lines)


class _PageMarkup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.within: list[str] = []
        self.lines: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = "".join(f' {name}="{value}"' for name, value in attrs if name != "content")
        self.lines.add(" ".join([*self.within, f"<{tag}{shown}>"]))
        if tag not in _VOID:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.within.pop() == tag


def _markup() -> list[str]:
    """Each kind of element of the sample report pages: what it is in, and its attributes."""
    page = _PageMarkup()
    for example in (*(made() for made in EXAMPLES.values()), *pages().values()):
        page.feed(render(example))
    return sorted(page.lines)


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
    "emails.txt": _emails,
    "pages.txt": _pages,
    "markup.txt": _markup,
    "export-members.txt": export_members,
    "pool-members.txt": pool_members,
    "run-items.txt": run_items,
    **{f"screens-{width}.txt": partial(screens, width) for width in WIDTHS},
}
"""What is rendered with sample values, without a look at the source."""
