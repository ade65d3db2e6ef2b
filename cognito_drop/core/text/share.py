"""A share in percent, as a setting has it: `5%`."""

from __future__ import annotations

import re
from fractions import Fraction

_PERCENT = re.compile(r"(\d{1,2}(?:\.\d+)?)\s*%")


def share_of(text: object) -> Fraction | None:
    """The share, from 0 to less than 1; None for what is none."""
    found = _PERCENT.fullmatch(text) if isinstance(text, str) else None
    return Fraction(found[1]) / 100 if found else None
