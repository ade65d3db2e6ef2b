"""What the presets make of each member of a record: the user of a full record, and what changes without the member."""

from __future__ import annotations

import functools
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias

from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.presets.user import SourceUser
from tests.unit.strings.members import by_member

if TYPE_CHECKING:
    from collections.abc import Iterator

_Json: TypeAlias = Any
_HASHED = '{"value": "aGFzaA==", "salt": "c2FsdA=="}'

_RECORDS: dict[str, list[dict[str, Any]]] = {
    "auth0": [
        {
            "user_id": "auth0|1", "username": "mia", "email": "mia@example.com", "email_verified": True,
            "name": "Mia M", "given_name": "Mia", "family_name": "M", "nickname": "mi", "picture": "https://p.example/1",
            "phone_number": "+4930123456", "phone_verified": True, "locale": "de", "zoneinfo": "Europe/Berlin",
            "passwordHash": "$2b$10$abc", "blocked": True, "multifactor": ["guardian"], "mfa_factors": ["totp"],
            "identities": [{"provider": "google-oauth2", "isSocial": True}], "app_metadata": {"roles": ["a"]},
            "user_metadata": {"color": "red"},
        },
        {
            "_id": {"$oid": "5dea"}, "alt_id": "7", "password_hash": "$2a$10$abc", "custom_password_hash": "plain",
            "identifiers": [
                {"type": "email", "value": "mia@example.com", "verified": True},
                {"type": "phone", "value": "+4930123456", "verified": True},
                {"type": "email", "value": "other@example.com", "verified": False},
            ],
            "identities": [{"provider": "waad"}], "app_metadata": {"authorization": {"groups": ["a"]}},
        },
        {"_id": "5dea", "custom_password_hash": "x", "mfa_factors": ["totp"], "identities": [{"isSocial": "true"}]},
        {"user_id": "'google-oauth2|1", "name": "'Mia", "logins_count": 7},
        {"Id": "email|1", "Email Verified": "true", "other": "x"},
    ],
    "clerk": [
        {
            "id": "user_1", "first_name": "Mia", "last_name": "M", "username": "mia", "banned": "true",
            "primary_email_address": "mia@example.com", "primary_phone_number": "+4930123456",
            "verified_email_addresses": "mia@example.com|old@example.com", "verified_phone_numbers": "+4930123456",
            "unverified_email_addresses": "new@example.com", "unverified_phone_numbers": "+4930123457",
            "totp_secret": "s", "password_digest": "$2b$10$abc", "password_hasher": "bcrypt", "public_metadata": "x",
        },
        {"verified_email_addresses": " a@example.com | b@example.com", "verified_phone_numbers": ["+491", " "]},
        {"primary_email_address": "a@example.com", "unverified_phone_numbers": "+4930123457", "last_name": "M"},
        {
            "id": "user_1", "firstName": "Mia", "last_name": "M", "username": "mia", "banned": True,
            "email_addresses": [
                {"id": "e1", "email_address": " a@example.com", "verification": {"status": "verified"}},
                {"id": "e2", "emailAddress": "b@example.com", "verification": {"status": "unverified"}},
            ],
            "primary_email_address_id": "e2", "primaryPhoneNumberId": "p1",
            "phone_numbers": [{"id": "p1", "phone_number": "+491", "verification": {"status": "verified"}}],
            "totp_enabled": True, "two_factor_enabled": True, "passkeys": [{"id": "k"}],
            "external_accounts": [{"id": "x"}], "organization_memberships": [{"role": "admin"}],
            "public_metadata": {"plan": "gold"},
        },
        {"emailAddresses": [{"id": None, "emailAddress": "a@example.com"}], "two_factor_enabled": True},
        {"email_addresses": [], "passkeys": [{"id": "k"}], "saml_accounts": [{}]},
        {"email_addresses": [], "enterprise_accounts": [{}], "totp_enabled": True},
    ],
    "cognito": [
        {
            "Username": "mia", "Enabled": True, "UserStatus": "CONFIRMED", "MFAOptions": [{}], "Groups": ["a", "b;c"],
            "UserMFASettingList": ["SMS_MFA"], "UserCreateDate": "2026-01-01", "extra": "x",
            "Attributes": [
                {"Name": "sub", "Value": "s-1"}, {"Name": "email", "Value": "mia@example.com"},
                {"Name": "email_verified", "Value": "true"}, {"Name": "phone_number", "Value": "+491"},
                {"Name": "phone_number_verified", "Value": "true"}, {"Name": "custom:role", "Value": "r"},
                {"Name": "identities", "Value": "[1]"}, {"Name": "cognito:user_status", "Value": "CONFIRMED"},
            ],
        },
        {"Username": "s-1", "UserAttributes": {"sub": "s-1", "email": "a@example.com", "custom:old_sub": "s-0"}},
        {"sub": "s-1", "email": "a@example.com", "Status": "Disabled", "Groups": [{"GroupName": "a"}]},
        {"Username": "google_1", "UserStatus": "EXTERNAL_PROVIDER", "UserMFASettingList": ["SMS_MFA"]},
        {"Username": "a", "UserStatus": "Force change password", "Enabled": "false"},
        {"Username": "a", "UserStatus": "NEW_ONE", "Status": "Enabled", "Groups": "a", "MFAOptions": [{}]},
    ],
    "entra": [
        {
            "id": "1", "userPrincipalName": "mia@example.com", "mail": "mia.m@example.com", "displayName": "Mia M",
            "givenName": "Mia", "surname": "M", "mobilePhone": "+491", "preferredLanguage": "de",
            "accountEnabled": False, "userType": "Guest", "onPremisesSyncEnabled": True, "otherMails": ["a@b.example"],
            "extra": "x", "identities": [{"signInType": "federated", "issuer": "google.com"}],
            "externalUserState": "PendingAcceptance",
        },
        {
            "objectId": "2", "userPrincipalName": "mia#EXT#@t.onmicrosoft.com", "businessPhones": ["+491"],
            "proxyAddresses": ["smtp:b@example.com", "SMTP:a@example.com"], "Block sign in": "No",
            "dirSyncEnabled": "True",
        },
        {
            "id": "3", "userPrincipalName": "3@T.onmicrosoft.com", "deletedDateTime": "2026-01-01",
            "userType": "Member", "identities": [{"signInType": "emailAddress", "issuerAssignedId": "b2c@example.com"}],
        },
        {"userPrincipalName": "mia", "blockCredential": "true", "alternateEmailAddress": "b@example.com"},
    ],
    "firebase": [
        {
            "localId": "1", "email": "mia@example.com", "emailVerified": True, "displayName": "Mia", "photoUrl": "p",
            "phoneNumber": "+491", "passwordHash": "h", "salt": "s", "disabled": True, "mfaInfo": [{}],
            "providerUserInfo": [{"providerId": "google.com"}, {"providerId": "password"}], "customAttributes": "{}",
            "extra": "x",
        },
        {"localId": "1", "google_id": "7", "providerUserInfo": [{"providerId": "phone"}]},
    ],
    "fusionauth": [
        {
            "id": "1", "username": "mia", "email": "mia@example.com", "verified": True, "phoneNumber": "+491",
            "mobilePhone": "+492", "fullName": "Mia M", "firstName": "Mia", "middleName": "A", "lastName": "M",
            "birthDate": "1990-01-02", "imageUrl": "p", "preferredLanguages": ["de", "en"], "timezone": "Europe/Berlin",
            "active": False, "expiry": 1, "password": "x", "twoFactor": {"methods": [{}]}, "twoFactorEnabled": True,
            "registrations": [{"roles": ["a"], "data": {"b": 1}}], "memberships": [{}], "data": {"a": 1},
            "identities": [
                {"type": "email", "value": "mia@example.com", "verified": False},
                {"type": "phoneNumber", "value": "+491", "verified": True}, {"type": "username", "value": "x"},
            ],
        },
        {"active": True, "registrations": [{"data": {"b": 1}}], "twoFactorEnabled": True},
        {"active": True, "identities": [{"type": "email", "value": " b@example.com", "verified": True}]},
        {"expiry": 1, "registrations": [{"roles": ["a"]}], "twoFactor": {"methods": [{}]}},
    ],
    "google": [
        {
            "Email Address [Required]": "mia@example.com", "First Name [Required]": "Mia", "Last Name [Required]": "M",
            "Mobile Phone": "+491", "Work Phone": "+492", "Work Address": "Way 1", "Status [READ ONLY]": "Suspended",
            "2sv Enrolled [READ ONLY]": "True", "Recovery Email": "b@example.com", "Department": "x",
        },
        {"Email Address": "a@example.com", "Status": "new", "Home Address": "Way 2", "Recovery Phone": "+493"},
        {"Email Address": "a@example.com", "Status": "Active", "New Status": "Pending deletion"},
    ],
    "keycloak": [
        {
            "id": "1", "username": "mia", "email": "mia@example.com", "emailVerified": True, "firstName": "Mia",
            "lastName": "M", "enabled": False, "groups": ["/staff", "/a;b"], "realmRoles": ["default-roles-x", "admin"],
            "clientRoles": {"c": ["r"]}, "federatedIdentities": [{}], "federationLink": "f", "origin": "o",
            "attributes": {
                "phoneNumber": ["+491"], "phoneNumberVerified": ["true"], "middleName": ["A"], "locale": ["de"],
                "website": ["w"], "other": ["x"],
            },
            "credentials": [
                {"type": "otp"}, {"type": "webauthn"},
                {
                    "type": "password", "secretData": _HASHED,
                    "credentialData": '{"hashIterations": 27500, "algorithm": "pbkdf2-sha256"}',
                },
            ],
        },
        {
            "username": "a", "serviceAccountClientId": "c", "realmRoles": ["default-roles-x"],
            "clientRoles": {"c": ["r"]},
            "credentials": [
                {
                    "type": "password", "secretData": {"value": "aGFzaA==", "salt": "c2FsdA=="},
                    "credentialData": {
                        "hashIterations": 5, "algorithm": "argon2",
                        "additionalParameters": {"memory": ["7168"], "parallelism": ["2"], "type": ["i"]},
                    },
                }
            ],
        },
        {"username": "a", "firstName": "A", "groups": ["/a;b"], "origin": "o", "extra": "x"},
        {
            "username": "a",
            "credentials": [
                {"type": "password", "credentialData": '{"algorithm": "argon2"}', "secretData": _HASHED},
                {"type": "password", "credentialData": '{"algorithm": "pbkdf2-sha256", "hashIterations": 1}'},
            ],
        },
    ],
    "okta": [
        {
            "id": "1", "status": "SUSPENDED", "transitioningToStatus": "ACTIVE", "extra": "x",
            "credentials": {"provider": {"type": "FEDERATION"}, "password": {"hash": {"value": "x"}}},
            "profile": {
                "login": "mia@example.com", "email": "mia@example.com", "firstName": "Mia", "lastName": "M",
                "middleName": "A", "displayName": "Mia M", "nickName": "mi", "profileUrl": "u", "timezone": "z",
                "postalAddress": "Way 1", "mobilePhone": "+491", "primaryPhone": "+492", "locale": "de_DE",
                "preferredLanguage": "de", "secondEmail": "b@example.com", "status": "x", "department": "d",
            },
        },
        {"login": "a", "email": "a@example.com", "status": "STAGED", "groups": "g", "primaryPhone": "+492"},
        {"username": "a", "email": "a@example.com", "status": "NEW", "roles": "r", "preferredLanguage": "de"},
        {"login": "a", "Status": "ACTIVE", "status": "x", "credentials": {"provider": {"type": "LDAP"}}},
        {"login": "a", "credentials": {"provider": {"type": "SOCIAL"}}, "profile.status": "ACTIVE", "profile.id": "9"},
    ],
    "supabase": [
        {
            "id": "1", "email": "mia@example.com", "phone": "491", "encrypted_password": "$2a$10$abc",
            "email_confirmed_at": "2026-01-01", "phone_confirmed_at": "2026-01-01", "banned_until": "2026-01-01",
            "deleted_at": "2026-01-01", "is_super_admin": "true", "is_sso_user": "true", "extra": "x",
            "raw_user_meta_data": (
                '{"full_name": "Mia M", "name": "M", "first_name": "Mia", "last_name": "M", "avatar_url": "p", '
                '"user_name": "mi", "locale": "de", "timezone": "z", "color": "red"}'
            ),
            "raw_app_meta_data": '{"provider": "google", "providers": ["email", "google"], "role": "a", "plan": "p"}',
        },
        {
            "email": "a@example.com", "confirmed_at": "2026-01-01", "phone_confirmed_at": "NULL", "phone": "+491",
            "raw_app_meta_data": {"providers": ["email", "phone"], "roles": ["a"]}, "encrypted_password": "x",
        },
        {"email": "a@example.com", "raw_user_meta_data": "not JSON", "raw_app_meta_data": "{}", "deleted_at": "\\N"},
        {"email": "a@example.com", "raw_user_meta_data": "{}", "raw_app_meta_data": "not JSON"},
    ],
}  # fmt: skip


def export_members() -> Iterator[str]:
    """The lines for each preset: a full record's user, then each member with what it decides."""
    assert {*_RECORDS} == {*PRESETS}
    for name, records in _RECORDS.items():
        for number, record in enumerate(records, 1):
            yield from by_member(f"{name} {number}", record, functools.partial(_said, name))


def _said(name: str, record: dict[str, Any]) -> dict[str, str]:
    user = PRESETS[name].account(record)
    values = {one.name: getattr(user, one.name) for one in fields(SourceUser) if one.name != "attributes"}
    return {name: _shown(value) for name, value in {**values, **user.attributes}.items() if value}


def _shown(value: _Json) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)
