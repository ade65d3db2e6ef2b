"""The one place that shows what commands give back: for people as text, for machines as JSON in one envelope.

    {"schema_version": "1", "command": "runs", "ok": true, "exit_code": 0, "data": {…}}
    {"schema_version": "1", "command": "runs", "ok": false, "exit_code": 7, "error": {"code", "message", "hint"}}

The schema is docs/schemas/command-1.json.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from cognito_drop.cli.errors import ErrorCode
from cognito_drop.cli.result import Output
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import ConsoleOptions, JustifyMethod, OverflowMethod, RenderableType

    from cognito_drop.cli.errors import CommandError
    from cognito_drop.cli.result import Result

SCHEMA_VERSION = "1"
_GAP = 2
_NARROWEST = 14
"""Characters of a column that gives way: a file's name is still read in it."""
_UNBOUNDED = 10_000  # columns; a table in a file or a pipe is as wide as it has to be


def in_utc(moment: str) -> datetime:
    """A moment in ISO 8601."""
    return datetime.fromisoformat(moment).astimezone(UTC)


def show(command: str, result: Result, output: Output) -> None:
    """Write a result to stdout."""
    if output is Output.JSON:
        _write_json(command, result.exit_code, {"data": result.data})
        return
    console = made_console()
    for piece in result.text:
        if isinstance(piece, str):
            click.echo(_screened(piece) if sys.stdout.isatty() else piece)
        else:
            _print(console, piece)


_NO_ERRORS = frozenset({ErrorCode.DECLINED, ErrorCode.INTERRUPTED})
"""A no, and Ctrl-C: they are what was wanted."""


def show_error(command: str, error: CommandError, output: Output) -> None:
    """Write an error: to stderr for people, to stdout for machines."""
    if output is Output.JSON:
        said = {"code": error.code.value, "message": error.message, "hint": error.hint}
        _write_json(command, error.code.exit_code, {"error": said})
        return
    console = made_console(stderr=True)
    start = "" if error.code in _NO_ERRORS else "Error: "
    console.print(Text.assemble((start, "bold red"), printable(error.message)))
    if error.hint:
        console.print(sentence(error.hint))


class _ScreenedConsole(Console):
    """Writes no character that a terminal would take for a command, and none that changes the direction of a line:
    the only escapes are those of its own styles and movements."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(_screened(segment.text), segment.style)


def made_console(*, stderr: bool = False) -> Console:
    """A console in colors where there is a terminal that has them; in a file or a pipe as wide as it has to be.

    A str is written as it is, never read as markup.
    """
    stream = sys.stderr if stderr else sys.stdout
    is_bounded = stream.isatty() or "COLUMNS" in os.environ
    width = None if is_bounded else _UNBOUNDED
    return _ScreenedConsole(file=stream, highlight=False, markup=False, emoji=False, width=width)


def sentence(text: str, style: str = "") -> Text:
    """A text with words from outside, in one line."""
    return Text(printable(text), style)


def table(
    *columns: str,
    rows: Iterable[Sequence[str | Text]],
    right: Sequence[str] = (),
    wrapped: Sequence[str] = (),
    spared: Sequence[str] = (),
) -> RenderableType:
    """An aligned table without lines. Columns in `right` are numbers; those in `wrapped` give way. Where that is not
    enough, those in `spared` are left out, one after the other; and where it is not either, each row is shown as facts.
    """
    cells = [[cell if isinstance(cell, Text) else sentence(cell) for cell in row] for row in rows]
    return _Fitting(columns, cells, right, wrapped, spared)


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A table with as many of its columns as the console is wide enough for."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Text]]
    right: Sequence[str]
    wrapped: Sequence[str]
    spared: Sequence[str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        shown = list(self.columns)
        for name in self.spared:
            if not self._fits(shown, options.max_width):
                shown.remove(name)
        if self._fits(shown, options.max_width):
            yield self._made(shown)
            return
        for place, row in enumerate(self.rows):
            yield from [Text("")] if place else []
            yield facts(*zip(self.columns, row, strict=True))

    def _fits(self, shown: Sequence[str], width: int) -> bool:
        return sum(map(self._needs, shown)) + _GAP * (len(shown) - 1) <= width

    def _needs(self, name: str) -> int:
        """How wide the column is at least."""
        place = self.columns.index(name)
        longest = max((row[place].cell_len for row in self.rows), default=0)
        return max(cell_len(name), min(longest, _NARROWEST) if name in self.wrapped else longest)

    def _made(self, shown: Sequence[str]) -> Table:
        made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0), collapse_padding=True)
        for name in shown:
            justify: JustifyMethod = "right" if name in self.right else "left"
            gives_way = name in self.wrapped
            overflow: OverflowMethod = "fold" if gives_way else "ellipsis"
            made.add_column(name, justify=justify, no_wrap=not gives_way, overflow=overflow)
        places = [self.columns.index(name) for name in shown]
        for row in self.rows:
            made.add_row(*(row[place] for place in places))
        return made


def facts(*pairs: tuple[str, str | Text]) -> RenderableType:
    """What is known of one thing: a name and a value a line; empty values are left out."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        if value:
            grid.add_row(name, value if isinstance(value, Text) else sentence(value))
    return grid


def indented(renderable: RenderableType) -> RenderableType:
    """Two columns further in."""
    return Padding(renderable, (0, 0, 0, 2), expand=False)


def _write_json(command: str, exit_code: int, content: dict[str, Any]) -> None:
    envelope = {
        "schema_version": SCHEMA_VERSION,
        "command": command,
        "ok": "data" in content,
        "exit_code": int(exit_code),
        **content,
    }
    # In ASCII it is the same JSON in every encoding of stdout, and nothing in it moves a terminal.
    click.echo(json.dumps(envelope, indent=2).replace("\x7f", "\\u007f"))


def _screened(text: str) -> str:
    """The text with its lines, and with each of them printable."""
    return "\n".join(map(printable, text.split("\n")))


def _print(console: Console, piece: RenderableType) -> None:
    """Print without blanks at the ends of lines."""
    with console.capture() as captured:
        console.print(piece)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()), color=console.is_terminal)
