"""The preflight: reads a dropped file once and says of every row whether Cognito imports it.

Guarantees memory that does not grow with the file but for what `duplicates` remembers, and an answer that does not hang
on how the file arrives. It reads nothing but the bytes it is given.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from cognito_drop.core.rows.blocks import UndecodableError, blocks
from cognito_drop.core.rows.detection import HEAD_BYTES, detect, header_too_long, undecodable
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES
from cognito_drop.core.rows.file_pass import FilePass
from cognito_drop.core.rows.layout import Layout, is_of_groups, is_of_hashes, lay_out
from cognito_drop.core.rows.reading import QuoteState, is_blank, quote_state, read_row
from cognito_drop.core.rows.report import Columns, PreflightReport
from cognito_drop.core.rows.rewriting import with_line_feeds
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cognito_drop.core.rows.blocks import Block
    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import PoolRules
    from cognito_drop.core.rows.sink import Sink

MAX_LINES = 2**32 - 1


def preflight(chunks: Iterable[bytes], rules: PoolRules, options: Options, sink: Sink) -> PreflightReport:
    """Check a whole file, given as chunks of any length, and hand its parts and rejected rows to the sink.

    A file that cannot be used comes back as the report's problem; nothing is raised for what a file holds.
    """
    if not rules.auto_verified:
        return PreflightReport(verifies_nothing())
    source = iter(chunks)
    head = head_of(source)
    dialect = detect(head[:HEAD_BYTES], rules)
    if isinstance(dialect, Problem):
        return PreflightReport(dialect)
    try:
        return _check(chain([head], source), rules, dialect, options, sink)
    except UndecodableError as error:
        return PreflightReport(undecodable(dialect.encoding, error.lines + 1), dialect)


def _check(
    chunks: Iterable[bytes], rules: PoolRules, dialect: Dialect, options: Options, sink: Sink
) -> PreflightReport:
    stream = blocks(chunks, dialect, options.block_bytes)
    header, line, rest = _header(stream, dialect)
    layout = _layout(header, rules, dialect, options)
    if isinstance(layout, Problem):
        return PreflightReport(layout, dialect)
    run = FilePass(layout, rules, dialect, options, sink, line=line + 1)
    run.tally.blank_lines = line - 1
    try:
        run.take_lines(rest)
        for block in stream:
            run.take(block)
            if run.line > MAX_LINES:
                return PreflightReport(_too_many_lines(), run.dialect)
    except UndecodableError as error:
        raise UndecodableError(run.lines_seen + error.lines) from error
    run.finish()
    tally = run.tally
    if not tally.rows:
        return PreflightReport(_no_rows(), run.dialect, blank_lines=tally.blank_lines)
    return PreflightReport(
        dialect=run.dialect,
        rows=tally.rows,
        known=tally.known,
        accepted=tally.accepted,
        blank_lines=tally.blank_lines,
        columns=_columns(layout),
        normalized=dict(tally.normalized),
        reasons=tally.reasons(),
        parts=tuple(run.parts.parts),
        sample=tuple(name.decode() for name in run.sample.usernames),
        memberships=tally.memberships,
        not_allowed=tally.not_allowed,
        groups=frozenset(tally.groups),
        with_password=tally.with_password,
        members=tally.members,
        known_members=tally.known_members,
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


def _header(stream: Iterator[Block], dialect: Dialect) -> tuple[bytes, int, bytes]:
    """The first line that is not blank, its number, and what follows it in its block, with line feeds."""
    line = 0
    try:
        for block in stream:
            data = with_line_feeds(block.data, dialect.line_end)
            start = 0
            while start < len(data):
                end = data.index(b"\n", start)
                line += 1
                if end - start > MAX_RECORD_BYTES or not is_blank(data[start:end]):
                    return data[start:end], line, data[end + 1 :]
                start = end + 1
    except UndecodableError as error:
        raise UndecodableError(line + error.lines) from error
    return b"", line, b""


def _layout(header: bytes, rules: PoolRules, dialect: Dialect, options: Options) -> Layout | Problem:
    if len(header) > MAX_RECORD_BYTES:
        return header_too_long()
    if dialect.reads_quotes and quote_state(header, dialect.separator) is not QuoteState.WHOLE:
        return Problem(
            ProblemCode.WRONG_HEADER,
            "The quotation marks in the header do not match.",
            "Write the column names without quotation marks.",
        )
    return lay_out([name.strip() for name in read_row(header, dialect)], rules, options)


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
        "Turn on email or phone number verification in the pool's sign-up settings, then drop the file again.",
    )
