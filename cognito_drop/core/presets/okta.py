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

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.user import SourceUser, Texts
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS = {
    "given_name": "firstname",
    "family_name": "lastname",
    "middle_name": "middlename",
    "name": "displayname",
    "nickname": "nickname",
    "profile": "profileurl",
    "zoneinfo": "timezone",
    "address": "postaladdress",
}
_OTHERS = (
    *("id", "login", "username", "status", "email", "mobilephone", "primaryphone", "locale", "preferredlanguage"),
    *("secondemail", "groups", "roles"),
)
# Deactivated users have the status DEPROVISIONED in the API; the console calls them deactivated.
_SHUT_OUT = frozenset({"SUSPENDED", "DEPROVISIONED", "DEACTIVATED"})
# Okta mails an activation link; only who followed it, or whom the organization has provisioned, is known.
_NOT_KNOWN = frozenset({"STAGED", "PROVISIONED"})


class Okta:
    """Users of an organization, who are its own: their email addresses count as verified unless they never came."""

    name = PresetName.OKTA
    columns = ("email", "phone_number", "locale", *_COLUMNS)
    records_in = None
    csv_columns = None

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """`login` is a username; in a pool with email as alias it gives way to the id, if it looks like an address."""
        inner = record.get("profile")
        members = {**record, **inner} if isinstance(inner, dict) else record
        found = _texts_of(tuple(members)).of(members)
        own_id, login, username, status, email, mobile, phone, locale, language, *others = found[: len(_OTHERS)]
        second_email, groups, roles = others
        attributes = dict(zip(_COLUMNS, found[len(_OTHERS) :], strict=True))
        status = status.upper()
        attributes["email"] = email
        attributes["email_verified"] = "true" if email and status not in _NOT_KNOWN else "false"
        attributes["phone_number"] = mobile or phone
        attributes["phone_number_verified"] = "false"
        attributes["locale"] = locale or language
        user = SourceUser(own_id, login or username, attributes)
        if status in _SHUT_OUT:
            user.refused = RejectionCode.USER_DISABLED
        if groups or roles:
            user.notes.append(Note.ROLES)
        if second_email:
            user.notes.append(Note.OTHER_ADDRESSES)
        return user


@functools.lru_cache(maxsize=16)
def _texts_of(names: tuple[str, ...]) -> Texts:
    """What is read of records with these members, which are the same ones for all rows of a CSV file."""
    given = {_evened(name): name for name in names}
    return Texts([given.get(name) for name in (*_OTHERS, *_COLUMNS.values())])


def _evened(name: str) -> str:
    """`profile.firstName`, `First Name` and `firstName` are the same."""
    return name.rpartition(".")[2].replace(" ", "").replace("_", "").lower()
