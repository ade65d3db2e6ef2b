r"""Reads the values of a row in each of the dialects, and finds where a quoted row ends.

Cognito's dialect: a comma inside a value is `\,`, every other sign is an ordinary character. RFC 4180: a value that
starts with a quotation mark goes to the next one that is not doubled. Everything here takes time linear in the row.
"""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.contract import limits
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.rows.dialect import Dialect

_PREAMBLE: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:"?sep=(?P<separator>[,;\t|])"?|"?version:v1\.0"?[,;\t]*|"?#TYPE [^\r\n]*)\r?', re.IGNORECASE
)
_FOOTER: Final = re.compile(rb"\([0-9]{1,12} (?:rows?|Zeilen?|lignes?|filas?|righ[ae]|linhas?|rij(?:en)?)\)\r?")
_FOOTER_START: Final = ord("(")
COMMENT: Final = b"#"
"""What a row that is commented out starts with."""
_END_OF_FILE: Final = "\x1a"  # of programs that date from CP/M
_UNESCAPED_COMMA: Final = re.compile(r"(?<!\\),")


class QuoteState(enum.Enum):
    """How a row with quotation marks stands."""

    WHOLE = enum.auto()
    OPEN = enum.auto()
    BROKEN = enum.auto()


@dataclass(frozen=True, slots=True)
class _Forms:
    """The expressions for one separator."""

    record: re.Pattern[bytes]
    leading: re.Pattern[bytes]
    quoted: re.Pattern[bytes]
    value: re.Pattern[str]


@functools.cache
def _forms(separator: str) -> _Forms:
    sign = re.escape(separator)
    quoted = r'"(?:[^"]++|"")*+"'
    value = rf'(?:{quoted}|[^"{sign}\n][^{sign}\n]*+|)'
    return _Forms(
        record=re.compile(rf"(?:{value}{sign})*+{value}(?=\n|\Z)".encode()),
        leading=re.compile(rf"(?:{value}{sign})*+".encode()),
        quoted=re.compile(quoted.encode()),
        value=re.compile(rf'{sign}(?:"((?:[^"]++|"")*+)"|([^"{sign}][^{sign}]*+|))'),
    )


def is_blank(line: bytes) -> bool:
    """Whether the line has nothing but white space, as Unicode counts it, or is the count that psql writes below a
    table."""
    if not line or line[0] == _FOOTER_START:
        return not line or _FOOTER.fullmatch(line) is not None
    return not 0x20 < line[0] < 0x7F and not line.decode().strip().strip(_END_OF_FILE)  # noqa: PLR2004  (ASCII that is seen)


def is_preamble(line: bytes) -> bool:
    """Whether the line stands before the header and is none: `sep=;` of Excel, `version:v1.0` of Microsoft Entra."""
    return _PREAMBLE.fullmatch(line) is not None


def separator_of(preamble: bytes) -> str | None:
    """The separator that the line names, if it names one."""
    match = _PREAMBLE.fullmatch(preamble)
    return match["separator"].decode() if match and match["separator"] else None


def split_escaped(line: str) -> list[str]:
    """The values of a line in Cognito's dialect, with their blanks."""
    if "\\" not in line:
        return line.split(",")
    if "\0" in line:
        return [value.replace("\\,", ",") for value in _UNESCAPED_COMMA.split(line)]
    return line.replace("\\,", "\0").replace(",", "\n").replace("\0", ",").split("\n")


def split_quoted(record: str, separator: str) -> list[str]:
    """The values of a record that is WHOLE, with their blanks and without their quotation marks."""
    if '"' not in record:
        return record.split(separator)
    if record[0] == record[-1] == '"' and record.count('"') == 2 and separator not in record:  # noqa: PLR2004  (a pair)
        return [record[1:-1]]
    found = _forms(separator).value.findall(separator + record)
    if '""' not in record:
        return [quoted or plain for quoted, plain in found]
    return [quoted.replace('""', '"') if quoted else plain for quoted, plain in found]


def quote_state(text: bytes, separator: str) -> QuoteState:
    """How the record at the start of the text stands."""
    if text[:1] == b'"' and text.count(b'"') == 1:  # found out at a fraction of the time that a match takes
        return QuoteState.OPEN
    forms = _forms(separator)
    if forms.record.match(text):
        return QuoteState.WHOLE
    leading = forms.leading.match(text)
    at = leading.end() if leading else 0
    if text[at : at + 1] == b'"' and not forms.quoted.match(text, at):
        return QuoteState.OPEN
    return QuoteState.BROKEN


def lines_of_record(
    lines: Sequence[bytes], at: int, separator: str, *, is_last: bool, longest: int = MAX_RECORD_BYTES
) -> tuple[int, QuoteState]:
    """How many lines the record takes that starts at this index, 0 when that needs lines which are not there, and how
    it stands.

    A record that is not closed within `longest` bytes or before the file's end (`is_last`) takes one line. One whose
    quotation marks break on a later line takes all up to that one, as far as a row goes: they may be one value.
    """
    if b'"' not in lines[at] or len(lines[at]) > longest:
        return 1, QuoteState.WHOLE
    state = quote_state(lines[at], separator)
    if state is not QuoteState.OPEN:
        return 1, state
    count = 2
    while True:
        text = b"\n".join(lines[at : at + count])[: longest + 1]
        match = _forms(separator).record.match(text)
        if match:
            if match.end() > longest:
                return 1, QuoteState.OPEN
            return text.count(b"\n", 0, match.end()) + 1, QuoteState.WHOLE
        if quote_state(text, separator) is QuoteState.BROKEN:
            end = _broken_at(text, separator)
            return (text.count(b"\n", 0, end) + 1 if end <= limits.MAX_ROW_CHARACTERS else 1), QuoteState.OPEN
        if len(text) > longest or at + count >= len(lines):
            needs_more = len(text) <= longest and not is_last
            return (0 if needs_more else 1), QuoteState.OPEN
        count *= 4


def _broken_at(text: bytes, separator: str) -> int:
    """Where the value ends whose closing quotation mark is followed by something else."""
    forms = _forms(separator)
    leading = forms.leading.match(text)
    quoted = forms.quoted.match(text, leading.end() if leading else 0)
    return quoted.end() if quoted else 0


def is_commented_out(values: Sequence[str]) -> bool:
    """Whether a row of a CSV file starts with #, quoted or not: spreadsheets quote as they like."""
    return values[0].lstrip()[:1] == "#"


def read_row(row: bytes, dialect: Dialect) -> list[str]:
    """The values of a row whose quotation marks, if they mean anything, go together."""
    if dialect.reads_quotes:
        return split_quoted(row.decode(), dialect.separator)
    return split_escaped(row.decode())
