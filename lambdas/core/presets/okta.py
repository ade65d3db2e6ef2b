"""Okta: a CSV file of users with the names of Okta's user profile, in any order and with or without case.

https://developer.okta.com/docs/reference/api/users/ (profile and status)
https://help.okta.com/en-us/Content/Topics/Directory/csv-integration-configure-profile-attributes.htm (names of columns)
Okta gives out no password hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.core.presets.user import Note, SourceUser, text
from lambdas.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTRIBUTES = {
    "email": ("email",),
    "given_name": ("firstname",),
    "family_name": ("lastname",),
    "middle_name": ("middlename",),
    "name": ("displayname",),
    "nickname": ("nickname",),
    "profile": ("profileurl",),
    "locale": ("locale", "preferredlanguage"),
    "zoneinfo": ("timezone",),
    "phone_number": ("mobilephone", "primaryphone"),
    "address": ("postaladdress",),
}
_SHUT_OUT = frozenset({"SUSPENDED", "DEPROVISIONED", "DEACTIVATED"})


class Okta:
    """Users of an organisation, who are its own: their email addresses count as verified unless they never came."""

    name = "okta"
    columns = tuple(_ATTRIBUTES)
    records_in = None
    csv_columns = None

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """`login` is a username; in a pool with email as alias it gives way to the id, if it looks like an address."""
        profile = {_evened(name): text(value) for name, value in record.items()}
        attributes = {
            column: next((profile[name] for name in names if profile.get(name)), "")
            for column, names in _ATTRIBUTES.items()
        }
        status = profile.get("status", "").upper()
        # Okta mails an activation link; only who followed it, or whom the organisation has provisioned, is known.
        is_known = status not in {"STAGED", "PROVISIONED"}
        attributes["email_verified"] = "true" if attributes["email"] and is_known else "false"
        attributes["phone_number_verified"] = "false"
        user = SourceUser(
            id=profile.get("id", ""),
            username=profile.get("login", "") or profile.get("username", ""),
            attributes=attributes,
        )
        user.refuse_if(RejectionCode.USER_DISABLED, status in _SHUT_OUT)
        user.note_if(Note.ROLES, profile.get("groups") or profile.get("roles"))
        user.note_if(Note.OTHER_ADDRESSES, profile.get("secondemail"))
        return user


def _evened(name: str) -> str:
    """`profile.firstName`, `First Name` and `firstName` are the same."""
    return name.rpartition(".")[2].replace(" ", "").replace("_", "").lower()
