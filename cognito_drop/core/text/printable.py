"""Names and texts from outside, made fit to be shown: in a line of an email, in a subject, on a page.

Guarantees that no character breaks the line, changes its direction, or is invisible, decided by its Unicode
category; leaves escaping for a format (HTML, JSON, a shell) to the one who writes it. What is shown is not what a
machine looks an object up with: keys stay as they are.

Source: https://www.unicode.org/reports/tr44/#General_Category_Values
"""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls; formats, which are direction marks, isolates, zero-width characters and tags; surrogates; private use;
what is not assigned."""
_BLANKS = frozenset({"Zs", "Zl", "Zp"})
_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
"""Control characters that end a line or stand for a blank somewhere."""
_EMPTY_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol by category that nevertheless draw nothing: fillers of Hangul, the blank pattern of Braille."""
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 4
"""Marks on one letter that are kept; no script needs more, and a tower of them is drawn over other lines."""

_ALPHABETS = {
    "абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґјљњћђџѕ": (
        "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya ye i i g j lj nj c dj dz dz"
    ),
    "αβγδεζηθικλμνξοπρσςτυφχψω": "a v g d e z i th i k l m n x o p r s s t y f ch ps o",
    "ßæœøđðłþıħŋ": "ss ae oe o d d l th i h n",
    "\u2018\u2019\u201a\u201c\u201d\u201e\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2044\u00d7": (
        "' ' ' \" \" \" - - - - - - - / x"
    ),
}
_NOTHING = "-"
_LATIN = {
    letter: "" if latin == _NOTHING and letter.isalpha() else latin
    for letters, latins in _ALPHABETS.items()
    for letter, latin in zip(letters, latins.split(" "), strict=True)
}


def printable(text: str, longest: int | None = None) -> str:
    """The text in one line of characters that can be seen, cut to `longest` with an ellipsis at its end.

    Line breaks and blanks of every kind become blanks; invisible and direction-changing characters become
    `REPLACEMENT`, one for one, so that it is seen to be there.
    """
    shown = text if text.isascii() and text.isprintable() else _shown(text)
    return shown if longest is None or len(shown) <= longest else shown[: longest - 1] + "…"


def printable_ascii(text: str) -> str:
    """The text in characters from blank to tilde, for where nothing else may stand.

    Letters lose their accents, Cyrillic and Greek ones are written in Latin, everything else becomes `?`.
    """
    if text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKD", printable(text))
    latin = "".join(_in_latin(character) for character in plain if unicodedata.category(character) not in _MARKS)
    return latin.encode("ascii", "replace").decode()


def _shown(text: str) -> str:
    shown, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if marks > _MOST_MARKS:
            continue
        if category in _BLANKS or character in _BREAKS:
            shown.append(" ")
        elif category in _UNSEEN or character in _EMPTY_LETTERS:
            shown.append(REPLACEMENT)
        else:
            shown.append(character)
    return "".join(shown)


def _in_latin(character: str) -> str:
    if character in _LATIN:
        return _LATIN[character]
    small = _LATIN.get(character.lower())
    return character if small is None else small.capitalize()
