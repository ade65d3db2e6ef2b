"""The page as a whole: its head with a restrictive content policy, its header, and its sections."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.report_page import sections
from cognito_drop.core.report_page.chart import bar, patterns, shares, table
from cognito_drop.core.report_page.markup import Html, Node, element, given, joined, moment, shortened
from cognito_drop.core.report_page.style import STYLE
from cognito_drop.core.report_page.words import Tone, explanation, headline, tone, word
from cognito_drop.core.results.wording import missing_details
from cognito_drop.core.text.figures import size

if TYPE_CHECKING:
    from cognito_drop.core.results.summary_json import SummaryJson

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
"""The page's content security policy: this style by its hash, no script, no request, no form. Source:
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy"""
_NAME_LENGTH = 80
"""Characters of a file's name in header and title; the whole of it stands at the end of the page."""
_SIGNS = {
    Tone.GOOD: '<path d="M7 12.5l3.4 3.4L17 9"/>',
    Tone.OPEN: '<path d="M12 7v6M12 16.6v.4"/>',
    Tone.BAD: '<path d="M8.5 8.5l7 7M15.5 8.5l-7 7"/>',
}


def render(summary: SummaryJson) -> str:
    """The page of a summary, as text to be stored in UTF-8."""
    ending = Outcome(summary["outcome"])
    return "<!DOCTYPE html>\n" + element("html", _head(summary, ending), _body(summary, ending), lang="en").text + "\n"


def _head(summary: SummaryJson, ending: Outcome) -> Html:
    title = f"{headline(summary, ending)} · {shortened(summary['file']['name'], _NAME_LENGTH)}"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("title", title),
        element("style", Html(STYLE)),
    )


def _body(summary: SummaryJson, ending: Outcome) -> Html:
    rows = shares(summary)
    has_rows = any(share.rows for share in rows)
    return element(
        "body",
        patterns(),
        element(
            "main",
            _header(summary, ending),
            element("div", bar(rows), table(rows, summary["rows"]["total"]), class_="picture") if has_rows else None,
            _notes(summary),
            _section("What to do next", sections.steps(summary, ending)),
            _section("Reasons", sections.reasons(summary)),
            _section("First sign-in", sections.first_sign_in(summary)),
            _section("Groups", sections.memberships(summary)),
            _section("New IDs", sections.noted_ids(summary)),
            _section("Reading the file", sections.reading(summary)),
            _section("Import jobs", sections.parts(summary, planned=ending is Outcome.CHECKED)),
            _section("Times", sections.timings(summary)),
            _section("Result files", sections.files(summary)),
            _section("Identity", sections.origin(summary)),
        ),
    )


def _header(summary: SummaryJson, ending: Outcome) -> Html:
    name, bytes_ = summary["file"]["name"], summary["file"]["bytes"]
    said = word(ending)
    if summary["dry_run"] and ending is not Outcome.CHECKED:
        said = f"{word(Outcome.CHECKED)}, {said.lower()}"
    return element(
        "header",
        element("p", _sign(tone(summary, ending)), said, class_=f"ending {tone(summary, ending)}"),
        element("h1", headline(summary, ending)),
        element("p", given(explanation(summary, ending)), class_="lead"),
        sections.facts(
            [
                ("File", joined(given(shortened(name, _NAME_LENGTH)), f", {size(bytes_)}" if bytes_ else None)),
                ("User pool", given(summary["pool"]["alias"])),
                ("Ended", moment(summary["ended_at"])),
            ]
        ),
    )  # fmt: skip


def _sign(feeling: Tone) -> Html:
    return element(
        "svg", element("circle", cx="12", cy="12", r="11"), Html(_SIGNS[feeling]),
        class_="sign", viewBox="0 0 24 24", width="26", height="26", aria_hidden="true",
    )  # fmt: skip


def _notes(summary: SummaryJson) -> Html | None:
    notes: list[Node] = []
    if error := summary["error"]:
        notes.append(joined("The run ended early: ", given(error)))
    notes += map(given, missing_details(summary["details_missing"], summary["rows_unknown"]))
    notes += [given(warning["message"]) for warning in summary["warnings"]]
    return element("ul", *(element("li", note) for note in notes), class_="notes") if notes else None


def _section(title: str, content: Html | None) -> Html | None:
    if content is None:
        return None
    return element("section", element("h2", title), element("div", content))
