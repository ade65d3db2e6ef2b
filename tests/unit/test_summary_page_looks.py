"""How the summary page draws and writes figures, and that all of it can be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.report_page.chart import NARROWEST, widths
from cognito_drop.core.report_page.style import DARK, LIGHT
from cognito_drop.core.text.figures import counted, duration, percent, size


@given(st.lists(st.integers(min_value=0, max_value=10**7), min_size=1, max_size=6).filter(any))
def test_the_bar_is_full_and_shows_the_smallest_share(counts: list[int]) -> None:
    """Widths add up to the bar, who has rows is seen, who has none is not, and more rows are never narrower."""
    found = widths(counts)
    assert sum(found) == pytest.approx(100)
    for rows_, width in zip(counts, found, strict=True):
        assert width >= NARROWEST - 1e-9 if rows_ else width == 0
    ordered = [width for _, width in sorted(zip(counts, found, strict=True))]
    assert ordered == pytest.approx(sorted(found))


def _luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_everything_stands_out_from_its_ground(colors: dict[str, str]) -> None:
    """WCAG 2.2 AA: 4.5 for text on page and panel, 3 for the colors of the picture and of the signs."""
    for text in ("ink", "soft"):
        assert min(_contrast(colors[text], colors[ground]) for ground in ("paper", "panel")) >= 4.5
    for name in ("imported", "accepted", "skipped", "failed", "rejected", "unprocessed", "good", "open", "bad"):
        assert _contrast(colors[name], colors["paper"]) >= 3, name


def test_figures_are_written_as_people_write_them() -> None:
    """Counts with their nouns, shares that are never rounded to all or nothing, decimal sizes, short durations."""
    assert [counted(rows, "row") for rows in (0, 1, 1000)] == ["0 rows", "1 row", "1,000 rows"]
    assert [percent(1, 3_000_000), percent(2_999_999, 3_000_000), percent(5, 5), percent(0, 0), percent(1, 3)] == [
        "< 0.1 %", "> 99.9 %", "100 %", "0 %", "33.3 %",
    ]  # fmt: skip
    assert [size(number) for number in (0, 999, 1000, 130_400_000, 5 * 10**9, 7 * 10**13)] == [
        "0 bytes", "999 bytes", "1.0 kB", "130.4 MB", "5.0 GB", "70000.0 GB",
    ]  # fmt: skip
    assert [duration(seconds) for seconds in (None, 0.2, 59.6, 487, 15_120, 7200)] == [
        "", "less than a second", "1 min", "8 min 7 s", "4 h 12 min", "2 h",
    ]  # fmt: skip
