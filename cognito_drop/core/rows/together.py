"""Joins small files of one layout into one, so that they take one import job.

Guarantees that every line but those up to a file's header is in the joined file, in UTF-8, and that its place there is
known. A file whose end, or whose dates, would change how another one is read is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cognito_drop.core.rows.blocks import Block
from cognito_drop.core.rows.check import header_of
from cognito_drop.core.rows.detection import HEAD_BYTES, SEPARATORS, detect, undecodable
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES, DateOrder, Dialect, Encoding, LineEnd, Quoting
from cognito_drop.core.rows.header_words import alias_of, evened
from cognito_drop.core.rows.pool_rules import BIRTHDATE, PoolRules
from cognito_drop.core.rows.reading import QuoteState, read_row, separator_of
from cognito_drop.core.rows.records import records
from cognito_drop.core.rows.rewriting import with_line_feeds
from cognito_drop.core.rows.values import date_order, reads_either_way
from cognito_drop.core.text.invisible import visible_bytes
from cognito_drop.core.text.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_POOL = PoolRules(columns=(), auto_verified=())
"""What a file is can be found out without its pool."""


class NotTogetherError(Exception):
    """The files cannot be joined; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class JoinedFile:
    """Where the rows of a file are in the joined one."""

    name: str
    first_line: int
    """Of the joined file."""
    last_line: int
    own_first_line: int
    """The line of the file that is `first_line` of the joined one."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A file that was read: `body` is what follows its header, in UTF-8 with line feeds."""

    name: str
    dialect: Dialect
    columns: tuple[str, ...]
    header: bytes
    header_line: int
    body: bytes
    dates: DateOrder | None
    """None where no date of a birth can be read in two ways."""


def join(files: Sequence[tuple[str, bytes]]) -> tuple[bytes, list[JoinedFile]]:
    """The joined file, and where the rows of each file are in it. Raises NotTogetherError."""
    first, *others = tables = [_read(name, data) for name, data in files]
    for other in others:
        if (other.columns, other.dialect.separator) != (first.columns, first.dialect.separator):
            raise NotTogetherError(
                f"{other.name} and {first.name} do not have the same layout: their headers on line "
                f"{other.header_line:,} and line {first.header_line:,} differ."
            )
    said = {table.dialect.quoting: table.name for table in tables if table.dialect.quoting is not Quoting.NONE}
    if len(said) > 1:
        raise NotTogetherError(
            f"{said[Quoting.QUOTES]} and {said[Quoting.BACKSLASH]} do not have the same layout: a comma inside a value "
            "is between quotation marks in the one, and after a backslash in the other."
        )
    _refuse_other_dates(tables)
    places, line = [], 2
    for table in tables:
        lines = table.body.count(b"\n")
        places.append(JoinedFile(table.name, line, line + lines - 1, table.header_line + 1))
        line += lines
    return first.header + b"\n" + b"".join(table.body for table in tables), places


def _read(name: str, data: bytes) -> _Table:
    found = detect(data[:HEAD_BYTES], _NO_POOL)
    if isinstance(found, Problem):
        raise NotTogetherError(f"{name}: {found.sentence} {found.hint}")
    text = _in_utf8(name, data, found)
    header, header_line, body = header_of(iter([Block(text)]), Dialect())
    said = filter(None, map(separator_of, text.split(b"\n")[: header_line - 1]))
    separator = next(said, None) or max(SEPARATORS, key=lambda sign: header.count(sign.encode()))
    quoting = found.quoting if separator == "," else Quoting.QUOTES
    dialect = Dialect(separator=separator, quoting=quoting)
    if any(row.quotes is QuoteState.OPEN for row in records([header + b"\n" + body], dialect, with_header=True)):
        raise NotTogetherError(f"{name} has a quotation mark that is not closed, so rows after it could not be read.")
    columns = tuple(
        column.strip() for column in read_row(visible_bytes(header), replace(dialect, quoting=Quoting.QUOTES))
    )
    return _Table(name, dialect, columns, header, header_line, body, _dates(columns, body, dialect))


def _dates(columns: Sequence[str], body: bytes, dialect: Dialect) -> DateOrder | None:
    place = next((at for at, name in enumerate(columns) if BIRTHDATE in (evened(name), alias_of(name))), None)
    if place is None:
        return None
    rows = [read_row(line, dialect) for line in visible_bytes(body).split(b"\n") if len(line) <= MAX_RECORD_BYTES]
    dates = [values[place] for values in rows if len(values) == len(columns)]
    order = date_order(dates)
    return order if order is not DateOrder.UNKNOWN or any(map(reads_either_way, dates)) else None


def _refuse_other_dates(tables: Sequence[_Table]) -> None:
    """One order of day and month is found for the joined file."""
    first = next((table for table in tables if table.dates is DateOrder.DAY_FIRST), None)
    other = next((table for table in tables if table.dates not in (None, DateOrder.DAY_FIRST)), None)
    if first and other:
        how = "the month first" if other.dates is DateOrder.MONTH_FIRST else "dates that can be read both ways"
        raise NotTogetherError(
            f"{first.name} has dates with the day first, and {other.name} has {how}: together, some would be "
            "read wrongly. Write the dates as yyyy-mm-dd."
        )


def _in_utf8(name: str, data: bytes, found: Dialect) -> bytes:
    """The text without its byte order mark, with line feeds, the last line included."""
    try:
        text = data.removeprefix(found.encoding.byte_order_mark).decode(found.encoding).encode(Encoding.UTF_8)
    except UnicodeDecodeError:
        problem = undecodable(found.encoding)
        raise NotTogetherError(f"{name}: {problem.sentence} {problem.hint}") from None
    text = with_line_feeds(text, found.line_end if found.line_end is LineEnd.CR else LineEnd.LF)
    return text if text.endswith(b"\n") else text + b"\n"
