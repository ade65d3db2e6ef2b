"""The files of `cognito-drop check --save`: the parts that Cognito would be given, and the rows that it would not.

They are written to a hidden folder inside the chosen directory and moved when all of them are whole, so the directory
holds the files of one check or none of them.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self, TextIO

from rich.text import Text

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.files import readable_file, writes_to
from cognito_drop.cli.rendering import table
from cognito_drop.contract.object_keys import LEFT_BEHIND, NO_WAY_IN, RETRIES, rows_with
from cognito_drop.core.presets import Source
from cognito_drop.core.results.join import KeptRejection, join, rejected_only
from cognito_drop.core.results.left_behind_file import LEFT_BEHIND_HEADER, row_of, rows_of
from cognito_drop.core.results.preflight_json import source_json
from cognito_drop.core.results.retry_file import retry_file_for
from cognito_drop.core.rows import NoSink
from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.sign_in.no_way_file import HEADER, no_way_rows
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.spreadsheet import PeoplesTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from rich.console import RenderableType

    from cognito_drop.cli.file_json import SavedFileJson
    from cognito_drop.contract.ways_in import NoWayIn
    from cognito_drop.core.presets import Note
    from cognito_drop.core.rows import Part, PreflightReport, Rejection

_BLOCK: Final = 1 << 20  # bytes read at once
_REJECTED: Final = rows_with(RowOutcome.REJECTED.value)
_COLUMNS: Final = ("line", "column", "code", "message", "hint")
_OTHERS: Final = (_REJECTED, *RETRIES, LEFT_BEHIND, NO_WAY_IN)
_NAMES: Final = re.compile("|".join((r"part-[0-9]+\.csv", *map(re.escape, _OTHERS))), re.IGNORECASE)


class CheckedRows(NoSink):
    """Keeps the rejected rows and lets the parts go."""

    def __init__(self) -> None:
        self.rejections: list[Rejection] = []

    def rejected(self, row: Rejection) -> None:
        """Keep one."""
        self.rejections.append(row)


@dataclass(frozen=True, slots=True)
class SavedFile:
    """One of the files. `rows` is without the header."""

    path: Path
    rows: int
    bytes: int


class SavedRows(CheckedRows):
    """Writes the parts to files, and keeps the rejected rows until `publish`. As a context manager it leaves the files
    that were published, or nothing."""

    def __init__(self, folder: Path, file: Path, *, overwrite: bool) -> None:
        """Prepare the directory for the check of `file`. Raises CommandError."""
        super().__init__()
        self._folder, self._file, self._overwrite = folder, file, overwrite
        self._seen = _state(file)
        with writes_to(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._replaced()
        with writes_to(folder):
            self._hidden = tempfile.TemporaryDirectory(prefix=".cognito-drop-", dir=folder)
        self._parts: dict[int, BinaryIO] = {}
        self._rows: dict[str, int] = {}
        self._left_behind: TextIO | None = None
        self._left_behind_rows = 0
        self._no_ways: BinaryIO | None = None
        self.too_long = 0
        """Rejected rows that are too long to be copied."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in (*self._parts.values(), *([self._no_ways] if self._no_ways else [])):
            part.close()
        if self._left_behind:
            self._left_behind.close()
        self._hidden.cleanup()

    def part_bytes(self, number: int, block: bytes) -> None:
        """Append to a part."""
        with writes_to(self._folder):
            if number not in self._parts:
                self._parts[number] = self._made(_part_name(number)).open("wb")
            self._parts[number].write(block)

    def end_part(self, part: Part) -> None:
        """Complete a part."""
        with writes_to(self._folder):
            self._parts.pop(part.number).close()

    def recorded(self, line: int, notes: Sequence[Note]) -> None:
        """List what a user leaves behind."""
        self._leave_behind(rows_of(line, notes))

    def left_out(self, value: Rejection) -> None:
        """List a value that was left out."""
        self._leave_behind(row_of(value))

    def _leave_behind(self, rows: str) -> None:
        if not rows:
            return
        with writes_to(self._folder):
            if self._left_behind is None:
                self._left_behind = self._made(LEFT_BEHIND).open("w", encoding="utf-8", newline="")
                self._left_behind.write(LEFT_BEHIND_HEADER)
            self._left_behind.write(rows)
        self._left_behind_rows += rows.count("\n")

    def no_way_in(self, lines: Sequence[int], reason: NoWayIn) -> None:
        """Write the lines of users who have no way to sign in."""
        with writes_to(self._folder):
            if self._no_ways is None:
                self._no_ways = self._made(NO_WAY_IN).open("wb")
                self._no_ways.write(HEADER)
            self._no_ways.write(no_way_rows(lines, reason))

    def publish(self, report: PreflightReport) -> list[SavedFile]:
        """Make the files appear in the directory: none of a file that cannot be used. Raises CommandError."""
        if report.problem:
            return []
        self._rows = {_part_name(part.number): part.rows for part in report.parts}
        if self._no_ways is not None:
            with writes_to(self._folder):
                self._no_ways.close()
            self._rows[NO_WAY_IN] = report.without_way_in
        if self.rejections:
            self._write_rejected()
            self._write_retry(report)
        if self._left_behind:
            with writes_to(self._folder):
                self._left_behind.close()
            self._rows[LEFT_BEHIND] = self._left_behind_rows
        if _state(self._file) != self._seen:
            sentence = f"The file {self._file} changed while it was checked; nothing was saved."
            raise CommandError(ErrorCode.FILE_UNREADABLE, sentence, "Check it again.")
        replaced = self._replaced()
        with writes_to(self._folder):
            for path in replaced:
                path.unlink()
            return [self._move(name, rows) for name, rows in self._rows.items()]

    def _move(self, name: str, rows: int) -> SavedFile:
        made = self._made(name).replace(self._folder / name)
        return SavedFile(made, rows, made.stat().st_size)

    def _write_rejected(self) -> None:
        with writes_to(self._folder), self._made(_REJECTED).open("w", encoding="utf-8", newline="") as target:
            table = PeoplesTable(target)
            table.add(*_COLUMNS)
            for row in self.rejections:
                table.add(row.line, row.column, row.code.value, row.sentence, row.hint)
        self._rows[_REJECTED] = len(self.rejections)

    def _write_retry(self, report: PreflightReport) -> None:
        """Copy the rejected rows from the file, as they are there."""
        reading = _source(report)
        rejections = (KeptRejection(row.line, row.code.value, row.sentence) for row in self.rejections)
        with readable_file(self._file).open("rb") as chunks:
            header, rows = reading.records(iter(lambda: chunks.read(_BLOCK), b""))
            retried = retry_file_for(reading, header)
            copied = 0
            with writes_to(self._folder), self._made(retried.name).open("wb") as target:
                target.write(retried.start)
                for row, verdict in rejected_only(join(rows, rejections, iter(()))):
                    self.too_long += row.is_cut
                    if verdict.can_be_retried and not row.is_cut:
                        target.write(row.raw + retried.line_end)
                        copied += 1
        if copied:
            self._rows[retried.name] = copied

    def _made(self, name: str) -> Path:
        return Path(self._hidden.name) / name

    def _replaced(self) -> list[Path]:
        """The files of an earlier check, which the files of this one replace. Raises CommandError where they stay."""
        with writes_to(self._folder):
            found = sorted(path for path in self._folder.iterdir() if _NAMES.fullmatch(path.name))
        for path in found:
            if not self._overwrite:
                hint = "Choose another directory, or use --overwrite."
                raise CommandError(ErrorCode.FILE_EXISTS, f"{path} exists already; nothing was saved.", hint)
            if path.resolve() == self._file.resolve():
                hint = "Choose another directory, or rename the file."
                raise CommandError(ErrorCode.FILE_EXISTS, f"{path} is the file to check; nothing was saved.", hint)
        return found


