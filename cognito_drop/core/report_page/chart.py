"""The counts as a picture: one stacked bar, distinguished by color, by pattern and by a table with the same figures.

Guarantees that every outcome with at least one row can be seen, however many rows there are; leaves colors to the
style.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.core.report_page.markup import Html, Node, element
from cognito_drop.core.report_page.words import ROW_MEANINGS
from cognito_drop.core.results.wording import account_of, rows_by_outcome
from cognito_drop.core.text.figures import counted, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cognito_drop.core.results.summary_json import SummaryJson


NARROWEST = 1.5
"""Percent of the bar that an outcome gets at least, so that 7 rows of 500,000 are seen."""
_PATTERNS = {
    "failed": ("8", "rotate(45)", '<rect class="mark" width="2.5" height="8"/>'),
    "rejected": ("8", "rotate(45)", '<circle class="mark" cx="4" cy="4" r="1.7"/>'),
    "unprocessed": ("6", "rotate(-45)", '<rect class="gap" width="3.5" height="6"/>'),
    "unaccounted": ("5", "rotate(0)", '<rect class="gap" width="5" height="3.5"/>'),
    "accepted": ("8", "rotate(90)", '<rect class="mark" width="1.5" height="8"/>'),
}  # fmt: skip
"""Side, rotation, and marks of the tiles over a color: readers who cannot see colors see stripes, dots, and
hatching.
"""


@dataclass(frozen=True, slots=True)
class Share:
    """Rows with the same outcome."""

    name: str
    rows: int


def shares(summary: SummaryJson) -> list[Share]:
    """The rows of the file by outcome: all that the kind of run can have, others only where there are rows."""
    is_dry_run = summary["dry_run"]
    rows = rows_by_outcome(account_of(summary["rows"]), is_dry_run=is_dry_run)
    rows["unaccounted"] = max(0, summary["rows"]["total"] - sum(rows.values()))
    always = {"accepted", "rejected"} if is_dry_run else ROW_MEANINGS.keys() - {"accepted", "unaccounted"}
    return [Share(name, found) for name, found in rows.items() if found or name in always]


def widths(counts: Sequence[int]) -> list[float]:
    """The widths in percent, with sum 100: in proportion, but none of the seen ones under `NARROWEST`."""
    whole = sum(counts)
    raised = [max(NARROWEST, 100 * found / whole) if found else 0.0 for found in counts]
    spare = sum(width - NARROWEST for width in raised if width)
    over = sum(raised) - 100
    return [width - over * (width - NARROWEST) / spare if width and spare else width for width in raised]


def bar(parts: Sequence[Share]) -> Html | None:
    """The bar with its title and description, None where there are no rows to show."""
    whole = sum(share.rows for share in parts)
    if not whole:
        return None
    said = ", ".join(f"{counted(one.rows)} {one.name} ({percent(one.rows, whole)})" for one in parts if one.rows)
    return element(
        "svg",
        element("title", "Rows of the file by outcome", id="bar-title"),
        element("desc", f"{said}. Small shares are drawn wider so that they are visible.", id="bar-desc"),
        *_blocks(parts),
        class_="bar", role="img", aria_labelledby="bar-title bar-desc", width="100%", height="40",
    )  # fmt: skip


def thin_bar(parts: Sequence[Share]) -> Html:
    """A line of the same kind, to stand beside the figures of an import job; it says nothing that they do not say."""
    return element("svg", *_blocks(parts), class_="bar", aria_hidden="true", width="100%", height="8")


def _blocks(parts: Sequence[Share]) -> Iterator[Html]:
    seen = [share for share in parts if share.rows]
    left = 0.0
    for share, width in zip(seen, widths([share.rows for share in seen]), strict=True):
        yield from _block(share.name, f"{left:.3f}%", f"{width:.3f}%", f"{counted(share.rows)} {share.name}")
        left += width


def swatch(name: str) -> Html:
    """A small sample of the bar's color and pattern, to stand beside the word."""
    return element(
        "svg", *_block(name, "0", "100%"), class_="swatch", aria_hidden="true", width="14", height="14"
    )  # fmt: skip


def patterns() -> Html:
    """The patterns of bar and swatches; they have to be in the page once, not displayed."""
    tiles = (
        element(
            "pattern", Html(marks), id=f"pattern-{name}", width=side, height=side, patternTransform=rotation,
            patternUnits="userSpaceOnUse",
        )
        for name, (side, rotation, marks) in _PATTERNS.items()
    )  # fmt: skip
    return element("svg", element("defs", *tiles), class_="unseen", aria_hidden="true", width="0", height="0")


def _block(name: str, x: str, width: str, title: str = "") -> list[Html]:
    known = name if name in ROW_MEANINGS else "unaccounted"
    fills = [f"fill-{known}", *([f"over-{known}"] if known in _PATTERNS else [])]
    said = element("title", title) if title else None
    return [element("rect", said, class_=f"block {fill}", x=x, width=width, height="100%") for fill in fills]


def table(parts: Sequence[Share], total: int) -> Html:
    """The same figures as a table, which is the legend too."""
    whole = sum(share.rows for share in parts)
    return element(
        "table",
        element("caption", "Rows of the file by outcome", class_="unseen"),
        element("tbody", *(_line(share, whole) for share in parts)),
        element(
            "tfoot",
            element("tr", element("th", "rows in the file", scope="row"), element("td", counted(total)), element("td")),
        ),
        class_="counts",
    )


def label(outcome: str, word: Node) -> Html:
    """The outcome of a row with its swatch, its word and its meaning."""
    meaning = element("span", ROW_MEANINGS.get(outcome), class_="meaning")
    return element("span", swatch(outcome), element("span", word, class_="word"), " ", meaning, class_="label")


def _line(share: Share, whole: int) -> Html:
    return element(
        "tr",
        element(
            "th",
            label(share.name, share.name),
            scope="row",
        ),
        element("td", counted(share.rows)),
        element("td", percent(share.rows, whole) if share.rows else None),
        class_=None if share.rows else "none",
    )
