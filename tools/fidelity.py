"""Writes docs/fidelity.md from the table in localcloud/fidelity/.

The table is one TOML file a section, its rows in the page's order, after the text in head.md.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TABLE = PROJECT / "localcloud" / "fidelity"
PAGE = PROJECT / "docs" / "fidelity.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """What the emulator does, and who says that AWS does so."""

    behavior: str
    source: str = ""
    confidence: str = ""
    settings: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldByTests:
    """What is right where a permissive emulator would hide a fault of the stack."""

    right: str
    tests: Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with one table."""

    title: str
    text: str
    rows: Sequence[Behavior | HeldByTests]


def sections() -> list[Section]:
    """The table. Raises TypeError for a row with a key that there is not."""
    return [_section(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(TABLE.glob("*.toml"))]


def page() -> str:
    """The page."""
    parts = [(TABLE / "head.md").read_text(encoding="utf-8")]
    for section in sections():
        parts += [f"\n## {section.title}\n\n", f"{section.text.strip()}\n\n" if section.text else ""]
        parts += [f"{line}\n" for line in _lines(section)]
    return "".join(parts)


def main() -> None:
    """Write the page, or with a path write it there."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(page(), encoding="utf-8")


def _section(data: dict[str, Any]) -> Section:
    rows = data.pop("rows")
    kind = HeldByTests if "right" in rows[0] else Behavior
    return Section(data.pop("title"), data.pop("text", ""), [kind(**row) for row in rows])


def _lines(section: Section) -> Iterator[str]:
    if isinstance(section.rows[0], HeldByTests):
        yield _row("what is right", "tests")
        yield "|---|---|"
    else:
        yield _row("behavior", "source", "confidence", "setting")
        yield "|---|---|---|---|"
    for row in section.rows:
        if isinstance(row, HeldByTests):
            yield _row(row.right, _code(row.tests))
        else:
            yield _row(row.behavior, row.source, row.confidence, _code(row.settings))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    main()
