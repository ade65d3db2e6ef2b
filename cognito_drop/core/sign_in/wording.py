"""What people read about the first sign-in of imported users: the same words in every report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.contract import limits
from cognito_drop.contract.statuses import Outcome
from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.text.json_types import WaysInJson

_WAYS: Final = {
    WayIn.PASSWORD: "imported password",
    WayIn.CODE_BY_EMAIL: "code by email",
    WayIn.CODE_BY_SMS: "code by SMS",
    WayIn.RESET_BY_EMAIL: "reset by email",
    WayIn.RESET_BY_SMS: "reset by SMS",
}
_ENDED_EARLY: Final = frozenset({Outcome.FAILED, Outcome.STOPPED, Outcome.EXPIRED})
NO_WAY_WORDS: Final = {
    NoWayIn.RECOVERY_ADMIN_ONLY: "only administrators reset passwords in this pool",
    NoWayIn.RECOVERY_ELSEWHERE: "the pool does not reset passwords through the verified address",
    NoWayIn.RECOVERY_IS_SECOND_FACTOR: "the verified address is the second factor, so it resets no password",
    NoWayIn.SMS_NOT_SET_UP: "the pool cannot send SMS messages",
    NoWayIn.NO_MFA_FACTOR: "the pool requires MFA, and the user has no factor",
}
"""Why a user has no way in, to follow a colon."""


def ways_json(ways: Mapping[WayIn | NoWayIn, int]) -> WaysInJson:
    """The counts as results have them."""
    reasons = sorted(((way, count) for way, count in ways.items() if isinstance(way, NoWayIn)), key=lambda one: -one[1])
    return {
        "password": ways.get(WayIn.PASSWORD, 0),
        "code_by_email": ways.get(WayIn.CODE_BY_EMAIL, 0),
        "code_by_sms": ways.get(WayIn.CODE_BY_SMS, 0),
        "reset_by_email": ways.get(WayIn.RESET_BY_EMAIL, 0),
        "reset_by_sms": ways.get(WayIn.RESET_BY_SMS, 0),
        "none": sum(count for _, count in reasons),
        "reasons": [{"code": way.value, "message": NO_WAY_WORDS[way], "count": count} for way, count in reasons],
    }


def ways_counts(found: WaysInJson | None) -> list[str]:
    """`980 reset by email`, `12 no way in: SMS messages are not set up`, without what is 0."""
    if found is None:
        return []
    counts = {
        _WAYS[WayIn.PASSWORD]: found["password"],
        _WAYS[WayIn.CODE_BY_EMAIL]: found["code_by_email"],
        _WAYS[WayIn.CODE_BY_SMS]: found["code_by_sms"],
        _WAYS[WayIn.RESET_BY_EMAIL]: found["reset_by_email"],
        _WAYS[WayIn.RESET_BY_SMS]: found["reset_by_sms"],
    }
    ways = [f"{count:,} {words}" for words, count in counts.items() if count]
    return [*ways, *(f"{one['count']:,} no way in: {one['message']}" for one in found["reasons"])]


def ways_of_run(found: WaysInJson | None, outcome: Outcome | None) -> list[str]:
    """The ways of a run's accepted rows; none where the run ended before all of them were imported."""
    return [] if outcome in _ENDED_EARLY else ways_counts(found)


def emails_a_day(found: WaysInJson | None) -> str:
    """What is to be known before so many users ask for an email; blank if they may do so in a day. Nothing is known of
    how the pool sends it."""
    days = email_days(found["code_by_email"] + found["reset_by_email"]) if found else 0
    if days <= 1:
        return ""
    return (
        "In a pool without Amazon SES (EmailSendingAccount is COGNITO_DEFAULT), Cognito sends about "
        f"{limits.COGNITO_EMAILS_A_DAY} emails a day for the account: then these emails take {counted(days, 'day')}."
    )


def email_days(users: int) -> int:
    """Days in which Cognito sends an email to each of so many users, where it sends them itself."""
    return -(-users // limits.COGNITO_EMAILS_A_DAY)
