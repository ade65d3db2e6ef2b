"""Records with line breaks that are not quoted: their lines belong together.

Guarantees that of a record which is spread over several lines no line is taken for a record of its own, not even one
that a user has written into a display name to look like one: as far as the numbers of fields say so. Time is linear in
the file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING, Final

from cognito_drop.contract import limits
from cognito_drop.core.rows.reading import COMMENT, is_commented_out
from cognito_drop.core.rows.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from cognito_drop.core.rows.dialect import Dialect

_REACHES_A_USER: Final = re.compile(r"@|\d{3}[ ()./\-]*\d{3}")
"""An email address or a phone number."""
LONGEST: Final = limits.MAX_ROW_CHARACTERS
"""Bytes, in UTF-8 and with blank lines, within which the lines of a record are looked for."""
_AT_ONCE: Final = 1 << 10
"""Bytes that are looked ahead at once where that goes on to `LONGEST`."""
_NO_VALUE: Final = b", \t"
"""A line of nothing else has no value, whatever its fields are: `is_piece` is False of two or more."""
_WHOLE: Final = re.compile(r"true|false", re.IGNORECASE)
"""A last value that has no line break."""
_WHOLE_BEFORE_COMMENT: Final = re.compile(rf"{_WHOLE.pattern}|[^@\s]++@[^@\s]++", re.IGNORECASE)
"""A last value after which no `#` comes. A second address may come after one."""

NO_PIECE: Final = 0
PIECE: Final = 1
"""Certainly a part of another record."""
COMMENT_OR_END: Final = 2
"""Commented out, or the end of the row before it, whose last value then has a line break before a `#`."""

Row = tuple[int, int, int, int]
"""What seems to be a record: where it starts and ends among the bytes of the file, how many fields it has, as many as
it should have where that cannot be known, and whether it is a piece of another. A plain tuple, as there may be one for
every two bytes of a file."""


def is_piece(values: Sequence[str], width: int) -> bool:
    """Whether a row with these values can only be a piece of a record with `width` fields: it has no separator, or has
    fewer fields and values, of which none reaches a user."""
    if len(values) >= width or len(values) == 1:
        return len(values) < width
    return any(map(str.strip, values)) and not any(map(_REACHES_A_USER.search, values))


def fields_of_line(line: bytes, width: int) -> tuple[int, int] | None:
    """How many fields a line in Cognito's dialect has, and whether it is a piece; None where its values say that."""
    fields = line.count(b",") - line.count(b"\\,") + 1
    if COMMENT in line and is_commented_out([line.decode()]):
        if 1 < fields < width:
            return None
        return (fields, COMMENT_OR_END) if fields < width else (width, NO_PIECE)
    if fields == 1 or fields >= width or not line.strip(_NO_VALUE):
        return fields, PIECE if fields == 1 < width else NO_PIECE
    return None


def fields_in(values: Sequence[str], width: int) -> tuple[int, int]:
    """The same of a row with these values."""
    is_part = is_piece(values, width)
    if is_commented_out(values):
        return (len(values), COMMENT_OR_END) if is_part else (width, NO_PIECE)
    return len(values), PIECE if is_part else NO_PIECE


