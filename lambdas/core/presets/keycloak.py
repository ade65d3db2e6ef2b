"""Keycloak: a realm export with its users (`kc.sh export --users realm_file`), or one of its users files.

https://www.keycloak.org/server/importExport
https://www.keycloak.org/docs-api/latest/rest-api/index.html#UserRepresentation and #CredentialRepresentation
`credentialData` and `secretData` are JSON in texts; salt and hash are in Base64, as in Cognito's form.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambdas.core.presets.user import Note, SourceUser, flag, member, objects, text, texts
from lambdas.core.rows.groups import GROUPS, SEPARATOR, is_group_name, joined
from lambdas.core.rows.password_hash import HashAlgorithm
from lambdas.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTRIBUTES = {"email": "email", "given_name": "firstName", "family_name": "lastName"}
_OWN = {"locale": "locale", "zoneinfo": "zoneinfo", "phone_number": "phoneNumber"}
_DEFAULT_ROLES = "default-roles-"
_PBKDF2_SHA256 = "pbkdf2-sha256"


class Keycloak:
    """Users of a realm; the accounts of its clients are no users and are rejected as such."""

    name = "keycloak"
    columns = (*_ATTRIBUTES, *_OWN, "name", GROUPS)
    records_in = "users"
    csv_columns = None

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """`attributes` are lists of values, of which three have names that OpenID Connect knows."""
        attributes = texts(record, _ATTRIBUTES)
        own = record.get("attributes")
        for column, name in _OWN.items():
            attributes[column] = text(member(own, name))
        attributes["name"] = " ".join(part for part in (attributes["given_name"], attributes["family_name"]) if part)
        attributes["email_verified"] = flag(record.get("emailVerified"))
        attributes["phone_number_verified"] = flag(member(own, "phoneNumberVerified"))
        groups = _groups(record.get("groups"))
        fitting = [name for name in groups if is_group_name(name) and SEPARATOR not in name]
        attributes[GROUPS] = joined(fitting)
        user = SourceUser(
            id=text(record.get("id")),
            username=text(record.get("username")),
            attributes=attributes,
        )
        user.refuse_if(RejectionCode.USER_IS_CLIENT, record.get("serviceAccountClientId"))
        user.refuse_if(RejectionCode.USER_DISABLED, flag(record.get("enabled", True)) != "true")
        _take_credentials(user, objects(record.get("credentials")))
        roles = record.get("realmRoles")
        granted = [one for one in roles if not text(one).startswith(_DEFAULT_ROLES)] if isinstance(roles, list) else []
        user.note_if(Note.ROLES, granted or record.get("clientRoles") or len(fitting) < len(groups))
        user.note_if(Note.SOCIAL_IDENTITIES, record.get("federatedIdentities"))
        user.note_if(Note.OTHER_DATA, isinstance(own, dict) and set(own) - {*_OWN.values(), "phoneNumberVerified"})
        return user


def _groups(paths: Any) -> list[str]:  # noqa: ANN401  (any JSON)
    """The paths of the groups without the slash that each of them starts with: `/staff/admins` is `staff/admins`."""
    return [name for path in paths if (name := text(path).removeprefix("/"))] if isinstance(paths, list) else []


def _take_credentials(user: SourceUser, credentials: list[dict[str, Any]]) -> None:
    for credential in credentials:
        kind = text(credential.get("type"))
        if kind in {"otp", "totp", "hotp", "webauthn", "recovery-authn-codes"} and Note.MFA not in user.notes:
            user.notes.append(Note.MFA)
        if kind == "password" and not user.has_password:
            user.has_password = True
            data, secret = _inner(credential.get("credentialData")), _inner(credential.get("secretData"))
            rounds, salt, value = text(data.get("hashIterations")), text(secret.get("salt")), text(secret.get("value"))
            if text(data.get("algorithm")) == _PBKDF2_SHA256 and rounds and salt and value:
                user.algorithm = HashAlgorithm.PBKDF2_SHA256
                user.password = f"${_PBKDF2_SHA256}${rounds}${salt}${value}"


def _inner(value: Any) -> dict[str, Any]:  # noqa: ANN401  (any JSON)
    """The object that a text holds; an empty one where it holds none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}
