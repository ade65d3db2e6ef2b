"""Parts of a file, each within Cognito's limits, and the way back from a part's lines to those of the file.

Parts are filled one after the other, so there are as few as possible. Where their bytes go is left to the sink.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.sink import Sink

_FIRST_ROW: Final = 2  # the line of a part in which the first user stands
_BIG_BLOCK: Final = 1 << 19


class Segments:
    """Which lines of the file stand in a part: runs of (first part line, first file line, count), in order.

    Both lines of a run advance by one; 12 bytes a run.
    """

    __slots__ = ("_counts", "_file_lines", "_part_lines")

    def __init__(self) -> None:
        self._part_lines, self._file_lines, self._counts = array("I"), array("I"), array("I")

    @classmethod
    def of(cls, runs: Iterable[tuple[int, int, int]]) -> Segments:
        """The segments with these runs, as iterating over segments gives them."""
        segments = cls()
        for run in runs:
            segments.append(*run)
        return segments

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return zip(self._part_lines, self._file_lines, self._counts, strict=True)

    def __len__(self) -> int:
        return len(self._counts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Segments) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Segments({list(self)})"

    def append(self, part_line: int, file_line: int, count: int) -> None:
        """Add a run after the last one."""
        if self._counts and self._file_lines[-1] + self._counts[-1] == file_line:
            self._counts[-1] += count
        else:
            self._part_lines.append(part_line)
            self._file_lines.append(file_line)
            self._counts.append(count)

    def file_line(self, part_line: int) -> int:
        """The line of the file that stands in this line of the part. Raises LookupError for a line that is no row."""
        at = bisect_right(self._part_lines, part_line) - 1
        if at < 0 or part_line >= self._part_lines[at] + self._counts[at]:
            raise LookupError(f"Line {part_line} of the part is no row.")
        return self._file_lines[at] + part_line - self._part_lines[at]


@dataclass(frozen=True, slots=True)
class Part:
    """One import job's file. `number` counts from 1, `bytes` is its size with the header, `rows` is without it."""

    number: int
    rows: int
    bytes: int
    segments: Segments = field(repr=False)


class PartWriter:
    """Fills parts with rows in Cognito's dialect and hands them to the sink in big blocks."""

    def __init__(self, header: bytes, options: Options, sink: Sink) -> None:
        self._header, self._options, self._sink = header, options, sink
        self.parts: list[Part] = []
        self._pieces: list[bytes] = []
        self._held = 0
        self._rows = self._bytes = 0
        self._segments = Segments()

    def add(self, text: bytes, rows: int, line: int) -> None:
        """Add whole rows, each with its line feed, from consecutive lines of the file beginning with this one."""
        while rows:
            taken, size = self._fitting(text, rows)
            if not taken:
                self.end()
                continue
            if not self._rows:
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
        part = Part(len(self.parts) + 1, self._rows, self._bytes, self._segments)
        self.parts.append(part)
        self._sink.end_part(part)
        self._rows = self._bytes = 0
        self._segments = Segments()

    def _fitting(self, text: bytes, rows: int) -> tuple[int, int]:
        """How many of the rows fit into the current part, and their bytes; at least one into an empty part."""
        used = self._bytes or len(self._header)
        most_rows, most_bytes = self._options.max_part_rows - self._rows, self._options.max_part_bytes - used
        if rows <= most_rows and len(text) <= most_bytes:
            return rows, len(text)
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
            self._sink.part_bytes(b"".join(self._pieces) if len(self._pieces) > 1 else self._pieces[0])
        self._pieces.clear()
        self._held = 0
