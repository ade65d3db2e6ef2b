"""How a dropped file is written: what detection found out, and what reading the file again needs to know.

Finding it out is left to `detection`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cognito_drop.core.text.json_types import DialectJson

MAX_RECORD_BYTES: Final = 131_072
"""Bytes (in UTF-8) of a row that is still looked into. Twice what 16,000 characters can have, as quotation marks and
blanks around values may go; what is longer is rejected unread, so that memory does not hang on what a file holds."""


class Encoding(enum.StrEnum):
    """The encodings that are read; the values are Python's names of them."""

    UTF_8 = "utf-8"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"

    @property
    def byte_order_mark(self) -> bytes:
        """The mark that may stand at the start of the file."""
        return "\ufeff".encode(self)


class Quoting(enum.StrEnum):
    r"""How a separator inside a value is distinguished from one between values.

    NONE: no row of the file needed to say; BACKSLASH: Cognito's own `\\,`; QUOTES: RFC 4180.
    """

    NONE = "none"
    BACKSLASH = "backslash"
    QUOTES = "quotes"


class LineEnd(enum.StrEnum):
    """What ends a line."""

    LF = "LF"
    CRLF = "CRLF"
    CR = "CR"

    @property
    def terminator(self) -> bytes:
        """The byte that ends a line; before a line feed one carriage return goes with it."""
        return b"\r" if self is LineEnd.CR else b"\n"


class DateOrder(enum.StrEnum):
    """Which of the two first numbers of a date is the month, as far as the dates of a file show it."""

    UNKNOWN = "unknown"
    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What must be known to read the file; `separator` is one ASCII character."""

    encoding: Encoding = Encoding.UTF_8
    has_byte_order_mark: bool = False
    separator: str = ","
    quoting: Quoting = Quoting.NONE
    line_end: LineEnd = LineEnd.LF
    dates: DateOrder = DateOrder.UNKNOWN

    @property
    def reads_quotes(self) -> bool:
        """Whether a quotation mark at the start of a value opens a quoted one."""
        return self.quoting is Quoting.QUOTES

    def as_in(self, run: Dialect) -> Dialect:
        """The dialect of a file with rows of another one, where these alone may seem to be written differently."""
        quoting = run.quoting if run.separator == self.separator else self.quoting
        return replace(self, quoting=quoting, dates=run.dates)

    def to_json(self) -> DialectJson:
        """For a report, and for reading the file again."""
        return {
            "encoding": self.encoding.value,
            "byte_order_mark": self.has_byte_order_mark,
            "separator": self.separator,
            "quoting": self.quoting.value,
            "line_end": self.line_end.value,
            "dates": self.dates.value,
        }

    @classmethod
    def from_json(cls, data: DialectJson) -> Dialect:
        """The dialect that `to_json` wrote. Raises KeyError and ValueError for anything else."""
        return cls(
            Encoding(data["encoding"]),
            bool(data["byte_order_mark"]),
            str(data["separator"]),
            Quoting(data["quoting"]),
            LineEnd(data["line_end"]),
            DateOrder(data.get("dates", DateOrder.UNKNOWN)),
        )
