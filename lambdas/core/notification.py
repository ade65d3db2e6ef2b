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
_MACHINES = ("sqs", "lambda", "http", "https", "email-json", "firehose")


@dataclass(frozen=True, slots=True)
class Notification:
    """What is published: `message` is the JSON that SNS wants with MessageStructure=json, a body for each protocol."""

    subject: str
    message: str
    outcome: str
    pool: str
    has_failures: str


def notification_of(summary: Summary) -> Notification:
    """The notification that tells people and machines of this run."""
    text = _text(summary)
    data = json.dumps(summary.to_json())
    return Notification(
        subject=_subject(summary),
        message=json.dumps({"default": text, "email": text, **dict.fromkeys(_MACHINES, data)}),
        outcome=summary.outcome.value,
        pool=_printable(summary.drop.alias) or "unknown",  # SNS refuses an empty attribute
        has_failures="true" if _has_failures(summary) else "false",
    )


def headline(summary: Summary) -> str:
    """One line with the outcome and the counts, without the file's name."""
    rows = summary.rows
    match summary.outcome:
        case Outcome.IMPORTED:
            return f"Imported all {rows.total:,} users"
        case Outcome.PARTLY_IMPORTED:
            return (
                f"Imported {rows.imported:,} of {rows.total:,} users, {rows.skipped:,} skipped, {rows.failed:,} failed"
            )
        case Outcome.REJECTED:
            return "Rejected, nothing was imported"
        case Outcome.FAILED:
            return f"Failed, {rows.imported:,} of {rows.total:,} users imported"
        case Outcome.STOPPED:
            return f"Stopped, {rows.imported:,} of {rows.total:,} users imported"
        case Outcome.EXPIRED:
            return "Expired, nothing was imported"
        case _:
            assert_never(summary.outcome)


def _has_failures(summary: Summary) -> bool:
    rows = summary.rows
    return bool(not summary.outcome.is_success or rows.failed or rows.rejected or rows.unprocessed or summary.error)


def _subject(summary: Summary) -> str:
    start = f"{headline(summary)}: "
    name = _ascii(summary.drop.file_name)
    room = _SUBJECT_LENGTH - len(start)
    return start + (name if len(name) <= room else name[: room - 3] + "...")


def _text(summary: Summary) -> str:
    rows, job, problem = summary.rows, summary.job, summary.problem
    lines = [
        f"{headline(summary)}.",
        "",
        f"File:  {_printable(summary.drop.file_name)}",
        f"Pool:  {_pool(summary)}",
        "",
    ]
    if problem:
        lines += [problem.sentence, problem.hint, ""]
    lines += [
        f"{count:>9,} {word}"
        for word, count in (
            ("imported", rows.imported),
            ("skipped (the user was in the pool already, or comes twice in the file)", rows.skipped),
            ("failed", rows.failed),
            ("rejected before the import", rows.rejected),
            ("not processed", rows.unprocessed),
        )
        if count or word == "imported"
    ]
    lines += [f"{rows.total:>9,} rows in the file", ""]
    if job and job.message:
        lines.append(f"Cognito says: {job.message}")
    if job and job.seconds is not None:
        lines.append(f"The import took {_duration(job.seconds)}.")
    if summary.error:
        lines.append(f"The run ended early: {summary.error}.")
    if not rows.adds_up:
        lines.append("Cognito's counts do not add up to the rows of the file; the report may be incomplete.")
    lines += ["", f"Results:  {summary.results}", f"Run:      {summary.drop.run_id}"]
    return "\n".join(lines) + "\n"


def _pool(summary: Summary) -> str:
    alias = _printable(summary.drop.alias)
    return f"{alias} ({summary.pool_id})" if summary.pool_id else alias


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
