"""Auth0: the bulk user export (NDJSON, or a JSON array) and the export of password hashes that its support gives out.

https://auth0.com/docs/manage-users/user-migration/bulk-user-exports
https://auth0.com/docs/manage-users/users/user-profiles/user-profile-structure
https://support.auth0.com/center/s/article/How-to-Use-the-Password-Hashes-Export-from-Auth0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.core.presets.user import Note, SourceUser, flag, member, objects, text, texts
from lambdas.core.rows.password_hash import HashAlgorithm
from lambdas.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTRIBUTES = {
    name: name for name in ("email", "name", "given_name", "family_name", "nickname", "picture", "phone_number")
} | {"locale": "locale", "zoneinfo": "zoneinfo"}


class Auth0:
    """Users of database, passwordless and social connections alike: each record is one user."""

    name = "auth0"
    columns = tuple(_ATTRIBUTES)
    records_in = None
    csv_columns = None

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """`identifiers` stands in for email and phone_number, as the export of hashes may have nothing else."""
        attributes = texts(record, _ATTRIBUTES)
        verified = {"email": record.get("email_verified"), "phone_number": record.get("phone_verified")}
        for identifier in objects(record.get("identifiers")):
            column = {"email": "email", "phone": "phone_number", "phone_number": "phone_number"}.get(
                text(identifier.get("type"))
            )
            if column and not attributes[column]:
                attributes[column] = text(identifier.get("value"))
                verified[column] = identifier.get("verified")
        for column, value in verified.items():
            attributes[f"{column}_verified"] = flag(value)
        password = text(record.get("passwordHash"))
        user = SourceUser(
            id=text(record.get("user_id")) or _id_of_hashes(record),
            username=text(record.get("username")),
            attributes=attributes,
            password=password,
            has_password=bool(password),
            algorithm=HashAlgorithm.BCRYPT if password.startswith("$2") else None,
        )
        user.refuse_if(RejectionCode.USER_DISABLED, flag(record.get("blocked")) == "true")
        identities = objects(record.get("identities"))
        user.note_if(Note.SOCIAL_IDENTITIES, any(flag(one.get("isSocial")) == "true" for one in identities))
        user.note_if(Note.MFA, record.get("multifactor") or record.get("mfa_factors"))
        user.note_if(
            Note.ROLES, member(record, "app_metadata", "roles") or member(record, "app_metadata", "authorization")
        )
        user.note_if(Note.OTHER_DATA, record.get("user_metadata") or record.get("app_metadata"))
        return user


def _id_of_hashes(record: Mapping[str, Any]) -> str:
    """The export of hashes has the id without what Auth0 puts before it; `alt_id` is the one of a custom database."""
    own = text(record.get("alt_id")) or text(member(record.get("_id"), "$oid")) or text(record.get("_id"))
    return f"auth0|{own}" if own else ""
