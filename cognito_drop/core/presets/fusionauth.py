"""FusionAuth: users as its API answers with them (`GET /api/user/search`: `{"users": […]}`, page after page).

https://fusionauth.io/docs/apis/users#search-for-users
https://fusionauth.io/docs/apis/users (active, expiry, verified, twoFactor, registrations; `identities` since 1.59)
The API gives out no password hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import (
    SourceUser,
    first_of,
    flag,
    has_content,
    has_more,
    is_true,
    member,
    objects,
    text,
    word,
)
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS = {
    "email": ("email",),
    "phone_number": ("phoneNumber", "mobilePhone"),
    "name": ("fullName",),
    "given_name": ("firstName",),
    "middle_name": ("middleName",),
    "family_name": ("lastName",),
    "birthdate": ("birthDate",),
    "picture": ("imageUrl",),
    "locale": ("preferredLanguages",),
    "zoneinfo": ("timezone",),
}
_IDENTITIES = {"email": "email", "phonenumber": "phone_number"}
_MEMBERS = frozenset(
    {
        *(name for names in _COLUMNS.values() for name in names),
        *("id", "username", "uniqueUsername", "active", "expiry", "verified", "verifiedInstant", "identities"),
        *("twoFactor", "twoFactorEnabled", "twoFactorDelivery", "registrations", "memberships", "password", "salt"),
        *("encryptionScheme", "factor", "passwordChangeRequired", "passwordChangeReason", "passwordLastUpdateInstant"),
        *("breachedPasswordStatus", "breachedPasswordLastCheckedInstant", "connectorId", "tenantId", "usernameStatus"),
        *("insertInstant", "lastUpdateInstant", "lastLoginInstant", "cleanSpeakId", "linkedAt"),
    }
)


class FusionAuth(Export):
    """Users of a tenant. A user with an expiry is shut out: whether it is over cannot be told from the file alone."""

    name = PresetName.FUSIONAUTH
    columns = tuple(_COLUMNS)
    records_in = "users"
    members = _MEMBERS
    status_in = frozenset({"active"})
    signs = (
        frozenset({"usernameStatus"}),
        *(frozenset({"active", name}) for name in ("tenantId", "insertInstant", "registrations")),
    )
    how = 'Export the users with FusionAuth\'s API: `GET /api/user/search?queryString=*`, as {"users": […]}.'

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """What `identities` says of an address or a number goes before `verified`, which is of the address."""
        get = record.get
        attributes = {column: first_of(record, names) for column, names in _COLUMNS.items()}
        attributes["email_verified"] = flag(get("verified")) if attributes["email"] else "false"
        attributes["phone_number_verified"] = "false"
        _take_identities(attributes, objects(get("identities")))
        user = SourceUser(text(get("id")), text(get("username")), attributes, has_password=has_content(get("password")))
        if not is_true(get("active")) or has_content(get("expiry")):
            user.refused = RejectionCode.USER_DISABLED  # also where it is missing, as in FusionAuth's own import
            user.lacks_status = "active" not in record and not has_content(get("expiry"))
        if member(get("twoFactor"), "methods") or is_true(get("twoFactorEnabled")):
            user.notes.append(Note.MFA)
        registrations = objects(get("registrations"))
        if get("memberships") or any(one.get("roles") for one in registrations):
            user.notes.append(Note.ROLES)
        if has_more(record, _MEMBERS) or any(has_content(one.get("data")) for one in registrations):
            user.notes.append(Note.OTHER_DATA)
        return user


def _take_identities(attributes: dict[str, str], identities: list[dict[str, Any]]) -> None:
    for identity in identities:
        column, value = _IDENTITIES.get(word(identity.get("type"))), text(identity.get("value")).strip()
        if column and value and word(attributes[column]) in ("", word(value)):  # FusionAuth compares without case
            attributes[column] = value
            attributes[f"{column}_verified"] = flag(identity.get("verified"))
