"""Remembers which users a file has had, in little memory for each.

A user is remembered by a 64-bit keyed hash (Python's own of bytes, SipHash) in an open-addressed table: 12 bytes a
slot, at most 70 % of the slots taken, so 17 to 35 bytes a user above the first 730,000. Two different users are taken
for the same in a file of n users with a probability of n²/2⁶⁵, which is 7e-7 for 5,000,000: one file of that size in
1,400,000 would have one row rejected wrongly, which says so and names the other's line.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALLEST: Final = 1 << 20  # slots, 12 MiB: most files never need more
_FULL: Final = 0.7


class Users:
    """The users so far, each with the line where it stands."""

    def __init__(self) -> None:
        self._make_table(_SMALLEST)
        self._count = 0

    def claim(self, keys: Sequence[bytes], line: int) -> int:
        """Remember a user by all of its keys, unless one is taken: then the line of who has it, else 0."""
        for key in keys:
            if taken := self._find(hash(key) or 1):
                return taken
        self._make_room(len(keys))
        for key in keys:
            self._put(hash(key) or 1, line)
        return 0

    def claim_run(self, keys: Sequence[bytes], start: int, stop: int, line: int) -> int:
        """Remember the users keys[start:stop], which stand in lines `line` and following, up to the first that is
        taken; the index where it stopped."""
        self._make_room(stop - start)
        slots, lines, mask = self._slots, self._lines, self._mask
        index = start
        line -= start
        for value in map(hash, keys[start:stop] if start or stop < len(keys) else keys):
            value = value or 1  # noqa: PLW2901  (0 marks a free slot)
            at = value & mask
            while found := slots[at]:
                if found == value:
                    self._count += index - start
                    return index
                at = (at + 1) & mask
            slots[at] = value
            lines[at] = line + index
            index += 1
        self._count += index - start
        return index

    def _find(self, value: int) -> int:
        at = value & self._mask
        while found := self._slots[at]:
            if found == value:
                return self._lines[at]
            at = (at + 1) & self._mask
        return 0

    def _put(self, value: int, line: int) -> None:
        at = value & self._mask
        while found := self._slots[at]:
            if found == value:
                return
            at = (at + 1) & self._mask
        self._slots[at] = value
        self._lines[at] = line
        self._count += 1

    def _make_room(self, more: int) -> None:
        size = self._mask + 1
        while self._count + more > size * _FULL:
            size *= 2
        if size > self._mask + 1:
            self._grow(size)

    def _make_table(self, size: int) -> None:
        self._mask = size - 1
        self._slots = array("q", bytes(8)) * size
        self._lines = array("I", bytes(4)) * size

    def _grow(self, size: int) -> None:
        before, lines_before = self._slots, self._lines
        self._make_table(size)
        slots, lines, mask = self._slots, self._lines, self._mask
        for value, line in zip(before, lines_before, strict=True):
            if value:
                at = value & mask
                while slots[at]:
                    at = (at + 1) & mask
                slots[at] = value
                lines[at] = line
