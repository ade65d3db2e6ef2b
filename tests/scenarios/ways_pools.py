"""Pools whose settings lead to each way in, each with one app client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tools.local_cloud import LocalCloud

_SMS: Final = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "sms"}
_SENDS_SMS: Final = {"SmsConfiguration": _SMS}
_CODES: Final = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}}
_PASSWORDS: Final = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
_CHOICE: Final = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
_SRP: Final = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def _recovery(*names: str) -> dict[str, Any]:
    mechanisms = [{"Name": name, "Priority": number} for number, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}


WAYS: Final[dict[str, tuple[dict[str, Any], list[str]]]] = {
    "ways-mail": (_SENDS_SMS | _recovery("verified_email"), _PASSWORDS),
    "ways-sms": (_SENDS_SMS, _SRP),
    "ways-codes": (_SENDS_SMS | _CODES | _recovery("admin_only"), _CHOICE),
    "ways-admin": (_recovery("admin_only"), _PASSWORDS),
    "ways-no-sms": (_recovery("verified_phone_number", "verified_email"), _PASSWORDS),
    "ways-mfa": (_SENDS_SMS | _recovery("verified_email", "verified_phone_number"), _PASSWORDS),
}
"""By alias: CreateUserPool's settings and the flows of the app client."""
HASH_COLUMNS: Final = ",".join([*(f"{alias}=listed" for alias in WAYS), "refused"])
"""The setting of the emulator with which these pools list password hashes, and no other does."""


def create_ways_pools(cloud: LocalCloud) -> dict[str, str]:
    """Make the pools; their ids by alias."""
    cognito, found = cloud.client("cognito-idp"), {}
    for alias, (settings, flows) in WAYS.items():
        answer = cognito.create_user_pool(PoolName=alias, AutoVerifiedAttributes=["email", "phone_number"], **settings)
        found[alias] = pool_id = str(answer["UserPool"]["Id"])
        cognito.create_user_pool_client(
            UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=flows, AuthSessionValidity=15
        )
    cognito.set_user_pool_mfa_config(
        UserPoolId=found["ways-mfa"], MfaConfiguration="ON", SmsMfaConfiguration={"SmsConfiguration": _SMS}
    )
    return found
