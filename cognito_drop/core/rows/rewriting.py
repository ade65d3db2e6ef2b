r"""Rewrites a block of lines into Cognito's dialect at C speed, as far as that is simple.

Guarantees as many lines as it was given, and that a row which was read wrongly here cannot look like a good one: what
is not simple (a doubled quotation mark, a backslash, a line break in a value) leaves a quotation mark or a control
character in its line, which `fast_rows` never accepts.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from cognito_drop.core.rows.dialect import LineEnd

if TYPE_CHECKING:
    from cognito_drop.core.rows.dialect import Dialect

_LONE_RETURN = re.compile(rb"\r(?!\n)")
_SWAPPED_ENDS = bytes.maketrans(b"\r\n", b"\n\r")


def is_simple(line: bytes) -> bool:
    """Whether a line was rewritten whole, so that it reads as one in Cognito's dialect."""
    return b'"' not in line and b"\x01" not in line


def with_line_feeds(data: bytes, line_end: LineEnd) -> bytes:
    """Every line ended by one line feed; a carriage return elsewhere stays, as one inside a value."""
    if line_end is LineEnd.CR:
        return data.translate(_SWAPPED_ENDS)
    if b"\r" not in data:
        return data
    if _LONE_RETURN.search(data):
        return data.replace(b"\r\n", b"\n")
    return data.replace(b"\r", b"")  # four times as fast, with the search


def to_cognito_lines(data: bytes, dialect: Dialect) -> bytes:
    """The lines in Cognito's dialect where they are simple."""
    if not dialect.reads_quotes:
        return data
    if b"\\" in data or b"\0" in data:
        data = data.translate(_NO_BACKSLASHES)
    parts = _simply_quoted(dialect.separator).split(data)
    if len(parts) > 1:
        parts[1::2] = b"\n".join(parts[1::2]).replace(b",", b"\\,").split(b"\n")
    if dialect.separator != ",":
        sign = dialect.separator.encode()
        parts[0::2] = b"\0".join(parts[0::2]).replace(b",", b"\\,").replace(sign, b",").split(b"\0")
    return b"".join(parts)


_NO_BACKSLASHES = bytes.maketrans(b"\\\0", b"\x01\x01")


@functools.cache
def _simply_quoted(separator: str) -> re.Pattern[bytes]:
    """A quoted value without quotation marks and line breaks in it."""
    sign = re.escape(separator)
    return re.compile(rf'"(?<![^{sign}\n]")([^"\n]*+)"(?=[{sign}\n])'.encode())
