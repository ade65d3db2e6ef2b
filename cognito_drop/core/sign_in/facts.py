"""What a pool and its app clients say of the first sign-in of imported users, drawn from Cognito's own answers.

Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AccountRecoverySettingType.html,
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html,
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EMAIL: Final = "email"
PHONE: Final = "phone_number"
_RECOVERY: Final = {"verified_email": EMAIL, "verified_phone_number": PHONE}
_LEGACY_RECOVERY: Final = (PHONE, EMAIL)
"""Without AccountRecoverySetting: SMS is preferred over email."""
_CODES: Final = {EMAIL: "EMAIL_OTP", PHONE: "SMS_OTP"}
_TIER_WITHOUT_CODES: Final = "LITE"
_DEFAULT_FLOWS: Final = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")
_PASSWORD_FLOWS: Final = frozenset({
    "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH",
})  # fmt: skip
"""Flows that send the password itself, the older names among them: a hash is verified by these alone."""


@dataclass(frozen=True, slots=True)
class AppClient:
    """What an app client says."""

    name: str
    flows: frozenset[str]
    hides_users: bool
    """Whether no error says that a user exists or not (PreventUserExistenceErrors)."""

    @property
    def takes_passwords(self) -> bool:
        """Whether it allows a flow that verifies an imported hash."""
        return not _PASSWORD_FLOWS.isdisjoint(self.flows)

    @property
    def takes_codes(self) -> bool:
        """Whether it allows choice-based sign-in, in which one-time codes are."""
        return "ALLOW_USER_AUTH" in self.flows

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> Self:
        """Draw it from DescribeUserPoolClient's UserPoolClient."""
        return cls(
            described.get("ClientName") or "",
            frozenset(described.get("ExplicitAuthFlows") or _DEFAULT_FLOWS),
            described.get("PreventUserExistenceErrors") == "ENABLED",
        )


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """What decides how users sign in; email and phone_number are meant where attributes are named."""

    recovery: tuple[str, ...]
    """The attributes to which a code is sent that resets a password, the preferred one first; none if only
    administrators reset."""
    is_recovery_chosen: bool
    """Whether AccountRecoverySetting is there: then an attribute that is the second factor resets no password."""
    codes: tuple[str, ...]
    """The attributes to which a one-time code is sent as first factor; none in the Lite plan."""
    requires_mfa: bool
    mfa: frozenset[str]
    """The attributes that are active second factors."""
    has_authenticator: bool
    """Whether an authenticator app is an active second factor."""
    has_sms: bool
    """Whether the pool can send SMS messages."""
    sends_by_ses: bool
    """Whether its emails are sent by Amazon SES, within the quota of the account there."""
    clients: tuple[AppClient, ...] = ()

    @property
    def takes_passwords(self) -> bool:
        """Whether some app client verifies imported hashes."""
        return any(client.takes_passwords for client in self.clients)

    @property
    def takes_codes(self) -> bool:
        """Whether some app client allows one-time codes as first factor."""
        return any(client.takes_codes for client in self.clients)

    @classmethod
    def of(
        cls, user_pool: Mapping[str, Any], mfa_config: Mapping[str, Any], clients: Iterable[Mapping[str, Any]]
    ) -> Self:
        """Draw the facts from the answers of DescribeUserPool, GetUserPoolMfaConfig, and DescribeUserPoolClient."""
        mechanisms = (user_pool.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms") or []
        names = [str(each["Name"]) for each in sorted(mechanisms, key=lambda each: int(each["Priority"]))]
        sms_mfa = mfa_config.get("SmsMfaConfiguration") or {}
        sign_in = (user_pool.get("Policies") or {}).get("SignInPolicy") or {}
        has_codes = user_pool.get("UserPoolTier") != _TIER_WITHOUT_CODES
        allowed = (sign_in.get("AllowedFirstAuthFactors") or []) if has_codes else []
        has_authenticator = bool((mfa_config.get("SoftwareTokenMfaConfiguration") or {}).get("Enabled"))
        by_email = bool(mfa_config.get("EmailMfaConfiguration"))
        # A pool that was made with MFA and an SMS configuration has SMS for its factor, unless it names others.
        by_sms = bool(sms_mfa or (user_pool.get("SmsConfiguration") and not has_authenticator and not by_email))
        return cls(
            recovery=tuple(_RECOVERY[name] for name in names if name in _RECOVERY) if names else _LEGACY_RECOVERY,
            is_recovery_chosen=bool(names),
            codes=tuple(name for name, factor in _CODES.items() if factor in allowed),
            requires_mfa=(mfa_config.get("MfaConfiguration") or user_pool.get("MfaConfiguration")) == "ON",
            mfa=frozenset([PHONE] * by_sms + [EMAIL] * by_email),
            has_authenticator=has_authenticator,
            has_sms=bool(user_pool.get("SmsConfiguration") or sms_mfa.get("SmsConfiguration")),
            sends_by_ses=(user_pool.get("EmailConfiguration") or {}).get("EmailSendingAccount") == "DEVELOPER",
            clients=tuple(map(AppClient.of, clients)),
        )
