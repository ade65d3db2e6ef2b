"""CSV tables for people, which a spreadsheet may open: no cell is taken for a formula.

Where a cell starts with `=`, `+`, `-`, `@`, one of their wide forms, a tab, or a line break, after blanks and
apostrophes or without, an apostrophe is put before it; within a cell the same holds behind `;`, a tab, and a line
break, where other settings of a spreadsheet begin a cell. `restored` takes exactly these apostrophes away again. Files
for programs are handled elsewhere: parts, exports, and rows to drop again are byte for byte.

Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_CELL: Final = r"(?:^|(?<=[;\t\r\n]))"
_SPECIAL: Final = re.compile('[",\r\n]')
_FORMULA: Final = r"(?='*(?:[ \u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]))"
_BEFORE: Final = re.compile(_CELL + _FORMULA)
_APOSTROPHE: Final = re.compile(f"{_CELL}'{_FORMULA}")


def guarded(cell: str) -> str:
    """The cell as it is safe to open."""
    return _BEFORE.sub("'", cell)


def restored(cell: str) -> str:
    """The cell that `guarded` was given."""
    return _APOSTROPHE.sub("", cell)


class PeoplesTable:
    """Writes rows whose texts are guarded, in RFC 4180 with line feeds.

    `csv` does not quote a carriage return that is not in its line end, in some versions of Python.
    """

    def __init__(self, target: SupportsWrite[str]) -> None:
        self._target = target

    def add(self, *cells: str | int) -> None:
        """Write a row."""
        self._target.write(row(*cells))


def row(*cells: str | int) -> str:
    """A row of such a table."""
    return ",".join(_quoted(guarded(str(cell))) for cell in cells) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell
