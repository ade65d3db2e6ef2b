"""The outcome of one row, and the stable codes behind it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final, assert_never

from cognito_drop.core.rows.rejection import NOT_TO_IMPORT

FIRST_LINES: Final = 10
"""How many lines a report names for a reason."""


class RowOutcome(enum.StrEnum):
    """The five columns of the account, and one for a row of which it is not known in which of them it is."""

    IMPORTED = "imported"
    SKIPPED = "skipped"
    FAILED = "failed"
    REJECTED = "rejected"
    UNPROCESSED = "unprocessed"
    UNKNOWN = "unknown"
    """The row was given to Cognito, and its outcome is not known: the user may be in the pool."""

    @property
    def leaves_user_in_pool(self) -> bool:
        """Whether the row's user is certainly in the pool."""
        match self:
            case RowOutcome.IMPORTED | RowOutcome.SKIPPED:
                return True
            case RowOutcome.FAILED | RowOutcome.REJECTED | RowOutcome.UNPROCESSED | RowOutcome.UNKNOWN:
                return False
            case _:
                assert_never(self)

    @property
    def has_reason_of_cognito(self) -> bool:
        """Whether Cognito has refused the row, or passed it over, for a reason of its own."""
        match self:
            case RowOutcome.FAILED | RowOutcome.SKIPPED:
                return True
            case RowOutcome.IMPORTED | RowOutcome.REJECTED | RowOutcome.UNPROCESSED | RowOutcome.UNKNOWN:
                return False
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """An outcome with its reason. `message` may be Cognito's own text, so it goes into result files only."""

    outcome: RowOutcome
    code: str
    message: str
    column: str = ""
    hint: str = ""
    others: tuple[RowVerdict, ...] = ()
    """What else is wrong with a rejected row."""

    @property
    def can_be_retried(self) -> bool:
        """Whether the row belongs in the retry file: its user is not in the pool, or may not be, and is to be."""
        return not self.outcome.leaves_user_in_pool and self != IN_POOL and self.code not in NOT_TO_IMPORT


NEVER_SENT = RowVerdict(RowOutcome.UNPROCESSED, "never_attempted", "The row was not sent to Cognito.")
KNOWN_USER = RowVerdict(
    RowOutcome.SKIPPED,
    "known_user",
    "The user was found in the pool before the import; the row was not sent to Cognito.",
)
NOT_LOGGED = RowVerdict(
    RowOutcome.UNKNOWN,
    "outcome_unknown",
    "Cognito's log does not include the outcome of the row; the user may be in the pool.",
)
"""The log has no line of the row, and the job's counts leave more than one outcome for it."""
IN_POOL = RowVerdict(
    RowOutcome.UNKNOWN,
    "imported_or_skipped",
    "Cognito's log does not include the row; the job's counts show that it was imported or skipped, so the user is "
    "in the pool.",
)
NOT_REACHED = RowVerdict(RowOutcome.UNPROCESSED, "not_reached", "The import job ended before it reached the row.")
BY_COUNTS: Final = {
    RowOutcome.IMPORTED: RowVerdict(
        RowOutcome.IMPORTED,
        "imported",
        "Cognito's log does not include the row; the job's counts show that it was imported.",
    ),
    RowOutcome.SKIPPED: RowVerdict(
        RowOutcome.SKIPPED,
        "skipped",
        "Cognito's log does not include the row; the job's counts show that it was skipped.",
    ),
    RowOutcome.FAILED: RowVerdict(
        RowOutcome.FAILED,
        "refused_by_cognito",
        "Cognito's log does not include the row; the job's counts show that it failed.",
    ),
}
"""For rows without a line in the log, where the job's counts leave only this outcome."""
