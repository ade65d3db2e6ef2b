"""Words without accents, as names and words of several languages are compared."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """The text without accents and the like: `Kündigung` as `Kundigung`."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
