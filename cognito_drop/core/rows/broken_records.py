"""Records with line breaks that are not quoted: their lines belong together.

Guarantees that of a record which is spread over several lines no line is taken for a record of its own, not even one
that a user has written into a display name to look like one: as far as the numbers of fields say so. Time is linear in
the file.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from cognito_drop.contract import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.records import Record

_REACHES_A_USER: Final = re.compile(r"@|\d{3}[ ()./\-]*\d{3}")
"""An email address or a phone number."""
LONGEST: Final = limits.MAX_ROW_CHARACTERS
"""Bytes, in UTF-8 and with blank lines, within which the lines of a record are looked for."""


class Row(NamedTuple):
    """What seems to be a record: where it starts and ends among the bytes of the file, how many fields it has, and
    whether it is certainly a piece of another."""

    start: int
    end: int
    fields: int
    is_piece: bool


def is_piece(values: Sequence[str], width: int) -> bool:
    """Whether a row with these values can only be a piece of a record with `width` fields: it has no separator, or has
    fewer fields and values, of which none reaches a user."""
    if len(values) >= width or len(values) == 1:
        return len(values) < width
    return any(map(str.strip, values)) and not any(map(_REACHES_A_USER.search, values))


class BrokenRecords:
    """Says which rows make one record. `rows` are all that come next, without blank lines.

    A row with fewer than `width` fields begins a broken record; it ends where the fields of such rows add up to
    `width`, and has all rows between. A piece that belongs to none of these is of the row before or after it, which
    cannot be known: the three are one record. All other rows are records of their own.
    """

    def __init__(self, rows: Iterator[Row], width: int) -> None:
        self._rows, self._width = rows, width
        self._ahead: deque[tuple[Row, int]] = deque()
        """Rows that were looked at and not taken, each with the breaks before it: fields of broken rows but one."""
        self._ends: deque[tuple[Row, int]] = deque()
        """Where records can end: broken rows with the breaks up to and with them."""
        self._breaks = 0

    def take(self) -> list[Row]:
        """The rows of the next record, none after the last; they are passed over."""
        return [self._ahead.popleft()[0] for _ in range(self._count())]

    def skip_to(self, start: int) -> None:
        """Pass over the rows that start before this byte, as far as they were looked at."""
        while self._ahead and self._ahead[0][0].start < start:
            self._ahead.popleft()

    def _count(self) -> int:
        if not self._sees(0):
            return 0
        first = self._ahead[0][0]
        count = self._rest(0) + 1
        is_lone = self._is_lone(0)
        while self._sees(count):
            row = self._ahead[count][0]
            is_half = self._is_lone(count)
            if not is_half and not (is_lone and row.fields >= self._width):
                break
            if row.end - first.start > LONGEST:
                return count - 1 if is_lone and count > 1 else count
            count, is_lone = count + 1, is_half
        return count

    def _is_lone(self, index: int) -> bool:
        """Whether a row is a piece and completes no broken record."""
        return self._ahead[index][0].is_piece and not self._rest(index)

    def _rest(self, index: int) -> int:
        """How many rows complete the broken record that this row begins; 0 if none do."""
        first, breaks = self._ahead[index]
        if first.fields >= self._width:
            return 0
        wanted = breaks + self._width - 1
        while True:
            while self._ends and self._ends[0][1] < wanted:
                self._ends.popleft()
            if self._ends:
                last, reached = self._ends[0]
                is_end = reached == wanted and last.end - first.start <= LONGEST
                return [row for row, _ in self._ahead].index(last) - index if is_end else 0
            if self._ahead[-1][0].end - first.start > LONGEST or not self._look():
                return 0

    def _sees(self, index: int) -> bool:
        """Whether there is a row at this place among those that come next."""
        while len(self._ahead) <= index:
            if not self._look():
                return False
        return True

    def _look(self) -> bool:
        row = next(self._rows, None)
        if row is None:
            return False
        self._ahead.append((row, self._breaks))
        if row.fields < self._width:
            self._breaks += row.fields - 1
            self._ends.append((row, self._breaks))
        return True


def joined(
    rows: Iterable[Record], fields: Callable[[Record], tuple[int, bool]], width: int, dialect: Dialect
) -> Generator[Record]:
    """The records, those that are spread over several lines as one: with the lines between its first and its last."""
    waiting: deque[Record] = deque()

    def seen() -> Iterator[Row]:
        for row in rows:
            waiting.append(row)
            yield Row(row.start, row.start + row.size, *fields(row))

    found = BrokenRecords(seen(), width)
    end = dialect.line_end.terminator.decode().encode(dialect.encoding)
    while taken := found.take():
        first, *rest = (waiting.popleft() for _ in taken)
        yield first._replace(raw=end.join([first.raw, *(row.raw for row in rest)]), plain=None) if rest else first
