"""A page as lines: what is short is one line of HTML, everything else one element a line, under what it is in."""

from __future__ import annotations

import hashlib
import html
import itertools
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VOID: Final = frozenset({"br", "link", "meta"})
_OF_STYLE: Final = re.compile(r"sha256-[\w+/=]+")
_SHORT: Final = 140
"""Characters of a line that has an element with all of its inner elements."""
_WORDS: Final = 100
"""Characters of the words of an element that a page before has too."""
_FEW: Final = 2
"""Elements in a row that are shown though a page before has them."""
_Node: TypeAlias = "_Element | str"


class _Element:
    def __init__(self, tag: str, start: str) -> None:
        self.tag = tag
        self.start = start
        self.children: list[_Node] = []

    def __str__(self) -> str:
        inner = (child if isinstance(child, _Element) else html.escape(child, quote=False) for child in self.children)
        return self.start + "".join(map(str, inner)) + (f"</{self.tag}>" if self.tag not in _VOID else "")

    @property
    def is_simple(self) -> bool:
        """Whether nothing in it has a neighbor."""
        only = self.children[0] if len(self.children) == 1 else ""
        return not self.children or (only.is_simple if isinstance(only, _Element) else bool(only))

    @property
    def words(self) -> str:
        """The text in it."""
        said = (child.words if isinstance(child, _Element) else child for child in self.children)
        return " ".join(said)


class _Tree(HTMLParser):
    """The elements of a page. The text of its style, and the hash of that, are left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.within = [_Element("", "")]
        self.feed(page)
        assert len(self.within) == 1, "An element has no end."

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        element = _Element(tag, _OF_STYLE.sub("sha256", self.get_starttag_text() or ""))
        self.within[-1].children.append(element)
        if tag not in _VOID:
            self.within.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop().tag == tag

    def handle_data(self, data: str) -> None:
        parent = self.within[-1]
        if parent.tag != "style":
            parent.children.append(data)

    def handle_decl(self, decl: str) -> None:
        self.within[-1].children.append(f"<!{decl}>")


def page_lines(page: str, seen: set[str]) -> Iterator[str]:
    """The lines of a page. What is in `seen`, as a page before has it too, is a line with its words after a `=`: an
    element of several lines, or several in a row."""
    return _of_children(_Tree(page).within[0], "", seen)


def _of_children(parent: _Element, indent: str, seen: set[str]) -> Iterator[str]:
    for is_known, group in itertools.groupby(parent.children, lambda child: str(child) in seen):
        nodes = list(group)
        if is_known and len(nodes) > _FEW:
            yield _known(nodes, indent)
            continue
        for node in nodes:
            yield from _lines(node, indent, seen)


def _lines(node: _Node, indent: str, seen: set[str]) -> Iterator[str]:
    whole = str(node)
    is_known = whole in seen
    seen.add(whole)
    if isinstance(node, str) or node.is_simple or len(indent + whole) <= _SHORT:
        if bare := whole.strip("\n"):
            yield indent + re.sub("^ | $", "\u2423", bare)
    elif is_known:
        yield _known([node], indent)
    else:
        yield indent + node.start
        yield from _of_children(node, f"{indent} ", seen)


def _known(nodes: Sequence[_Node], indent: str) -> str:
    words = re.sub(r" +", " ", " ".join(node.words if isinstance(node, _Element) else node for node in nodes))
    start = nodes[0].start if isinstance(nodes[0], _Element) else ""
    if len(words) > _WORDS:
        whole = "".join(map(str, nodes)).encode(errors="backslashreplace")
        words = f"{words[:_WORDS]}… {hashlib.sha256(whole).hexdigest()[:6]}"
    return f"{indent}= {start}{f' and {len(nodes) - 1} more' if nodes[1:] else ''} {words}".rstrip()
