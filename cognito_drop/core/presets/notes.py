"""What is said of users who leave something behind: after their number, or of one by itself; never a value."""

from __future__ import annotations

import enum
from typing import Final


class Note(enum.StrEnum):
    """What an import does not carry over of a user, or does differently from what one may think."""

    PASSWORD_ALGORITHM = "password_algorithm"  # noqa: S105  (a code, no secret)
    PASSWORD_COST = "password_cost"  # noqa: S105
    PASSWORD_FORM = "password_form"  # noqa: S105
    PASSWORD_NOT_TAKEN = "password_not_taken"  # noqa: S105
    PASSWORD_TEMPORARY = "password_temporary"  # noqa: S105
    MFA = "mfa"
    SOCIAL_IDENTITIES = "social_identities"
    ROLES = "roles"
    OTHER_ADDRESSES = "other_addresses"
    OTHER_DATA = "other_data"
    ATTRIBUTES_NOT_ALLOWED = "attributes_not_allowed"
    DIRECTORY = "directory"
    NO_STATUS = "no_status"
    USERNAME_IS_EMAIL = "username_is_email"
    USERNAME_IS_PHONE = "username_is_phone"
    USERNAME_IS_ID = "username_is_id"

    __hash__ = str.__hash__  # that of an enum is written in Python, and every record asks for it


SAID: Final = {
    Note.PASSWORD_ALGORITHM: "with a password hash that Cognito does not accept; they must set a new password.",
    Note.PASSWORD_COST: "with a password hash above Cognito's cost limit; they must set a new password.",
    Note.PASSWORD_FORM: "with a password hash in a format that AWS does not document (the pool's setting "
    "pbkdf2_form); they must set a new password.",
    Note.PASSWORD_NOT_TAKEN: "with a password hash that this pool's setting password_hashes does not allow; they "
    "must set a new password.",
    Note.PASSWORD_TEMPORARY: "with a password that they have to change when they sign in; they must set a "
    "new password.",
    Note.MFA: "with a second factor, which is not migrated.",
    Note.SOCIAL_IDENTITIES: "with links to other identity providers, which are not migrated.",
    Note.ROLES: "with roles, groups, or claims, which are not migrated.",
    Note.OTHER_ADDRESSES: "with additional email addresses or phone numbers; a pool keeps one of each.",
    Note.OTHER_DATA: "with data that has no column; a mapping can migrate it.",
    Note.ATTRIBUTES_NOT_ALLOWED: "with custom attributes that the pool's setting attributes does not allow files to "
    "set.",
    Note.DIRECTORY: "from a directory such as LDAP or Active Directory, which has the password.",
    Note.NO_STATUS: "without a status in the file: disabled users cannot be recognized.",
    Note.USERNAME_IS_EMAIL: "without a username; the email address is used.",
    Note.USERNAME_IS_PHONE: "without a username; the phone number is used.",
    Note.USERNAME_IS_ID: "without a username that this pool accepts; the ID is used.",
}

_OF_ALL: Final = frozenset({Note.USERNAME_IS_EMAIL, Note.USERNAME_IS_PHONE, Note.USERNAME_IS_ID, Note.NO_STATUS})

LEFT_BEHIND: Final = {note: f"A user {said}" for note, said in SAID.items() if note not in _OF_ALL}
"""What is said of one user. How the username was chosen, and what the file says of no user, is not left behind."""
