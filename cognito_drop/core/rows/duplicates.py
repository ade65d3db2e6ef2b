"""Remembers which users a file has had, and whom an export shuts out, in little memory for each.

A user is remembered by a 64-bit keyed hash (Python's own of bytes, SipHash) in an open-addressed table: 16 bytes a
slot, at most 70 % of the slots taken, so 23 to 46 bytes a user above the first 730,000. Who can sign in with several
names or aliases is remembered by each of them. Two different users are taken for the same in a file of n users with a
probability of n²/2⁶⁵, which is 7e-7 for 5,000,000: one file of that size in 1,400,000 would have one row rejected
wrongly, which says so and names the other's line.
"""

from __future__ import annotations

import unicodedata
from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALLEST: Final = 1 << 20  # slots, 16 MiB: most files never need more
_FULL: Final = 0.7
_SLICE: Final = 256  # users looked at between two copies of references, so that many duplicates cost little


class Users:
    """The users so far, each with the line where it stands. The line of one who is shut out is negative."""

    def __init__(self) -> None:
        self._make_table(_SMALLEST)
        self._count = 0

    def claim(self, keys: Sequence[bytes], line: int) -> int:
        """Remember a user by all of its keys, unless one is taken: then the line of who has it, else 0."""
        if taken := self.line_of(keys):
            return taken
        self._make_room(len(keys))
        for key in keys:
            value = hash(key) or 1
            at = self._slot(value)
            self._count += not self._table[at]
            self._table[at], self._table[at + 1] = value, line
        return 0

    def shut_out(self, keys: Sequence[bytes], line: int) -> int:
        """Remember a user who is not let in by those of the keys that are free; the line of who has another, else 0."""
        found = 0
        for key in keys:
            found = max(found, self.claim([key], -line))
        return found

    def line_of(self, keys: Sequence[bytes]) -> int:
        """The line of who has the first of these keys that is taken, 0 when none is."""
        for key in keys:
            if taken := self._table[self._slot(hash(key) or 1) + 1]:
                return taken
        return 0

    def claim_run(self, keys: Sequence[bytes], start: int, stop: int, line: int) -> int:
        """Remember the users keys[start:stop], which are on lines `line` and following, up to the first that is
        taken; the index where it stopped."""
        self._make_room(stop - start)
        for index in range(start, stop, _SLICE):
            end = min(index + _SLICE, stop)
            reached = self._claim_slice(keys[index:end], line + index - start)
            if index + reached < end:
                return index + reached
        return stop

    def _claim_slice(self, keys: Sequence[bytes], line: int) -> int:
        """How many users were remembered before one who is taken."""
        table, mask = self._table, self._mask
        for place, value in enumerate(map(hash, keys), line):
            at = value & mask
            while found := table[at]:
                if found == (value or 1):
                    self._count += place - line
                    return place - line
                at = (at + 2) & mask
            table[at] = value or 1  # 0 marks a free slot
            table[at + 1] = place
        self._count += len(keys)
        return len(keys)

    def _slot(self, value: int) -> int:
        """Where the user is, or would be."""
        at = value & self._mask
        while (found := self._table[at]) and found != value:
            at = (at + 2) & self._mask
        return at

    def _make_room(self, more: int) -> None:
        now = size = len(self._table) // 2
        while self._count + more > size * _FULL:
            size *= 2
        if size > now:
            self._grow(size)

    def _make_table(self, slots: int) -> None:
        """A slot is a hash and a line side by side, as both are needed at once."""
        self._mask = (slots - 1) << 1
        """Of a hash, where its slot begins in the table."""
        self._table = array("q", bytes(16)) * slots

    def _grow(self, slots: int) -> None:
        before = iter(self._table)
        self._make_table(slots)
        table, mask = self._table, self._mask
        for value, line in zip(before, before, strict=True):
            if value:
                at = value & mask
                while table[at]:
                    at = (at + 2) & mask
                table[at] = value
                table[at + 1] = line


class LookAlikes:
    """Finds names that differ from an earlier one only in their Unicode normalization, as the e of José may be one
    character or two. Names of ASCII signs have one form. Memory is needed for decomposed names only."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._decomposed: Users | None = None

    def line_of(self, names: Sequence[str], line: int) -> int:
        """The line of the user whom this one, on `line`, looks like by one of its names; 0 if there is none."""
        return max((abs(self._line_of(name, line)) for name in names if not name.isascii()), default=0)

    def _line_of(self, name: str, line: int) -> int:
        if unicodedata.is_normalized("NFC", name):
            return self._decomposed.line_of([name.encode()]) if self._decomposed else 0
        key = unicodedata.normalize("NFC", name).encode()
        if self._decomposed is None:
            self._decomposed = Users()
        return self._decomposed.claim([key], line) or self._users.line_of([key])
