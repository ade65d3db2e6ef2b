"""The sections of the page that explain: next steps, reasons, how the file was read, import jobs, times and files.

Each gives its content, or None where there is nothing to say; leaves the frame around it to the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.object_keys import GROUPS, LEFT_BEHIND, PAGE, RESULTS, RETRIES, SUMMARY, rows_with
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.pools.active_users import active_users_sentences
from cognito_drop.core.report_page.chart import Share, label, thin_bar
from cognito_drop.core.report_page.figures import count, duration, moment, size
from cognito_drop.core.report_page.markup import Html, Node, element, given, joined
from cognito_drop.core.report_page.next_steps import next_steps, shell_word
from cognito_drop.core.report_page.reading import at, mapping, number, objects, seconds, text, texts
from cognito_drop.core.report_page.words import Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.contract.statuses import Outcome
    from cognito_drop.core.report_page.reading import Data

_FILES = {
    SUMMARY: "this report as data",
    PAGE: "this page",
    rows_with("imported"): "every row that is now in the pool",
    rows_with("skipped"): "every row that was skipped",
    rows_with("failed"): "every row that Cognito rejected, with its message",
    rows_with("rejected"): "every row that the check rejected, with the reason",
    rows_with("unprocessed"): "every row that was never attempted",
    rows_with("unknown"): "every row whose outcome is unknown: the user may be in the pool",
    GROUPS: "every group membership and its outcome",
    LEFT_BEHIND: "data of the exported users that is not migrated, user by user",
    **dict.fromkeys(
        RETRIES,
        "failed, rejected, and unprocessed rows, unchanged from your file, and rows whose user may not be in the "
        "pool; fix them and drop the file again",
    ),
}
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_TONES = {JobStatus.SUCCEEDED: Tone.GOOD, "Planned": Tone.GOOD, JobStatus.FAILED: Tone.BAD}
_ORDER = ("failed", "rejected", "skipped")


def steps(summary: Data, ending: Outcome) -> Html:
    """What to do next, as a numbered list."""
    listed = (
        element("li", element("p", step.sentence), command(step.command) if step.command else None)
        for step in next_steps(summary, ending)
    )
    skipped = "Skipped rows need no action: an import never changes a user who is already in the pool."
    return joined(
        element("ol", *listed, class_="steps"),
        element("p", skipped, class_="hint") if number(summary, "rows", "skipped") else None,
    )


def command(line: str) -> Html:
    """A command that one click selects as a whole."""
    return element("pre", element("code", element("bdi", line, dir="ltr")))


def reasons(summary: Data) -> Html | None:
    """The reasons under the outcome that they led to, the most frequent first."""
    found = objects(summary, "reasons")
    named = sorted({text(reason, "outcome") for reason in found}, key=_place)
    place = "Record" if text(summary, "preset", "lines_are") == "records" else "Line"
    groups = [
        _group(name, sorted((one for one in found if text(one, "outcome") == name), key=_count, reverse=True), place)
        for name in named
    ]
    return joined(*groups) if groups else None


def _place(outcome: str) -> tuple[int, str]:
    return (_ORDER.index(outcome) if outcome in _ORDER else len(_ORDER), outcome)


def _count(reason: Data) -> int:
    return number(reason, "count")


def _group(outcome: str, found: Sequence[Data], place: str) -> Html:
    return joined(
        element("h3", label(outcome, given(outcome))),
        element("ul", *(_reason(reason, place) for reason in found), class_="reasons"),
    )


def _reason(reason: Data, place: str) -> Html:
    hint, setting = text(reason, "hint"), text(reason, "setting")
    return element(
        "li",
        joined(element("p", count(_count(reason)), class_="figure"), " "),
        element(
            "div",
            element("p", given(text(reason, "message")), class_="message"),
            element("p", given(hint), class_="hint") if hint else None,
            element("p", "Pool setting that would allow them: ", given(setting), class_="hint") if setting else None,
            element("p", _lines(reason, place), element("code", given(text(reason, "code"))), class_="where"),
        ),
    )  # fmt: skip


def _lines(reason: Data, place: str) -> Html:
    lines = texts(reason, "first_lines")
    if not lines:
        return Html("")
    more = _count(reason) - len(lines)
    numbers = ", ".join(f"{int(line):,}" if line.isdigit() else line for line in lines)
    rest = f" and {count(more)} more" if more > 0 else ""
    return element("span", given(f"{place}{'' if len(lines) == 1 and not rest else 's'} {numbers}{rest}"))


def memberships(summary: Data) -> Html | None:
    """What became of the memberships in groups, where the file had some."""
    if not number(summary, "memberships", "total"):
        return None
    outcomes = {
        "Added": "added",
        "Left out because the row was not imported": "left_out",
        "Failed": "failed",
        "Unprocessed": "unprocessed",
    }
    found = {title: number(summary, "memberships", name) for title, name in outcomes.items()}
    planned = seconds(summary, "memberships", "seconds")
    said = " ".join(active_users_sentences(at(summary, "memberships", "active_users")))
    return facts(
        [
            ("Memberships", count(number(summary, "memberships", "total"))),
            *((title, count(given_count) if given_count else None) for title, given_count in found.items()),
            ("Time at the configured rate", f"about {duration(planned)}" if planned else None),
            ("Monthly active users", given(said) if said else None),
        ]
    )


def reading(summary: Data) -> Html | None:
    """How the file was read and what was normalized."""
    renamed = [
        joined(given(old), " → ", given(str(new))) for old, new in mapping(summary, "columns", "renamed").items()
    ]
    normalized = [
        joined(given(text(one, "message") or text(one, "kind")), f", {count(number(one, 'count'), 'time')}")
        for one in objects(summary, "normalized")
    ]
    blank = number(summary, "blank_lines")
    return facts(
        [
            ("Preset", _preset(summary)),
            ("Format", _dialect(summary)),
            ("Normalized", _listed(normalized)),
            ("Columns renamed", _listed(renamed)),
            ("Columns added, empty", _listed([given(name) for name in texts(summary, "columns", "added")])),
            ("Columns left out", _listed([given(name) for name in texts(summary, "columns", "left_out")])),
            ("Blank lines", f"{count(blank)}, ignored" if blank else None),
        ],
        class_="facts long",
    )


def _preset(summary: Data) -> Html | None:
    preset = mapping(summary, "preset")
    numbered = (
        "Row numbers are record numbers." if text(preset, "lines_are") == "records" else "Row numbers are line numbers."
    )
    return given(f"{text(preset, 'name')}, {text(preset, 'format').upper()}. {numbered}") if preset else None


def _dialect(summary: Data) -> Html | None:
    dialect = mapping(summary, "dialect")
    if text(summary, "preset", "format") == "json":
        return given(text(dialect, "encoding"))
    separator = text(dialect, "separator")
    said = [
        text(dialect, "encoding") + (" with byte order mark" if at(dialect, "byte_order_mark") else ""),
        f"separated by {_SEPARATORS.get(separator, separator)}" if separator else "",
        text(dialect, "quoting"),
        f"lines end in {text(dialect, 'line_end')}" if text(dialect, "line_end") else "",
    ]
    return given(" · ".join(part for part in said if part)) if dialect else None


def _listed(items: Sequence[Node]) -> Html | None:
    return element("ul", *(element("li", item) for item in items)) if items else None


def parts(summary: Data, *, planned: bool) -> Html | None:
    """The import jobs, one a part; planned ones where nothing was to be imported."""
    found = objects(summary, "parts")
    return element("ul", *(_part(part, len(found), planned) for part in found), class_="parts") if found else None


def _part(part: Data, of: int, planned: bool) -> Html:
    job = mapping(part, "job")
    status, message = text(job, "status") or ("Planned" if planned else "Not started"), text(job, "message")
    counted = [f"{count(share.rows)} {share.name}" for share in _shares(part)]
    took = duration(seconds(job, "seconds"))
    return element(
        "li",
        element(
            "p",
            joined(element("b", f"Part {number(part, 'number')} of {of}"), " "),
            element("span", given(status), class_=f"status {_TONES.get(status, Tone.OPEN)}"),
            class_="row",
        ),
        thin_bar([*_shares(part), Share("unprocessed", _left(part))]) if of > 1 and not planned else None,
        element(
            "p",
            " · ".join([count(number(part, "rows"), "row"), size(number(part, "bytes")), *([took] if took else [])]),
        ),
        element("p", ", ".join(counted)) if job else None,
        element("p", "Cognito says: ", given(message), class_="hint") if message else None,
        element("p", element("code", given(text(job, "id"))), class_="where") if job else None,
    )


def _shares(part: Data) -> list[Share]:
    return [Share(name, number(part, name)) for name in ("imported", "skipped", "failed")]


def _left(part: Data) -> int:
    return max(0, number(part, "rows") - sum(share.rows for share in _shares(part)))


def timings(summary: Data) -> Html | None:
    """When it was dropped, how long each stretch took, when it ended."""
    ended = text(summary, "timings", "ended_at") or text(summary, "ended_at")
    dropped = text(summary, "timings", "dropped_at")
    started = text(summary, "timings", "started_at")
    return facts(
        [
            ("Dropped", moment(dropped) if dropped else None),
            ("Started", moment(started) if started else None),
            ("Ended", moment(ended) if ended else None),
            ("Waited", duration(seconds(summary, "timings", "waited_seconds"))),
            ("Import", duration(seconds(summary, "timings", "import_seconds"))),
            ("Altogether", duration(seconds(summary, "timings", "seconds"))),
        ]
    )


def files(summary: Data) -> Html | None:
    """The result files, what each holds, and how to fetch them."""
    names, place = texts(summary, "files"), text(summary, "results")
    if not names or not place:
        return None
    has_rows = any(name.endswith(".csv") for name in names)
    listed = (
        element("li", joined(element("code", given(name)), " "), element("span", _FILES.get(name))) for name in names
    )
    return joined(
        element("ul", *listed, class_="files"),
        element("p", f"{'Every row has its line number in your file. ' if has_rows else ''}Download all files:"),
        command(f"aws s3 cp --recursive {shell_word(place)} {RESULTS}"),
        element(
            "p", "The files contain personal data of your users. Delete your copies when you are done.", class_="hint"
        )
        if has_rows
        else None,
    )


def origin(summary: Data) -> Html | None:
    """What identifies the run, for whoever has to look further."""
    codes = [
        ("Run", text(summary, "run_id")),
        ("Object", _address(summary)),
        ("Version", text(summary, "file", "version_id")),
        ("User pool", text(summary, "pool", "id")),
        ("Results", text(summary, "results")),
    ]
    return facts([(name, element("code", given(code)) if code else None) for name, code in codes], class_="facts long")


def _address(summary: Data) -> str:
    bucket, key = text(summary, "file", "bucket"), text(summary, "file", "key")
    return f"s3://{bucket}/{key}" if bucket else ""


def facts(pairs: Sequence[tuple[str, Node]], class_: str = "facts") -> Html | None:
    """Names and values; what is unknown is left out."""
    known = [
        element("div", element("dt", name), element("dd", value)) for name, value in pairs if value not in (None, "")
    ]
    return element("dl", *known, class_=class_) if known else None
