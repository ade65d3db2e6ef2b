"""Values that look like placeholders for none, counted by column: some of them are names of people, so they stay.

Guarantees that a file without them costs a search in its first bytes only: a program that writes them does so from the
start of the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES
from cognito_drop.core.rows.reading import read_row

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.pool_rules import Column

_WORDS: Final = (b"NULL", b"Null", b"null", b"N/A", b"n/a", b"NaN", b"nan", b"None", b"none", b"#REF!")
_PLACEHOLDERS: Final = frozenset(word.decode() for word in _WORDS) | {"#N/A", "<NA>", "<null>"}
_SEARCHED: Final = 1 << 22  # bytes


class Placeholders:
    """Counts them in the lines of a file. `columns` has the pool's column for each of the file's, None where it is left
    out."""

    def __init__(self, columns: Sequence[Column | None], found: Counter[str]) -> None:
        self._columns, self._found = columns, found
        self._searched = 0

    def count(self, lines: bytes, dialect: Dialect) -> None:
        """Add those of whole lines. A record over several lines is passed over."""
        if not self._found and self._searched >= _SEARCHED:
            return
        self._searched += len(lines)
        if not any(word in lines for word in _WORDS):
            return
        for line in lines.split(b"\n"):
            if len(line) <= MAX_RECORD_BYTES and any(word in line for word in _WORDS):
                values = read_row(line, dialect)
                if len(values) == len(self._columns):
                    pairs = zip(self._columns, values, strict=True)
                    self._found.update(one.name for one, value in pairs if one and value.strip() in _PLACEHOLDERS)
