"""Auth0: the bulk user export (NDJSON, CSV, or a JSON array), pages of its Management API, and the export of password
hashes that its support gives out.

https://auth0.com/docs/manage-users/user-migration/bulk-user-exports
https://auth0.com/docs/api/management/v2/users/get-users (`include_totals` puts the users into a member)
https://auth0.com/docs/manage-users/users/user-profiles/user-profile-structure
https://support.auth0.com/center/s/article/How-to-Use-the-Password-Hashes-Export-from-Auth0
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.record_shape import ShapedExport
from cognito_drop.core.presets.user import (
    SourceUser,
    flag,
    is_shut_out,
    is_true,
    member,
    objects,
    text,
    word,
)
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.presets.record_shape import RecordShape

_ATTRIBUTES = tuple("email name given_name family_name nickname picture phone_number locale zoneinfo".split())
_MEMBERS = frozenset(
    {
        *(
            "user_id",
            "username",
            *_ATTRIBUTES,
            "email_verified",
            "phone_verified",
            "identifiers",
            "identities",
            "blocked",
        ),
        *("_tmp_is_unique", "Id"),
        *("passwordHash", "password_hash", "custom_password_hash", "password_set_date", "alt_id", "_id", "multifactor"),
        *("mfa_factors", "created_at", "updated_at", "last_login", "last_ip", "logins_count", "last_password_reset"),
        *("connection", "tenant", "provider", "guardian_authenticators", "multifactor_last_modified", "version"),
    }
)
_OWN_PROVIDERS = frozenset({"auth0", "email", "sms", ""})
_BCRYPT = HashAlgorithm.BCRYPT
_OTHER_DATA = Note.OTHER_DATA
"""Python 3.11 takes long to find a member of an enumeration, and nearly all users have these."""
_IDENTIFIERS = {"email": "email", "phone": "phone_number", "phone_number": "phone_number"}


class Auth0(ShapedExport):
    """Users of database, passwordless and social connections alike: each record is one user."""

    name = PresetName.AUTH0
    columns = _ATTRIBUTES
    texts = ("user_id", "username", *_ATTRIBUTES)
    values = (
        *("passwordHash", "password_hash", "custom_password_hash", "email_verified", "phone_verified", "blocked"),
        *("identities", "identifiers", "multifactor", "mfa_factors", "app_metadata"),
    )
    records_in = "users"
    members = _MEMBERS
    status_in = frozenset({"blocked"})
    signs = (
        frozenset({"user_id"}),
        frozenset({"identities"}),
        frozenset({"passwordHash", "_id"}),
        frozenset({"identifiers"}),
        frozenset({"Id", "Email Verified"}),
        frozenset({"Id", "Connection"}),
    )
    sign_values = MappingProxyType({"user_id": re.compile(r"[^|]+\|.+")})
    how = "Export the users with Auth0's bulk user export, as NDJSON or CSV with the member user_id."

    def account_of(self, record: Mapping[str, Any], shape: RecordShape) -> SourceUser:
        """`identifiers` replaces email and phone_number, because the export of hashes may have nothing else."""
        if "Id" in record:
            record = {"user_id": record["Id"], **record}
            shape = self.shape_of(record)
        texts, values = shape.read(record)
        if texts[0].startswith("'") and isinstance(record["user_id"], str):
            record = _without_apostrophes(record)
            texts, values = shape.read(record)
        own_id, username, email, name, given, family, nickname, picture, phone, locale, zone = texts
        own_hash, other_hash, custom_hash, is_verified, is_phone_verified, is_blocked, *others = values
        identities, identifiers, multifactor, factors, app = others
        attributes = {
            "email": email,
            "email_verified": "true" if is_verified is True else flag(is_verified),
            "name": name,
            "given_name": given,
            "family_name": family,
            "nickname": nickname,
            "picture": picture,
            "phone_number": phone,
            "phone_number_verified": flag(is_phone_verified) if is_phone_verified else "false",
            "locale": locale,
            "zoneinfo": zone,
        }
        if identifiers is not None:
            _fill_in(attributes, objects(identifiers))
        hashed = own_hash or other_hash or custom_hash
        password = hashed if isinstance(hashed, str) else text(hashed)
        algorithm = _BCRYPT if password.startswith("$2") else None
        notes: list[Note] = []
        if _is_linked(own_id, identities):
            notes.append(Note.SOCIAL_IDENTITIES)
        if multifactor or factors:
            notes.append(Note.MFA)
        if isinstance(app, dict) and (app.get("roles") or app.get("authorization")):
            notes.append(Note.ROLES)
        if shape.has_more(record):
            notes.append(_OTHER_DATA)
        refused = RejectionCode.USER_DISABLED if is_shut_out(is_blocked) else None
        own_id = own_id or _id_of_hashes(record)
        return SourceUser(own_id, username, attributes, password, algorithm, bool(hashed), refused, notes)


def _without_apostrophes(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Auth0's CSV export writes an apostrophe before every text, so that no spreadsheet takes it for a formula."""
    return {name: value.removeprefix("'") if isinstance(value, str) else value for name, value in record.items()}


def _is_linked(own_id: str, identities: Any) -> bool:  # noqa: ANN401  (any JSON)
    """Whether a provider other than Auth0's own connections knows the user, be it social or enterprise."""
    listed = objects(identities)
    for identity in listed:
        provider, is_social = identity.get("provider"), identity.get("isSocial")
        is_usual = provider == "auth0" and is_social is False
        if not is_usual and (word(provider) not in _OWN_PROVIDERS or is_true(is_social)):
            return True
    return not listed and word(own_id.rpartition("|")[0].partition("|")[0]) not in _OWN_PROVIDERS


def _fill_in(attributes: dict[str, str], identifiers: list[dict[str, Any]]) -> None:
    """Take what the user has no column for yet, each with its being verified."""
    for identifier in identifiers:
        column = _IDENTIFIERS.get(text(identifier.get("type")))
        if column and not attributes[column]:
            attributes[column] = text(identifier.get("value"))
            attributes[f"{column}_verified"] = flag(identifier.get("verified"))


def _id_of_hashes(record: Mapping[str, Any]) -> str:
    """The export of hashes has the id without what Auth0 puts before it; `alt_id` is the one of a custom database."""
    own = text(record.get("alt_id")) or text(member(record.get("_id"), "$oid")) or text(record.get("_id"))
    return f"auth0|{own}" if own else ""