def _part_name(number: int) -> str:
    return f"part-{number}.csv"


def _state(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_mtime_ns, found.st_size


def _source(report: PreflightReport) -> Source:
    source = source_json(report)
    if source is None:
        raise ValueError("A file with rows has a dialect.")
    return Source.from_json(source)


def saved_json(saved: Iterable[SavedFile]) -> list[SavedFileJson]:
    """The files for machines."""
    return [{"name": file.path.name, "path": str(file.path), "rows": file.rows, "bytes": file.bytes} for file in saved]


def saved_text(
    saved: Sequence[SavedFile], report: PreflightReport, *, too_long: int, known: int
) -> list[RenderableType]:
    """The files for people, and what is not in them. `known` users of the sample are in the pool already."""
    rows = [(str(file.path), f"{file.rows:,}", f"{file.bytes:,}") for file in saved]
    shown: list[RenderableType] = [table("saved", "rows", "bytes", rows=rows, right=("rows", "bytes"))]
    faults = sum(file.rows for file in saved if file.path.name == _REJECTED)
    if faults > report.rejected:
        rows_of = counted(report.rejected, "rejected row")
        shown.append(Text(f"{_REJECTED} has a row for each fault: {counted(faults, 'fault')} of {rows_of}."))
    if known:
        at_least = "At least " if len(report.sample) < report.accepted else ""
        shown.append(
            Text(
                f"{at_least}{counted(known, 'user')} of the parts {'is' if known == 1 else 'are'} in the pool already: "
                "Cognito skips them, and fails a job that has to skip too many."
            )
        )
    if too_long:
        verb = "is" if too_long == 1 else "are"
        shown.append(Text(f"{counted(too_long, 'rejected row')} {verb} too long to be copied."))
    shown += [
        Text(f"Import {_part_name(part.number)} with PasswordHashingAlgorithm {part.algorithm}.")
        for part in report.parts
        if part.algorithm
    ]
    if report.memberships:
        shown.append(Text("The parts do not have the groups: Cognito's import adds no user to a group."))
    return shown
