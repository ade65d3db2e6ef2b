"""The preflight of an export: reads it once, makes a row of every record, and gives it to the very engine of the rows.

Guarantees that every record is accepted or rejected, by its place in the file: the number of a record in JSON, the line
in CSV. Memory is that of the engine and of the longest record.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.json_records import BrokenFileError, PageWithinError, Shape, page_within
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.pool_row import PoolRow, as_lines, columns_for
from cognito_drop.core.presets.recognition import (
    recognize,
    unknown_attributes,
    without_base,
    without_its_preset,
    wrong_columns,
)
from cognito_drop.core.presets.record_survey import RecordSurvey
from cognito_drop.core.presets.source import OTHER_HEADER, PAGE, source_of
from cognito_drop.core.presets.unclear_dates import UnclearDates
from cognito_drop.core.presets.unclear_status import FileEnd, UnclearStatuses
from cognito_drop.core.presets.unread_status import unread
from cognito_drop.core.presets.user import says_anything
from cognito_drop.core.presets.watched_sink import WatchedSink
from cognito_drop.core.rows.blocks import UndecodableError
from cognito_drop.core.rows.check import head_of, preflight, verifies_nothing
from cognito_drop.core.rows.detection import HEAD_BYTES, undecodable
from cognito_drop.core.rows.dialect import Dialect, Quoting
from cognito_drop.core.rows.file_pass import FilePass
from cognito_drop.core.rows.layout import Layout, lay_out
from cognito_drop.core.rows.other_header import OtherHeaderError, other_header
from cognito_drop.core.rows.preflight_report import Columns, PreflightReport, PresetReport
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.text.invisible import code_point
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cognito_drop.core.presets.preset import Preset
    from cognito_drop.core.presets.source import Source
    from cognito_drop.core.presets.user import SourceUser
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import PoolRules
    from cognito_drop.core.rows.sink import Sink

    Recorded = Callable[[int, Sequence[Note]], None]

_ROWS_AT_ONCE: Final = 1_024
_BLANK: Final = Fault(RejectionCode.ROW_BLANK)
_SHUTS_OUT: Final = frozenset({RejectionCode.USER_DISABLED, RejectionCode.USER_STATUS_UNKNOWN})


def preflight_file(
    chunks: Iterable[bytes],
    preset: Preset | None,
    rules: PoolRules,
    options: Options,
    sink: Sink,
    *,
    recorded: Recorded | None = None,
) -> PreflightReport:
    """Check a file of the pool's own columns, or an export if a preset is given. Without one, what is clearly an export
    is refused."""
    if preset:
        return _preflight_export(chunks, preset, rules, options, sink, recorded=recorded)
    incoming = iter(chunks)
    head = head_of(incoming)
    found = recognize(head[:HEAD_BYTES], rules)
    if found.preset:
        return PreflightReport(without_its_preset(found.preset, options))
    return preflight(chain([head], incoming), rules, options, sink)


def _preflight_export(
    chunks: Iterable[bytes],
    preset: Preset,
    rules: PoolRules,
    options: Options,
    sink: Sink,
    *,
    recorded: Recorded | None = None,
) -> PreflightReport:
    """Check a whole export, given as chunks of any length, and hand its parts and rejected rows to the sink.

    `recorded` gets every accepted row that has notes, in the order of the file.

    A file that cannot be used comes back as the report's problem; nothing is raised for what a file holds.
    """
    if not rules.auto_verified:
        return PreflightReport(verifies_nothing())
    incoming = iter(chunks)
    head = head_of(incoming)
    source = source_of(head[:HEAD_BYTES], preset, is_whole=len(head) < HEAD_BYTES)
    if isinstance(source, Problem):
        return PreflightReport(source)
    if options.has_own_mapping and (problem := without_base(preset, head[:HEAD_BYTES], rules)):
        return PreflightReport(problem, source.dialect)
    layout = wrong_columns(preset, source.csv_names, options) or _layout(preset, rules, options)
    if isinstance(layout, Problem):
        return PreflightReport(layout, source.dialect)
    options = replace(options, fixed=preset.fixed)
    run = _ExportPass(source, preset, layout, rules, options=options, sink=sink)
    run.recorded = recorded
    problem = run.take_all(chain([head], incoming))
    return PreflightReport(problem, source.dialect) if problem else run.report()


def _layout(preset: Preset, rules: PoolRules, options: Options) -> Layout | Problem:
    if problem := unknown_attributes(preset, rules):
        return problem
    layout = lay_out(columns_for(preset, rules, options), rules, options)
    return _lacking(layout, preset) if isinstance(layout, Problem) else layout


class _ExportPass:
    """The one pass over the records: rows wait until there are many, and go to the engine at once."""

    def __init__(
        self, source: Source, preset: Preset, layout: Layout, rules: PoolRules, *, options: Options, sink: Sink
    ) -> None:
        self._source, self._preset, self._layout, self._options = source, preset, layout, options
        self._sink = WatchedSink(sink)
        self._row = PoolRow(rules, layout, options)
        self._pass = FilePass(layout, rules, Dialect(quoting=Quoting.BACKSLASH), options, self._sink, line=1, width=0)
        self._rows: list[Sequence[str]] = []
        self._first = 0
        self._waiting_notes: dict[int, list[Note]] = {}
        self._notes: Counter[Note] = Counter()
        self.recorded: Recorded | None = None
        self._survey = RecordSurvey(preset, is_json=source.is_json)
        self._unclear = UnclearStatuses(is_json=source.is_json)
        self._end = FileEnd(source, preset)
        self._last: Mapping[str, Any] | Fault = _BLANK
        self._dates = UnclearDates(layout, preset)

    def take_all(self, chunks: Iterable[bytes]) -> Problem | None:
        """Deal with every record, or say why the file is not usable."""
        try:
            self._take_all(self._end.watched(chunks))
        except UndecodableError:
            return undecodable(self._source.dialect.encoding)
        except PageWithinError as error:
            return page_within(error, self._preset.how)
        except BrokenFileError as error:
            return _broken(error, self._preset)
        except OtherHeaderError as error:
            return other_header(error)
        if not self._survey.has_records:
            return self._without_objects()
        unclear = self._unclear.problem(has_status=self._survey.has_system_status)
        return self._dates.problem() or self._survey.problem(self._options) or unclear or self._end.problem(self._last)

    def _without_objects(self) -> Problem | None:
        """The problem of a list of texts or numbers. In a file with a record a line each may be broken on its own."""
        if self._source.shape in (None, Shape.LINES):
            return None
        if {reason.code for reason in self._pass.tally.reasons()} != {RejectionCode.RECORD_UNREADABLE}:
            return None
        sentence = "The file is a JSON list in which no record can be read as an object, so it has no users."
        return Problem(ProblemCode.WRONG_EXPORT, sentence, self._preset.how or "Drop a list of objects, one a user.")

    def _take_all(self, chunks: Iterable[bytes]) -> None:
        user_of, values_of = self._preset.user, self._row.values
        rows, waiting_notes = self._rows, self._waiting_notes
        refused: Mapping[str, Any] | None = None
        record: Mapping[str, Any] | Fault = _BLANK
        refused_for, is_json = _BLANK, self._source.is_json
        settled, look_at = self._survey.settled, self._survey.look_at
        for line, record in self._source.members(chunks):
            if isinstance(record, Fault) or (
                refused is not None and record == refused
            ):  # equal ones are in files that were made to take long
                self._reject(line, record if isinstance(record, Fault) else refused_for)
                continue
            if not (settled.issuperset(record) if is_json else settled):
                look_at(record, line)
            for value in record.values():  # as a rule the first one is there
                if value.strip() if isinstance(value, str) else says_anything(value):
                    break
            else:  # whatever a preset or a constant would add to it
                self._reject(line, _BLANK)
                continue
            user = user_of(record)
            if user.refused and not (user.lacks_status and self._lets_in(line)):
                refused = None if is_json else record  # in JSON 1 and true would be equal
                refused_for = Fault(user.refused, bound=user.shut_out_by)
                self._reject(line, refused_for)
                self._shut_out(user, line)
                continue
            if not rows:
                self._first = line
            elif len(rows) >= _ROWS_AT_ONCE or line != self._first + len(rows):
                self._flush()
                self._first = line
            rows.append(values_of(user))
            if user.notes:
                waiting_notes[line] = user.notes
        self._last = record
        self._flush()
        self._pass.finish()

    def report(self) -> PreflightReport:
        """What was found."""
        tally, layout, unfound = self._pass.tally, self._layout, sorted(map(" or ".join, self._survey.unfound))
        if not tally.rows:
            return PreflightReport(_no_records(self._preset), self._source.dialect)
        return PreflightReport(
            dialect=self._source.dialect,
            rows=tally.rows,
            known=tally.known,
            accepted=tally.accepted,
            columns=Columns(
                added=tuple(column.name for column in layout.added),
                left_out=() if self._source.is_json else unread(self._preset, self._source.csv_names),
                never_settable=tuple(column.name for column in layout.added if not column.is_mutable),
            ),
            normalized=dict(tally.normalized),
            reasons=tally.reasons(),
            left_out_values=tally.left_out_values(),
            look_alikes=tally.look_alikes,
            first_look_alike=tally.first_look_alike,
            parts=self._pass.parts.parts,
            sample=tuple(name.decode() for name in self._pass.sample.usernames),
            preset=PresetReport(self._preset.name, self._source, self._counted_notes(), tuple(unfound)),
            memberships=tally.memberships,
            not_allowed=tally.not_allowed,
            groups=frozenset(tally.groups),
            joined_groups=tally.joined_groups,
            with_password=tally.with_password,
            ways=dict(tally.ways) if self._options.ways else None,
            members=tally.members,
            known_members=tally.known_members,
            may_hold_hashes=self._preset.gives_hashes,
        )

    def _counted_notes(self) -> dict[str, int]:
        counts = {note.value: count for note, count in self._notes.items()}
        if not self._survey.has_status and self._pass.tally.accepted:
            counts[Note.NO_STATUS.value] = self._pass.tally.accepted
        return counts

    def _reject(self, line: int, fault: Fault) -> None:
        if fault is OTHER_HEADER:
            raise OtherHeaderError(line)
        if fault is PAGE:
            raise PageWithinError(line)
        self._flush()
        self._pass.reject(line, fault)

    def _lets_in(self, line: int) -> bool:
        """Whether a user whose record has no status may sign in: only as long as no record has one."""
        if not self._survey.has_system_status:
            self._unclear.lacks_status = self._unclear.lacks_status or line
        return not self._survey.has_system_status

    def _shut_out(self, user: SourceUser, line: int) -> None:
        """Let in no other record of a user who may not sign in; one whose record only is unfit may come again."""
        if user.refused in _SHUTS_OUT and (accepted := self._pass.shut_out(self._row.values(user), line)):
            self._unclear.add(accepted, line)

    def _flush(self) -> None:
        """Give the engine the rows that wait. Notes of rows that it rejects are not counted."""
        if not self._rows:
            return
        self._dates.look_at(self._rows)
        self._sink.lines.clear()
        self._give(self._first, self._rows)
        for line in self._sink.lines:
            self._waiting_notes.pop(line, None)
        self._notes.update(chain.from_iterable(self._waiting_notes.values()))
        if self.recorded:
            for line, notes in self._waiting_notes.items():
                self.recorded(line, notes)
        self._rows.clear()
        self._waiting_notes.clear()

    def _give(self, first: int, rows: list[Sequence[str]]) -> None:
        """Give the engine rows from consecutive places; halves of them where one has what lines of text cannot say."""
        text = as_lines(rows)
        if text is not None:
            self._pass.line = first
            self._pass.take_lines(text)
        elif len(rows) > 1:
            half = len(rows) // 2
            self._give(first, rows[:half])
            self._give(first + half, rows[half:])
        else:
            self._give_values(first, rows[0])

    def _give_values(self, line: int, values: Sequence[str]) -> None:
        for column, value in zip(self._layout.in_file, values, strict=True):
            try:
                value.encode()
            except UnicodeEncodeError as error:  # half of a pair of surrogates, which JSON can write and UTF-8 cannot
                sign = code_point(value[error.start])
                self._pass.reject(line, Fault(RejectionCode.CONTROL_CHARACTER, column.name if column else "", sign))
                return
        self._pass.take_values(list(values), line)


def _lacking(problem: Problem, preset: Preset) -> Problem:
    """The pool asks for a column that this preset never fills; what else is wrong with the header stays as it is."""
    if problem.code is not ProblemCode.MISSING_COLUMNS:
        return problem
    sentence = problem.sentence.replace("The header lacks", f"The preset {preset.name} does not fill", 1)
    return Problem(problem.code, sentence, "Add the missing columns with a mapping that names the preset.")


def _broken(error: BrokenFileError, preset: Preset) -> Problem:
    place = f"after record {error.records}" if error.records else "before the first record"
    sentence = f"The file is not valid JSON: it ends or breaks {place}."
    if error.lacks_list:
        sentence = (
            f"A JSON object {place} has no list {preset.records_in!r}: an API may have returned an error in its place."
        )
    return Problem(ProblemCode.JSON_BROKEN, sentence, "Export the users again and drop the complete file.")


def _no_records(preset: Preset) -> Problem:
    where = f" under {preset.records_in!r}" if preset.records_in else ""
    return Problem(
        ProblemCode.NO_ROWS, "The file has no users.", f"The preset {preset.name} reads a list of users{where}."
    )
