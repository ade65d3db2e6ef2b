"""The preflight of an export: reads it once, makes a row of every record, and gives it to the very engine of the rows.

Promises that every record is accepted or rejected, by its place in the file: the number of a record in JSON, the line
in CSV. Memory is that of the engine and of the longest record.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from lambdas.core.limits import MAX_ROW_CHARACTERS
from lambdas.core.presets.json_records import BrokenFileError, JsonRecord
from lambdas.core.presets.json_text import MAX_RECORD_CHARACTERS
from lambdas.core.presets.pool_row import PoolRow, columns_for
from lambdas.core.presets.source import source_of
from lambdas.core.problem import Problem, ProblemCode
from lambdas.core.rows.blocks import UndecodableError
from lambdas.core.rows.check import head_of, verifies_nothing
from lambdas.core.rows.detection import HEAD_BYTES, undecodable
from lambdas.core.rows.dialect import Dialect, Quoting
from lambdas.core.rows.file_pass import FilePass
from lambdas.core.rows.layout import Layout, lay_out
from lambdas.core.rows.reading import QuoteState
from lambdas.core.rows.rejection import Fault, RejectionCode
from lambdas.core.rows.report import Columns, PreflightReport, PresetReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lambdas.core.presets.preset import Preset
    from lambdas.core.presets.source import Source
    from lambdas.core.presets.user import Note
    from lambdas.core.rows.options import Options
    from lambdas.core.rows.pool_rules import PoolRules
    from lambdas.core.rows.records import Record
    from lambdas.core.rows.rejection import Rejection
    from lambdas.core.rows.sink import Sink

if TYPE_CHECKING:
    Noted = Callable[[int, Sequence[Note]], None]

_NOT_PLAIN: Final = re.compile(r'[\x00-\x1f\x7f"\\\ud800-\udfff]')
_ROWS_AT_ONCE: Final = 512
_QUOTE_FAULTS: Final = {
    QuoteState.OPEN: Fault(RejectionCode.QUOTE_NOT_CLOSED),
    QuoteState.BROKEN: Fault(RejectionCode.QUOTES_BROKEN),
}


def preflight_export(
    chunks: Iterable[bytes],
    preset: Preset,
    rules: PoolRules,
    options: Options,
    sink: Sink,
    *,
    noted: Noted | None = None,
) -> PreflightReport:
    """Check a whole export, given as chunks of any length, and hand its parts and rejected rows to the sink.

    `noted` is told of every accepted row that has notes, in the order of the file.

    A file that cannot be used comes back as the report's problem; nothing is raised for what a file holds.
    """
    if not rules.auto_verified:
        return PreflightReport(verifies_nothing())
    incoming = iter(chunks)
    head = head_of(incoming)
    source = source_of(head[:HEAD_BYTES], preset, is_whole=len(head) < HEAD_BYTES)
    if isinstance(source, Problem):
        return PreflightReport(source)
    layout = lay_out(columns_for(preset, rules, reads_groups=options.reads_groups), rules, options)
    if isinstance(layout, Problem):
        return PreflightReport(_lacking(layout, preset), source.dialect)
    run = _ExportPass(source, preset, layout, rules, options=options, sink=sink)
    if noted:
        run.noted = noted
    try:
        run.take_all(chain([head], incoming))
    except UndecodableError:
        return PreflightReport(undecodable(source.dialect.encoding), source.dialect)
    except BrokenFileError as error:
        return PreflightReport(_broken(error), source.dialect)
    return run.report()


class _ExportPass:
    """The one pass over the records: plain rows in runs, the others one by one."""

    def __init__(
        self, source: Source, preset: Preset, layout: Layout, rules: PoolRules, *, options: Options, sink: Sink
    ) -> None:
        self._source, self._preset, self._layout = source, preset, layout
        self._sink = _WatchedSink(sink)
        self._row = PoolRow(rules, layout)
        self._pass = FilePass(layout, rules, Dialect(quoting=Quoting.BACKSLASH), options, self._sink, line=1)
        self._lines: list[str] = []
        self._line_notes: list[list[Note]] = []
        self._first = 0
        self._notes: Counter[Note] = Counter()
        self.noted: Noted = _nobody

    def take_all(self, chunks: Iterable[bytes]) -> None:
        """Deal with every record. Raises UndecodableError and BrokenFileError."""
        header, found = self._source.records(chunks)
        names = [] if self._source.is_json else self._source.names(header)
        for record in found:
            given = _json_value(record) if isinstance(record, JsonRecord) else self._csv_value(record, names)
            if isinstance(given, Fault):
                self._reject(record.line, given)
            else:
                self._take(record.line, given)
        self._flush()
        self._pass.finish()

    def report(self) -> PreflightReport:
        """What was found."""
        tally, layout = self._pass.tally, self._layout
        if not tally.rows:
            return PreflightReport(_no_records(self._preset), self._source.dialect)
        return PreflightReport(
            dialect=self._source.dialect,
            rows=tally.rows,
            known=tally.known,
            accepted=tally.accepted,
            columns=Columns(
                added=tuple(column.name for column in layout.added),
                never_settable=tuple(column.name for column in layout.added if not column.is_mutable),
            ),
            normalised=dict(tally.normalised),
            reasons=tally.reasons(),
            parts=tuple(self._pass.parts.parts),
            sample=tuple(name.decode() for name in self._pass.sample.usernames),
            preset=PresetReport(self._preset.name, self._source, dict(self._notes)),
            memberships=tally.memberships,
        )

    def _csv_value(self, record: Record, names: list[str]) -> Mapping[str, Any] | Fault:
        if record.is_cut:
            return Fault(RejectionCode.ROW_TOO_LONG, bound=f"{MAX_ROW_CHARACTERS:,}")
        values = self._source.values(record)
        if isinstance(values, QuoteState):
            return _QUOTE_FAULTS[values]
        # A file without header ends its lines with a separator, and newer versions of the exporter add columns.
        if len(values) != len(names) and not self._source.csv_columns:
            return Fault(RejectionCode.WRONG_FIELD_COUNT, bound=str(len(names)), found=len(values))
        return dict(zip(names, values, strict=False))

    def _take(self, line: int, record: Mapping[str, Any]) -> None:
        user = self._preset.user(record)
        if user.refused:
            self._reject(line, Fault(user.refused))
            return
        values = self._row.values(user)
        row = ",".join(values)
        if _NOT_PLAIN.search(row):
            self._take_values(line, values, user.notes)
            return
        if row.count(",") >= len(values):
            row = ",".join([value.replace(",", "\\,") for value in values])
        if not self._lines:
            self._first = line
        elif line != self._first + len(self._lines) or len(self._lines) >= _ROWS_AT_ONCE:
            self._flush()
            self._first = line
        self._lines.append(row)
        self._line_notes.append(user.notes)

    def _take_values(self, line: int, values: list[str], notes: list[Note]) -> None:
        """One row with something that lines of text cannot say."""
        self._flush()
        for name, value in zip((column.name if column else "" for column in self._layout.in_file), values, strict=True):
            try:
                value.encode()
            except UnicodeEncodeError:  # half of a pair of surrogates, which JSON can write and UTF-8 cannot
                self._pass.reject(line, Fault(RejectionCode.CONTROL_CHARACTER, name))
                return
        before = self._pass.tally.accepted
        self._pass.take_values(values, line)
        if notes and self._pass.tally.accepted > before:
            self._note(line, notes)

    def _note(self, line: int, notes: list[Note]) -> None:
        self._notes.update(notes)
        self.noted(line, notes)

    def _reject(self, line: int, fault: Fault) -> None:
        self._flush()
        self._pass.reject(line, fault)
        self._sink.lines.clear()

    def _flush(self) -> None:
        """Give the engine the rows that wait. Notes of rows that it rejects are not counted."""
        if not self._lines:
            return
        text = "\n".join(self._lines) + "\n"
        self._pass.line = self._first
        self._sink.lines.clear()
        self._pass.take_lines(text.encode())
        for at, notes in enumerate(self._line_notes):
            if notes and self._first + at not in self._sink.lines:
                self._note(self._first + at, notes)
        self._lines.clear()
        self._line_notes.clear()


class _WatchedSink:
    """Hands everything on, and remembers which rows of a run were rejected: nobody asks what they leave behind."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.part_bytes, self.end_part, self.member = sink.part_bytes, sink.end_part, sink.member
        self.lines: set[int] = set()

    def known(self, line: int) -> None:
        self.lines.add(line)
        self._sink.known(line)

    def rejected(self, row: Rejection) -> None:
        self.lines.add(row.line)
        self._sink.rejected(row)


