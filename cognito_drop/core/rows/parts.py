"""Fills the parts of a file, each within Cognito's limits.

An import job takes hashes of one algorithm, so the rows of each algorithm go into a lane of parts of their own, and
rows without a hash into the lane of the row before them. The parts of a lane are filled one after the other. The first
part of all may be a small one: then it has the first rows with hashes of the first algorithm. Where their bytes go is
left to the sink.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.part import Part, Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.password_hash import HashAlgorithm
    from cognito_drop.core.rows.sink import Sink

_FIRST_ROW: Final = 2  # the line of a part in which the first user stands
_BIG_BLOCK: Final = 1 << 19


class PartWriter:
    """Fills parts with rows in Cognito's dialect and hands them to the sink in big blocks."""

    def __init__(self, header: bytes, options: Options, sink: Sink, algorithms: Sequence[HashAlgorithm] = ()) -> None:
        """`algorithms` are those whose hashes the pool takes."""
        self._header, self._options, self._sink = header, options, sink
        self._algorithm = algorithms[0] if algorithms else None
        self._started = 0
        self._lanes = [self._new_lane(options.first_part_rows)]
        self._lane = self._lanes[0]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that are complete, by their numbers."""
        found = [
            replace(part, algorithm=lane.algorithm or self._algorithm) for lane in self._lanes for part in lane.parts
        ]
        return tuple(sorted(found, key=lambda part: part.number))

    def add(self, text: bytes, rows: int, line: int, algorithm: HashAlgorithm | None = None) -> None:
        """Add whole rows, each with its line feed, from consecutive lines of the file beginning with this one.

        `algorithm` is that of their hashes; None where they have none, or the pool takes one algorithm only.
        """
        if algorithm and algorithm is not self._lane.algorithm:
            self._lane = self._lane_of(algorithm)
        if len(self._lanes) > 1:
            self._sink.in_lane(self._lanes.index(self._lane), rows)
        self._lane.add(text, rows, line)

    def end(self) -> None:
        """End the parts that have rows."""
        for lane in self._lanes:
            lane.end()

    def _lane_of(self, algorithm: HashAlgorithm) -> _Lane:
        """The lane of this algorithm: the first one until a row says which algorithm it has."""
        lane = next((lane for lane in self._lanes if lane.algorithm in (algorithm, None)), None)
        if lane is None:
            if len(self._lanes) == 1:
                self._sink.in_lane(0, self._lane.total)
            lane = self._new_lane()
            self._lanes.append(lane)
        lane.algorithm = algorithm
        return lane

    def _new_lane(self, first_rows: int | None = None) -> _Lane:
        return _Lane(self._header, self._options, self._sink, self._next_number, first_rows)

    def _next_number(self) -> int:
        self._started += 1
        return self._started


class _Lane:
    """Parts for the hashes of one algorithm, filled one after the other."""

    def __init__(
        self,
        header: bytes,
        options: Options,
        sink: Sink,
        next_number: Callable[[], int],
        first_rows: int | None = None,
    ) -> None:
        """`first_rows` is how many rows its first part has at most, where that is fewer than the others have."""
        self._header, self._options, self._sink, self._next_number = header, options, sink, next_number
        self._most_rows = min(options.max_part_rows, first_rows or options.max_part_rows)
        self.algorithm: HashAlgorithm | None = None
        self.parts: list[Part] = []
        self.total = 0
        """Rows in all of its parts."""
        self._pieces: list[bytes] = []
        self._held = 0
        self._number = self._rows = self._bytes = 0
        self._segments = Segments()

    def add(self, text: bytes, rows: int, line: int) -> None:
        """Add whole rows, each with its line feed, from consecutive lines of the file beginning with this one."""
        self.total += rows
        while rows:
            taken, size = self._fitting(text, rows)
            if not taken:
                self.end()
                continue
            if not self._rows:
                self._number = self._next_number()
                self._write(self._header)
            self._segments.append(self._rows + _FIRST_ROW, line, taken)
            self._rows += taken
            self._write(text if taken == rows else text[:size])
            if taken < rows:
                text = text[size:]
                self.end()
            rows -= taken
            line += taken

    def end(self) -> None:
        """End the current part, if it has rows."""
        if not self._rows:
            return
        self._flush()
        part = Part(self._number, self._rows, self._bytes, self._segments)
        self.parts.append(part)
        self._sink.end_part(part)
        self._most_rows = self._options.max_part_rows
        self._rows = self._bytes = 0
        self._segments = Segments()

    def _fitting(self, text: bytes, rows: int) -> tuple[int, int]:
        """How many of the rows fit into the current part, and their bytes; at least one into an empty part."""
        used = self._bytes or len(self._header)
        most_rows, most_bytes = self._most_rows - self._rows, self._options.max_part_bytes - used
        size = len(text) if len(text) <= most_bytes else text.rfind(b"\n", 0, max(most_bytes, 0)) + 1
        fitting = rows if size == len(text) else text.count(b"\n", 0, size)
        if fitting > most_rows:
            fitting, size = max(most_rows, 0), 0
            for _ in range(fitting):
                size = text.index(b"\n", size) + 1
        if not fitting and not self._rows:
            return 1, text.index(b"\n") + 1
        return fitting, size

    def _write(self, text: bytes) -> None:
        self._bytes += len(text)
        if len(text) >= _BIG_BLOCK:  # not worth a copy
            self._flush()
        self._pieces.append(text)
        self._held += len(text)
        if self._held >= _BIG_BLOCK:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            block = b"".join(self._pieces) if len(self._pieces) > 1 else self._pieces[0]
            self._sink.part_bytes(self._number, block)
        self._pieces.clear()
        self._held = 0
