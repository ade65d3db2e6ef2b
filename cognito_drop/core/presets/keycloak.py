"""Keycloak: a realm export with its users (`kc.sh export --users realm_file`), or one of its users files.

https://www.keycloak.org/server/importExport
https://www.keycloak.org/docs-api/latest/rest-api/index.html#UserRepresentation and #CredentialRepresentation
`attributes` are lists of values, free in their names; those read here are the ones that Keycloak's own client scopes
`profile` and `phone` become claims: OIDCLoginProtocolFactory.java in https://github.com/keycloak/keycloak.
`credentialData` and `secretData` are JSON in texts; salt and hash are in standard Base64, the hash of up to 64 bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.record_shape import ShapedExport
from cognito_drop.core.presets.user import (
    SourceUser,
    Texts,
    flag,
    is_true,
    json_object,
    text,
    word,
)
from cognito_drop.core.rows.groups import GROUPS, SEPARATOR, is_group_name, joined
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, USERNAME
from cognito_drop.core.rows.rejection import RejectionCode
from cognito_drop.core.text.kept import kept_if_short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.presets.record_shape import RecordShape

_OWN = {
    "phone_number": "phoneNumber",
    "middle_name": "middleName",
    **{name: name for name in ("nickname", "profile", "picture", "website", "gender", "locale", "zoneinfo")},
}
_OWN_TEXTS = Texts(tuple(_OWN.values()))
_BLANK = dict.fromkeys(
    (
        *("email", "email_verified", "given_name", "family_name", "name", "phone_number_verified", *_OWN, GROUPS),
        *(USERNAME, MFA_ENABLED, PASSWORD_HASH),
    ),
    "",
)
"""All columns of a row, so that none is added to it later."""
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
_CHANGE = "update_password"
_ARGON2 = "argon2"
_PBKDF2_SHA256 = "pbkdf2-sha256"
_SECOND_FACTORS = frozenset({"otp", "totp", "hotp", "webauthn", "recovery-authn-codes"})
_USUAL_SECRET = re.compile(
    r'\{"value":"([A-Za-z0-9+/=]++)","salt":"([A-Za-z0-9+/=]++)"(?:,"additionalParameters":\{\})?\}'
)
"""The text that Keycloak writes, of which the values are known without a decoder of JSON."""
_PBKDF2 = HashAlgorithm.PBKDF2_SHA256  # Python 3.11 takes long to find a member of an enumeration


class Keycloak(ShapedExport):
    """Users of a realm; the accounts of its clients are no users and are rejected as such."""

    name = PresetName.KEYCLOAK
    columns = ("email", "given_name", "family_name", *_OWN, "name", GROUPS)
    texts = ("id", "username", "email", "firstName", "lastName")
    values = (
        *("enabled", "emailVerified", "attributes", "credentials", "groups", "realmRoles", "clientRoles"),
        *("federatedIdentities", "serviceAccountClientId", "service_account_client_link", "federationLink", "origin"),
    )
    records_in = "users"
    members = _MEMBERS
    status_in = frozenset({"enabled"})
    signs = tuple(
        frozenset({"username", other}) for other in ("enabled", "emailVerified", "createdTimestamp", "credentials")
    )
    listless = frozenset({"realm"})
    how = "Export one realm with its users: `kc.sh export --realm NAME --users realm_file --file realm.json`."

    def account_of(self, record: Mapping[str, Any], shape: RecordShape) -> SourceUser:
        """The name is given and family name, as Keycloak has none of its own."""
        (own_id, username, email, given, family), values = shape.read(record)
        is_enabled, is_verified, own, credentials, paths, roles, client_roles, identities, *others = values
        client, old_client, federation, origin = others
        attributes = _BLANK.copy()
        attributes["email"] = email
        attributes["email_verified"] = ("true" if is_verified is True else flag(is_verified)) if email else "false"
        attributes["given_name"] = given
        attributes["family_name"] = family
        attributes["name"] = f"{given} {family}" if given and family else given or family
        attributes["phone_number_verified"] = "false"
        has_other_data = False
        if isinstance(own, dict) and own:
            has_other_data = not _take_attributes(attributes, own)
        user = SourceUser(own_id, username, attributes)
        if client or old_client:
            user.refused = RejectionCode.USER_IS_CLIENT
        elif is_enabled is not True and not is_true(is_enabled):
            user.refused = RejectionCode.USER_DISABLED  # also where it is missing, as in Keycloak's own import
            user.lacks_status = "enabled" not in record
        _take_credentials(user, credentials)
        if user.has_password and _has_to_change_password(record.get("requiredActions")):
            user.has_password = False
            user.notes.append(Note.PASSWORD_TEMPORARY)
        lacks_groups = False
        if paths:
            groups = _groups(paths)
            fitting = [name for name in groups if is_group_name(name) and SEPARATOR not in name]
            attributes[GROUPS] = joined(fitting)
            lacks_groups = len(fitting) < len(groups)
        if client_roles or lacks_groups or (roles and _has_granted(roles)):
            user.notes.append(Note.ROLES)
        if identities:
            user.notes.append(Note.SOCIAL_IDENTITIES)
        if federation or origin:
            user.notes.append(Note.DIRECTORY)
        if has_other_data or shape.has_more(record):
            user.notes.append(Note.OTHER_DATA)
        return user


def _take_attributes(attributes: dict[str, str], own: Mapping[str, Any]) -> bool:
    """Take what there are columns for; whether that is all."""
    first = {name: _first(value) for name, value in own.items()}
    attributes.update(zip(_OWN, _OWN_TEXTS.of(first), strict=True))
    if not _is_several(own.get("phoneNumber")):  # which of them has been verified is not known
        attributes["phone_number_verified"] = flag(text(own.get("phoneNumberVerified")))
    return own.keys() <= _KNOWN and not any(map(_is_several, own.values()))


def _first(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """The value that Keycloak gives an application of several, unless it asks for all."""
    return value[0] if isinstance(value, list) and value else value


def _is_several(value: Any) -> bool:  # noqa: ANN401  (any JSON)
    return isinstance(value, list) and len(value) > 1


def _groups(paths: Any) -> list[str]:  # noqa: ANN401  (any JSON)
    """The paths of the groups without the slash that each of them starts with: `/staff/admins` is `staff/admins`."""
    return [name for path in paths if (name := text(path).removeprefix("/"))] if isinstance(paths, list) else []


def _has_granted(roles: Any) -> bool:  # noqa: ANN401  (any JSON)
    """Whether there are roles beside the one that every user of a realm has."""
    for role in roles if isinstance(roles, list) else ():  # noqa: SIM110  (a generator would take longer)
        if not text(role).startswith(_DEFAULT_ROLES):
            return True
    return False


def _take_credentials(user: SourceUser, credentials: Any) -> None:  # noqa: ANN401  (any JSON)
    for credential in credentials if isinstance(credentials, list) else ():
        if not isinstance(credential, dict):
            continue
        kind = text(credential.get("type"))
        if kind != "password":
            if kind in _SECOND_FACTORS and Note.MFA not in user.notes:
                user.notes.append(Note.MFA)
        elif not user.has_password:
            user.has_password = True
            data = credential.get("credentialData")
            algorithm, rounds, data = _parameters_in(data) if isinstance(data, str) else _parameters(data)
            secret = credential.get("secretData")
            usual = _USUAL_SECRET.fullmatch(secret) if isinstance(secret, str) else None
            value, salt = usual.groups() if usual else _value_and_salt(json_object(secret))
            if algorithm == _ARGON2:
                user.algorithm, user.password = HashAlgorithm.ARGON2ID, _argon2(data, salt, value)
            elif algorithm == _PBKDF2_SHA256 and rounds and salt and value:
                user.algorithm = _PBKDF2
                user.password = f"${_PBKDF2_SHA256}${rounds}${salt}${value}"


def _has_to_change_password(actions: Any) -> bool:  # noqa: ANN401  (any JSON)
    """Whether an administrator has set the password for once, or has asked for another one: Cognito would take it."""
    return isinstance(actions, list) and any(word(action) == _CHANGE for action in actions)


def _argon2(data: Mapping[str, Any], salt: str, value: str) -> str:
    """The hash in the form of its reference implementation, which Cognito asks for. Keycloak's default is five passes.

    https://www.keycloak.org/docs-api/latest/javadocs/org/keycloak/crypto/hash/Argon2Parameters.html
    """
    more = data.get("additionalParameters")
    lists = more.items() if isinstance(more, dict) else ()
    values = {name: text(listed[0]) for name, listed in lists if isinstance(listed, list) and listed}
    cost = f"m={values.get('memory', '')},t={text(data.get('hashIterations'))},p={values.get('parallelism', '1')}"
    return f"$argon2{values.get('type', 'id')}$v=19${cost}${salt.rstrip('=')}${value.rstrip('=')}"


def _value_and_salt(secret: Mapping[str, Any]) -> tuple[str, str]:
    """The hash and the salt, blank where there is none."""
    return text(secret.get("value")), text(secret.get("salt"))


def _parameters(data: Any) -> tuple[Any, str, Mapping[str, Any]]:  # noqa: ANN401  (any JSON)
    """The algorithm of a hash, its rounds, and all that is said of it."""
    found = json_object(data)
    return found.get("algorithm"), text(found.get("hashIterations")), found


_parameters_in = kept_if_short(_parameters)
"""Those in a text, which nearly all users of a realm share."""
