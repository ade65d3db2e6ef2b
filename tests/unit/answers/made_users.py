"""What records of other systems say of a user."""

from __future__ import annotations

from typing import Final

from tests.unit.answers.case import COLUMNS, hashes, made
from tests.unit.answers.made_exports import ANN, BOB, CY, KEYCLOAK, WITH_HASHES, document
from tests.unit.answers.made_rows import BCRYPT

USERS: Final = {
    "auth0, who is shut out": document(
        [
            ANN | {"blocked": True},
            BOB | {"blocked": "false"},
            CY | {"blocked": 0},
            BOB | {"user_id": "auth0|4", "email": "di@example.com", "Blocked": "yes"},
            ANN | {"user_id": "google-oauth2|5"},
        ],
        preset="auth0",
    ),
    "auth0, notes": document(
        [
            ANN
            | {"identities": [{"connection": "google-oauth2", "isSocial": True}], "app_metadata": {"role": "admin"}},
            BOB | {"multifactor": ["guardian"], "user_metadata": {"x": 1}},
            CY | {"shoe_size": 38},
        ],
        preset="auth0",
    ),
    "clerk, a banned and a locked user": document(
        [
            {
                "id": "user_1",
                "first_name": "Ann",
                "last_name": "Lee",
                "primary_email_address_id": "i1",
                "email_addresses": [
                    {"id": "i1", "email_address": "ann@example.com", "verification": {"status": "verified"}}
                ],
                "banned": False,
            },
            {
                "id": "user_2",
                "username": "bob",
                "primary_email_address_id": "i2",
                "email_addresses": [
                    {"id": "i2", "email_address": "bob@example.com", "verification": {"status": "verified"}}
                ],
                "banned": True,
            },
            {
                "id": "user_3",
                "email_addresses": [
                    {"id": "i3", "email_address": "cy@example.com", "verification": {"status": "unverified"}}
                ],
                "locked": True,
                "totp_enabled": True,
            },
        ],
        preset="clerk",
    ),
    "entra, who is not active": document(
        {
            "value": [
                {
                    "id": "1",
                    "userPrincipalName": "ann@example.com",
                    "mail": "ann@example.com",
                    "displayName": "Ann",
                    "accountEnabled": True,
                    "userType": "Member",
                    "mobilePhone": "+442079460958",
                },
                {
                    "id": "2",
                    "userPrincipalName": "bob@example.com",
                    "mail": "bob@example.com",
                    "accountEnabled": "False",
                },
                {
                    "id": "3",
                    "userPrincipalName": "cy_example.org#EXT#@example.com",
                    "mail": "cy@example.org",
                    "accountEnabled": True,
                    "userType": "Guest",
                },
            ]
        },
        preset="entra",
    ),
    "firebase, with hashes and providers": document(
        {
            "users": [
                {
                    "localId": "1",
                    "email": "ann@example.com",
                    "emailVerified": True,
                    "passwordHash": "aGFzaA==",
                    "salt": "c2FsdA==",
                    "displayName": "Ann",
                    "createdAt": "1700000000000",
                },
                {
                    "localId": "2",
                    "email": "bob@example.com",
                    "emailVerified": True,
                    "disabled": True,
                    "phoneNumber": "+442079460958",
                },
                {
                    "localId": "3",
                    "phoneNumber": "+442079460959",
                    "providerUserInfo": [{"providerId": "google.com", "rawId": "9"}],
                    "customAttributes": '{"role": "admin"}',
                },
            ]
        },
        preset="firebase",
    ),
    "fusionauth, with memberships": document(
        {
            "total": 2,
            "users": [
                {
                    "id": "1",
                    "active": True,
                    "username": "ann",
                    "email": "ann@example.com",
                    "verified": True,
                    "birthDate": "1990-01-31",
                    "fullName": "Ann Lee",
                    "memberships": [{"groupId": "g"}],
                    "registrations": [{"roles": ["admin"]}],
                },
                {"id": "2", "active": False, "email": "bob@example.com", "verified": True},
            ],
        },
        preset="fusionauth",
    ),
    "keycloak, with hashes, groups, and roles": document(
        {
            "realm": "r",
            "users": [
                KEYCLOAK
                | {
                    "groups": ["/staff", "/staff/admins"],
                    "realmRoles": ["default-roles-r"],
                    "attributes": {"phoneNumber": ["+442079460958"], "phoneNumberVerified": ["true"], "locale": ["de"]},
                    "credentials": [
                        {
                            "type": "password",
                            "credentialData": '{"hashIterations":27500,"algorithm":"pbkdf2-sha256"}',
                            "secretData": '{"value":"' + "A" * 43 + '=","salt":"' + "B" * 22 + '=="}',
                        }
                    ],
                },
                KEYCLOAK | {"username": "bob", "email": "bob@example.com", "enabled": False},
                KEYCLOAK | {"username": "service-account-x", "email": "", "serviceAccountClientId": "x"},
                KEYCLOAK
                | {
                    "username": "cy",
                    "email": "cy@example.com",
                    "firstName": "Cy",
                    "lastName": "Poe",
                    "realmRoles": ["admin"],
                    "federatedIdentities": [{"identityProvider": "google"}],
                    "credentials": [{"type": "otp"}],
                    "groups": ["/a b"],
                },
            ],
        },
        preset="keycloak",
        columns=WITH_HASHES,
        hashes=hashes("PBKDF2_SHA256", "ARGON2ID"),
    ),
    "okta, every status": document(
        [
            {
                "id": str(at),
                "status": status,
                "profile": {
                    "login": f"u{at}@example.com",
                    "email": f"u{at}@example.com",
                    "firstName": "U",
                    "lastName": str(at),
                    "mobilePhone": None,
                },
                "credentials": {"provider": {"type": "OKTA"}},
            }
            for at, status in enumerate(
                (
                    "ACTIVE",
                    "STAGED",
                    "PROVISIONED",
                    "RECOVERY",
                    "LOCKED_OUT",
                    "PASSWORD_EXPIRED",
                    "SUSPENDED",
                    "DEPROVISIONED",
                    "NEW",
                )
            )
        ],
        preset="okta",
    ),
    "supabase, who is banned or deleted": made(
        "id,email,encrypted_password,email_confirmed_at,banned_until,deleted_at,phone,phone_confirmed_at,"
        "raw_user_meta_data",
        f'1,ann@example.com,{BCRYPT},2024-01-01 00:00:00+00,,,,,"{{""full_name"": ""Ann Lee""}}"',
        "2,bob@example.com,,2024-01-01 00:00:00+00,2999-01-01 00:00:00+00,,,,{}",
        "3,cy@example.com,,,,,442079460958,2024-01-01 00:00:00+00,{}",
        "4,di@example.com,,2024-01-01 00:00:00+00,,2024-02-01 00:00:00+00,,,{}",
        preset="supabase",
        columns=WITH_HASHES,
        hashes=hashes("BCRYPT"),
    ),
    "google, who is suspended": made(
        "First Name [Required],Last Name [Required],Email Address [Required],Status [READ ONLY],Mobile Phone,Team",
        "Ann,Lee,ann@example.com,Active,+442079460958,Sales",
        "Bob,Roe,bob@example.com,Suspended,,",
        "Cy,Poe,cy@example.com,Archived,,",
        preset="google",
    ),
    "cognito, users of another pool": document(
        {
            "Users": [
                {
                    "Username": "ann",
                    "Enabled": True,
                    "UserStatus": "CONFIRMED",
                    "Attributes": [
                        {"Name": "sub", "Value": "1"},
                        {"Name": "email", "Value": "ann@example.com"},
                        {"Name": "email_verified", "Value": "true"},
                        {"Name": "custom:team", "Value": "sales"},
                    ],
                },
                {
                    "Username": "bob",
                    "Enabled": False,
                    "UserStatus": "CONFIRMED",
                    "Attributes": [
                        {"Name": "email", "Value": "bob@example.com"},
                        {"Name": "email_verified", "Value": "true"},
                    ],
                },
                {
                    "Username": "google_9",
                    "Enabled": True,
                    "UserStatus": "EXTERNAL_PROVIDER",
                    "Attributes": [{"Name": "email", "Value": "cy@example.com"}],
                },
                {
                    "Username": "di",
                    "Enabled": True,
                    "UserStatus": "FORCE_CHANGE_PASSWORD",
                    "Attributes": [{"Name": "email", "Value": "di@example.com"}],
                    "MFAOptions": [{"DeliveryMedium": "SMS"}],
                },
            ]
        },
        preset="cognito",
    ),
    "an export without its preset": document([ANN, BOB]),
    "an export of another system": document([KEYCLOAK], preset="auth0"),
    "no status in any record": document(
        [{"username": "ann", "emailVerified": True, "email": "ann@example.com"}], preset="keycloak"
    ),
    "a pool without the attribute that a mapping names": made(
        "Login,Mail",
        "ann,ann@example.com",
        preset={"columns": {"cognito:username": "Login", "email": "Mail", "custom:nope": "Login"}},
    ),
    "a pool that requires what a preset does not fill": document(
        [ANN],
        preset="auth0",
        columns=(*COLUMNS, "zoneinfo"),
        pool={"SchemaAttributes": [{"Name": "zoneinfo", "AttributeDataType": "String", "Required": True}]},
    ),
    "hashes that a pool takes": document(
        [
            {
                "id": "1",
                "email": "ann@example.com",
                "email_verified": True,
                "user_id": "auth0|1",
                "passwordHash": BCRYPT,
            },
            BOB,
        ],
        preset="auth0",
        columns=WITH_HASHES,
        hashes=hashes("BCRYPT"),
    ),
}
