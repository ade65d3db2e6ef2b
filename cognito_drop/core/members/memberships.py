"""Memberships: one user in one group, added after the import to users whose row was imported.

Guarantees that every membership of a file has one outcome, and records the position up to which they are done, so that
a later call neither skips nor repeats one. Calls to Cognito are handled by the function that adds them.
"""

from __future__ import annotations

import enum
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, assert_never

from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.text.spreadsheet import PeoplesTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADER: Final = ("line", "group", "outcome", "code", "message")
"""The columns of `groups.csv`."""


class MembershipOutcome(enum.StrEnum):
    """The outcome of a membership."""

    ADDED = "added"
    """The user is in the group, maybe for long."""
    LEFT_OUT = "left_out"
    """The user's row was not imported."""
    FAILED = "failed"
    UNPROCESSED = "unprocessed"
    """It was never tried, or its outcome was not recorded."""


@dataclass(frozen=True, slots=True)
class MembershipVerdict:
    """An outcome with its reason."""

    outcome: MembershipOutcome
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class MembershipResult:
    """The outcome of one membership. `line` is the user's in the dropped file."""

    line: int
    group: str
    verdict: MembershipVerdict


ADDED: Final = MembershipVerdict(MembershipOutcome.ADDED, "added", "The user is in the group.")
NOT_KNOWN: Final = MembershipVerdict(
    MembershipOutcome.UNPROCESSED,
    "outcome_unknown",
    "The run ended before the user was confirmed as added to the group.",
)
_ROW_ENDS: Final = {
    RowOutcome.SKIPPED: "The user was already in the pool; group memberships were not changed.",
    RowOutcome.FAILED: "Cognito did not import the user.",
}
_NOT_IMPORTED: Final = "The user was not imported."
_ROW_UNKNOWN: Final = MembershipVerdict(
    MembershipOutcome.UNPROCESSED,
    "row_unknown",
    "It is unknown whether the user was imported, so the user was not added to the group.",
)
GROUP_MISSING: Final = MembershipVerdict(
    MembershipOutcome.FAILED, "group_missing", "The pool has no group with this name."
)
GROUP_NOT_ALLOWED: Final = MembershipVerdict(
    MembershipOutcome.FAILED,
    "group_not_allowed",
    "The pool's setting groups does not allow files to put users into this group.",
)
_FAILURES: Final[Mapping[str, MembershipVerdict]] = {
    "ResourceNotFoundException": GROUP_MISSING,
    "UserNotFoundException": MembershipVerdict(
        MembershipOutcome.FAILED, "user_missing", "The user no longer exists in the pool."
    ),
}


def verdict_of_call(code: str) -> MembershipVerdict:
    """What AWS's error code says of a membership; an empty one is none."""
    if not code:
        return ADDED
    refused = MembershipVerdict(
        MembershipOutcome.FAILED, "refused_by_cognito", f"Cognito rejected the request: {code}."
    )
    return _FAILURES.get(code, refused)


def verdict_of_creation(code: str) -> MembershipVerdict:
    """What it means for a membership that its group could not be created."""
    return MembershipVerdict(
        MembershipOutcome.FAILED, "group_not_created", f"Cognito rejected the creation of the group: {code}."
    )


def verdict_of_row(outcome: RowOutcome, *, adds_known_users: bool) -> MembershipVerdict | None:
    """Why a user is left out, whose row has this outcome; None for a user who is to be added."""
    match outcome:
        case RowOutcome.IMPORTED:
            return None
        case RowOutcome.SKIPPED if adds_known_users:
            return None
        case RowOutcome.UNKNOWN:
            return _ROW_UNKNOWN
        case RowOutcome.SKIPPED | RowOutcome.FAILED | RowOutcome.REJECTED | RowOutcome.UNPROCESSED:
            said = _ROW_ENDS.get(outcome, _NOT_IMPORTED)
            return MembershipVerdict(MembershipOutcome.LEFT_OUT, f"row_{outcome.value}", said)
        case _:
            assert_never(outcome)


@dataclass(frozen=True, slots=True)
class MembershipProgress:
    """How far the memberships of a run are."""

    offset: int = 0
    """Bytes of the run's list of members that are done."""
    files: int = 0
    """Files of results that were kept."""
    added: int = 0
    left_out: int = 0
    failed: int = 0
    throttled: int = 0
    """How often Cognito asked to come back later."""
    is_over: bool = False
    """Whether all of them are done."""

    @property
    def done(self) -> int:
        """Memberships that have an outcome."""
        return self.added + self.left_out + self.failed

    def with_results(self, results: Sequence[MembershipResult], *, offset: int, throttled: int) -> MembershipProgress:
        """The progress when these results are in one more file."""
        counts = dict.fromkeys(MembershipOutcome, 0)
        for result in results:
            counts[result.verdict.outcome] += 1
        return replace(
            self,
            offset=offset,
            files=self.files + 1,
            added=self.added + counts[MembershipOutcome.ADDED],
            left_out=self.left_out + counts[MembershipOutcome.LEFT_OUT],
            failed=self.failed + counts[MembershipOutcome.FAILED],
            throttled=self.throttled + throttled,
        )


NOTHING_DONE: Final = MembershipProgress()


@dataclass(frozen=True, slots=True)
class MembershipAccount:
    """Memberships of a file by outcome; `total` is their sum."""

    total: int
    added: int = 0
    left_out: int = 0
    failed: int = 0
    unprocessed: int = 0

    @classmethod
    def of(cls, total: int, progress: MembershipProgress) -> MembershipAccount:
        """The account of a run that is so far; what has no outcome is unprocessed."""
        return cls(total, progress.added, progress.left_out, progress.failed, max(0, total - progress.done))

    @property
    def has_failures(self) -> bool:
        """Whether a user was not added to a group as requested."""
        return bool(self.failed or self.unprocessed)


def as_csv(results: Iterable[MembershipResult]) -> bytes:
    """The rows of `groups.csv` for these results, without its header."""
    text = io.StringIO()
    rows = PeoplesTable(text)
    for result in results:
        verdict = result.verdict
        rows.add(result.line, result.group, verdict.outcome.value, verdict.code, verdict.message)
    return text.getvalue().encode()
