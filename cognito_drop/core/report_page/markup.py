"""HTML elements as values: text is always escaped, markup comes only from `element`.

Guarantees that a character which could end a tag, change the text direction, or not be encoded never reaches
the page as such; leaves what is said to the sections.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from cognito_drop.core.text.printable import printable

_VOID = frozenset({"meta", "link", "br"})


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is safe to insert unchanged."""

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


def moment(iso: str) -> Html:
    """A time in UTC to the minute, with the exact one behind it; what is no time is shown as it is."""
    try:
        read = datetime.fromisoformat(iso).astimezone(UTC)
    except (ValueError, OverflowError):
        return given(iso)
    exact = read.isoformat(timespec="seconds")
    return element("time", f"{read.day} {read:%b} {read.year}, {read:%H:%M} UTC", datetime=exact, title=exact)


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning and its end with an ellipsis between, `longest` characters together."""
    if len(text) <= longest:
        return text
    end = longest // 3
    return f"{text[: longest - end - 1]}…{text[-end:]}"


def _escaped(text: str) -> str:
    return html.escape(printable(text))
