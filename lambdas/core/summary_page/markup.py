"""HTML elements as values: text is always escaped, markup comes only from `element`.

Promises that a character which could end a tag, turn the direction of a line or not be written at all never reaches
the page as such; leaves what is said to the sections.
"""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that set the direction of the text after them (Unicode's bidirectional formatting)."""
_BLANKS = frozenset("\t\n\r\v\f\u0085\u2028\u2029")
_UNWRITABLE = frozenset({"Cc", "Cs", "Cn"})
"""Categories that HTML forbids or that show nothing: control characters, lone surrogates, what is not assigned."""
_VOID = frozenset({"meta", "link", "br"})


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that may stand in the page as it is."""

    text: str


Node: TypeAlias = Html | str | None
"""What an element may hold: markup, text that is to be escaped, or nothing."""


def element(tag: str, /, *children: Node, **attributes: str | None) -> Html:
    """An element; `class_` and `aria_label` become `class` and `aria-label`, an attribute that is None is left out."""
    opening = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Html(f"<{tag}{opening}>")
    return Html(f"<{tag}{opening}>{joined(*children).text}</{tag}>")


def joined(*nodes: Node) -> Html:
    """The nodes one after the other, text among them escaped."""
    return Html("".join(node.text if isinstance(node, Html) else _escaped(node or "") for node in nodes))


def given(text: str) -> Html:
    """A text from outside, kept from changing the direction of what stands around it."""
    return element("bdi", text)


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning and its end with an ellipsis between, `longest` characters together."""
    if len(text) <= longest:
        return text
    end = longest // 3
    return f"{text[: longest - end - 1]}…{text[-end:]}"


def visible(text: str) -> str:
    """The text with line breaks as blanks, and a mark for each character that would be invisible or turn the line."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in _BLANKS:
        return " "
    if character in _TURNING or unicodedata.category(character) in _UNWRITABLE:
        return _REPLACEMENT
    return character


def _escaped(text: str) -> str:
    return html.escape(visible(text))
