"""What is said of users who leave something behind: after their number, or of one by itself; never a value."""

from __future__ import annotations

from typing import Final

from cognito_drop.core.presets.user import Note

SAID: Final = {
    Note.PASSWORD_ALGORITHM: "with a password whose hash Cognito does not take, so that a new one is to be set.",
    Note.PASSWORD_COST: "with a password hash above Cognito's limit of cost, so that a new password is to be set.",
    Note.PASSWORD_FORM: "with a password hash in a form that AWS does not document (the pool's setting pbkdf2_form), "
    "so that a new password is to be set.",
    Note.PASSWORD_NOT_TAKEN: "with a password hash that this pool is not set up to take (its setting "
    "password_hashes), so that a new password is to be set.",
    Note.MFA: "with a second factor, which is not carried over.",
    Note.SOCIAL_IDENTITIES: "with links to other identity providers, which are not carried over.",
    Note.ROLES: "with roles, groups or claims, which are not carried over.",
    Note.OTHER_ADDRESSES: "with further addresses or numbers, of which a pool keeps one each.",
    Note.OTHER_DATA: "with data that no column takes; a mapping can carry it over.",
    Note.USERNAME_IS_EMAIL: "without a username; the email address became it.",
    Note.USERNAME_IS_PHONE: "without a username; the phone number became it.",
    Note.USERNAME_IS_ID: "without a username that this pool takes; the id became it.",
}

_CHOICES: Final = frozenset({Note.USERNAME_IS_EMAIL, Note.USERNAME_IS_PHONE, Note.USERNAME_IS_ID})

LEFT_BEHIND: Final = {note: f"The user is one {said}" for note, said in SAID.items() if note not in _CHOICES}
"""What is said of one user; how the username was chosen is nothing that stays behind."""
