"""CSV records that an exporter broke, because it does not quote line breaks in values: their lines belong together.

Guarantees that of a record which is spread over several lines no line is taken for a record of its own, not even one
that a user has written into a display name to look like one.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final

from cognito_drop.contract import limits
from cognito_drop.core.rows.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from cognito_drop.core.rows.dialect import Dialect

_LONGEST: Final = limits.MAX_ROW_CHARACTERS
"""Bytes within which the other lines of a record are looked for."""


def joined(rows: Iterable[Record], fields: Callable[[Record], int], width: int, dialect: Dialect) -> Generator[Record]:
    """The records, those that are spread over several lines as one: with the lines between its first and its last.

    A record with fewer than `width` fields begins one; it ends where the fields of such lines add up to `width`. Where
    they never do, the record stays alone.
    """
    source, waiting = iter(rows), deque[Record]()
    end = dialect.line_end.terminator.decode().encode(dialect.encoding)
    while row := waiting.popleft() if waiting else next(source, None):
        lines = _rest_of(row, source, waiting, fields, width) if fields(row) < width else 0
        yield Record(row.line, end.join([row.raw, *(waiting.popleft().raw for _ in range(lines))])) if lines else row


def _rest_of(
    first: Record, source: Iterator[Record], waiting: deque[Record], fields: Callable[[Record], int], width: int
) -> int:
    """How many of the records that come next belong to the first; 0 if none do. They are put into `waiting`."""
    found, size, count = fields(first), len(first.raw), 0
    while found <= width and size <= _LONGEST:
        count += 1
        if len(waiting) < count:
            waiting.extend(islice(source, 1))
        if len(waiting) < count:
            return 0
        row = waiting[count - 1]
        size, own = size + len(row.raw), fields(row)
        if own < width:
            found += own - 1
            if found == width:
                return count
    return 0
