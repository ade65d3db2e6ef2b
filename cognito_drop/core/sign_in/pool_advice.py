"""What the settings of a pool mean for the first sign-in of its users, each with the change to make.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html (50 emails a day),
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.contract import limits
from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.sign_in.facts import EMAIL, PHONE
from cognito_drop.core.sign_in.wording import email_days
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.names import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cognito_drop.core.sign_in.facts import SignInFacts
    from cognito_drop.core.text.json_types import WarningJson

_POOL: Final = "UpdateUserPool, which resets every setting that you do not pass"
_CLIENT: Final = "UpdateUserPoolClient, which resets every setting that you do not pass"


@dataclass(frozen=True, slots=True)
class Advice:
    """A setting that users meet. The sentences are about the pool; `change` says what to set, with which call."""

    code: str
    sentence: str
    change: str
    is_fault: bool = True
    """Whether it keeps users out; otherwise it is to be known."""

    @property
    def warning(self) -> WarningJson:
        """For the report of a file that is only checked."""
        return {"code": self.code, "message": f"{self.sentence} {self.change}"}


def pool_advice(
    facts: SignInFacts, ways: Mapping[WayIn | NoWayIn, int] | None = None, *, takes_hashes: bool
) -> list[Advice]:
    """What holds for the accepted users of a file by their ways in, or without these for any file."""
    if ways is not None and not any(ways.values()):
        return []
    return [
        *_recovery(facts, ways),
        *_sms(facts, ways),
        *_mfa(facts, ways),
        *_hashes(facts, takes=takes_hashes),
        *_emails(facts, ways),
        *_clients(facts, ways),
    ]


def _recovery(facts: SignInFacts, ways: Mapping[WayIn | NoWayIn, int] | None) -> Iterator[Advice]:
    if facts.recovery:
        return
    out = ways.get(NoWayIn.RECOVERY_ADMIN_ONLY, 0) if ways is not None else 0
    said = f", so {counted(out, 'user')} cannot sign in" if out else ""
    yield Advice(
        "recovery_admin_only",
        f"Users cannot reset their passwords (AccountRecoverySetting is admin_only){said}.",
        f"Set AccountRecoverySetting to verified_email ({_POOL}), or set passwords with AdminSetUserPassword, which "
        "makes users active.",
    )


def _sms(facts: SignInFacts, ways: Mapping[WayIn | NoWayIn, int] | None) -> Iterator[Advice]:
    is_wanted = PHONE in facts.codes or PHONE in facts.mfa or (facts.is_recovery_chosen and PHONE in facts.recovery)
    out = ways.get(NoWayIn.SMS_NOT_SET_UP, 0) if ways is not None else 0
    if facts.has_sms or not (is_wanted or out):
        return
    said = f" {counted(out, 'user')} cannot sign in without it." if out else ""
    yield Advice(
        "sms_not_set_up",
        f"The pool cannot send SMS messages: it has no SmsConfiguration.{said}",
        f"Set SmsConfiguration with the ARN of a role that may publish to Amazon SNS ({_POOL}).",
    )


def _mfa(facts: SignInFacts, ways: Mapping[WayIn | NoWayIn, int] | None) -> Iterator[Advice]:
    if not facts.requires_mfa or facts.has_authenticator:
        return
    if ways is not None and not ways.get(NoWayIn.NO_MFA_FACTOR):
        return
    factors = [words for name, words in ((PHONE, "phone number"), (EMAIL, "email address")) if name in facts.mfa]
    who = f"users without {' or '.join(factors) or 'a factor'}" if ways is None else (
        counted(ways[NoWayIn.NO_MFA_FACTOR], "user")
    )  # fmt: skip
    yield Advice(
        "mfa_without_factor",
        f"The pool requires MFA, and {who} cannot sign in: an import sets up no factor.",
        "Activate authenticator apps, which users set up at the first sign-in (SetUserPoolMfaConfig with "
        "SoftwareTokenMfaConfiguration Enabled=true), or add the attribute of an active factor to the file.",
    )


def _hashes(facts: SignInFacts, *, takes: bool) -> Iterator[Advice]:
    if not takes or facts.takes_passwords or not facts.clients:
        return
    clients = named([client.name for client in facts.clients])
    yield Advice(
        "no_client_for_hashes",
        f"No app client accepts imported passwords: {clients}. Users with a password hash have to reset it.",
        f"Add ALLOW_USER_PASSWORD_AUTH to the ExplicitAuthFlows of the app client ({_CLIENT}).",
    )


def _emails(facts: SignInFacts, ways: Mapping[WayIn | NoWayIn, int] | None) -> Iterator[Advice]:
    if facts.sends_by_ses or not (EMAIL in facts.recovery or EMAIL in facts.codes):
        return
    said = "."
    if ways is not None:
        users = ways.get(WayIn.RESET_BY_EMAIL, 0) + ways.get(WayIn.CODE_BY_EMAIL, 0)
        if (days := email_days(users)) <= 1:
            return
        said = f", so {counted(users, 'user')} who need one take {counted(days, 'day')}."
    yield Advice(
        "emails_by_cognito",
        f"Cognito sends about {limits.COGNITO_EMAILS_A_DAY} emails a day for the account (EmailSendingAccount is "
        f"COGNITO_DEFAULT){said}",
        f"Set EmailConfiguration to EmailSendingAccount DEVELOPER with a SourceArn of Amazon SES ({_POOL}).",
        is_fault=False,
    )


def _clients(facts: SignInFacts, ways: Mapping[WayIn | NoWayIn, int] | None) -> Iterator[Advice]:
    if ways is not None and not (ways.get(WayIn.RESET_BY_EMAIL) or ways.get(WayIn.RESET_BY_SMS)):
        return
    if ways is None and not facts.clients:
        yield Advice(
            "no_app_client",
            "The pool has no app client, through which users sign in.",
            "Create one with CreateUserPoolClient.",
            is_fault=False,
        )
    hiding = [client.name for client in facts.clients if client.hides_users]
    showing = [client.name for client in facts.clients if not client.hides_users]
    if hiding:
        yield Advice(
            "users_hidden",
            f"In the app client {named(hiding)}, the sign-in of users who must reset fails as with a wrong "
            "password (NotAuthorizedException, as PreventUserExistenceErrors is ENABLED), under managed login too.",
            f'Offer "Forgot password?" there, or set PreventUserExistenceErrors to LEGACY ({_CLIENT}).',
            is_fault=False,
        )
    if showing:
        yield Advice(
            "users_shown",
            f"Users who must reset their password get PasswordResetRequiredException in {named(showing)} "
            '(PreventUserExistenceErrors is LEGACY); under managed login, users choose "Forgot password?".',
            "Let the app call ForgotPassword then; ENABLED hides which users exist, also from those who must reset.",
            is_fault=False,
        )