def _nobody(line: int, notes: Sequence[Note]) -> None:
    """Let it go."""


def _json_value(record: JsonRecord) -> Mapping[str, Any] | Fault:
    if record.is_cut:
        return Fault(RejectionCode.RECORD_TOO_LONG, bound=f"{MAX_RECORD_CHARACTERS:,}")
    return record.value if isinstance(record.value, dict) else Fault(RejectionCode.RECORD_UNREADABLE)


def _lacking(problem: Problem, preset: Preset) -> Problem:
    """The pool asks for a column that this preset never fills."""
    sentence = problem.sentence.replace("The header lacks", f"The preset {preset.name} does not fill", 1)
    return Problem(problem.code, sentence, "Add what is missing by a mapping that names the preset.")


def _broken(error: BrokenFileError) -> Problem:
    place = f"after record {error.records:,}" if error.records else "before its first record"
    return Problem(
        ProblemCode.JSON_BROKEN,
        f"The file is not good JSON: it ends or breaks {place}.",
        "Export the users again, and drop the whole file.",
    )


def _no_records(preset: Preset) -> Problem:
    where = f" under {preset.records_in!r}" if preset.records_in else ""
    return Problem(
        ProblemCode.NO_ROWS, "The file has no users.", f"The preset {preset.name} reads a list of users{where}."
    )
