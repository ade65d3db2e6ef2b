"""The sections of the page that explain: next steps, reasons, how the file was read, import jobs, times and files.

Each gives its content, or None where there is nothing to show; the page adds the surrounding markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.object_keys import (
    RESULTS,
)
from cognito_drop.contract.statuses import JobStatus, Outcome
from cognito_drop.core.pools.active_users import active_users_sentences
from cognito_drop.core.report_page.chart import Share, label, thin_bar
from cognito_drop.core.report_page.markup import Html, Node, element, given, joined, moment
from cognito_drop.core.report_page.next_steps import next_steps, shell_word
from cognito_drop.core.report_page.words import FILE_MEANINGS, Tone
from cognito_drop.core.results.wording import (
    ids_sentence,
    lines_of,
    made_active,
    membership_counts,
    most_frequent,
    several_reasons,
)
from cognito_drop.core.sign_in.wording import emails_a_day, ways_of_run
from cognito_drop.core.text.figures import counted, duration, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.results.summary_json import PartJson, PresetJson, ReasonJson, SummaryJson

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_TONES = {JobStatus.SUCCEEDED: Tone.GOOD, "Planned": Tone.GOOD, JobStatus.FAILED: Tone.BAD}
_ORDER = ("failed", "rejected", "skipped")


def steps(summary: SummaryJson, ending: Outcome) -> Html:
    """What to do next, as a numbered list."""
    listed = (
        element(
            "li",
            element("p", step.sentence),
            joined(command(step.tool), element("p", "Or with the AWS CLI:", class_="hint")) if step.tool else None,
            command(step.command) if step.command else None,
        )
        for step in next_steps(summary, ending)
    )
    skipped = "Skipped rows need no action: an import never changes a user who is already in the pool."
    return joined(
        element("ol", *listed, class_="steps"),
        element("p", skipped, class_="hint") if summary["rows"]["skipped"] else None,
    )


def command(line: str) -> Html:
    """A command that one click selects as a whole."""
    return element("pre", element("code", element("bdi", line, dir="ltr")))


def reasons(summary: SummaryJson) -> Html | None:
    """The reasons under the outcome that they led to, the most frequent first."""
    found = most_frequent(summary["reasons"])
    named = sorted({reason["outcome"] for reason in found}, key=_place)
    groups = [_group(name, [one for one in found if one["outcome"] == name], summary["preset"]) for name in named]
    several = several_reasons(found, summary["rows"]["rejected"])
    return joined(element("p", several) if several else None, *groups) if groups else None


def _place(outcome: str) -> tuple[int, str]:
    return (_ORDER.index(outcome) if outcome in _ORDER else len(_ORDER), outcome)


def _group(outcome: str, found: Sequence[ReasonJson], preset: PresetJson | None) -> Html:
    return joined(
        element("h3", label(outcome, given(outcome))),
        element("ul", *(_reason(reason, preset) for reason in found), class_="reasons"),
    )


def _reason(reason: ReasonJson, preset: PresetJson | None) -> Html:
    hint, setting = reason["hint"], reason["setting"]
    lines = lines_of(reason, preset, len(reason["first_lines"]))
    return element(
        "li",
        joined(element("p", counted(reason["count"]), class_="figure"), " "),
        element(
            "div",
            element("p", given(reason["message"]), class_="message"),
            element("p", given(hint), class_="hint") if hint else None,
            element("p", "Pool setting that decides this: ", given(setting), class_="hint") if setting else None,
            element(
                "p",
                element("span", given(lines)) if lines else None,
                element("code", given(reason["code"])),
                class_="where",
            ),
        ),
    )  # fmt: skip


def first_sign_in(summary: SummaryJson) -> Html | None:
    """How the users of accepted rows sign in for the first time, if that is known."""
    found = summary.get("ways_in")
    counts, said = ways_of_run(found, Outcome(summary["outcome"])), emails_a_day(found)
    if not counts:
        return None
    listed = element("ul", *(element("li", given(count)) for count in counts))
    return joined(listed, element("p", said, class_="hint") if said else None)


def memberships(summary: SummaryJson) -> Html | None:
    """The outcomes of group memberships, if the file had any."""
    found = summary["memberships"]
    if not found or not found["total"]:
        return None
    said = " ".join(active_users_sentences(made_active(found)))
    return facts(
        [
            ("Memberships", counted(found["total"])),
            *((name.capitalize(), counted(count)) for name, count in membership_counts(found).items()),
            ("Time at the configured rate", f"about {duration(found['seconds'])}" if found["seconds"] else None),
            ("Monthly active users", given(said) if said else None),
        ]
    )


def noted_ids(summary: SummaryJson) -> Html | None:
    """Whether the new ids of the imported users are recorded, if the pool's setting asks for it."""
    said = ids_sentence(summary["ids"], summary["run_id"])
    return element("p", given(said)) if said else None


