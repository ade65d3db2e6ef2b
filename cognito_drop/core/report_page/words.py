"""The words for the endings of a run, the outcomes of a row, and its files; the same everywhere on the page."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.object_keys import (
    GROUPS,
    IDS,
    LEFT_BEHIND,
    NO_WAY_IN,
    PAGE,
    RETRIES,
    SUMMARY,
    rows_with,
)
from cognito_drop.contract.statuses import JobStatus, Outcome
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from cognito_drop.core.results.summary_json import SummaryJson


class Tone(enum.StrEnum):
    """How an ending feels: nothing to do, something is left to do, nothing came of it."""

    GOOD = "good"
    OPEN = "open"
    BAD = "bad"


_EXPLANATIONS = {
    Outcome.IMPORTED: "Every row of the file is now in the user pool. Nothing needs to be fixed.",
    Outcome.PARTLY_IMPORTED: "The other rows are explained below, and row by row in the result files.",
    Outcome.REJECTED: "The check before the import rejected the file, so no import job was used.",
    Outcome.FAILED: "The import did not complete.",
    Outcome.STOPPED: "The import was stopped before it reached the end of the file.",
    Outcome.EXPIRED: "The import job was created but not started within the time that Cognito allows.",
    Outcome.CHECKED: "The file was checked against the user pool, and nothing was imported.",
}
FILE_MEANINGS = {
    SUMMARY: "this report as data",
    PAGE: "this page",
    rows_with("imported"): "every row that is now in the pool",
    rows_with("skipped"): "every row that was skipped",
    rows_with("failed"): "every row that Cognito rejected, with its message",
    rows_with("rejected"): "every row that the check rejected, with the reason",
    rows_with("unprocessed"): "every row that was never attempted",
    rows_with("unknown"): "every row whose outcome is unknown: the user may be in the pool",
    GROUPS: "every group membership and its outcome",
    IDS: "the new ID of every imported user",
    NO_WAY_IN: "every accepted row whose user has no way to sign in, with the reason",
    LEFT_BEHIND: "data of the exported users that is not migrated, user by user",
    **dict.fromkeys(
        RETRIES,
        "failed, rejected, and unprocessed rows, unchanged from your file, and rows whose user may not be in the "
        "pool; fix them and drop the file again",
    ),
}
ROW_MEANINGS = {
    "imported": "now in the user pool",
    "accepted": "would be imported",
    "skipped": "already in the pool, or twice in the file",
    "failed": "refused by Cognito",
    "rejected": "rejected by the check before the import",
    "unprocessed": "never attempted",
    "unaccounted": "outcome unknown",
}
"""What each outcome of a row means, in the order in which they are shown."""


def word(ending: Outcome) -> str:
    """The ending as people say it."""
    return "Dry run" if ending is Outcome.CHECKED else ending.words.capitalize()


def tone(summary: SummaryJson, ending: Outcome) -> Tone:
    """The tone of this ending; a dry run feels like the import that it foretells."""
    match ending:
        case Outcome.IMPORTED:
            return Tone.GOOD
        case Outcome.PARTLY_IMPORTED | Outcome.STOPPED | Outcome.EXPIRED:
            return Tone.OPEN
        case Outcome.REJECTED | Outcome.FAILED:
            return Tone.BAD
        case Outcome.CHECKED:
            accepted, total = summary["rows"]["accepted"] or 0, summary["rows"]["total"]
            if not accepted:
                return Tone.BAD
            return Tone.GOOD if accepted >= total else Tone.OPEN
        case _:
            assert_never(ending)


def headline(summary: SummaryJson, ending: Outcome) -> str:
    """The largest words of the page: how many users came through."""
    total = summary["rows"]["total"]
    if ending is Outcome.CHECKED:
        return _came_through(summary["rows"]["accepted"] or 0, total, "would be imported", "Nothing would be imported")
    return _came_through(summary["rows"]["imported"], total, "imported", "Nothing was imported")


def _came_through(through: int, total: int, verb: str, nothing: str) -> str:
    if not through:
        return nothing
    if through >= total:
        return f"{counted(through, 'user')} {verb}" if through == 1 else f"All {counted(through, 'user')} {verb}"
    return f"{counted(through)} of {counted(total, 'user')} {verb}"


def explanation(summary: SummaryJson, ending: Outcome) -> str:
    """One sentence under the headline: why it ended like this."""
    if problem := summary["problem"]:
        return problem["message"]
    stays = (
        " Users imported before that stay in the pool." if ending.is_cut_short and summary["rows"]["imported"] else ""
    )
    jobs = [part["job"] for part in summary["parts"] if part["job"]]
    said = [job["message"] for job in jobs if job["status"] == JobStatus.FAILED and job["message"]]
    if ending is Outcome.FAILED and said:
        return f"Cognito says: {said[-1]}{stays}"
    return _EXPLANATIONS[ending] + stays
