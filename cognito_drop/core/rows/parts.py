"""Fills the parts of a file, each within Cognito's limits.

Parts are filled one after the other, so there are as few as possible. Where their bytes go is left to the sink.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.part import Part, Segments

if TYPE_CHECKING:
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.sink import Sink

_FIRST_ROW: Final = 2  # the line of a part in which the first user stands
_BIG_BLOCK: Final = 1 << 19


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
