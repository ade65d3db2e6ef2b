"""The notification of a run: a subject and a text for people, JSON for machines, in one SNS publish.

SNS limits a subject to 100 printable ASCII characters and a message to 256 KiB. Source:
https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from lambdas.core.outcome import Outcome

if TYPE_CHECKING:
    from lambdas.core.summary import Summary

_SUBJECT_LENGTH = 100
_NAME_LENGTH = 200
_REASONS = 5
_LINES = 5
_ROOM = 60_000
"""Bytes of JSON for machines. The answer that carries it through the workflow, escaped twice, may have 256 KiB."""


@dataclass(frozen=True, slots=True)
class Notification:
    """What is published: `message` is the JSON that SNS wants with MessageStructure=json.

    It has a text for `email`, a line for `sms`, and the JSON for machines once, as `default` for all other protocols.
    """

    subject: str
    message: str
    outcome: str
    pool: str
    has_failures: str


def notification_of(summary: Summary) -> Notification:
    """The notification that tells people and machines of this run."""
    return Notification(
        subject=_subject(summary),
        message=json.dumps({"default": _data(summary), "email": _text(summary), "sms": headline(summary)}),
        outcome=summary.outcome.value,
        pool=_printable(summary.drop.alias) or "unknown",  # SNS refuses an empty attribute
        has_failures="true" if _has_failures(summary) else "false",
    )


def headline(summary: Summary) -> str:
    """One line with the outcome and the counts, without the file's name."""
    rows = summary.rows
    some = f"{rows.imported:,} of {rows.total:,} users imported"
    match summary.outcome:
        case Outcome.IMPORTED:
            said = f"Imported all {rows.total:,} users"
        case Outcome.PARTLY_IMPORTED:
            others = {"skipped": rows.skipped, "failed": rows.failed, "rejected": rows.rejected}
            rest = ", ".join(f"{count:,} {word}" for word, count in others.items() if count)
            said = f"Imported {rows.imported:,} of {rows.total:,} users, {rest}"
        case Outcome.CHECKED:
            said = f"Checked, {summary.file.accepted:,} of {rows.total:,} users can be imported"
        case Outcome.REJECTED:
            said = "Rejected, nothing was imported"
        case Outcome.FAILED:
            said = f"Failed, {some}"
        case Outcome.STOPPED:
            said = f"Stopped, {some}"
        case Outcome.EXPIRED:
            said = f"Expired, {some}"
        case _:
            assert_never(summary.outcome)
    return said


def _data(summary: Summary) -> str:
    """The summary as JSON; its long lists are left empty where there is no room for them, `summary.json` has them."""
    data = summary.to_json()
    text = json.dumps(data)
    if len(text) > _ROOM:
        data["columns"] = {"renamed": {}, "added": [], "left_out": []}
        text = json.dumps({**data, "reasons": [], "parts": []})
    return text


def _has_failures(summary: Summary) -> bool:
    rows = summary.rows
    left = 0 if summary.file.is_dry_run else rows.unprocessed
    return bool(not summary.outcome.is_success or rows.failed or rows.rejected or left or summary.error)


def _subject(summary: Summary) -> str:
    start = f"{headline(summary)}: "
    name = _ascii(summary.drop.file_name)
    room = _SUBJECT_LENGTH - len(start)
    return start + (name if len(name) <= room else name[: room - 3] + "...")


def _text(summary: Summary) -> str:
    drop, problem = summary.drop, summary.file.problem
    lines = [f"{headline(summary)}.", "", f"File:  {_printable(drop.file_name)}", f"Pool:  {_pool(summary)}", ""]
    if problem:
        lines += [problem.sentence, problem.hint, ""]
    lines += [*_counts(summary), *_reasons(summary), *_course(summary)]
    lines += ["", f"Results:  {summary.results}", f"Run:      {drop.run_id}"]
    return "\n".join(lines) + "\n"


def _counts(summary: Summary) -> list[str]:
    rows = summary.rows
    columns = (
        ("imported", rows.imported),
        ("can be imported", summary.file.accepted if summary.file.is_dry_run else 0),
        ("skipped (the user was in the pool already, or comes twice in the file)", rows.skipped),
        ("failed", rows.failed),
        ("rejected before the import", rows.rejected),
        ("not processed", 0 if summary.file.is_dry_run else rows.unprocessed),
    )
    shown = [f"{count:>9,} {word}" for word, count in columns if count or word == "imported"]
    return [*shown, f"{rows.total:>9,} rows in the file", ""]


def _reasons(summary: Summary) -> list[str]:
    """The most frequent reasons: our own sentences with lines of the file, never a value."""
    reasons = sorted(summary.reasons(), key=lambda reason: -reason["count"])[:_REASONS]
    lines: list[str] = []
    for reason in reasons:
        places = ", ".join(f"{line:,}" for line in reason["first_lines"][:_LINES])
        more = ", ..." if reason["count"] > _LINES else ""
        lines += [f"{reason['count']:,} {reason['outcome']}: {reason['message']}", f"    {reason['hint']}"]
        lines += [f"    Line{'s' if reason['count'] > 1 else ''} {places}{more}"]
    return [*lines, ""] if lines else []


def _course(summary: Summary) -> list[str]:
    """How the import went."""
    jobs = [job for job in summary.jobs if job]
    said = list(dict.fromkeys(job.message for job in jobs if job.message))
    spans = [job.seconds for job in jobs if job.seconds is not None]
    lines = [f"Cognito says: {message}" for message in said]
    if spans:
        lines.append(f"The import took {_duration(sum(spans))}.")
    if summary.error:
        lines.append(f"The run ended early: {summary.error}.")
    if summary.is_incomplete:
        lines.append("Cognito's log does not tell the outcome of every row; the counts are Cognito's own.")
    lines += [warning["message"] for warning in summary.preflight.get("warnings", [])]
    return lines


def _pool(summary: Summary) -> str:
    alias = _printable(summary.drop.alias)
    return f"{alias} ({summary.file.pool_id})" if summary.file.pool_id else alias


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    said = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(said) or "less than a second"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)[:_NAME_LENGTH]


def _ascii(text: str) -> str:
    return _printable(text).encode("ascii", "replace").decode()
