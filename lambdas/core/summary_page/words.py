"""The words for the endings of a run and for the outcomes of a row; the same everywhere on the page."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, assert_never

from lambdas.core.summary_page.figures import count
from lambdas.core.summary_page.reading import number, objects, text

if TYPE_CHECKING:
    from lambdas.core.summary_page.reading import Data


class Ending(enum.StrEnum):
    """How a run ended, as `outcome` of the summary spells it."""

    IMPORTED = "imported"
    PARTLY_IMPORTED = "partly_imported"
    REJECTED = "rejected"
    FAILED = "failed"
    STOPPED = "stopped"
    EXPIRED = "expired"
    CHECKED = "checked"

    @property
    def word(self) -> str:
        """The ending as people say it."""
        return "Dry run" if self is Ending.CHECKED else self.value.replace("_", " ").capitalize()


class Tone(enum.StrEnum):
    """How an ending feels: nothing to do, something is left to do, nothing came of it."""

    GOOD = "good"
    OPEN = "open"
    BAD = "bad"


_EXPLANATIONS = {
    Ending.IMPORTED: "Every row of the file is in the user pool now. There is nothing to mend.",
    Ending.PARTLY_IMPORTED: "What is missing is explained below, and row by row in the result files.",
    Ending.REJECTED: "The check before the import refused the file, so no import job was spent on it.",
    Ending.FAILED: "The import did not come to a good end.",
    Ending.STOPPED: "The import was stopped before the end of the file.",
    Ending.EXPIRED: "The import job was created, but not started in the time that Cognito allows.",
    Ending.CHECKED: "The file was checked against the user pool, and nothing was imported.",
}
ROW_MEANINGS = {
    "imported": "now in the user pool",
    "accepted": "would be imported",
    "skipped": "in the pool already, or twice in the file",
    "failed": "refused by Cognito",
    "rejected": "refused by the check before the import",
    "unprocessed": "never attempted",
    "unaccounted": "the details did not arrive",
}
"""What each outcome of a row means, in the order in which they are shown."""


def tone(summary: Data, ending: Ending) -> Tone:
    """The tone of this ending; a dry run feels like the import that it foretells."""
    match ending:
        case Ending.IMPORTED:
            return Tone.GOOD
        case Ending.PARTLY_IMPORTED | Ending.STOPPED | Ending.EXPIRED:
            return Tone.OPEN
        case Ending.REJECTED | Ending.FAILED:
            return Tone.BAD
        case Ending.CHECKED:
            accepted, total = number(summary, "rows", "accepted"), number(summary, "rows", "total")
            if not accepted:
                return Tone.BAD
            return Tone.GOOD if accepted >= total else Tone.OPEN
        case _:
            assert_never(ending)


def headline(summary: Data, ending: Ending) -> str:
    """The largest words of the page: how many users came through."""
    total = number(summary, "rows", "total")
    if ending is Ending.CHECKED:
        return _came_through(
            number(summary, "rows", "accepted"), total, "would be imported", "Nothing would be imported"
        )
    return _came_through(number(summary, "rows", "imported"), total, "imported", "Nothing was imported")


def _came_through(through: int, total: int, verb: str, nothing: str) -> str:
    if not through:
        return nothing
    if through >= total:
        return f"{count(through, 'user')} {verb}" if through == 1 else f"All {count(through, 'user')} {verb}"
    return f"{count(through)} of {count(total, 'user')} {verb}"


def explanation(summary: Data, ending: Ending) -> str:
    """One sentence under the headline: why it ended like this."""
    if problem := text(summary, "problem", "message"):
        return problem
    cut_short = ending in (Ending.FAILED, Ending.STOPPED, Ending.EXPIRED)
    stays = " What was imported by then stays in the pool." if cut_short and number(summary, "rows", "imported") else ""
    said = [
        text(part, "job", "message") for part in objects(summary, "parts") if text(part, "job", "status") == "Failed"
    ]
    if ending is Ending.FAILED and any(said):
        return f"Cognito says: {said[-1]}{stays}"
    return _EXPLANATIONS[ending] + stays
