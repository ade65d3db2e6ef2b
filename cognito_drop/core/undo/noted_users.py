"""The users of a run as `ids.csv` lists them: line of the dropped file, username, and `sub`.

Guarantees the place behind each user in the file, from which a later call goes on.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COLUMNS: Final = ("line", "old_id", "username", "sub")
_SUB: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""The form of every `sub`: only such a text goes into a filter of ListUsers."""
_QUOTE: Final = ord('"')


class IdsDamagedError(Exception):
    """A record of the file is not as it was written; the text has no value of it."""


@dataclass(frozen=True, slots=True)
class NotedUser:
    """A user as recorded at the end of the run."""

    line: int
    username: str
    sub: str
    """Empty where the user was not found then, or where it has another form than those of Cognito."""


def noted_users(blocks: Iterable[bytes], start: int) -> Iterator[tuple[int, NotedUser]]:
    """Each user with the byte behind the record; `blocks` are the file from the byte `start` on, where a record starts.

    Raises IdsDamagedError.
    """
    is_header = start == 0
    for end, record in _records(_lines(blocks), start):
        if is_header:
            is_header = False
            if record != ",".join(COLUMNS).encode():
                raise IdsDamagedError("its columns are others")
            continue
        try:
            user = _user(record.decode())
        except (ValueError, StopIteration, csv.Error):
            raise IdsDamagedError(f"the record that ends at byte {end} cannot be read") from None
        yield end, user


def _user(record: str) -> NotedUser:
    line, _, username, sub = next(csv.reader(io.StringIO(record, newline=""), strict=True))
    return NotedUser(int(line), username, sub if _SUB.fullmatch(sub) else "")


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines without their line feeds: a carriage return may be in a value."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        raise IdsDamagedError("the last record has no end")


def _records(lines: Iterable[bytes], start: int) -> Iterator[tuple[int, bytes]]:
    """Records with the byte behind each; one with a line break in quotation marks takes several lines."""
    end, open_lines = start, list[bytes]()
    for line in lines:
        end += len(line) + 1
        open_lines.append(line)
        if sum(part.count(_QUOTE) for part in open_lines) % 2 == 0:
            yield end, b"\n".join(open_lines)
            open_lines = []
    if open_lines:
        raise IdsDamagedError("the last record has no end")
