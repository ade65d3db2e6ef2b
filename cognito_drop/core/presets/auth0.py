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
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import (
    SourceUser,
    Texts,
    flag,
    has_more,
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

_ATTRIBUTES = tuple("email name given_name family_name nickname picture phone_number locale zoneinfo".split())
_TEXTS = Texts(("user_id", "username", *_ATTRIBUTES))
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
_IDENTIFIERS = {"email": "email", "phone": "phone_number", "phone_number": "phone_number"}


class Auth0(Export):
    """Users of database, passwordless and social connections alike: each record is one user."""

    name = PresetName.AUTH0
    columns = _ATTRIBUTES
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

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """`identifiers` replaces email and phone_number, because the export of hashes may have nothing else."""
        if "Id" in record:
            record = {"user_id": record["Id"], **record}
        record = _without_apostrophes(record)
        get = record.get
        own_id, username, *texts = _TEXTS.of(record)
        password, has_password = _password(record)
        email, name, given, family, nickname, picture, phone, locale, zone = texts
        attributes = {
            "email": email,
            "email_verified": flag(get("email_verified")),
            "name": name,
            "given_name": given,
            "family_name": family,
            "nickname": nickname,
            "picture": picture,
            "phone_number": phone,
            "phone_number_verified": flag(get("phone_verified")),
            "locale": locale,
            "zoneinfo": zone,
        }
        if "identifiers" in record:
            _fill_in(attributes, objects(record["identifiers"]))
        algorithm = HashAlgorithm.BCRYPT if password.startswith("$2") else None
        user = SourceUser(own_id or _id_of_hashes(record), username, attributes, password, algorithm, has_password)
        if is_shut_out(get("blocked")):
            user.refused = RejectionCode.USER_DISABLED
        if _is_linked(own_id, objects(get("identities"))):
            user.notes.append(Note.SOCIAL_IDENTITIES)
        if get("multifactor") or get("mfa_factors"):
            user.notes.append(Note.MFA)
        app = get("app_metadata")
        if isinstance(app, dict) and (app.get("roles") or app.get("authorization")):
            user.notes.append(Note.ROLES)
        if has_more(record, _MEMBERS):
            user.notes.append(Note.OTHER_DATA)
        return user


def _without_apostrophes(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Auth0's CSV export writes an apostrophe before every text, so that no spreadsheet takes it for a formula."""
    own_id = record.get("user_id")
    if not (isinstance(own_id, str) and own_id.startswith("'")):
        return record
    return {name: value.removeprefix("'") if isinstance(value, str) else value for name, value in record.items()}


def _password(record: Mapping[str, Any]) -> tuple[str, bool]:
    """The hash, blank where its form is another, and whether there is one."""
    given = record.get("passwordHash") or record.get("password_hash") or record.get("custom_password_hash")
    return text(given), bool(given)


def _is_linked(own_id: str, identities: list[dict[str, Any]]) -> bool:
    """Whether a provider other than Auth0's own connections knows the user, be it social or enterprise."""
    if not identities:
        return word(own_id.rpartition("|")[0].partition("|")[0]) not in _OWN_PROVIDERS
    return not all(map(_is_own, identities))


def _is_own(identity: dict[str, Any]) -> bool:
    provider = identity.get("provider")
    is_own = provider == "auth0" or word(provider) in _OWN_PROVIDERS  # most are that one
    return is_own and not is_true(identity.get("isSocial"))


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
