"""What an email address may look like, and what programs put around one."""

from __future__ import annotations

import re
from typing import Final

# How strictly Cognito reads an address is not public; this asks for a local part, an @ and a domain with a dot.
# Brackets, colons, and quotation marks come from address books: they are no part of an address without quotation marks
# around its local part (RFC 5322, atext).
_NO_SIGN: Final = r"@\s<>()\[\]\"\\,;:\u200c\u200d\u2018-\u201f\u00ab\u00bb"
_LABEL: Final = rf"[^{_NO_SIGN}.'?=&/]+"
_EMAIL: Final = re.compile(rf"(?!')[^{_NO_SIGN}]+@{_LABEL}(?:\.{_LABEL})+")
_AROUND: Final = "<>(),;'\" \u00a0\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb"
_SCHEME: Final = "mailto:"


def is_email(value: str) -> bool:
    """Whether the value has the shape of an email address."""
    return _EMAIL.fullmatch(value) is not None


def unwrapped(value: str) -> str:
    """An address without what programs put around it: `<…>`, `mailto:`, quotation marks, a separator at its end."""
    bare = value.strip(_AROUND)
    if bare[: len(_SCHEME)].lower() != _SCHEME:
        return bare
    return bare[len(_SCHEME) :].partition("?")[0].strip(_AROUND)  # `?subject=…` says what to write to the address
