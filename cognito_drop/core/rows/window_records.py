"""The records of a window: which of its lines make one.

Guarantees the same records however the file is cut into windows: what may go on in the next window is left to it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from cognito_drop.core.rows.broken_records import LONGEST, NO_PIECE, BrokenRecords
from cognito_drop.core.rows.window_lines import WindowLines

if TYPE_CHECKING:
    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.window import Window


class WindowRecords:
    """The records of one window. `width` is the number of their fields, 0 where each line is known to be a record;
    `is_last` says that the file ends here."""

    def __init__(self, window: Window, dialect: Dialect, width: int, *, is_last: bool) -> None:
        self._window, self._width, self._is_last = window, width, is_last
        self._lines = lines = WindowLines(window, dialect, width, is_last=is_last)
        self.is_blank, self.take = lines.is_blank, lines.take
        self.odd_fields = 0
        """Of the record that was found last, how many fields its first row with another number of them has."""
        self._found = BrokenRecords(lines.rows(), width, lines.values)

    def end_of_run(self, bad: int) -> int:
        """Where the accepted rows before this line end that are no part of a broken record, whatever comes next."""
        if not self._width:
            return bad
        after = bad
        while after < self._window.count and self.is_blank(after):
            after += 1
        if after < self._window.count:
            return bad if self._lines.begun(after).part == NO_PIECE else bad - 1
        return bad if self._is_whole(bad - 1) else bad - 1

    def lines_from(self, at: int) -> int:
        """How many lines the record has that starts in this one, 0 when they may not all be there."""
        if not self._width:
            return self._lines.begun(at).length
        length, fields, _, _ = self._lines.begun(at)
        after = at + length
        if length and fields >= self._width and after < self._window.count and self._begins_other(after):
            return length
        if after >= self._window.count and not self._is_whole(at):
            return 0
        starts = self._lines.starts()
        self._found.skip_to(starts[at])
        self._lines.next = max(self._lines.next, at)
        rows = self._found.take()
        if not rows or (self._lines.next >= self._window.count and not self._is_whole(at)):
            return 0
        self.odd_fields = next((fields for _, _, fields, _ in rows if fields != self._width), 0)
        return bisect_left(starts, rows[-1][1]) - at

    def _begins_other(self, at: int) -> bool:
        """Whether the line can be no part of a whole row before it."""
        if self._lines.is_accepted(at):
            return True
        if self.is_blank(at):
            return False
        begun = self._lines.begun(at)
        return begun.length > 0 and begun.part == NO_PIECE

    def _is_whole(self, at: int) -> bool:
        """Whether all that can belong to the record in this line is there."""
        return self._is_last or self._window.bytes_from(at) > LONGEST
