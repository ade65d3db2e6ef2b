"""A part of a file: one import job's rows, and the way back from its lines to those of the file."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cognito_drop.core.rows.password_hash import HashAlgorithm


class Segments:
    """Which lines of the file are in a part: runs of (first part line, first file line, count), in order.

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
        """The line of the file that is on this line of the part. Raises LookupError for a line that is no row."""
        at = bisect_right(self._part_lines, part_line) - 1
        if at < 0 or part_line >= self._part_lines[at] + self._counts[at]:
            raise LookupError(f"Line {part_line} of the part is not a row.")
        return self._file_lines[at] + part_line - self._part_lines[at]


@dataclass(frozen=True, slots=True)
class Part:
    """One import job's file. `number` counts from 1, `bytes` is its size with the header, `rows` is without it.
    `algorithm` is that of the job; None where no hashes are sent."""

    number: int
    rows: int
    bytes: int
    segments: Segments = field(repr=False)
    algorithm: HashAlgorithm | None = None
