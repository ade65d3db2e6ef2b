"""The summary page in a real browser: on a phone, on a desk, in the dark, on paper.

Without a browser on the machine all tests are skipped, with one message; in CI they fail.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import find_chromium
from tests.summaries import EXAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.chromium import Chromium

if find_chromium() is None and not os.environ.get("CI"):
    pytest.skip(
        "no Chromium or Chrome on this machine; set CHROMIUM to the path of one that is elsewhere",
        allow_module_level=True,
    )

EXAMPLE = pytest.mark.parametrize("name", EXAMPLES)
WIDTHS = (320, 360, 390, 768, 1280)
SMALLEST_TEXT = 12
_OVERFLOWING = """[...document.querySelectorAll("main *")].filter(element => !element.closest(".unseen, svg"))
    .filter(element => element.getBoundingClientRect().right > innerWidth + 0.5)
    .map(element => element.outerHTML.slice(0, 80))"""
_ON_TOP_OF_EACH_OTHER = """(() => {
    const texts = [...document.querySelectorAll("main :is(h1, h2, h3, p, pre, dt, dd, caption, summary)")]
        .filter(text => !text.closest(".unseen, svg") && text.getClientRects().length);
    const covers = (one, other) => {
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    };
    return texts.flatMap((one, at) => texts.slice(at + 1)
        .filter(other => !one.contains(other) && covers(one, other))
        .map(other => [one.textContent.slice(0, 60), other.textContent.slice(0, 60)]));
})()"""
_BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@EXAMPLE
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(browser: Chromium, pages: dict[str, Path], name: str, width: int) -> None:
    """No page has to be moved sideways, whatever a file is called, and nothing sticks out."""
    browser.open(pages[name], width=width)
    assert browser.evaluate("innerWidth") == width
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate(_OVERFLOWING) == []


@EXAMPLE
@pytest.mark.parametrize("width", [390, 1280])
def test_no_text_is_on_top_of_another_one(browser: Chromium, pages: dict[str, Path], name: str, width: int) -> None:
    """Each of them can be read."""
    browser.open(pages[name], width=width)
    assert browser.evaluate(_ON_TOP_OF_EACH_OTHER) == []


@EXAMPLE
def test_the_browser_asks_for_nothing_and_complains_of_nothing(
    browser: Chromium, pages: dict[str, Path], name: str
) -> None:
    """The page itself is the only request, and neither its policy nor its markup gives cause for a message."""
    browser.open(pages[name], width=1280)
    said = {method: [one["params"] for one in browser.events if one["method"] == method] for method in (
        "Network.requestWillBeSent", "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled",
        "Page.javascriptDialogOpening",
    )}  # fmt: skip
    requests: list[dict[str, Any]] = said.pop("Network.requestWillBeSent")
    assert [request["request"]["url"] for request in requests] == [pages[name].as_uri()]
    assert not any(said.values()), said
    assert browser.evaluate("document.compatMode") == "CSS1Compat"


def test_the_policy_stops_what_the_page_never_has(browser: Chromium, pages: dict[str, Path], tmp_path: Path) -> None:
    """A script and a picture put into the page by force neither run nor load."""
    forced = tmp_path / "forced.html"
    evil = (
        "<script>document.title='ran'</script><img src='https://attacker.invalid/x.png'><style>h1{display:none}</style>"
    )
    forced.write_text(pages["imported"].read_text("utf-8").replace("</main>", f"{evil}</main>"), "utf-8")
    browser.open(forced, width=1280)
    assert browser.evaluate("document.title") != "ran"
    assert browser.evaluate("getComputedStyle(document.querySelector('h1')).display") == "block"
    loaded = [one["params"]["response"]["url"] for one in browser.events if one["method"] == "Network.responseReceived"]
    assert loaded == [forced.as_uri()]
    assert browser.evaluate("performance.getEntriesByType('resource').filter(one => one.transferSize).length") == 0


def test_it_follows_the_readers_wish_for_the_dark(browser: Chromium, pages: dict[str, Path]) -> None:
    """Light and dark grounds differ, and paper is white even for anyone who prefers the dark."""
    grounds = {}
    for scheme, medium in (("light", "screen"), ("dark", "screen"), ("dark", "print")):
        browser.open(pages["partly_imported"], width=1280, scheme=scheme, medium=medium)
        grounds[scheme, medium] = browser.evaluate(_BACKGROUND)
    assert grounds["light", "screen"] != grounds["dark", "screen"]
    assert grounds["dark", "print"] == grounds["light", "screen"]


@EXAMPLE
def test_text_is_large_enough_to_be_read(browser: Chromium, pages: dict[str, Path], name: str) -> None:
    """On a phone no text is smaller than 12 CSS pixels."""
    browser.open(pages[name], width=360)
    sizes = browser.evaluate("""[...document.querySelectorAll("main *")].filter(one => !one.closest("svg"))
        .map(one => parseFloat(getComputedStyle(one).fontSize))""")
    assert min(sizes) >= SMALLEST_TEXT


def test_every_outcome_with_rows_is_drawn(browser: Chromium, pages: dict[str, Path]) -> None:
    """The bar's blocks are seen though one outcome has 3 rows of 1.2 million, and lie within the bar."""
    browser.open(pages["stopped"], width=390)
    blocks = browser.evaluate("""(() => {
        const bar = document.querySelector(".picture .bar"), outer = bar.getBoundingClientRect();
        return [...bar.querySelectorAll("rect")].map(rect => {
            const box = rect.getBoundingClientRect();
            return [rect.querySelector("title").textContent, box.width, box.left - outer.left, outer.right - box.right];
        });
    })()""")
    assert {title.split()[-1] for title, *_ in blocks} == {"imported", "skipped", "failed", "unprocessed"}
    assert all(width >= 4 and left >= -1.5 and right >= -1.5 for _, width, left, right in blocks)


def test_one_click_selects_a_command(browser: Chromium, pages: dict[str, Path]) -> None:
    """There is no script to copy with, so the style selects a command as a whole."""
    browser.open(pages["partly_imported"], width=1280)
    assert browser.evaluate("getComputedStyle(document.querySelector('pre')).userSelect") == "all"


@EXAMPLE
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_taken(  # noqa: PLR0917  # fixtures and parameters, which pytest gives by name
    browser: Chromium, pages: dict[str, Path], pictures: Path, name: str, width: int, scheme: str
) -> None:
    """A screenshot of the whole page is written for people to look at."""
    browser.open(pages[name], width=width, scheme=scheme)
    height = browser.evaluate("document.documentElement.scrollHeight")
    taken = browser.picture()
    (pictures / f"{name}-{width}-{scheme}.png").write_bytes(taken)
    assert taken.startswith(b"\x89PNG")
    assert struct.unpack(">II", taken[16:24]) == (width, height)
