"""The first way in of a user: by recovery, verified attributes, one-time codes, hashes, app clients, and MFA."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.sign_in.facts import EMAIL, PHONE, SignInFacts
from cognito_drop.core.sign_in.first_way import SignInUser, first_way

HASHED = SignInUser(True, frozenset({EMAIL}), frozenset({EMAIL}), False)
BOTH = SignInUser(False, frozenset({EMAIL, PHONE}), frozenset({EMAIL, PHONE}), False)
BY_EMAIL = SignInUser(False, frozenset({EMAIL, PHONE}), frozenset({EMAIL}), False)
BY_PHONE = SignInUser(False, frozenset({EMAIL, PHONE}), frozenset({PHONE}), False)
UNVERIFIED = SignInUser(False, frozenset({EMAIL, PHONE}), frozenset(), False)
ONLY_EMAIL = SignInUser(False, frozenset({EMAIL}), frozenset({EMAIL}), False)
WITH_MFA = SignInUser(False, frozenset({EMAIL, PHONE}), frozenset({EMAIL, PHONE}), True)

SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}
CODES = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}}
PASSWORDS, CHOICE = ["ALLOW_USER_PASSWORD_AUTH"], ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
DEFAULTS: list[str] = []


def recovery(*names: str) -> dict[str, Any]:
    """AccountRecoverySetting with these names; the answer lists the last one first."""
    mechanisms = [{"Name": name, "Priority": number} for number, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms[::-1]}}


def way(
    user: SignInUser,
    pool: dict[str, Any] | None = None,
    *clients: list[str],
    mfa: dict[str, Any] | None = None,
) -> WayIn | NoWayIn:
    """The way of a user in a pool with app clients of these flows."""
    described = [{"ClientName": "app", "ExplicitAuthFlows": flows} for flows in clients]
    return first_way(user, SignInFacts.of(pool or {}, mfa or {"MfaConfiguration": "OFF"}, described))


@pytest.mark.parametrize(
    ("user", "flows", "expected"),
    [
        (HASHED, [PASSWORDS], WayIn.PASSWORD),
        (HASHED, [DEFAULTS, ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]], WayIn.PASSWORD),
        (HASHED, [["ADMIN_NO_SRP_AUTH"]], WayIn.PASSWORD),
        (HASHED, [DEFAULTS], WayIn.RESET_BY_EMAIL),
        (HASHED, [["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]], WayIn.RESET_BY_EMAIL),
        (HASHED, [], WayIn.RESET_BY_EMAIL),
        (ONLY_EMAIL, [PASSWORDS], WayIn.RESET_BY_EMAIL),
    ],
)
def test_a_hash_needs_an_app_client_that_is_sent_passwords(
    user: SignInUser, flows: list[list[str]], expected: WayIn
) -> None:
    """SRP does not verify a hash before the first sign-in; a reset replaces it."""
    assert way(user, {}, *flows) is expected


@pytest.mark.parametrize(
    ("pool", "user", "expected"),
    [
        ({}, BOTH, NoWayIn.SMS_NOT_SET_UP),
        ({}, BY_EMAIL, WayIn.RESET_BY_EMAIL),
        (SMS, BOTH, WayIn.RESET_BY_SMS),
        (SMS, BY_EMAIL, WayIn.RESET_BY_EMAIL),
        (SMS, WITH_MFA, WayIn.RESET_BY_SMS),
        ({}, BY_PHONE, NoWayIn.SMS_NOT_SET_UP),
        (SMS | recovery("verified_email", "verified_phone_number"), BOTH, WayIn.RESET_BY_EMAIL),
        (SMS | recovery("verified_email", "verified_phone_number"), BY_PHONE, WayIn.RESET_BY_SMS),
        (SMS | recovery("verified_phone_number", "verified_email"), BOTH, WayIn.RESET_BY_SMS),
        (SMS | recovery("verified_phone_number", "verified_email"), WITH_MFA, WayIn.RESET_BY_EMAIL),
        (SMS | recovery("verified_phone_number"), WITH_MFA, NoWayIn.RECOVERY_IS_SECOND_FACTOR),
        (SMS | recovery("verified_email"), BY_PHONE, NoWayIn.RECOVERY_ELSEWHERE),
        (SMS | recovery("verified_phone_number"), BY_EMAIL, NoWayIn.RECOVERY_ELSEWHERE),
        (recovery("verified_phone_number"), BOTH, NoWayIn.SMS_NOT_SET_UP),
        (SMS | recovery("admin_only"), BOTH, NoWayIn.RECOVERY_ADMIN_ONLY),
    ],
)
def test_a_reset_needs_a_verified_address_that_the_pool_uses(
    pool: dict[str, Any], user: SignInUser, expected: WayIn | NoWayIn
) -> None:
    """By AccountRecoverySetting in its order, or SMS before email without it."""
    assert way(user, pool) is expected


@pytest.mark.parametrize(
    ("pool", "user", "flows", "expected"),
    [
        (CODES, UNVERIFIED, CHOICE, WayIn.CODE_BY_EMAIL),
        (CODES, SignInUser(False, frozenset({PHONE}), frozenset({PHONE}), False), CHOICE, NoWayIn.SMS_NOT_SET_UP),
        (CODES | SMS, SignInUser(False, frozenset({PHONE}), frozenset(), False), CHOICE, WayIn.CODE_BY_SMS),
        (CODES | SMS, HASHED, [*CHOICE, *PASSWORDS], WayIn.PASSWORD),
        (CODES | recovery("admin_only"), ONLY_EMAIL, CHOICE, WayIn.CODE_BY_EMAIL),
        (CODES, ONLY_EMAIL, DEFAULTS, WayIn.RESET_BY_EMAIL),
        (CODES | {"UserPoolTier": "ESSENTIALS"}, UNVERIFIED, CHOICE, WayIn.CODE_BY_EMAIL),
        (CODES | {"UserPoolTier": "LITE"}, ONLY_EMAIL, CHOICE, WayIn.RESET_BY_EMAIL),
        (CODES | SMS, WITH_MFA, CHOICE, WayIn.RESET_BY_SMS),
    ],
)
def test_a_code_needs_its_attribute_and_an_app_client_with_choice(
    pool: dict[str, Any], user: SignInUser, flows: list[str], expected: WayIn | NoWayIn
) -> None:
    """Verified or not; no user with MFA gets one, and no user of a pool in the Lite plan."""
    assert way(user, pool, flows) is expected


@pytest.mark.parametrize(
    ("mfa", "user", "expected"),
    [
        ({"SoftwareTokenMfaConfiguration": {"Enabled": True}}, ONLY_EMAIL, WayIn.RESET_BY_EMAIL),
        ({"SoftwareTokenMfaConfiguration": {"Enabled": False}}, ONLY_EMAIL, NoWayIn.NO_MFA_FACTOR),
        ({"SmsMfaConfiguration": SMS}, ONLY_EMAIL, NoWayIn.NO_MFA_FACTOR),
        ({"SmsMfaConfiguration": SMS}, BY_EMAIL, WayIn.RESET_BY_EMAIL),
        ({"SmsMfaConfiguration": {"SmsAuthenticationMessage": "{####}"}}, BY_EMAIL, NoWayIn.NO_MFA_FACTOR),
        ({"EmailMfaConfiguration": {"Subject": "Code"}}, ONLY_EMAIL, WayIn.RESET_BY_EMAIL),
        ({}, BY_EMAIL, NoWayIn.NO_MFA_FACTOR),
    ],
)
def test_required_mfa_needs_a_factor_besides(mfa: dict[str, Any], user: SignInUser, expected: WayIn | NoWayIn) -> None:
    """A phone number where the pool can send SMS messages, an email address, or an authenticator app that is set up."""
    assert way(user, CODES, CHOICE, mfa={"MfaConfiguration": "ON", **mfa}) is expected


@pytest.mark.parametrize(
    ("other", "user", "expected"),
    [
        ({}, ONLY_EMAIL, NoWayIn.RECOVERY_IS_SECOND_FACTOR),
        ({}, HASHED, WayIn.PASSWORD),
        ({"SoftwareTokenMfaConfiguration": {"Enabled": True}}, ONLY_EMAIL, WayIn.RESET_BY_EMAIL),
        ({"SmsMfaConfiguration": SMS}, BY_EMAIL, WayIn.RESET_BY_EMAIL),
    ],
)
def test_an_email_address_that_is_the_only_factor_resets_no_password(
    other: dict[str, Any], user: SignInUser, expected: WayIn | NoWayIn
) -> None:
    """With AccountRecoverySetting, in a pool that requires MFA: the address cannot be both."""
    mfa = {"MfaConfiguration": "ON", "EmailMfaConfiguration": {"Subject": "Code"}, **other}
    assert way(user, recovery("verified_email"), PASSWORDS, mfa=mfa) is expected


def test_a_pool_that_was_made_with_mfa_and_sms_has_that_factor() -> None:
    """GetUserPoolMfaConfig need not repeat what CreateUserPool was given."""
    assert way(BY_EMAIL, SMS, mfa={"MfaConfiguration": "ON"}) is WayIn.RESET_BY_EMAIL
