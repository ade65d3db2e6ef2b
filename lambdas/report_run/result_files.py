"""The result files of a run, written in one pass over the dropped file: every row in exactly one of them.

`imported.csv`, `skipped.csv`, `failed.csv`, `unprocessed.csv` and `unknown.csv` hold line, code and message;
`rejected.csv` holds line, column, code, message and hint, once for each fault of a row. `retry.csv` holds the header
and the rows whose users are not in the pool, or may not be, byte for byte, and can be dropped as it is; rows that are
too long to be held, and users who are not to be imported, are left out of it. For a JSON export it is `retry.ndjson`, a
record a line. `groups.csv` holds the memberships in groups, `no_way_in.csv` the users without a way to sign in. A file
without rows is not written.
"""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from cognito_drop.contract.object_keys import GROUPS, LEFT_BEHIND, NO_WAY_IN, results_of, rows_with
from cognito_drop.core.members.memberships import HEADER, NOT_KNOWN, MembershipResult, as_csv
from cognito_drop.core.results.row_tally import RowTally
from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.text.spreadsheet import PeoplesTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cognito_drop.aws.drops import DropBucket
    from cognito_drop.aws.object_writer import ObjectWriter
    from cognito_drop.core.presets import JsonRecord
    from cognito_drop.core.results.retry_file import RetryFile
    from cognito_drop.core.rows import Member, Record
    from cognito_drop.core.rows.row_outcome import RowVerdict

_ROW_HEADER = ("line", "code", "message")
_REJECTED_HEADER = ("line", "column", "code", "message", "hint")


@dataclass(frozen=True, slots=True)
class Written:
    """What a pass has written: the tally of the rows and the names of the files."""

    tally: RowTally
    files: tuple[str, ...]
    too_long: int = 0
    """Rows that belong in the retry file and are too long for it."""
    retry: Drop | None = None
    """The version of the retry file; None where there is none."""


def write_result_files(
    bucket: DropBucket, drop: Drop, retried: RetryFile, rows: Iterable[tuple[Record | JsonRecord, RowVerdict]]
) -> Written:
    """Write the files under `results/<run id>/`."""
    tally, too_long = RowTally(), 0
    with ExitStack() as open_files:
        tables = {outcome: _Table(bucket, drop, outcome, open_files) for outcome in RowOutcome}
        retry = _Lazy(bucket, drop, retried.name, open_files)
        for row, verdict in rows:
            tally.add(row.line, verdict)
            tables[verdict.outcome].add(row.line, verdict)
            too_long += verdict.can_be_retried and row.is_cut
            if verdict.can_be_retried and not row.is_cut:
                if not retry.is_open:
                    retry.write(retried.start)
                retry.write(row.raw + retried.line_end)
    files = [table.file.name for table in tables.values() if table.file.is_open]
    return Written(tally, (*files, *((retried.name,) if retry.is_open else ())), too_long, retry.version)


def write_left_behind(bucket: DropBucket, drop: Drop, blocks: Iterable[bytes]) -> tuple[str, ...]:
    """Write what the users of an export leave behind, as preflight has found it; return the names of the files."""
    return _write(bucket, drop, LEFT_BEHIND, blocks)


def write_no_ways(bucket: DropBucket, drop: Drop, blocks: Iterable[bytes]) -> tuple[str, ...]:
    """Write which users have no way to sign in, as preflight has found it; return the names of the files."""
    return _write(bucket, drop, NO_WAY_IN, blocks)


def write_groups(bucket: DropBucket, drop: Drop, kept: Iterable[bytes], rest: Iterable[Member]) -> tuple[str, ...]:
    """Write the results of the memberships: those that were kept, and the rest as unprocessed."""
    others = (as_csv(MembershipResult(member.line, group, NOT_KNOWN) for group in member.groups) for member in rest)
    return _write(bucket, drop, GROUPS, chain([",".join(HEADER).encode() + b"\n"], kept, others))


def _write(bucket: DropBucket, drop: Drop, name: str, blocks: Iterable[bytes]) -> tuple[str, ...]:
    with ExitStack() as open_files:
        file = _Lazy(bucket, drop, name, open_files)
        for block in blocks:
            file.write(block)
        return (file.name,) if file.is_open else ()


class _Lazy:
    """A file that comes into being with its first byte."""

    def __init__(self, bucket: DropBucket, drop: Drop, name: str, open_files: ExitStack) -> None:
        self.name = name
        self._bucket = bucket
        self._drop = drop
        self._open_files = open_files
        self._writer: ObjectWriter | None = None

    @property
    def is_open(self) -> bool:
        return self._writer is not None

    @property
    def version(self) -> Drop | None:
        """The version that was written, once the file is complete; None where there is none."""
        return Drop(self._drop.bucket, self._key, self._writer.version_id) if self._writer else None

    def write(self, data: bytes) -> None:
        if self._writer is None:
            self._writer = self._open_files.enter_context(self._bucket.writer(self._drop.bucket, self._key))
        self._writer.write(data)

    @property
    def _key(self) -> str:
        return f"{results_of(self._drop.run_id)}{self.name}"


class _Table:
    """One of the files with line, code and message."""

    def __init__(self, bucket: DropBucket, drop: Drop, outcome: RowOutcome, open_files: ExitStack) -> None:
        self.file = _Lazy(bucket, drop, rows_with(outcome.value), open_files)
        self._text = io.StringIO()
        self._csv = PeoplesTable(self._text)

    def add(self, line: int, verdict: RowVerdict) -> None:
        is_rejected = verdict.outcome is RowOutcome.REJECTED
        if not self.file.is_open:
            self._csv.add(*(_REJECTED_HEADER if is_rejected else _ROW_HEADER))
        if is_rejected:
            for each in (verdict, *verdict.others):
                self._csv.add(line, each.column, each.code, each.message, each.hint)
        else:
            self._csv.add(line, verdict.code, verdict.message)
        self.file.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()
