"""Whether a user whom a run has imported is deleted by its undo, by what the pool says of the user just before.

Guarantees that every doubt leaves the user in the pool: a user is deleted only if the pool has exactly one user with
the recorded `sub` and the recorded username, created while an import job of the run was active, in a state that an
import gives, and not changed since. Three doubts can be lifted by who starts the undo; all others cannot.
"""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.undo.noted_users import NotedUser

ROUNDING: Final = timedelta(seconds=1)
"""How far a creation may be outside of its job's times, and a change behind the creation. AWS documents neither the
precision of these times nor whose clock they are of. In a real account a user was created 0.16 s before the
CompletionDate, in milliseconds; a whole second covers times that are cut to seconds. Users beyond it stay."""

_CONFIRMED: Final = "CONFIRMED"
_NO_PASSWORD: Final = frozenset({"RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"})
"""UserStatus of a user who has set no password: what an import without a password hash gives, and what it may become by
an administrator. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html"""


class UndoReason(enum.StrEnum):
    """Why a user was not deleted."""

    NOT_LISTED = "not_listed"
    NOT_RECORDED = "not_recorded"
    GONE = "gone"
    OTHER_USER = "other_user"
    OUTSIDE_JOB = "outside_job"
    OTHER_STATUS = "other_status"
    PASSWORD_SET = "password_set"  # noqa: S105  (no password)
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    REFUSED = "refused_by_cognito"
    UNPROCESSED = "unprocessed"
    UNKNOWN = "deletion_unknown"

    @property
    def sentence(self) -> str:
        """In words, without a value."""
        return _SENTENCES[self]

    @property
    def is_left(self) -> bool:
        """Whether the user is in the pool, as far as is known."""
        match self:
            case UndoReason.GONE | UndoReason.UNPROCESSED | UndoReason.UNKNOWN:
                return False
            case UndoReason.NOT_LISTED | UndoReason.NOT_RECORDED | UndoReason.OTHER_USER:
                return True
            case UndoReason.OUTSIDE_JOB | UndoReason.OTHER_STATUS:
                return True
            case UndoReason.PASSWORD_SET | UndoReason.CONFIRMED | UndoReason.CHANGED | UndoReason.REFUSED:
                return True
            case _:
                assert_never(self)


_SENTENCES: Final = {
    UndoReason.NOT_LISTED: "The outcome of the row is not known, so the imported user is not in ids.csv.",
    UndoReason.NOT_RECORDED: "The sub of the user was not found at the end of the run.",
    UndoReason.GONE: "The pool has no user with this sub any more.",
    UndoReason.OTHER_USER: "The pool does not have exactly one user with this sub and username.",
    UndoReason.OUTSIDE_JOB: "The user was not created while an import job of the run was active.",
    UndoReason.OTHER_STATUS: "The user has a status that an import does not give.",
    UndoReason.PASSWORD_SET: "The user has set a password since the import, or signs in with codes.",
    UndoReason.CONFIRMED: "The user was imported with a password hash, and may have signed in since.",
    UndoReason.CHANGED: "The user was changed since the import.",
    UndoReason.REFUSED: "Cognito rejected the deletion.",
    UndoReason.UNPROCESSED: "The undo ended before the user was processed.",
    UndoReason.UNKNOWN: "The undo ended before it was known whether the user was deleted.",
}


@dataclass(frozen=True, slots=True)
class UndoChoices:
    """Which doubts do not count, as chosen by who starts the undo."""

    include_confirmed: bool = False
    """Delete users who were imported as CONFIRMED: with a password hash, so that they may have signed in."""
    include_changed: bool = False
    """Delete users who were changed since."""
    include_password_set: bool = False
    """Delete users who have set a password since: most likely they have signed in."""

    @property
    def allowed(self) -> frozenset[UndoReason]:
        """The doubts that do not count."""
        chosen = {
            UndoReason.CONFIRMED: self.include_confirmed,
            UndoReason.CHANGED: self.include_changed,
            UndoReason.PASSWORD_SET: self.include_password_set,
        }
        return frozenset(reason for reason, is_included in chosen.items() if is_included)

    @property
    def options(self) -> list[str]:
        """The options of the command that choose the same."""
        return [f"--{name.replace('_', '-')}" for name, is_included in asdict(self).items() if is_included]


CHOICES: Final = tuple(field.name for field in fields(UndoChoices))
"""Their names, as in an execution's input and in the ledger."""


@dataclass(frozen=True, slots=True)
class UserNow:
    """A user as ListUsers answers."""

    username: str
    sub: str
    status: str
    """Cognito's UserStatus."""
    created: datetime | None
    modified: datetime | None
    is_linked: bool = False
    """Whether the user has identities of other providers."""


@dataclass(frozen=True, slots=True)
class ImportedBy:
    """What the ledger says of the import."""

    spans: tuple[tuple[datetime, datetime], ...]
    """Start and completion of each of the run's jobs, where both are known."""
    sends_hashes: bool
    """Whether users were imported with password hashes: such users are CONFIRMED."""

    def covers(self, created: datetime) -> bool:
        """Whether a job was active when a user was created."""
        return any(start - ROUNDING <= created <= end + ROUNDING for start, end in self.spans)


def reason_to_leave(
    recorded: NotedUser, found: Sequence[UserNow], imported: ImportedBy, choices: UndoChoices
) -> UndoReason | None:
    """Why a user stays, by what a search for the recorded `sub` has found; None for one who is to be deleted."""
    if not recorded.sub:
        return UndoReason.NOT_RECORDED
    if not found:
        return UndoReason.GONE
    user = found[0]
    if len(found) > 1 or user.sub != recorded.sub or user.username != recorded.username:
        return UndoReason.OTHER_USER
    if user.created is None or user.modified is None or not imported.covers(user.created):
        return UndoReason.OUTSIDE_JOB
    if user.status != _CONFIRMED and user.status not in _NO_PASSWORD:
        return UndoReason.OTHER_STATUS
    is_changed = abs(user.modified - user.created) > ROUNDING or user.is_linked  # a change before is a doubt, too
    doubts = []
    if user.status == _CONFIRMED:
        doubts.append(UndoReason.CONFIRMED if imported.sends_hashes else UndoReason.PASSWORD_SET)
    if is_changed:
        doubts.append(UndoReason.CHANGED)
    return next((doubt for doubt in doubts if doubt not in choices.allowed), None)
