"""The preflight: reads a dropped file once and says of every row whether Cognito imports it.

Guarantees memory that does not grow with the file but for what `duplicates` remembers, and an answer that does not hang
on how the file arrives. It reads nothing but the bytes it is given.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, tee
from typing import TYPE_CHECKING

from cognito_drop.core.rows.blocks import UndecodableError, blocks
from cognito_drop.core.rows.detection import HEAD_BYTES, ambiguous_retry, detect, header_too_long, undecodable
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES, DateOrder
from cognito_drop.core.rows.file_pass import FilePass
from cognito_drop.core.rows.header_words import column_names
from cognito_drop.core.rows.layout import SURELY_A_HEADER, Layout, is_of_groups, is_of_hashes, lay_out, may_hold_hashes
from cognito_drop.core.rows.other_header import OtherHeaderError, other_header
from cognito_drop.core.rows.pool_rules import BIRTHDATE
from cognito_drop.core.rows.preflight_report import Columns, PreflightReport
from cognito_drop.core.rows.reading import QuoteState, is_blank, is_preamble, quote_state, read_row
from cognito_drop.core.rows.rejection import RejectionCode
from cognito_drop.core.rows.rewriting import with_line_feeds
from cognito_drop.core.rows.values import date_order, reads_either_way
from cognito_drop.core.text.invisible import visible_bytes
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cognito_drop.core.rows.blocks import Block
    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import PoolRules
    from cognito_drop.core.rows.sink import Sink

MAX_LINES = 4_000_000_000
"""Line numbers are kept in 32 bits, and the lines of a block are counted after it is read."""
_LINES_LOOKED_AT = 2_000
_LINES_BEFORE_A_HEADER = 20
_QUOTED_OTHERWISE = re.compile(
    "(?:(?:'[^',;|\t]*'|`[^`,;|\t]*`|[\u201c\u201e\u00ab][^\u201d\u201c\u00bb,;|\t]*[\u201d\u201c\u00bb])[,;|\t]?)+"
)
_FORMULA = re.compile('="[^"]*"')
_SPACED_QUOTE = re.compile(rb'[,;|] +"')


def preflight(chunks: Iterable[bytes], rules: PoolRules, options: Options, sink: Sink) -> PreflightReport:
    """Check a whole file, given as chunks of any length, and hand its parts and rejected rows to the sink.

    A file that cannot be used comes back as the report's problem; nothing is raised for what a file holds.
    """
    if not rules.auto_verified:
        return PreflightReport(verifies_nothing())
    source = iter(chunks)
    head = head_of(source)
    is_strict = options.is_retry and options.run_dialect is None
    dialect = detect(head[:HEAD_BYTES], rules, is_strict=is_strict)
    if isinstance(dialect, Problem):
        return PreflightReport(dialect)
    if options.run_dialect:
        dialect = dialect.as_in(options.run_dialect)
    try:
        return _check(chain([head], source), rules, dialect, options, sink, head=head[:HEAD_BYTES])
    except UndecodableError as error:
        return PreflightReport(undecodable(dialect.encoding, error.lines + 1), dialect)
    except OtherHeaderError as error:
        return PreflightReport(other_header(error), dialect)


def _check(
    chunks: Iterable[bytes], rules: PoolRules, dialect: Dialect, options: Options, sink: Sink, *, head: bytes
) -> PreflightReport:
    stream = blocks(chunks, dialect, options.block_bytes)
    header, line, rest = header_of(stream, dialect)
    seen = visible_bytes(header)
    layout = _layout(seen, rules, dialect, options)
    if isinstance(layout, Problem):
        is_no_header = layout.code is ProblemCode.WRONG_HEADER
        return PreflightReport((is_no_header and _header_below(rest, line, rules, dialect)) or layout, dialect)
    order, is_clear = dialect.dates, True
    if not options.run_dialect:
        order, is_clear = _date_order(head, layout, dialect)
        dialect = replace(dialect, dates=order)
    if options.is_retry and not is_clear:
        return PreflightReport(ambiguous_retry(), dialect)
    if order is DateOrder.DAY_FIRST:
        layout = layout.with_days_first()
    run = FilePass(layout, rules, dialect, options, sink, line=line + 1, width=layout.width)
    run.tally.blank_lines = line - 1
    run.tally.count_invisible(len(header) - len(seen))
    try:
        run.take_lines(rest)
        for block in stream:
            run.take(block)
            if run.lines_seen > MAX_LINES:
                return PreflightReport(_too_many_lines(), run.dialect)
    except UndecodableError as error:
        raise UndecodableError(run.lines_seen + error.lines) from error
    run.finish()
    tally = run.tally
    if not tally.rows:
        return PreflightReport(_no_rows(), run.dialect, blank_lines=tally.blank_lines)
    if order is DateOrder.UNKNOWN and tally.has(RejectionCode.BIRTHDATE_DAY_FIRST):
        return PreflightReport(ambiguous_dates(), run.dialect)
    return PreflightReport(
        dialect=run.dialect,
        width=layout.width,
        rows=tally.rows,
        known=tally.known,
        accepted=tally.accepted,
        blank_lines=tally.blank_lines,
        columns=_columns(layout),
        normalized=dict(tally.normalized),
        reasons=tally.reasons(),
        left_out_values=tally.left_out_values(),
        placeholders=dict(tally.placeholders),
        damaged=dict(tally.damaged),
        unclear_dates="" if is_clear else next((own for own, name in layout.renamed.items() if name == BIRTHDATE), ""),
        look_alikes=tally.look_alikes,
        first_look_alike=tally.first_look_alike,
        parts=run.parts.parts,
        sample=tuple(name.decode() for name in run.sample.usernames),
        memberships=tally.memberships,
        not_allowed=tally.not_allowed,
        groups=frozenset(tally.groups),
        joined_groups=tally.joined_groups,
        with_password=tally.with_password,
        ways=dict(tally.ways) if options.ways else None,
        members=tally.members,
        known_members=tally.known_members,
        may_hold_hashes=any(map(may_hold_hashes, layout.names_in_file)),
    )


def head_of(source: Iterator[bytes]) -> bytes:
    """The first HEAD_BYTES, or all there is; what was read beyond them comes along."""
    pieces: list[bytes] = []
    total = 0
    for chunk in source:
        pieces.append(chunk)
        total += len(chunk)
        if total >= HEAD_BYTES:
            break
    return b"".join(pieces)


def header_of(stream: Iterator[Block], dialect: Dialect) -> tuple[bytes, int, bytes]:
    """The first line that is not blank, its number, and what follows it in its block, with line feeds."""
    line = 0
    try:
        for block in stream:
            data = with_line_feeds(block.data, dialect.line_end)
            start = 0
            while start < len(data):
                end = data.index(b"\n", start)
                line += 1
                if end - start > MAX_RECORD_BYTES or not _is_passed_over(data[start:end]):
                    return data[start:end], line, data[end + 1 :]
                start = end + 1
    except UndecodableError as error:
        raise UndecodableError(line + error.lines) from error
    return b"", line, b""


def _is_passed_over(line: bytes) -> bool:
    """Whether the line stands before the header and says nothing of users."""
    seen = visible_bytes(line)
    return is_blank(seen) or is_preamble(seen)


def _date_order(head: bytes, layout: Layout, dialect: Dialect) -> tuple[DateOrder, bool]:
    """What the dates at the start of the file can only mean, and whether no date is left that can mean two days."""
    place = next((place for place, column in enumerate(layout.in_file) if column and column.name == BIRTHDATE), None)
    if place is None:
        return DateOrder.UNKNOWN, True
    text = head.decode(dialect.encoding, errors="ignore").encode()
    lines = with_line_feeds(text, dialect.line_end).split(b"\n")[:_LINES_LOOKED_AT]
    rows = (read_row(line, dialect) for line in lines if len(line) <= MAX_RECORD_BYTES)
    dates, seen = tee(values[place] for values in rows if len(values) == layout.width)
    order = date_order(dates)  # reads on until a date says that the month comes first
    return order, order is not DateOrder.UNKNOWN or not any(map(reads_either_way, seen))


def ambiguous_dates(hint: str = "Write all dates as yyyy-mm-dd.") -> Problem:
    """The problem of a file some of whose dates can be read in two ways, and others only with the day first."""
    return Problem(
        ProblemCode.AMBIGUOUS_DATES,
        f"{BIRTHDATE} has dates with the day first, so others such as 03/04/1990 cannot be told apart.",
        hint,
    )


def _layout(header: bytes, rules: PoolRules, dialect: Dialect, options: Options) -> Layout | Problem:
    if len(header) > MAX_RECORD_BYTES:
        return header_too_long()
    if dialect.reads_quotes and quote_state(header, dialect.separator) is not QuoteState.WHOLE:
        return Problem(
            ProblemCode.WRONG_HEADER,
            "The quotation marks in the header do not match.",
            "Write the column names without quotation marks.",
        )
    if _QUOTED_OTHERWISE.fullmatch(header.decode()):
        return Problem(
            ProblemCode.WRONG_HEADER,
            'The names in the header are in signs that CSV does not read as quotation marks, which are ".',
            'Write the file again with straight double quotation marks (") or with none.',
        )
    if _SPACED_QUOTE.search(header):
        return Problem(
            ProblemCode.WRONG_HEADER,
            "The header has a space between a separator and a quotation mark, so the marks are part of the names.",
            "Remove the spaces after the separators (in the options of the program that wrote the file).",
        )
    names = [name.strip() for name in read_row(header, dialect)]
    return _quoted_names(names, rules, dialect) or lay_out(names, rules, options)


def _quoted_names(names: Sequence[str], rules: PoolRules, dialect: Dialect) -> Problem | None:
    """The problem of a header that a spreadsheet has quoted once more."""
    if len(names) == 1 and _names_columns(names[0].split(dialect.separator), rules):
        return Problem(
            ProblemCode.WRONG_HEADER,
            "The header is in quotation marks as a whole, so it is a single name.",
            "Remove the quotation marks around each line of the file.",
        )
    if any(map(_FORMULA.fullmatch, names)):
        return Problem(
            ProblemCode.WRONG_HEADER,
            'The header has names that are written as formulas, as ="email" is.',
            "Write the file again with plain values, without = and quotation marks.",
        )
    return None


def _names_columns(names: Iterable[str], rules: PoolRules) -> bool:
    """Whether these are surely names of a header."""
    bare = [name.strip(' "') for name in names]
    return len(set(filter(None, column_names(bare, rules)))) >= SURELY_A_HEADER


def _header_below(rest: bytes, line: int, rules: PoolRules, dialect: Dialect) -> Problem | None:
    """The problem of a file with something before its header, such as a title; `rest` follows the line."""
    for number, row in enumerate(rest.split(b"\n")[:_LINES_BEFORE_A_HEADER], line + 1):
        names = read_row(visible_bytes(row), dialect) if len(row) <= MAX_RECORD_BYTES else []
        if _names_columns(names, rules):
            return Problem(
                ProblemCode.WRONG_HEADER,
                f"The first line is not a header; line {number} looks like one.",
                "Delete the lines before it.",
            )
    return None


def _columns(layout: Layout) -> Columns:
    return Columns(
        renamed=layout.renamed,
        added=tuple(column.name for column in layout.added),
        left_out=layout.left_out,
        never_settable=tuple(column.name for column in layout.added if not column.is_mutable),
        has_hashes_left_out=any(map(is_of_hashes, layout.left_out)),
        has_groups_left_out=any(map(is_of_groups, layout.left_out)),
    )


def _no_rows() -> Problem:
    return Problem(ProblemCode.NO_ROWS, "The file has a header but no users.", "Add a row for each user.")


def _too_many_lines() -> Problem:
    return Problem(
        ProblemCode.TOO_MANY_LINES, f"The file has more than {MAX_LINES:,} lines.", "Split it into several files."
    )


def verifies_nothing() -> Problem:
    """The problem of a pool that Cognito imports nothing into."""
    return Problem(
        ProblemCode.POOL_VERIFIES_NOTHING,
        "The user pool has no auto-verified attribute, and Cognito can import only into pools that have one.",
        "Turn on email or phone number verification in the pool's sign-up settings, then drop the file.",
    )
