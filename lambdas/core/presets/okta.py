"""Okta: users as its API answers with them (JSON), or a CSV file with the names of Okta's user profile, in any order
and with or without case, blanks and what stands before a point.

https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ (the list of users: status and profile)
https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/ (the attributes of the profile)
https://help.okta.com/en-us/Content/Topics/Directory/csv-integration-configure-profile-attributes.htm (names of columns)
Okta gives out no password hashes.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from lambdas.core.presets.user import Note, SourceUser, Texts, text
from lambdas.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTRIBUTES = {
    "email": "email",
    "given_name": "firstname",
    "family_name": "lastname",
    "middle_name": "middlename",
    "name": "displayname",
    "nickname": "nickname",
    "profile": "profileurl",
    "locale": "locale",
    "zoneinfo": "timezone",
    "phone_number": "mobilephone",
    "address": "postaladdress",
}
_TEXTS = Texts(_ATTRIBUTES)
_ELSE = {"locale": "preferredlanguage", "phone_number": "primaryphone"}
# Deactivated users have the status DEPROVISIONED in the API; the console calls them deactivated.
_SHUT_OUT = frozenset({"SUSPENDED", "DEPROVISIONED", "DEACTIVATED"})
# Okta mails an activation link; only who followed it, or whom the organisation has provisioned, is known.
_NOT_KNOWN = frozenset({"STAGED", "PROVISIONED"})


class Okta:
    """Users of an organisation, who are its own: their email addresses count as verified unless they never came."""

    name = "okta"
    columns = tuple(_ATTRIBUTES)
    records_in = None
    csv_columns = None

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """`login` is a username; in a pool with email as alias it gives way to the id, if it looks like an address."""
        inner = record.get("profile")
        profile = _evened({**record, **inner} if isinstance(inner, dict) else record)
        get = profile.get
        attributes = _TEXTS.of(profile)
        for column, name in _ELSE.items():
            if not attributes[column]:
                attributes[column] = text(get(name))
        status = text(get("status")).upper()
        attributes["email_verified"] = "true" if attributes["email"] and status not in _NOT_KNOWN else "false"
        attributes["phone_number_verified"] = "false"
        user = SourceUser(text(get("id")), text(get("login")) or text(get("username")), attributes)
        if status in _SHUT_OUT:
            user.refused = RejectionCode.USER_DISABLED
        if text(get("groups")) or text(get("roles")):
            user.notes.append(Note.ROLES)
        if text(get("secondemail")):
            user.notes.append(Note.OTHER_ADDRESSES)
        return user


def _evened(record: Mapping[str, Any]) -> dict[str, Any]:
    """`profile.firstName`, `First Name` and `firstName` are the same."""
    return dict(zip(_evened_names(tuple(record)), record.values(), strict=True))


@functools.lru_cache(maxsize=16)
def _evened_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """They are the same ones for all rows of a CSV file."""
    return tuple(name.rpartition(".")[2].replace(" ", "").replace("_", "").lower() for name in names)
