"""Reads a file again after its preflight and gives every row as it stands, byte for byte.

Rows are distinguished exactly as the preflight does it: a row's line is the one that a rejection or a part's segments
name. Row outcomes are handled elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cognito_drop.core.rows.blocks import blocks
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES, Encoding
from cognito_drop.core.rows.reading import QuoteState, is_blank, is_preamble, lines_of_record
from cognito_drop.core.rows.rewriting import is_simple, to_cognito_lines, with_line_feeds
from cognito_drop.core.text.invisible import visible_bytes

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from cognito_drop.core.rows.dialect import Dialect

_BLOCK = 1 << 18


class Record(NamedTuple):
    """A row: the line of the file where it starts, its bytes in the file's encoding without the line end. `is_cut` when
    it is longer than any row that is looked into, and `raw` is only its start. `quotes` says how its quotation marks
    stand, if they mean anything in the file; `plain` is the row in Cognito's dialect, where it is as simple as that.
    `start` and `size` say where it is in the file and how long, in bytes of UTF-8 with line feeds."""

    line: int
    raw: bytes
    is_cut: bool = False
    quotes: QuoteState = QuoteState.WHOLE
    plain: bytes | None = None
    start: int = 0
    size: int = 0


def records(
    chunks: Iterable[bytes], dialect: Dialect, *, with_header: bool = False, longest: int = MAX_RECORD_BYTES
) -> Generator[Record]:
    """Every row of the file, given as chunks of any length; the header first when it is asked for.

    `dialect` is the one of the report, `longest` the bytes of a row that is still looked into. Raises UndecodableError
    where the preflight found the file not usable.
    """
    found = _rows(chunks, dialect, longest)
    for header in found:
        if is_preamble(header.raw.decode(dialect.encoding, errors="replace").encode()):
            continue
        if with_header:
            yield header
        break
    yield from found


def _rows(chunks: Iterable[bytes], dialect: Dialect, longest: int) -> Generator[Record]:
    """The rows with the header as the first."""
    next_line, rest = (1, 0), b""
    for block in blocks(chunks, dialect, _BLOCK, longest):
        if block.is_oversized:
            (line, start), rest = yield from _rows_of(rest, next_line, dialect, longest, is_last=True)
            size = len(block.data)
            yield Record(line, _as_in_file(block.data[:longest], dialect), is_cut=True, start=start, size=size)
            next_line = line + 1, start + size
        else:
            next_line, rest = yield from _rows_of(rest + block.data, next_line, dialect, longest, is_last=False)
    yield from _rows_of(rest, next_line, dialect, longest, is_last=True)


def _rows_of(
    data: bytes, next_line: tuple[int, int], dialect: Dialect, longest: int, *, is_last: bool
) -> Generator[Record, None, tuple[tuple[int, int], bytes]]:
    """The rows of whole lines; returns the number and the start of the line that comes next, and the lines that need
    more to be understood."""
    line, start = next_line
    end = dialect.line_end.terminator
    lines = data.split(end)[:-1]
    text = visible_bytes(with_line_feeds(data, dialect.line_end))
    even = text.split(b"\n")[:-1]  # without carriage returns at their ends
    rewritten = to_cognito_lines(text, dialect)
    plain = rewritten.split(b"\n") if dialect.reads_quotes else even
    are_plain = not dialect.reads_quotes or is_simple(rewritten)
    is_as_read = dialect.encoding is Encoding.UTF_8
    at = 0
    while at < len(lines):
        seen = even[at]
        size = len(seen) + 1
        length, state = 1, QuoteState.WHOLE
        if size > longest + 1 or not is_blank(seen):
            is_plain = are_plain or is_simple(plain[at])
            if not is_plain:
                length, state = lines_of_record(even, at, dialect.separator, is_last=is_last, longest=longest)
            if not length:
                return (line, start), end.join(lines[at:]) + end
            raw = lines[at]
            if length > 1:
                raw = end.join(lines[at : at + length])
                size = sum(map(len, even[at : at + length])) + length
            raw = raw.removesuffix(b"\r") if end == b"\n" else raw
            is_cut = len(raw) > longest
            if is_cut or not is_as_read:
                raw = _as_in_file(raw[:longest], dialect)
            yield Record(line, raw, is_cut, state, plain[at] if is_plain else None, start, size)
        start += size
        at += length
        line += length
    return (line, start), b""


def _as_in_file(text: bytes, dialect: Dialect) -> bytes:
    if dialect.encoding is Encoding.UTF_8:
        return text
    return text.decode(errors="ignore").encode(dialect.encoding)
