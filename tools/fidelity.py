"""Writes docs/fidelity.md from the table in localcloud/fidelity/.

The table is one TOML file a section, its rows in the page's order, after the text in head.md.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.toolchain import PROJECT
from tools.verify.observation import Observations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tools.verify.observation import Observation

TABLE = PROJECT / "localcloud" / "fidelity"
OBSERVED = TABLE / "observed.json"
"""What the kit has seen in AWS; there is no such file until someone has run it there."""
PAGE = PROJECT / "docs" / "fidelity.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """What the emulator does, and who says that AWS does so."""

    behavior: str
    source: str = ""
    confidence: str = ""
    settings: Sequence[str] = ()
    probes: Sequence[str] = ()
    """The probes of `tools.verify` that watch it in a real account."""
    no_probe: str = ""
    """Why no probe can watch what is not known."""

    @property
    def is_unknown(self) -> bool:
        """Whether a part of it is a guess."""
        return "U" in re.split(r"[^A-Za-z]+", self.confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldByTests:
    """What is right where a permissive emulator would hide a fault of the stack."""

    right: str
    tests: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What another emulator does differently, and which of the two is as AWS's documents say."""

    difference: str
    fault: str
    """Whose: `ours`, `theirs`, or `unknown`."""
    source: str
    places: Sequence[str]
    """Where `make second-cloud` sees it, as patterns; none where the run is set up to avoid it."""
    no_probe: str = ""
    """Where the fault is unknown, why no probe settles it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with one table."""

    title: str
    text: str
    rows: Sequence[Behavior | HeldByTests | Difference]


def sections() -> list[Section]:
    """The table. Raises TypeError for a row with a key that there is not."""
    return [_section(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(TABLE.glob("*.toml"))]


def second_cloud_differences() -> list[Difference]:
    """The table's rows about another emulator."""
    return [row for section in sections() for row in section.rows if isinstance(row, Difference)]


def page(observed: Path = OBSERVED) -> str:
    """The page, with what the kit has seen in AWS, if there is its file."""
    seen = {row.probe: row for row in Observations(observed).rows() if row.aws}
    parts = [(TABLE / "head.md").read_text(encoding="utf-8")]
    for section in sections():
        parts += [f"\n## {section.title}\n\n", f"{section.text.strip()}\n\n" if section.text else ""]
        parts += [f"{line}\n" for line in _lines(section, seen)]
    return "".join(parts)


def main() -> None:
    """Write the page, or with a path write it there."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(page(), encoding="utf-8")


def _section(data: dict[str, Any]) -> Section:
    rows = data.pop("rows")
    kind = HeldByTests if "right" in rows[0] else Difference if "difference" in rows[0] else Behavior
    return Section(data.pop("title"), data.pop("text", ""), [kind(**row) for row in rows])


def _lines(section: Section, seen: Mapping[str, Observation]) -> Iterator[str]:
    if isinstance(section.rows[0], HeldByTests):
        yield _row("what is right", "tests")
        yield "|---|---|"
    elif isinstance(section.rows[0], Difference):
        yield _row("difference", "whose fault", "source")
        yield "|---|---|---|"
    else:
        yield _row("behavior", "source", "confidence", "setting", "probe, and what it saw in AWS")
        yield "|---|---|---|---|---|"
    for row in section.rows:
        if isinstance(row, HeldByTests):
            yield _row(row.right, _code(row.tests))
        elif isinstance(row, Difference):
            yield _row(row.difference, row.fault, row.source + (f". No probe: {row.no_probe}" if row.no_probe else ""))
        else:
            watched = [_watched(probe, seen.get(probe)) for probe in row.probes]
            last = "; ".join(watched) or (row.no_probe and f"None: {row.no_probe}")
            yield _row(row.behavior, row.source, row.confidence, _code(row.settings), last)


def _watched(probe: str, row: Observation | None) -> str:
    """The probe's name, and its observation."""
    if row is None:
        return f"`{probe}`"
    said = json.dumps(row.seen, ensure_ascii=False, default=str).replace("|", "\\|")
    return f"`{probe}` on {row.at[:10]}: `{said}`"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    main()
