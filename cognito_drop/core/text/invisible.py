"""Characters that are not seen and mean nothing in a user's data: they come along when values are copied or joined.

Joiners (U+200C and U+200D) are kept: names in several scripts, and emoji, need them.

Source: https://www.unicode.org/reports/tr44/#General_Category_Values (Cf)
"""

from __future__ import annotations

from typing import Final

_REMOVED: Final = "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Soft hyphen, direction marks, zero-width space, word joiner, byte order mark."""
_LIKE_OTHERS: Final = frozenset("\uff20\ufe6b\uff0e\u3002\uff61\u2024\u2010\u2011\u2012\u2013\u2014\u2212")
"""What looks like an @, a point, or a hyphen."""
_TABLE: Final = dict.fromkeys(map(ord, _REMOVED))
_BY_START: Final = {
    start: tuple(sign.encode() for sign in _REMOVED if sign.encode().startswith(start))
    for start in sorted({sign.encode()[:2] for sign in _REMOVED})
}
"""Their first two bytes → the characters in UTF-8."""


def visible(text: str) -> str:
    """The text without them."""
    return text if text.isascii() else text.translate(_TABLE)


def visible_bytes(data: bytes) -> bytes:
    """UTF-8 text without them; the data itself where it has none, which is found out at the speed of a search."""
    if data.isascii():
        return data
    for start, signs in _BY_START.items():
        # One byte is searched for ten times as fast as two.
        for sign in signs if start[0] in data and start in data else ():
            data = data.replace(sign, b"")
    return data


def code_point(sign: str) -> str:
    """A character as Unicode names it, for those that are not seen."""
    return f"U+{ord(sign):04X}"


def odd_sign(value: str) -> str:
    """The first character of a value that is not seen or looks like another one, for a hint; blank if there is none."""
    found = next((sign for sign in value if sign > "\x7f" and (sign in _LIKE_OTHERS or not sign.isprintable())), None)
    return f"It has the character {code_point(found)}. " if found else ""
