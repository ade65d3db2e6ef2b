"""The outcome of one row, and the stable codes behind it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class RowOutcome(enum.StrEnum):
    """The five columns of the account; every row of a file is in exactly one."""

    IMPORTED = "imported"
    SKIPPED = "skipped"
    FAILED = "failed"
    REJECTED = "rejected"
    UNPROCESSED = "unprocessed"

    @property
    def can_be_retried(self) -> bool:
        """Whether the row belongs into the retry file."""
        return self in (RowOutcome.FAILED, RowOutcome.REJECTED, RowOutcome.UNPROCESSED)


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """An outcome with its reason. `message` may be Cognito's own text, so it goes into result files only."""

    outcome: RowOutcome
    code: str
    message: str


NEVER_SENT = RowVerdict(RowOutcome.UNPROCESSED, "never_attempted", "The row was not given to Cognito.")
KNOWN_USER = RowVerdict(
    RowOutcome.SKIPPED,
    "known_user",
    "The user was found in the pool before the import; the row was not given to Cognito.",
)
NOT_TOLD = RowVerdict(RowOutcome.UNPROCESSED, "outcome_unknown", "Cognito's log does not say what became of the row.")
"""No line of the log speaks of the row: it was not reached, or the log is incomplete."""
