"""Where the preflight writes what it finds: the run's staging."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from cognito_drop.core.results.left_behind_file import LEFT_BEHIND_HEADER, row_of, rows_of
from cognito_drop.core.rows.row_outcome import KNOWN_USER
from cognito_drop.core.sign_in.no_way_file import HEADER, no_way_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from cognito_drop.aws.object_writer import ObjectWriter
    from cognito_drop.aws.staging import Staging
    from cognito_drop.contract.ways_in import NoWayIn
    from cognito_drop.core.presets import Note
    from cognito_drop.core.rows import Member, Part, Rejection
    from cognito_drop.core.runs.drop import Drop

_BLOCK = 1 << 20  # bytes written at once


class StagingSink:
    """Writes what preflight gives into the run's staging."""

    def __init__(self, staging: Staging, drop: Drop) -> None:
        self._staging = staging
        self._drop = drop
        self._open = ExitStack()
        self._rejections = self._open.enter_context(staging.rejections_writer(drop))
        self._parts: dict[int, ObjectWriter] = {}
        self._lanes: ObjectWriter | None = None
        self._notes: ObjectWriter | None = None
        self._members: ObjectWriter | None = None
        self._no_ways: ObjectWriter | None = None
        self.versions: dict[int, str] = {}
        """Of the parts that are written, by their numbers."""
        self._open.push(self._abort_parts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._open.__exit__(kind, error, trace)

    def part_bytes(self, number: int, block: bytes) -> None:
        """Append to a part."""
        if number not in self._parts:
            self._parts[number] = self._staging.part_writer(self._drop, number)
        self._parts[number].write(block)

    def end_part(self, part: Part) -> None:
        """Complete a part."""
        written = self._parts.pop(part.number)
        written.complete()
        self.versions[part.number] = written.version_id

    def in_lane(self, lane: int, rows: int) -> None:
        """Write the lane of each row."""
        if self._lanes is None:
            self._lanes = self._open.enter_context(self._staging.lanes_writer(self._drop))
        for written in range(0, rows, _BLOCK):
            self._lanes.write(bytes([lane]) * min(rows - written, _BLOCK))

    def rejected(self, row: Rejection) -> None:
        """Write why a row is rejected."""
        text = json.dumps([row.line, row.code.value, row.sentence, row.column, row.hint])
        self._rejections.write(text.encode() + b"\n")

    def known(self, line: int) -> None:
        """Write that a row is not sent."""
        self._rejections.write(json.dumps([line, KNOWN_USER.code, KNOWN_USER.message]).encode() + b"\n")

    def no_way_in(self, lines: Sequence[int], reason: NoWayIn) -> None:
        """Write the lines, as the result file has them."""
        if self._no_ways is None:
            self._no_ways = self._open.enter_context(self._staging.no_ways_writer(self._drop))
            self._no_ways.write(HEADER)
        self._no_ways.write(no_way_rows(lines, reason))

    def member(self, member: Member) -> None:
        """Write a user who is to be in groups."""
        if self._members is None:
            self._members = self._open.enter_context(self._staging.members_writer(self._drop))
        self._members.write(member.to_bytes())

    def recorded(self, line: int, notes: Sequence[Note]) -> None:
        """Keep what a user leaves behind, as the result file has it."""
        self._leave_behind(rows_of(line, notes))

    def left_out(self, value: Rejection) -> None:
        """Keep a value that was left out, as the result file has it."""
        self._leave_behind(row_of(value))

    def _leave_behind(self, rows: str) -> None:
        if not rows:
            return
        if self._notes is None:
            self._notes = self._open.enter_context(self._staging.left_behind_writer(self._drop))
            self._notes.write(LEFT_BEHIND_HEADER.encode())
        self._notes.write(rows.encode())

    def _abort_parts(self, *_: object) -> None:
        for part in self._parts.values():
            part.abort()
