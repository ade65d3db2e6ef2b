"""Figures in text: counts, sizes, shares, and durations. English, decimal units."""

from __future__ import annotations

import math

_KILO = 1000
_TENTH = 0.1


def counted(number: int, one: str = "", many: str = "") -> str:
    """`1,000`, or with its noun `1 row`, `1,000 rows` (`many` where the plural is not `one` with an s)."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}" if one else f"{number:,}"


def percent(part: int, whole: int) -> str:
    """`98.8 %`; never rounded up to all nor down to nothing."""
    if not part or not whole:
        return "0 %"
    share = 100 * part / whole
    if share < _TENTH:
        return "< 0.1 %"
    if part < whole and share > 100 - _TENTH:
        return "> 99.9 %"
    return f"{share:.1f} %" if part != whole else "100 %"


def size(number: int) -> str:
    """Bytes in decimal units: `812 bytes`, `130.4 MB`."""
    if number < _KILO:
        return counted(number, "byte")
    exponent = min(3, int(math.log10(number)) // 3)
    return f"{number / _KILO**exponent:.1f} {('', 'kB', 'MB', 'GB')[exponent]}"


def duration(seconds: float | None) -> str:
    """`4 h 12 min`, `8 min 7 s`, `12 s`; empty where unknown."""
    if seconds is None:
        return ""
    if round(seconds) < 1:
        return "less than a second"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min" if minutes else f"{hours:,} h"
    return " ".join(f"{number} {unit}" for number, unit in ((minutes, "min"), (rest, "s")) if number)
