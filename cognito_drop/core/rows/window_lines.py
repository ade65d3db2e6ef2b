"""The lines of a window that may begin a record: what each of them has, read when it is asked for and once.

Which of them make one record is left to `window_records`, which nothing here refers to: a window is let go of as soon
as it was dealt with.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from cognito_drop.contract import limits
from cognito_drop.core.rows.broken_records import NO_PIECE, fields_in, fields_of_line
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES
from cognito_drop.core.rows.fast_rows import NOT_ACCEPTED
from cognito_drop.core.rows.reading import QuoteState, is_blank, lines_of_record, split_escaped, split_quoted
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.rows.rewriting import is_simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.rows.broken_records import Row
    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.window import Window

QUOTE_FAULTS: Final = {
    QuoteState.OPEN: Fault(RejectionCode.QUOTE_NOT_CLOSED),
    QuoteState.BROKEN: Fault(RejectionCode.QUOTES_BROKEN),
}


class Line(NamedTuple):
    """What a line begins: the lines that the row takes, 0 when they are not all there; its fields, as many as it should
    have where that cannot be known; whether it is a piece, as in a Row; and its values or why they cannot be read."""

    length: int
    fields: int
    part: int
    given: list[str] | Fault


class WindowLines:
    """The lines of one window. `width` is the number of fields of a record, 0 where each line is known to be one;
    `is_last` says that the file ends here."""

    def __init__(self, window: Window, dialect: Dialect, width: int, *, is_last: bool) -> None:
        self._window, self._dialect, self._width = window, dialect, width
        self._reads_quotes = dialect.reads_quotes
        self._is_last = is_last
        self._starts: list[int] = []
        self._accepted = Line(1, width, NO_PIECE, [])
        self._reads: dict[int, Line] = {}
        """The lines that were read and not taken."""
        self.next = 0
        """The line that `rows` goes on with."""

    def is_blank(self, at: int) -> bool:
        """Whether the line has nothing but white space."""
        if at in self._reads:
            return False
        line = self._window.lines[at]
        return len(line) <= MAX_RECORD_BYTES and is_blank(line)

    def take(self, at: int) -> tuple[int, list[str] | Fault]:
        """The lines that the row takes, and its values or why they cannot be read; it is asked for once."""
        found = self._reads.pop(at, None)
        return (found.length, found.given) if found else self._read(at)

    def begun(self, at: int) -> Line:
        """What the line begins."""
        if self._width and self.is_accepted(at):
            return self._accepted
        found = self._reads.get(at)
        if found is None:
            length, given = self._read(at)
            fields, part = (self._width, NO_PIECE) if isinstance(given, Fault) else fields_in(given, self._width)
            found = self._reads[at] = Line(length, fields, part, given)
        return found

    def is_accepted(self, at: int) -> bool:
        """Whether the line is a whole row that breaks no rule."""
        return self._window.usernames[at] != NOT_ACCEPTED

    def rows(self) -> Iterator[Row]:
        """The rows from the next line on, as they are asked for. Only values that say more than their number are read:
        a file that was made to take long has many others."""
        usernames, reads, starts = self._window.usernames, self._reads, self.starts()
        while self.next < self._window.count:
            at = self.next
            row = None
            if usernames[at] == NOT_ACCEPTED and at not in reads and starts[at + 1] - starts[at] <= MAX_RECORD_BYTES:
                if is_blank(self._window.lines[at]):
                    self.next += 1
                    continue
                row = self._counted(at)
            length, fields, part = row or self.begun(at)[:3]
            if not length:
                self.next = self._window.count
                return
            self.next += length
            yield starts[at], starts[at + length], fields, part

    def values(self, row: Row) -> list[str] | None:
        """The values of a row; None where they cannot be read."""
        given = self._read(bisect_left(self.starts(), row[0]))[1]
        return None if isinstance(given, Fault) else given

    def starts(self) -> list[int]:
        """Where each line starts in the window, and where the last one ends."""
        if not self._starts:
            self._starts = list(accumulate(map((1).__add__, map(len, self._window.lines)), initial=0))
        return self._starts

    def _read(self, at: int) -> tuple[int, list[str] | Fault]:
        window = self._window
        if len(window.lines[at]) > MAX_RECORD_BYTES:
            return 1, too_long()
        if not self._reads_quotes or is_simple(window.text_lines[at]):
            return 1, split_escaped(window.text_lines[at].decode())
        separator = self._dialect.separator
        length, state = lines_of_record(window.lines, at, separator, is_last=self._is_last)
        if state is not QuoteState.WHOLE:
            return length, QUOTE_FAULTS[state]
        return length, split_quoted(b"\n".join(window.lines[at : at + length]).decode(), separator)

    def _counted(self, at: int) -> tuple[int, int, int] | None:
        """What a line begins whose fields say all of it, without their values."""
        line = self._window.text_lines[at]
        if self._reads_quotes and not is_simple(line):
            return None
        counted = fields_of_line(line, self._width)
        return (1, *counted) if counted else None


def too_long() -> Fault:
    """What is wrong with a row that is too long."""
    return Fault(RejectionCode.ROW_TOO_LONG, bound=f"{limits.MAX_ROW_CHARACTERS:,}")
