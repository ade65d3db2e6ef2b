"""A dropped export as records: what kind of file it is, and its records with their place and their text.

A source that was found once reads the file again in the same way, so that results can be joined with records by order.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.contract import limits
from cognito_drop.core.presets.json_records import JsonRecord, Shape, json_records, json_values, shape_of
from cognito_drop.core.presets.json_text import MAX_RECORD_CHARACTERS
from cognito_drop.core.rows.detection import encoding_of, foreign, line_end_of, undecodable
from cognito_drop.core.rows.dialect import Dialect, Quoting
from cognito_drop.core.rows.file_pass import QUOTE_FAULTS
from cognito_drop.core.rows.reading import QuoteState, split_escaped, split_quoted
from cognito_drop.core.rows.records import Record, records
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cognito_drop.core.presets.preset import Preset

_SEPARATORS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Source:
    """How the records of one file are read. `shape` is None for a CSV file; `csv_columns` names the columns of one that
    has no header."""

    dialect: Dialect
    shape: Shape | None
    records_in: str | None = None
    csv_columns: tuple[str, ...] | None = None

    @property
    def is_json(self) -> bool:
        """Whether places are numbers of records; in a CSV file they are lines."""
        return self.shape is not None

    def to_json(self) -> dict[str, Any]:
        """For a later reading of the file."""
        return {
            "dialect": self.dialect.to_json(),
            "shape": self.shape.value if self.shape else None,
            "records_in": self.records_in,
            "csv_columns": list(self.csv_columns) if self.csv_columns else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Source:
        """The source that `to_json` wrote."""
        return cls(
            Dialect.from_json(data["dialect"]),
            Shape(data["shape"]) if data["shape"] else None,
            data["records_in"],
            tuple(data["csv_columns"]) if data["csv_columns"] else None,
        )

    def records(self, chunks: Iterable[bytes]) -> tuple[bytes | None, Iterator[Record | JsonRecord]]:
        """The header for rows that are dropped again, and the records unchanged from the file.

        Raises UndecodableError and BrokenFileError, the first also while the header is read.
        """
        if self.shape:
            return None, json_records(chunks, self.dialect.encoding, self.shape, self.records_in)
        rows = records(chunks, self.dialect, with_header=True)
        if self.csv_columns:
            return None, rows
        header = next(rows, None)
        return (header.raw if header else b""), rows

    def names(self, header: bytes | None) -> list[str]:
        """The names of a CSV file's columns."""
        if self.csv_columns:
            return list(self.csv_columns)
        text = (header or b"").decode(self.dialect.encoding, errors="replace")
        return [name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=self.dialect.separator), [])]

    def members(self, chunks: Iterable[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
        """Every record's place, and its members by name or why it cannot be read.

        Raises UndecodableError and BrokenFileError.
        """
        if self.shape:
            values = json_values(chunks, self.dialect.encoding, self.shape, self.records_in)
            for number, (value, _, is_cut) in enumerate(values, 1):
                yield number, value if isinstance(value, dict) else _unreadable(is_cut=is_cut)
            return
        header, found = self.records(chunks)
        names = self.names(header)
        for row in found:
            if isinstance(row, Record):
                yield row.line, self._csv_members(row, names)

    def _csv_members(self, row: Record, names: list[str]) -> Mapping[str, Any] | Fault:
        if row.is_cut:
            return Fault(RejectionCode.ROW_TOO_LONG, bound=f"{limits.MAX_ROW_CHARACTERS:,}")
        if row.quotes is not QuoteState.WHOLE:
            return QUOTE_FAULTS[row.quotes]
        if row.plain is None:
            values = split_quoted(row.raw.decode(self.dialect.encoding), self.dialect.separator)
        else:
            values = split_escaped(row.plain.decode())
        # A file without header ends its lines with a separator, and newer versions of the exporter add columns.
        if len(values) != len(names) and not self.csv_columns:
            return Fault(RejectionCode.WRONG_FIELD_COUNT, bound=str(len(names)), found=len(values))
        return dict(zip(names, values, strict=False))


def _unreadable(*, is_cut: bool) -> Fault:
    if is_cut:
        return Fault(RejectionCode.RECORD_TOO_LONG, bound=f"{MAX_RECORD_CHARACTERS:,}")
    return Fault(RejectionCode.RECORD_UNREADABLE)


def source_of(head: bytes, preset: Preset, *, is_whole: bool) -> Source | Problem:
    """What kind of file it is that starts so, or why it is none of this preset. `is_whole` says that this is all."""
    if not head.strip():
        return Problem(ProblemCode.FILE_EMPTY, "The file is empty.", "Drop the export of the users.")
    if problem := foreign(head):
        return problem
    encoding, has_mark = encoding_of(head)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return undecodable(encoding)
    if text.lstrip()[:1] in {"{", "["}:
        shape = shape_of(text, preset.records_in, is_whole=is_whole)
        return Source(Dialect(encoding, has_mark, quoting=Quoting.BACKSLASH), shape, preset.records_in)
    first = next(line for line in text.splitlines() if line.strip())
    separator = max(_SEPARATORS, key=first.count)
    dialect = Dialect(encoding, has_mark, separator, Quoting.QUOTES, line_end_of(text))
    return Source(dialect, None, csv_columns=_headless(first, separator, preset))


def _headless(first: str, separator: str, preset: Preset) -> tuple[str, ...] | None:
    """The columns of a file without header; such a file may still have one that was added later."""
    if preset.csv_columns is None:
        return None
    given = next(csv.reader([first], delimiter=separator), [])
    has_header = set(islice(given, 3)) <= set(preset.csv_columns)
    return None if has_header else preset.csv_columns
