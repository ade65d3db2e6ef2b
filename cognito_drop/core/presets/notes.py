"""What is said of users who leave something behind: after their number, or of one by itself; never a value."""

from __future__ import annotations

from typing import Final

from cognito_drop.core.presets.user import Note

SAID: Final = {
    Note.PASSWORD_ALGORITHM: "with a password hash that Cognito does not accept; they must set a new password.",
    Note.PASSWORD_COST: "with a password hash above Cognito's cost limit; they must set a new password.",
    Note.PASSWORD_FORM: "with a password hash in a format that AWS does not document (the pool's setting "
    "pbkdf2_form); they must set a new password.",
    Note.PASSWORD_NOT_TAKEN: "with a password hash that this pool's setting password_hashes does not allow; they "
    "must set a new password.",
    Note.MFA: "with a second factor, which is not migrated.",
    Note.SOCIAL_IDENTITIES: "with links to other identity providers, which are not migrated.",
    Note.ROLES: "with roles, groups, or claims, which are not migrated.",
    Note.OTHER_ADDRESSES: "with additional email addresses or phone numbers; a pool keeps one of each.",
    Note.OTHER_DATA: "with data that has no column; a mapping can migrate it.",
    Note.USERNAME_IS_EMAIL: "without a username; the email address is used.",
    Note.USERNAME_IS_PHONE: "without a username; the phone number is used.",
    Note.USERNAME_IS_ID: "without a username that this pool accepts; the ID is used.",
}

_CHOICES: Final = frozenset({Note.USERNAME_IS_EMAIL, Note.USERNAME_IS_PHONE, Note.USERNAME_IS_ID})

LEFT_BEHIND: Final = {note: f"The user is one {said}" for note, said in SAID.items() if note not in _CHOICES}
"""What is said of one user; how the username was chosen is nothing that stays behind."""