class BrokenRecords:
    """Says which rows make one record. `rows` are all that come next, without blank lines; `values` are those of a row
    that was looked at and not taken, None where they cannot be read.

    A row with fewer than `width` fields begins a broken record; it ends where the fields of such rows add up to
    `width`, and has all rows between. A piece that belongs to none of these is of the row before or after it, which
    cannot be known: the three are one record. What may be a comment or the end of the row before it is one record with
    that row. No row is one record with the one before it whose last value is certainly whole. All other rows are
    records of their own.
    """

    def __init__(self, rows: Iterator[Row], width: int, values: Callable[[Row], Sequence[str] | None]) -> None:
        self._rows, self._width, self._values = rows, width, values
        self._ahead: list[Row] = []
        """Rows that were looked at and not taken."""
        self._before: list[int] = []
        """The breaks before each of them: fields of broken rows but one."""
        self._breaks = 0
        self._passed = 0
        self._ends: deque[tuple[int, int]] = deque()
        """Where records can end: the numbers of broken rows, with the breaks up to and with them. A row of one field
        adds no break, and is none."""

    def take(self) -> list[Row]:
        """The rows of the next record, none after the last; they are passed over."""
        count = self._count()
        taken = self._ahead[:count]
        self._pass_over(count)
        return taken

    def skip_to(self, start: int) -> None:
        """Pass over the rows that start before this byte, as far as they were looked at."""
        if self._ahead and self._ahead[0][0] < start:
            self._pass_over(bisect_left(self._ahead, (start,)))

    def _pass_over(self, count: int) -> None:
        del self._ahead[:count], self._before[:count]
        self._passed += count

    def _count(self) -> int:
        ahead = self._ahead
        if not ahead and not self._look(0, 0):
            return 0
        start, _, _, part = ahead[0]
        rest = self._rest(0)
        count, is_lone = rest + 1, part == PIECE and not rest
        while count < len(ahead) or self._look(0, 0):
            _, end, fields, part = ahead[count]
            is_half = part == PIECE and not self._rest(count)
            if not (is_half or part == COMMENT_OR_END or (is_lone and fields >= self._width)):
                break
            if not is_lone and count == rest + 1 and self._is_complete(rest, part):
                break
            is_half = is_half or (is_lone and part == COMMENT_OR_END)
            if end - start > LONGEST:
                return count - 1 if is_lone and count > 1 else count
            count, is_lone = count + 1, is_half
        return count

    def _is_complete(self, index: int, part: int) -> bool:
        """Whether a row of which the next one may be a part is known to have nothing of it."""
        values = self._values(self._ahead[index])
        whole = _WHOLE_BEFORE_COMMENT if part == COMMENT_OR_END else _WHOLE
        return values is not None and (is_commented_out(values) or whole.fullmatch(values[-1].strip()) is not None)

    def _rest(self, index: int) -> int:
        """How many rows complete the broken record that this row begins; 0 if none do."""
        ahead, ends = self._ahead, self._ends
        start, _, fields, part = ahead[index]
        if fields >= self._width or part == COMMENT_OR_END:
            return 0
        wanted = self._before[index] + self._width - 1
        while True:
            while ends and ends[0][1] < wanted:
                ends.popleft()
            if ends:
                number, reached = ends[0]
                last = number - self._passed
                return last - index if reached == wanted and ahead[last][1] - start <= LONGEST else 0
            if ahead[-1][1] - start > LONGEST or not self._look(start + LONGEST + _AT_ONCE, wanted):
                return 0

    def _look(self, until: int, wanted: int) -> bool:
        """Look at rows up to one that ends behind this byte, or one with which the breaks are as many as wanted."""
        ahead, before, width = self._ahead, self._before, self._width
        row = None
        for row in self._rows:
            _, end, fields, part = row
            ahead.append(row)
            before.append(self._breaks)
            if 1 < fields < width and part != COMMENT_OR_END:
                self._breaks += fields - 1
                self._ends.append((self._passed + len(ahead) - 1, self._breaks))
                if self._breaks >= wanted:
                    break
            if end > until:
                break
        return row is not None


def joined(
    rows: Iterable[Record],
    fields: Callable[[Record], tuple[int, int]],
    values: Callable[[Record], list[str] | None],
    width: int,
    dialect: Dialect,
) -> Generator[Record]:
    """The records, those that are spread over several lines as one: with the lines between its first and its last.
    `fields` says of a row what a Row has, `values` what it holds, None where that cannot be read."""
    waiting: deque[Record] = deque()
    looked_at: deque[Row] = deque()
    """Of the rows that wait, those that `found` has not had."""
    rows = iter(rows)

    def look() -> Row | None:
        row = next(rows, None)
        if row is None:
            return None
        waiting.append(row)
        looked_at.append((row.start, row.start + row.size, *fields(row)))
        return looked_at[-1]

    def values_of(row: Row) -> list[str] | None:
        return values(next(each for each in waiting if each.start == row[0]))

    def seen() -> Iterator[Row]:
        while looked_at or look():
            yield looked_at.popleft()

    found = BrokenRecords(seen(), width, values_of)
    end = dialect.line_end.terminator.decode().encode(dialect.encoding)
    while waiting or look():
        # As nearly always: a whole row, and no piece of it in the next one.
        while len(looked_at) == len(waiting) == 1 and looked_at[0][2] >= width and not ((row := look()) and row[3]):
            looked_at.popleft()
            yield waiting.popleft()
        if not (taken := found.take()):
            return
        first = waiting.popleft()
        if len(taken) > 1:
            raw = end.join([first.raw, *(waiting.popleft().raw for _ in taken[1:])])
            first = Record(first.line, raw, first.is_cut, first.quotes, None, first.start, first.size)
        yield first
