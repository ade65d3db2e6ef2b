"""Finds out from the start of a file what it is and how it is written.

Guarantees an answer that hangs on the file's first HEAD_BYTES only, never on how they arrive. Whether the header fits
the pool is left to `layout`.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.dialect import Dialect, Encoding, LineEnd, Quoting
from cognito_drop.core.rows.foreign_files import error_answer, foreign, foreign_text, is_error_answer
from cognito_drop.core.rows.header_words import column_names
from cognito_drop.core.rows.reading import QuoteState, is_blank, is_preamble, quote_state, separator_of, split_quoted
from cognito_drop.core.text.invisible import visible_bytes
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from cognito_drop.core.rows.pool_rules import PoolRules

HEAD_BYTES: Final = 262_144
SEPARATORS: Final = (",", ";", "\t", "|")
_FEW: Final = 0.1
_MANY: Final = 0.4
_UTF_32_MARKS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def detect(head: bytes, rules: PoolRules, *, is_strict: bool = False) -> Dialect | Problem:
    """The dialect of the file that starts so, or why it is no file of users at all. `is_strict` refuses a file some of
    whose rows are in one dialect and some in another, where else the more decide."""
    if not head:
        return _empty()
    start = start_of(head)
    if isinstance(start, Problem):
        return start
    encoding, has_mark, text = start
    line_end = line_end_of(text)
    is_whole = len(head) < HEAD_BYTES
    lines = visible_bytes(text.encode()).replace(b"\r\n", b"\n").split(line_end.terminator)
    problem = _json(next((line for line in lines if not is_blank(line)), b""), text)
    if problem:
        return problem
    sample = [line for line in (lines if is_whole else lines[:-1]) if not is_blank(line)]
    if not sample:
        return _empty() if is_whole else header_too_long()
    said = None
    if is_preamble(sample[0]) and len(sample) > 1:
        said = separator_of(sample.pop(0))
    separator = said or _separator(sample[0].decode(), rules)
    quoting, is_clear = _vote(sample) if separator == "," else (Quoting.QUOTES, True)
    if is_strict and not is_clear:
        return ambiguous_retry()
    return Dialect(encoding, has_mark, separator, quoting, line_end)


def start_of(head: bytes, how: str = "") -> tuple[Encoding, bool, str] | Problem:
    """The encoding of the file that starts so, whether it has a byte order mark, and its text without it; or what else
    than CSV or JSON it is. `how` says how to get the right file."""
    if problem := foreign(head):
        return problem
    encoding, has_mark = encoding_of(head)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head.removeprefix(encoding.byte_order_mark))
    except UnicodeDecodeError as error:
        return undecodable(encoding, _line_of(error))
    return foreign_text(text, how) or (encoding, has_mark, text)


def evidence(line: bytes) -> Quoting:
    """What a line of a comma-separated file says about its quoting; NONE when it reads the same either way."""
    state = quote_state(line, ",")
    is_quoted = state is QuoteState.OPEN or (state is QuoteState.WHOLE and _has_quoted_value(line))
    is_escaped = b"\\," in line
    if state is QuoteState.OPEN or (is_quoted and not is_escaped):
        return Quoting.QUOTES
    return Quoting.BACKSLASH if is_escaped and not is_quoted else Quoting.NONE


def undecodable(encoding: Encoding, line: int | None = None) -> Problem:
    """The problem of a file with undecodable bytes."""
    place = f"line {line} has" if line else "it has"
    if encoding is Encoding.UTF_8:
        return Problem(
            ProblemCode.NOT_UTF8,
            f"The file is not UTF-8: {place} invalid bytes.",
            'Save it as UTF-8 (in Excel, "CSV UTF-8") and drop the saved file.',
        )
    return Problem(
        ProblemCode.NOT_UTF16,
        f"The file starts like UTF-16, and {place} invalid bytes.",
        'Save it as UTF-8 (in Excel, "CSV UTF-8") and drop the saved file.',
    )


def _line_of(error: UnicodeDecodeError) -> int:
    """The physical line on which the bytes stand, from 1."""
    before = error.object[: error.start].decode(error.encoding)
    return before.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1


def header_too_long() -> Problem:
    """The problem of a file whose first line goes on and on."""
    return Problem(
        ProblemCode.HEADER_TOO_LONG,
        "The header line of the file has no end.",
        "Save it as a CSV file with the header in the first line.",
    )


def _empty() -> Problem:
    return Problem(
        ProblemCode.FILE_EMPTY, "The file is empty.", "Drop a file with the pool's header and a row for each user."
    )


def _json(line: bytes, text: str) -> Problem | None:
    start = line.strip()
    if not start.startswith((b"{", b"[")):
        return None
    if start not in {b"{", b"["} and not start.startswith((b'{"', b'["', b"[{", b"[[")) and not _is_json(start):
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        value = None  # the head of a longer file
    if isinstance(value, dict) and is_error_answer([name for name, said in value.items() if said]):
        return error_answer()
    if value in ([], {}):
        return Problem(ProblemCode.NO_ROWS, "The file is JSON without users.", "Export the users again.")
    return Problem(
        ProblemCode.JSON_FILE,
        "The file is JSON, and not an export of a system that has a preset.",
        "Export the users as CSV, one per line, or write a mapping that reads this JSON.",
    )


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def encoding_of(head: bytes) -> tuple[Encoding, bool]:
    """The encoding of the file that starts so, and whether it has a byte order mark."""
    if not head.startswith(_UTF_32_MARKS):
        for encoding in Encoding:
            if head.startswith(encoding.byte_order_mark):
                return encoding, True
    sample = head[:64]  # of the header, whose names are in ASCII
    pairs = len(sample) // 2
    few, many = _FEW * pairs, _MANY * pairs
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if second >= many and first < few:
        return Encoding.UTF_16_LE, False
    if first >= many and second < few:
        return Encoding.UTF_16_BE, False
    return Encoding.UTF_8, False


def line_end_of(text: str) -> LineEnd:
    """What ends the first line of the text."""
    at = text.find("\n")
    if at < 0:
        return LineEnd.CR if "\r" in text else LineEnd.LF
    return LineEnd.CRLF if text[at - 1 : at] == "\r" else LineEnd.LF


def _separator(header: str, rules: PoolRules) -> str:
    """The separator that makes the most known names of the header."""

    def known(separator: str) -> int:
        names = [name.replace('"', "").strip() for name in header.split(separator)]
        return len({name for name in column_names(names, rules) if name})

    return max(SEPARATORS, key=known)


def ambiguous_retry() -> Problem:
    """The problem of rows to retry that can be read in two ways, where only their file has said in which."""
    return Problem(
        ProblemCode.AMBIGUOUS_RETRY,
        "The rows can be read in two ways, and only the file that they are from shows which is right.",
        "Drop them with `cognito-drop retry`, with --file for a corrected copy. Or write dates as yyyy-mm-dd, and all "
        "values with commas in quotation marks.",
    )


def _vote(sample: list[bytes]) -> tuple[Quoting, bool]:
    """How the file is quoted, and whether all rows say so."""
    said = [evidence(line) for line in sample if b'"' in line or b"\\" in line]
    quotes, backslashes = said.count(Quoting.QUOTES), said.count(Quoting.BACKSLASH)
    if not quotes and not backslashes:
        return Quoting.NONE, True
    return (Quoting.QUOTES if quotes >= backslashes else Quoting.BACKSLASH), not (quotes and backslashes)


def _has_quoted_value(line: bytes) -> bool:
    return split_quoted(line.decode(), ",") != line.decode().split(",")
