"""The sink of an export's check, which knows the rows that were not accepted.

Guarantees that everything reaches the sink that it was made for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognito_drop.core.rows.rejection import Rejection
    from cognito_drop.core.rows.sink import Sink


class WatchedSink:
    """Hands everything on, and remembers which rows of a run were rejected: their data is not reported as left
    behind.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.part_bytes, self.end_part, self.in_lane = sink.part_bytes, sink.end_part, sink.in_lane
        self.member = sink.member
        self.left_out, self.no_way_in = sink.left_out, sink.no_way_in
        self.lines: set[int] = set()
        """Those that were rejected, and those of known users."""

    def known(self, line: int) -> None:
        """Hand the line on."""
        self.lines.add(line)
        self._sink.known(line)

    def rejected(self, row: Rejection) -> None:
        """Hand the row on."""
        self.lines.add(row.line)
        self._sink.rejected(row)
