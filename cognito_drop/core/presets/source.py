"""A dropped export as records: what kind of file it is, and its records with their place and their text.

A source that was found once reads the file again in the same way, so that results can be joined with records by order.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.json_records import (
    JsonRecord,
    Shape,
    is_of_records,
    json_records,
    json_values,
    shape_of,
)
from cognito_drop.core.presets.json_text import MAX_RECORD_CHARACTERS
from cognito_drop.core.rows.broken_records import NO_PIECE, fields_in, fields_of_line, joined
from cognito_drop.core.rows.detection import SEPARATORS, line_end_of, start_of
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES, Dialect, Quoting
from cognito_drop.core.rows.other_header import is_other_header
from cognito_drop.core.rows.reading import QuoteState, is_commented_out, is_preamble, split_escaped, split_quoted
from cognito_drop.core.rows.records import Record, records
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.rows.window_lines import QUOTE_FAULTS
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.invisible import visible
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cognito_drop.core.presets.preset import Preset
    from cognito_drop.core.text.json_types import SourceJson

csv.field_size_limit(2**31 - 1)  # what is read is bounded before; the module's own limit would end the check of a file
_LINE_ENDS: Final = re.compile(r"[\r\n]+")
_LIST_OF_LISTS: Final = re.compile(r"\s*+\[\s*+\[")
_LINES_COUNTED: Final = 50
_CLAIMS: Final = "customAttributes"
"""The column of JSON in a file without header."""
_UNREADABLE: Final = Fault(RejectionCode.RECORD_UNREADABLE)
PAGE: Final = Fault(RejectionCode.RECORD_UNREADABLE, bound="users")
"""A list of records among them, whose users would be missed."""
OTHER_HEADER: Final = Fault(RejectionCode.ROW_IS_HEADER, bound="other columns")
"""A header below which the columns are other ones: the rows of such a file cannot be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """How the records of one file are read. `shape` is None for a CSV file; `csv_columns` names the columns of one that
    has no header."""

    dialect: Dialect
    shape: Shape | None
    records_in: str | None = None
    csv_columns: tuple[str, ...] | None = None
    width: int = 0
    """The fields of a record of a CSV file; 0 where each line is a record."""
    longest: int = MAX_RECORD_CHARACTERS
    """Bytes of a record that is looked into."""
    csv_names: tuple[str, ...] = ()
    """The names of a CSV file's columns; for the preflight only."""
    listless: frozenset[str] | None = None
    """Members of a page of JSON that may lack the list, as for `json_values`; for the preflight only."""

    @property
    def is_json(self) -> bool:
        """Whether places are numbers of records; in a CSV file they are lines."""
        return self.shape is not None

    @classmethod
    def of_users(cls, dialect: Dialect, width: int) -> Source:
        """A file of the pool's own columns, of which rows have so many fields."""
        return cls(dialect, None, width=width, longest=MAX_RECORD_BYTES)

    def to_json(self) -> SourceJson:
        """For a later reading of the file."""
        return {
            "dialect": self.dialect.to_json(),
            "shape": self.shape.value if self.shape else None,
            "records_in": self.records_in,
            "csv_columns": list(self.csv_columns) if self.csv_columns else None,
            "width": self.width,
            "longest": self.longest,
        }

    @classmethod
    def from_json(cls, data: SourceJson) -> Source:
        """The source that `to_json` wrote."""
        return cls(
            Dialect.from_json(data["dialect"]),
            Shape(data["shape"]) if data["shape"] else None,
            data["records_in"],
            tuple(data["csv_columns"]) if data["csv_columns"] else None,
            data["width"],
            data["longest"],
        )

    def records(self, chunks: Iterable[bytes]) -> tuple[bytes | None, Iterator[Record | JsonRecord]]:
        """The header for rows that are dropped again, and the records unchanged from the file.

        Raises UndecodableError and BrokenFileError, the first also while the header is read.
        """
        if self.shape:
            return None, json_records(chunks, self.dialect.encoding, self.shape, self.records_in, self.listless)
        rows = records(chunks, self.dialect, with_header=True, longest=self.longest)
        header = None if self.csv_columns else next(rows, None)
        if self.width:
            rows = joined(rows, self._fields, self.values, self.width, self.dialect)
        return (None if self.csv_columns else header.raw if header else b""), rows

    def names(self, header: bytes | None) -> list[str]:
        """The names of a CSV file's columns."""
        if self.csv_columns:
            return list(self.csv_columns)
        text = visible((header or b"").decode(self.dialect.encoding, errors="replace"))
        # A line end within a name would end the header for the reader, or the reading.
        found = next(csv.reader([_LINE_ENDS.sub(" ", text)], delimiter=self.dialect.separator))
        return [name.strip() for name in found]

    def members(self, chunks: Iterable[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
        """Every record's place, and its members by name or why it cannot be read.

        Raises UndecodableError and BrokenFileError.
        """
        if self.shape:
            values = json_values(chunks, self.dialect.encoding, self.shape, self.records_in, self.listless)
            for number, (value, _, is_cut) in enumerate(values, 1):
                yield number, value if isinstance(value, dict) else _unreadable(value, is_cut=is_cut)
            return
        header, found = self.records(chunks)
        names = self.names(header)
        known = frozenset(filter(None, names))
        for row in found:
            if isinstance(row, Record):
                yield row.line, self._csv_members(row, names, known)

    def _csv_members(self, row: Record, names: list[str], known: frozenset[str]) -> Mapping[str, Any] | Fault:
        if row.is_cut:
            return _unreadable(None, is_cut=True)
        values = self.values(row)
        if values is None:
            return QUOTE_FAULTS[row.quotes]
        if is_commented_out(values):
            return Fault(RejectionCode.COMMENTED_OUT)
        # Some lines of a file without header end with a separator.
        may_have_more = self.csv_columns and self.dialect.line_end.terminator not in row.raw
        has_wrong_width = len(values) < self.width or (len(values) > self.width and not may_have_more)
        if has_wrong_width or (self.csv_columns and _is_shifted(values, self.csv_columns)):
            return Fault(RejectionCode.WRONG_FIELD_COUNT, bound=str(self.width), found=len(values))
        may_be_header = values[:1] == names[:1] or values[0].strip() in known
        if may_be_header and (header := _header(values, names, known)):
            return header
        return dict(zip(names, values, strict=False))

    def _fields(self, row: Record) -> tuple[int, int]:
        if row.plain is not None and not row.is_cut and (found := fields_of_line(row.plain, self.width)):
            return found
        values = self.values(row)
        return (self.width, NO_PIECE) if values is None else fields_in(values, self.width)

    def values(self, row: Record) -> list[str] | None:
        """The record's values; None where it is cut or its quotation marks do not match.

        A file without header ends its records with claims in JSON, which older exporters did not quote.
        """
        if row.is_cut:
            return None
        if row.plain is not None:
            return split_escaped(row.plain.decode())
        text = visible(row.raw.decode(self.dialect.encoding))
        if row.quotes is QuoteState.WHOLE:
            return split_quoted(text, self.dialect.separator)
        return _with_claims(text, self.dialect.separator, self.csv_columns) if self.csv_columns else None


def _header(values: Sequence[str], names: list[str], known: frozenset[str]) -> Fault | None:
    """What is wrong with a row that is the header once more, or another one; None of one that is none."""
    if [value.strip() for value in values] == names:
        return Fault(RejectionCode.ROW_IS_HEADER)
    return OTHER_HEADER if is_other_header(values, known) else None


def _unreadable(value: object, *, is_cut: bool) -> Fault:
    if value is not None and is_of_records(value):
        return PAGE
    if is_cut:
        return Fault(RejectionCode.RECORD_TOO_LONG, bound=f"{MAX_RECORD_CHARACTERS:,}")
    return _UNREADABLE


def source_of(head: bytes, preset: Preset, *, is_whole: bool) -> Source | Problem:
    """What kind of file it is that starts so, or why it is none of this preset. `is_whole` says that this is all."""
    if not head.strip():
        return Problem(ProblemCode.FILE_EMPTY, "The file is empty.", "Drop the export of the users.")
    start = start_of(head, preset.how)
    if isinstance(start, Problem):
        return start
    encoding, has_mark, text = start
    if _LIST_OF_LISTS.match(text):
        return _list_of_lists(preset)
    if text.lstrip()[:1] in {"{", "["}:
        shape = shape_of(text, preset.records_in, is_whole=is_whole)
        dialect = Dialect(encoding, has_mark, quoting=Quoting.BACKSLASH)
        return Source(dialect, shape, preset.records_in, listless=preset.listless)
    first = next((line for line in text.splitlines() if line.strip() and not is_preamble(line.encode())), "")
    separator = max(SEPARATORS, key=first.count)
    dialect = Dialect(encoding, has_mark, separator, Quoting.QUOTES, line_end_of(text))
    names = next(csv.reader([visible(first)], delimiter=separator), [])
    headless = _headless(names, preset)
    width = _width(text, separator, headless) if headless else len(names)
    if headless and width < len(headless):  # the last columns say who is disabled: an older exporter left them out
        return Problem(
            ProblemCode.WRONG_EXPORT,
            f"The file does not look like an export for the preset {preset.name}:"
            f" most lines have {counted(width, 'column')}, not {len(headless)} or more.",
            preset.how,
        )
    if headless and width >= len(headless) + len(preset.more_csv_columns):
        headless += preset.more_csv_columns
    found = headless or tuple(name.strip() for name in names)
    return Source(dialect, None, csv_columns=headless, width=width, csv_names=found)


def _list_of_lists(preset: Preset) -> Problem:
    return Problem(
        ProblemCode.WRONG_EXPORT,
        "The file is a JSON list of lists, not of users.",
        f"If the inner lists are pages of users, join them with `jq add`. {preset.how}".strip(),
    )


def _width(text: str, separator: str, columns: tuple[str, ...]) -> int:
    """The fields that most of the first lines of a file without header have: a single one may be half of a record."""
    lines = list(islice(filter(str.strip, text.splitlines()), _LINES_COUNTED))
    counted = Counter(
        len(_with_claims(line, separator, columns) or next(csv.reader([line], delimiter=separator), []))
        for line in lines
    )
    return max(counted, key=lambda width: (counted[width], width <= len(columns) + 1, width))


def _is_shifted(values: list[str], columns: tuple[str, ...]) -> bool:
    """Whether a separator within a value has moved the others of a record without header: its claims are JSON or blank,
    and nothing comes after its last column."""
    claims = values[columns.index(_CLAIMS)].strip()
    return (bool(claims) and not claims.startswith("{")) or any(map(str.strip, values[len(columns) :]))


def _with_claims(text: str, separator: str, columns: tuple[str, ...]) -> list[str] | None:
    """The values of a record whose last column is JSON without quotation marks around it; None if it is not."""
    *values, claims = text.split(separator, len(columns) - 1)
    if len(values) < len(columns) - 1 or not claims.startswith("{") or '"' in "".join(values):
        return None
    return [*values, claims.removesuffix(separator), *([""] if claims.endswith(separator) else [])]


def _headless(given: list[str], preset: Preset) -> tuple[str, ...] | None:
    """The columns of a file without header; such a file may still have one that was added later."""
    if preset.csv_columns is None:
        return None
    has_header = {name.strip() for name in given[:3]} <= set(preset.csv_columns)
    return None if has_header else preset.csv_columns