def reading(summary: SummaryJson) -> Html | None:
    """How the file was read and what was normalized."""
    renamed = [joined(given(old), " → ", given(new)) for old, new in summary["columns"]["renamed"].items()]
    normalized = [joined(given(one["message"]), f", {counted(one['count'], 'time')}") for one in summary["normalized"]]
    blank = summary["blank_lines"]
    return facts(
        [
            ("Preset", _preset(summary)),
            ("Format", _dialect(summary)),
            ("Normalized", _listed(normalized)),
            ("Columns renamed", _listed(renamed)),
            ("Columns added, empty", _listed([given(name) for name in summary["columns"]["added"]])),
            ("Columns left out", _listed([given(name) for name in summary["columns"]["left_out"]])),
            ("Blank lines", f"{counted(blank)}, ignored" if blank else None),
        ],
        class_="facts long",
    )


def _preset(summary: SummaryJson) -> Html | None:
    preset = summary["preset"]
    if preset is None:
        return None
    unit = preset["lines_are"].removesuffix("s")
    return given(f"{preset['name']}, {preset['format'].upper()}. Row numbers are {unit} numbers.")


def _dialect(summary: SummaryJson) -> Html | None:
    dialect, preset = summary["dialect"], summary["preset"]
    if dialect is None:
        return None
    if preset and preset["format"] == "json":
        return given(dialect["encoding"])
    separator = dialect["separator"]
    said = [
        dialect["encoding"] + (" with byte order mark" if dialect["byte_order_mark"] else ""),
        f"separated by {_SEPARATORS.get(separator, separator)}",
        dialect["quoting"],
        f"lines end in {dialect['line_end']}",
    ]
    return given(" · ".join(said))


def _listed(items: Sequence[Node]) -> Html | None:
    return element("ul", *(element("li", item) for item in items)) if items else None


def parts(summary: SummaryJson, *, planned: bool) -> Html | None:
    """The import jobs, one a part; planned ones where nothing was to be imported."""
    found = summary["parts"]
    return element("ul", *(_part(part, len(found), planned) for part in found), class_="parts") if found else None


def _part(part: PartJson, of: int, planned: bool) -> Html:
    job, shares = part["job"], _shares(part)
    status = job["status"] if job else "Planned" if planned else "Not started"
    message, took = (job["message"], duration(job["seconds"])) if job else (None, "")
    left = max(0, part["rows"] - sum(share.rows for share in shares))
    return element(
        "li",
        element(
            "p",
            joined(element("b", f"Part {part['number']} of {of}"), " "),
            element("span", given(status), class_=f"status {_TONES.get(status, Tone.OPEN)}"),
            class_="row",
        ),
        thin_bar([*shares, Share("unprocessed", left)]) if of > 1 and not planned else None,
        element(
            "p",
            " · ".join([counted(part["rows"], "row"), size(part["bytes"]), *([took] if took else [])]),
        ),
        element("p", ", ".join(f"{counted(share.rows)} {share.name}" for share in shares)) if job else None,
        element("p", "Cognito says: ", given(message), class_="hint") if message else None,
        element("p", element("code", given(job["id"])), class_="where") if job else None,
    )


def _shares(part: PartJson) -> list[Share]:
    counts = {"imported": part["imported"], "skipped": part["skipped"], "failed": part["failed"]}
    return [Share(name, rows) for name, rows in counts.items()]


def timings(summary: SummaryJson) -> Html | None:
    """When it was dropped, how long each stretch took, when it ended."""
    times = summary["timings"]
    dropped, started = times["dropped_at"], times["started_at"]
    return facts(
        [
            ("Dropped", moment(dropped) if dropped else None),
            ("Started", moment(started) if started else None),
            ("Ended", moment(summary["ended_at"])),
            ("Waited", duration(times["waited_seconds"])),
            ("Import", duration(times["import_seconds"])),
            ("Total", duration(times["seconds"])),
        ]
    )


def files(summary: SummaryJson) -> Html | None:
    """The result files, what each holds, and how to fetch them."""
    names, place = summary["files"], summary["results"]
    if not names:
        return None
    has_rows = any(name.endswith(".csv") for name in names)
    listed = (
        element("li", joined(element("code", given(name)), " "), element("span", FILE_MEANINGS.get(name)))
        for name in names
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


def origin(summary: SummaryJson) -> Html | None:
    """What identifies the run, for further investigation."""
    codes = [
        ("Run", summary["run_id"]),
        ("Object", _address(summary)),
        ("Version", summary["file"]["version_id"]),
        ("User pool", summary["pool"]["id"]),
        ("Results", summary["results"]),
    ]
    return facts([(name, element("code", given(code)) if code else None) for name, code in codes], class_="facts long")


def _address(summary: SummaryJson) -> str:
    bucket, key = summary["file"]["bucket"], summary["file"]["key"]
    return f"s3://{bucket}/{key}"


def facts(pairs: Sequence[tuple[str, Node]], class_: str = "facts") -> Html | None:
    """Names and values; what is unknown is left out."""
    known = [
        element("div", element("dt", name), element("dd", value)) for name, value in pairs if value not in (None, "")
    ]
    return element("dl", *known, class_=class_) if known else None
