"""The first way in of one imported user: by the pool's facts and what the row has.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html,
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.sign_in.facts import EMAIL, PHONE

if TYPE_CHECKING:
    from cognito_drop.core.sign_in.facts import SignInFacts

MFA_SETUP_AT_SIGN_IN: Final = True
"""Whether an imported user without a factor can set an authenticator app up at the first sign-in to a pool that
requires MFA (the challenge MFA_SETUP). AWS documents the challenge for users who must set up a factor before they can
sign in, and that managed login prompts all users for it; imported users are not named, nor excepted. Codes by SMS or
email need no setup, only the attribute, verified or not; a user without it sets up an authenticator app, or nothing.
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html"""
EMAIL_AFTER_SMS: Final = False
"""Whether a code goes to the verified email address where SMS is preferred, and the pool cannot send SMS messages. AWS
does not say, so the safe answer is taken: it does not."""
EMAIL_MFA_BY_IMPORT: Final = False
"""Whether email is the second factor of an imported user who has another factor, in a pool with email MFA, so that it
resets no password. AWS does not say."""

_CODES: Final = {EMAIL: WayIn.CODE_BY_EMAIL, PHONE: WayIn.CODE_BY_SMS}
_RESETS: Final = {EMAIL: WayIn.RESET_BY_EMAIL, PHONE: WayIn.RESET_BY_SMS}


class SignInUser(NamedTuple):
    """What a row says of the user's first sign-in."""

    has_hash: bool
    given: frozenset[str]
    """The attributes with a value, of email and phone_number."""
    verified: frozenset[str]
    """Those that are verified: at least one, as Cognito imports no other user."""
    has_mfa: bool
    """Whether the row turns MFA on."""


@dataclass(frozen=True, slots=True)
class FirstWays:
    """The first way in of each kind of user in a pool, decided once a kind."""

    facts: SignInFacts
    _known: dict[SignInUser, WayIn | NoWayIn] = field(default_factory=dict, repr=False, compare=False)

    def of(self, user: SignInUser) -> WayIn | NoWayIn:
        """The way, or why there is none."""
        found = self._known.get(user)
        if found is None:
            found = self._known[user] = first_way(user, self.facts)
        return found


def first_way(user: SignInUser, facts: SignInFacts) -> WayIn | NoWayIn:
    """The first way in that the pool, its app clients and the row allow, or why there is none.

    Users of a pool without an app client are judged as if it had one with default settings.
    """
    if facts.requires_mfa and not _has_factor(user, facts):
        return NoWayIn.NO_MFA_FACTOR
    if user.has_hash and facts.takes_passwords:
        return WayIn.PASSWORD
    return _code(user, facts) or _reset(user, facts)


def _has_factor(user: SignInUser, facts: SignInFacts) -> bool:
    """Whether the user can respond to a second factor, or set one up."""
    return _has_factor_besides_email(user, facts) or (EMAIL in facts.mfa and EMAIL in user.given)


def _has_factor_besides_email(user: SignInUser, facts: SignInFacts) -> bool:
    by_sms = PHONE in facts.mfa and PHONE in user.given and facts.has_sms
    return by_sms or (facts.has_authenticator and MFA_SETUP_AT_SIGN_IN)


def _code(user: SignInUser, facts: SignInFacts) -> WayIn | None:
    """A one-time code as first factor: for no user with MFA, verified or not."""
    if not facts.takes_codes or facts.requires_mfa or (user.has_mfa and PHONE in user.given):
        return None
    usable = (name for name in facts.codes if name in user.given and (name == EMAIL or facts.has_sms))
    return next((_CODES[name] for name in usable), None)


def _reset(user: SignInUser, facts: SignInFacts) -> WayIn | NoWayIn:
    """A code that resets the password goes to a verified attribute, by the pool's order."""
    if not facts.recovery:
        return NoWayIn.RECOVERY_ADMIN_ONLY
    refused = None
    for name in facts.recovery:
        if name not in user.verified:
            continue
        if facts.is_recovery_chosen and _is_second_factor(name, user, facts):
            refused = NoWayIn.RECOVERY_IS_SECOND_FACTOR
        elif name == PHONE and not facts.has_sms:
            refused = NoWayIn.SMS_NOT_SET_UP
            if not EMAIL_AFTER_SMS:
                break
        else:
            return _RESETS[name]
    return refused or NoWayIn.RECOVERY_ELSEWHERE


def _is_second_factor(name: str, user: SignInUser, facts: SignInFacts) -> bool:
    """An email address that is the only factor in a pool that requires MFA is one: it cannot be both."""
    has_mfa = user.has_mfa or facts.requires_mfa
    if name == PHONE:
        return has_mfa
    is_only_factor = facts.requires_mfa and not _has_factor_besides_email(user, facts)
    return has_mfa and EMAIL in facts.mfa and (EMAIL_MFA_BY_IMPORT or is_only_factor)
