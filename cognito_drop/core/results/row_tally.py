"""Counts of rows by outcome and reason, with the first lines of each: what a report says without naming a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.row_outcome import FIRST_LINES, KNOWN_USER, RowOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.rows.row_outcome import RowVerdict

_SENTENCES: Final = {
    "already_exists": (
        "The user is already in the pool, or on an earlier line of the file.",
        "No action is needed if this is intended: the first one is kept.",
    ),
    "skipped": ("Cognito skipped the row.", "skipped.csv has Cognito's message for every row."),
    KNOWN_USER.code: (KNOWN_USER.message, "No action is needed if this is intended."),
    "not_verified": (
        "No auto-verified attribute is marked verified.",
        "Set email_verified (or phone_number_verified) to true and give the attribute a value.",
    ),
    "alias_exists": (
        "Another user of the pool has the email address or phone number already.",
        "Import the user without it, or change the other user first.",
    ),
    "invalid_email": ("Cognito does not accept the email address.", "Correct the address."),
    "invalid_phone_number": ("Cognito does not accept the phone number.", "Write it as + and digits."),
}
_OTHER: Final = ("Cognito rejected the row.", "failed.csv has Cognito's message for every row.")


def words_of(code: str) -> tuple[str, str]:
    """Our own sentence and hint for a row that Cognito has refused or passed over: its own text could quote a value."""
    return _SENTENCES.get(code, _OTHER)


@dataclass(slots=True)
class Group:
    """Rows of one outcome with one reason."""

    outcome: RowOutcome
    code: str
    count: int = 0
    first_lines: list[int] = field(default_factory=list)

    @property
    def words(self) -> tuple[str, str]:
        """Our own sentence and hint."""
        return words_of(self.code)


@dataclass(slots=True)
class RowTally:
    """Adds up verdicts."""

    groups: dict[tuple[RowOutcome, str], Group] = field(default_factory=dict)

    def add(self, line: int, verdict: RowVerdict) -> None:
        """Count one row that starts on this line of the file."""
        key = (verdict.outcome, verdict.code)
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(verdict.outcome, verdict.code)
        group.count += 1
        if len(group.first_lines) < FIRST_LINES:
            group.first_lines.append(line)

    def count(self, outcome: RowOutcome) -> int:
        """Rows with this outcome."""
        return sum(group.count for group in self.groups.values() if group.outcome is outcome)

    def logged_by_cognito(self) -> Iterator[Group]:
        """The groups of failed and skipped rows, the largest first."""
        found = [group for group in self.groups.values() if group.outcome.has_reason_of_cognito]
        return iter(sorted(found, key=lambda group: -group.count))
