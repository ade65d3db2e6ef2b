"""The accepted rows of a file, as the parts have them for Cognito: a sink that makes rows of the parts' bytes again."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING

from cognito_drop.core.rows import NoSink
from cognito_drop.core.rows.reading import split_escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cognito_drop.core.rows import Part


class PartRows(NoSink, abc.ABC):
    """Takes the rows of parts."""

    def __init__(self) -> None:
        self._columns: dict[int, list[str]] = {}
        self._rest: dict[int, bytes] = {}

    @abc.abstractmethod
    def take_rows(self, number: int, rows: Iterable[Mapping[str, str]]) -> None:
        """Take the next rows of the part of this number, by the names of the columns."""

    def part_bytes(self, number: int, block: bytes) -> None:
        """Take the next rows of a part."""
        *lines, self._rest[number] = (self._rest.pop(number, b"") + block).split(b"\n")
        self._add(number, lines)

    def end_part(self, part: Part) -> None:
        """Take the last row of a part."""
        self._add(part.number, filter(None, [self._rest.pop(part.number, b"")]))

    def _add(self, number: int, lines: Iterable[bytes]) -> None:
        rows = iter(lines)
        if number not in self._columns:
            header = next(rows, None)
            if header is None:
                return
            self._columns[number] = split_escaped(header.decode())
        columns = self._columns[number]
        self.take_rows(number, (dict(zip(columns, split_escaped(line.decode()), strict=True)) for line in rows))
