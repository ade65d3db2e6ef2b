"""Outcome and counts in one line, and the subject of the email: what every reader of a notification sees first."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.printable import printable, printable_ascii

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.drop import Drop

SHORT = 8
"""Digits of a run's id that are enough to name it to a person."""
SUBJECT_LENGTH = 99
NAME_LENGTH = 200
"""Characters of a file's or a folder's name that are shown."""
REASON_LENGTH = 300
"""Characters of a reason's message or hint, of a warning, and of what Cognito says."""
PROBLEM_LENGTH = 1_000
"""Characters of a problem's message or hint, and of an error."""
MOST_LISTED = 10
"""Reasons, warnings or messages that the JSON lists."""
_SHORTEST_NAME = 8
DOTS = "..."


def headline(summary: Summary) -> str:
    """One line with the outcome and the counts, without the file's name."""
    rows = summary.rows
    whole = f"{rows.total:,} user{'' if rows.total == 1 else 's'}"
    some = f"{rows.imported:,} of {whole} imported"
    match summary.outcome:
        case Outcome.IMPORTED:
            said = f"Imported {whole}" if rows.total == 1 else f"Imported all {whole}"
        case Outcome.PARTLY_IMPORTED:
            others = {"skipped": rows.skipped, "failed": rows.failed, "rejected": rows.rejected}
            rest = ", ".join(f"{count:,} {word}" for word, count in others.items() if count)
            said = f"Imported {rows.imported:,} of {whole}, {rest}"
        case Outcome.CHECKED:
            said = f"Checked, {summary.file.accepted:,} of {whole} can be imported"
        case Outcome.REJECTED:
            said = "Rejected, nothing was imported"
        case Outcome.FAILED:
            said = f"Failed, {some}"
        case Outcome.STOPPED:
            was_read = rows.total or summary.file_gaps
            said = f"Stopped, {some}" if was_read else "Stopped before the file was read"
        case Outcome.EXPIRED:
            said = f"Expired, {some}"
        case _:
            assert_never(summary.outcome)
    groups = summary.memberships
    if groups is None or not groups.has_failures:
        return said
    return f"{said}, {counted(groups.failed + groups.unprocessed, 'group membership')} failed"


def subject(summary: Summary) -> str:
    """The headline and the file's name in 1 to 99 characters from blank to tilde, which is what SNS takes.

    A name that lost characters on its way into ASCII is followed by the run's short id, so that no two look alike.
    Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    return line_with_name(headline(summary), summary.drop)


def line_with_name(said: str, drop: Drop) -> str:
    """What is said in ASCII, and the file's name, as a subject."""
    start, name, short = f"{said}: ", printable_ascii(drop.file_name), drop.run_id[:SHORT]
    end = f" (run {short})" if "?" in name and "?" not in drop.file_name else ""
    room = SUBJECT_LENGTH - len(start) - len(end)
    if room < _SHORTEST_NAME:  # very large counts: the run's id says more than two letters of the name
        return f"{start}(run {short})"[:SUBJECT_LENGTH]
    shown = name if len(name) <= room else name[: room - len(DOTS)] + DOTS
    return f"{start}{shown}{end}"


def short_id(summary: Summary) -> str:
    """The run's id as people write it."""
    return summary.drop.run_id[:SHORT]


def file_name(summary: Summary) -> str:
    """The dropped file's name, to be shown."""
    return printable(summary.drop.file_name, NAME_LENGTH)


def pool_alias(summary: Summary) -> str:
    """The pool's alias, to be shown; empty where the folder has no name."""
    return printable(summary.drop.alias, NAME_LENGTH)
