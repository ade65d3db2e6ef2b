"""Values that look like placeholders for none, or damaged by a program, counted by column: some of them are names of
people, and what others were cannot be known, so they stay.

Guarantees that a file without them costs a search in its first bytes only: a program that writes them does so from the
start of the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES
from cognito_drop.core.rows.reading import read_row

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.pool_rules import Column

_WORDS: Final = (b"NULL", b"Null", b"null", b"N/A", b"n/a", b"NaN", b"nan", b"None", b"none")
_ERRORS: Final = tuple(
    f"#{word}".encode()
    for word in (
        *("REF!", "NAME?", "VALUE!", "DIV/0!", "NUM!", "NULL!", "SPILL!", "ERROR!", "CALC!", "NV", "BEZUG!", "WERT!"),
        *("ZAHL!", "NOM?", "VALEUR!", "NOMBRE!", "\u00a1REF!", "\u00bfNOMBRE?", "\u00a1VALOR!", "\u00a1DIV/0!"),
        *("\u00a1NUM!", "NOME?", "VALORE!", "RIF!", "VALOR!", "WAARDE!", "VERW!", "NAAM?", "GETAL!", "N/B"),
    )
)
"""What spreadsheets write for the error of a formula, in six languages."""
_PLACEHOLDERS: Final = frozenset(word.decode() for word in (*_WORDS, *_ERRORS)) | {"#N/A", "<NA>", "<null>"}
_SOUGHT_SIGNS: Final = {
    b"&": (b"&#", b"&amp;", b"&quot;", b"&apos;", b"&lt;", b"&gt;", b"&nbsp;"),
    b"\xef": (b"\xef\xbf\xbd",),
    b"\xc2": (b"\xc3\x82\xc2", b"\xc3\x83\xc2", b"\xc3\x84\xc2", b"\xc3\x85\xc2"),
    b"\xe2": (b"\xc3\xa2\xe2\x82\xac", b"\xc3\x83\xe2", b"\xc3\x84\xe2", b"\xc3\x85\xe2"),
    b"\xc5": (b"\xc3\x83\xc5", b"\xc3\x84\xc5", b"\xc3\x85\xc5"),
    b"\xcb": (b"\xc3\x83\xcb", b"\xc3\x84\xcb", b"\xc3\x85\xcb"),
}
"""By the rarest sign of each what is searched for: most blocks of a file are gone through for the signs alone."""
_SOUGHT: Final = (
    _SOUGHT_SIGNS
    | {
        key: tuple(word for word in (*_WORDS, b"E+") if word.lower().startswith(key))
        for key in (b"null", b"n/a", b"nan", b"none", b"e+")
    }
    | {b"#": _ERRORS}
)
"""The same with words, by what they have in lower case."""
_OF_WINDOWS: Final = bytes(range(0x80, 0xA0)).decode("cp1252", errors="ignore")
"""What Windows-1252 has where Unicode has control characters: `ß` becomes `ÃŸ`."""
_DAMAGED: Final = re.compile(
    f"\ufffd|[\u00c2-\u00c5][\u0080-\u00bf{_OF_WINDOWS}]|\u00e2\u20ac"
    "|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|amp|quot|apos|lt|gt|nbsp);"
    "|^[0-9](?:[.,][0-9]{1,15})?E[+][0-9]{2,3}$"
)
"""The sign for a character that was lost, UTF-8 that was read as Windows-1252, HTML, and numbers that a spreadsheet has
shortened."""
_SEARCHED: Final = 1 << 22  # bytes
_SEARCHED_FOR_WORDS: Final = 1 << 19  # bytes; several letters take a hundred times as long to find as one sign


class Placeholders:
    """Counts them in the lines of a file. `columns` has the pool's column for each of the file's, None where it is left
    out; `found` gets placeholders, `damaged` the others."""

    def __init__(self, columns: Sequence[Column | None], found: Counter[str], damaged: Counter[str]) -> None:
        self._columns, self._found, self._damaged = columns, found, damaged
        self._searched = 0

    def count(self, lines: bytes, dialect: Dialect) -> None:
        """Add those of whole lines. A record over several lines is passed over."""
        has_some = bool(self._found or self._damaged)
        if not has_some and self._searched >= _SEARCHED:
            return
        sought = _SOUGHT if has_some or self._searched < _SEARCHED_FOR_WORDS else _SOUGHT_SIGNS
        self._searched += len(lines)
        lowered = lines.lower() if sought is _SOUGHT else lines
        words = [word for key, words in sought.items() if key in lowered for word in words if word in lines]
        for line in lines.split(b"\n") if words else ():
            if len(line) <= MAX_RECORD_BYTES and any(word in line for word in words):
                values = read_row(line, dialect)
                if len(values) == len(self._columns):
                    pairs = [(one.name, value.strip()) for one, value in zip(self._columns, values, strict=True) if one]
                    self._found.update(name for name, value in pairs if value in _PLACEHOLDERS)
                    self._damaged.update(name for name, value in pairs if _DAMAGED.search(value))
