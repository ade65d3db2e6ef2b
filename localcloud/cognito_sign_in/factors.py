"""What a user can sign in with, by the pool and the user's attributes.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.cognitoidp.models import UserStatus

from localcloud.cognito_import.user_store import ImportedUser
from localcloud.cognito_sign_in.delivery import EMAIL, PHONE, Destination

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUser, CognitoIdpUserPool

CODES: Final = {"EMAIL_OTP": EMAIL, "SMS_OTP": PHONE}
"""One-time codes as first factors, and the attribute that receives each."""


def allowed_first(pool: CognitoIdpUserPool) -> list[str]:
    """The first factors that the pool allows."""
    policies = pool.extended_config.get("Policies") or {}
    return (policies.get("SignInPolicy") or {}).get("AllowedFirstAuthFactors") or ["PASSWORD"]


def available(pool: CognitoIdpUserPool, user: CognitoIdpUser) -> tuple[str, ...]:
    """The challenges of choice-based sign-in; a passkey is registered by a user who is signed in, which is moto's not.

    One-time codes go with no required MFA, and with no user who has MFA.
    """
    allowed = allowed_first(pool)
    challenges = []
    if "PASSWORD" in allowed:
        challenges += ["PASSWORD_SRP"] if user.password is not None else []
        challenges += ["PASSWORD"] if _has_password(user) or user.status is UserStatus.RESET_REQUIRED else []
    has_mfa = pool.mfa_config == "ON" or user.sms_mfa_enabled or user.software_token_mfa_enabled
    if not has_mfa:
        challenges += [code for code in CODES if code in allowed and destination(user, code)]
    return tuple(challenges)


def destination(user: CognitoIdpUser, code: str) -> Destination | None:
    """Where the code goes, verified or not: the right code verifies the attribute."""
    value = user.attribute_lookup.get(CODES[code])
    return Destination(CODES[code], value) if value else None


def second_factors(pool: CognitoIdpUserPool) -> list[str]:
    """The factors that a user of the pool can set up."""
    factors = ["SOFTWARE_TOKEN_MFA"] if (pool.token_mfa_config or {}).get("Enabled") else []
    has_sms = pool.sms_mfa_config or pool.extended_config.get("SmsConfiguration")
    return [*factors, "SMS_MFA"] if has_sms or not factors else factors


def _has_password(user: CognitoIdpUser) -> bool:
    return user.password is not None or (isinstance(user, ImportedUser) and user.password_hash is not None)
