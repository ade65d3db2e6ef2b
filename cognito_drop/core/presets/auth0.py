"""Auth0: the bulk user export (NDJSON, or a JSON array) and the export of password hashes that its support gives out.

https://auth0.com/docs/manage-users/user-migration/bulk-user-exports
https://auth0.com/docs/manage-users/users/user-profiles/user-profile-structure
https://support.auth0.com/center/s/article/How-to-Use-the-Password-Hashes-Export-from-Auth0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.user import SourceUser, Texts, flag, is_true, member, objects, text
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTRIBUTES = tuple("email name given_name family_name nickname picture phone_number locale zoneinfo".split())
_TEXTS = Texts(("user_id", "username", "passwordHash", *_ATTRIBUTES))
_IDENTIFIERS = {"email": "email", "phone": "phone_number", "phone_number": "phone_number"}


class Auth0:
    """Users of database, passwordless and social connections alike: each record is one user."""

    name = PresetName.AUTH0
    columns = _ATTRIBUTES
    records_in = None
    csv_columns = None

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """`identifiers` replaces email and phone_number, because the export of hashes may have nothing else."""
        get = record.get
        own_id, username, password, *texts = _TEXTS.of(record)
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
        user = SourceUser(own_id or _id_of_hashes(record), username, attributes, password, algorithm, bool(password))
        if is_true(get("blocked")):
            user.refused = RejectionCode.USER_DISABLED
        for identity in objects(get("identities")):
            if is_true(identity.get("isSocial")):
                user.notes.append(Note.SOCIAL_IDENTITIES)
                break
        if get("multifactor") or get("mfa_factors"):
            user.notes.append(Note.MFA)
        app = get("app_metadata")
        if isinstance(app, dict) and (app.get("roles") or app.get("authorization")):
            user.notes.append(Note.ROLES)
        if app or get("user_metadata"):
            user.notes.append(Note.OTHER_DATA)
        return user


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
