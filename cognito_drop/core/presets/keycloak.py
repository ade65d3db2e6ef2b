"""Keycloak: a realm export with its users (`kc.sh export --users realm_file`), or one of its users files.

https://www.keycloak.org/server/importExport
https://www.keycloak.org/docs-api/latest/rest-api/index.html#UserRepresentation and #CredentialRepresentation
`attributes` are lists of values, free in their names; those read here are the ones that Keycloak's own client scopes
`profile` and `phone` become claims: OIDCLoginProtocolFactory.java in https://github.com/keycloak/keycloak.
`credentialData` and `secretData` are JSON in texts; salt and hash are in standard Base64, the hash of up to 64 bytes.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import (
    SourceUser,
    Texts,
    flag,
    has_more,
    is_true,
    json_object,
    objects,
    text,
)
from cognito_drop.core.rows.groups import GROUPS, SEPARATOR, is_group_name, joined
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN = {
    "phone_number": "phoneNumber",
    "middle_name": "middleName",
    **{name: name for name in ("nickname", "profile", "picture", "website", "gender", "locale", "zoneinfo")},
}
_TEXTS = Texts(("id", "username", "email", "firstName", "lastName"))
_OWN_TEXTS = Texts(tuple(_OWN.values()))
_KNOWN = frozenset({*_OWN.values(), "phoneNumberVerified"})
_MEMBERS = frozenset(
    {
        *("id", "username", "email", "firstName", "lastName", "emailVerified", "enabled", "attributes", "credentials"),
        *("groups", "realmRoles", "clientRoles", "federatedIdentities", "federationLink", "origin", "createdTimestamp"),
        *(
            "serviceAccountClientId",
            "service_account_client_link",
            "totp",
            "notBefore",
            "requiredActions",
            "disableableCredentialTypes",
            "access",
        ),
        *("self", "userProfileMetadata"),
    }
)
_DEFAULT_ROLES = "default-roles-"
_ARGON2 = "argon2"
_PBKDF2_SHA256 = "pbkdf2-sha256"
_SECOND_FACTORS = frozenset({"otp", "totp", "hotp", "webauthn", "recovery-authn-codes"})
_USUAL_SECRET = re.compile(
    r'\{"value":"(?P<value>[A-Za-z0-9+/=]++)","salt":"(?P<salt>[A-Za-z0-9+/=]++)"(?:,"additionalParameters":\{\})?\}'
)
"""The text that Keycloak writes, of which the values are known without a decoder of JSON."""
_LONGEST_KEPT = 200  # characters; the parameters of a hash, which nearly all users of a realm share


class Keycloak(Export):
    """Users of a realm; the accounts of its clients are no users and are rejected as such."""

    name = PresetName.KEYCLOAK
    columns = ("email", "given_name", "family_name", *_OWN, "name", GROUPS)
    records_in = "users"
    members = _MEMBERS
    status_in = frozenset({"enabled"})
    signs = tuple(
        frozenset({"username", other}) for other in ("enabled", "emailVerified", "createdTimestamp", "credentials")
    )
    listless = frozenset({"realm"})
    how = "Export one realm with its users: `kc.sh export --realm NAME --users realm_file --file realm.json`."

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """The name is given and family name, as Keycloak has none of its own."""
        get = record.get
        own_id, username, email, given, family = _TEXTS.of(record)
        attributes = {
            "email": email,
            "email_verified": flag(get("emailVerified")),
            "given_name": given,
            "family_name": family,
            "name": f"{given} {family}" if given and family else given or family,
            "phone_number_verified": "false",
        }
        own, has_other_data = get("attributes"), False
        if isinstance(own, dict) and own:
            attributes.update(zip(_OWN, _OWN_TEXTS.of(own), strict=True))
            attributes["phone_number_verified"] = flag(text(own.get("phoneNumberVerified")))
            has_other_data = not own.keys() <= _KNOWN
        user = SourceUser(own_id, username, attributes)
        if get("serviceAccountClientId") or get("service_account_client_link"):
            user.refused = RejectionCode.USER_IS_CLIENT
        elif not is_true(get("enabled", True)):
            user.refused = RejectionCode.USER_DISABLED
        _take_credentials(user, objects(get("credentials")))
        paths = get("groups")
        groups = _groups(paths) if paths else []
        fitting = [name for name in groups if is_group_name(name) and SEPARATOR not in name]
        attributes[GROUPS] = joined(fitting)
        if _granted(get("realmRoles")) or get("clientRoles") or len(fitting) < len(groups):
            user.notes.append(Note.ROLES)
        if get("federatedIdentities"):
            user.notes.append(Note.SOCIAL_IDENTITIES)
        if get("federationLink") or get("origin"):
            user.notes.append(Note.DIRECTORY)
        if has_other_data or has_more(record, _MEMBERS):
            user.notes.append(Note.OTHER_DATA)
        return user


def _groups(paths: Any) -> list[str]:  # noqa: ANN401  (any JSON)
    """The paths of the groups without the slash that each of them starts with: `/staff/admins` is `staff/admins`."""
    return [name for path in paths if (name := text(path).removeprefix("/"))] if isinstance(paths, list) else []


def _granted(roles: Any) -> list[Any]:  # noqa: ANN401  (any JSON)
    """The roles but for the one that every user of a realm has."""
    return [role for role in roles if not text(role).startswith(_DEFAULT_ROLES)] if isinstance(roles, list) else []


def _take_credentials(user: SourceUser, credentials: list[dict[str, Any]]) -> None:
    for credential in credentials:
        kind = text(credential.get("type"))
        if kind in _SECOND_FACTORS and Note.MFA not in user.notes:
            user.notes.append(Note.MFA)
        if kind == "password" and not user.has_password:
            user.has_password = True
            data = _parameters(credential.get("credentialData"))
            secret = _secret(credential.get("secretData"))
            if data.get("algorithm") == _ARGON2:
                user.algorithm, user.password = HashAlgorithm.ARGON2ID, _argon2(data, secret)
            if data.get("algorithm") != _PBKDF2_SHA256:
                continue
            rounds, salt, value = text(data.get("hashIterations")), text(secret.get("salt")), text(secret.get("value"))
            if rounds and salt and value:
                user.algorithm = HashAlgorithm.PBKDF2_SHA256
                user.password = f"${_PBKDF2_SHA256}${rounds}${salt}${value}"


def _argon2(data: Mapping[str, Any], secret: Mapping[str, Any]) -> str:
    """The hash in the form of its reference implementation, which Cognito asks for. Keycloak's default is five passes.

    https://www.keycloak.org/docs-api/latest/javadocs/org/keycloak/crypto/hash/Argon2Parameters.html
    """
    more = data.get("additionalParameters")
    lists = more.items() if isinstance(more, dict) else ()
    values = {name: text(listed[0]) for name, listed in lists if isinstance(listed, list) and listed}
    cost = f"m={values.get('memory', '')},t={text(data.get('hashIterations'))},p={values.get('parallelism', '1')}"
    salt, value = (text(secret.get(name)).rstrip("=") for name in ("salt", "value"))
    return f"$argon2{values.get('type', 'id')}$v=19${cost}${salt}${value}"


def _secret(data: Any) -> Mapping[str, Any]:  # noqa: ANN401  (any JSON)
    usual = _USUAL_SECRET.fullmatch(data) if isinstance(data, str) else None
    return usual.groupdict() if usual else json_object(data)


def _parameters(data: Any) -> Mapping[str, Any]:  # noqa: ANN401  (any JSON)
    return _read_once(data) if isinstance(data, str) and len(data) <= _LONGEST_KEPT else json_object(data)


@functools.lru_cache(maxsize=64)
def _read_once(data: str) -> Mapping[str, Any]:
    return json_object(data)
