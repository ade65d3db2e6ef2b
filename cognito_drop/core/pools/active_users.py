"""What it costs at most that users become monthly active users of Cognito, which adding them to groups makes them.

Users who are only imported are not active. A user who signs in, or is changed otherwise, in the same calendar month is
active anyway, so all amounts here are upper bounds. They are estimates from AWS's list prices, which differ by region
and change: the prices are in this module alone, with their date.

Source: https://aws.amazon.com/cognito/pricing/ and
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.text.json_types import ActiveUsersJson, TierCostJson

PRICES_AS_OF: Final = "2026-09"
"""When AWS listed these prices, as year and month."""
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class TierPrice:
    """The price of a user pool tier for one active user in one month, in USD, and how many an account has free."""

    usd: Decimal
    free: int


PRICES: Final[Mapping[str, TierPrice]] = {
    "LITE": TierPrice(Decimal("0.0055"), 10_000),  # the first price; AWS takes less from 100,000 users on
    "ESSENTIALS": TierPrice(Decimal("0.015"), 10_000),
    "PLUS": TierPrice(Decimal("0.020"), 0),
}
"""By UserPoolTier of DescribeUserPool."""


def active_users_json(users: int, tier: str | None) -> ActiveUsersJson | None:
    """What so many users cost at most who become active; in each tier where that of the pool is not known."""
    if not users:
        return None
    costs = [_cost(name, users) for name in PRICES if name == tier or tier not in PRICES]
    return {"at_most": users, "prices_as_of": PRICES_AS_OF, "costs": costs}


def _cost(tier: str, users: int) -> TierCostJson:
    price = PRICES[tier]
    return {
        "tier": tier,
        "free_users": price.free,
        "usd": _usd(price, users),
        "usd_with_free_users": _usd(price, max(0, users - price.free)),
    }


def _usd(price: TierPrice, users: int) -> float:
    return float((price.usd * users).quantize(_CENT, ROUND_CEILING))


def active_users_sentences(found: ActiveUsersJson | None) -> list[str]:
    """The sentences for people, from what `active_users_json` has made; none where no user becomes active."""
    if not found:
        return []
    users = found["at_most"]
    who = f"{users:,} users monthly active users" if users != 1 else "1 user a monthly active user"
    costs = ", ".join(map(_cost_text, found["costs"]))
    return [
        f"Adding users to groups makes at most {who} of Amazon Cognito.",
        f"This costs at most {costs} for the month.",
        f"Estimate from AWS's list prices of {found['prices_as_of']}; prices vary by Region.",
    ]


def _cost_text(cost: TierCostJson) -> str:
    """Such as `1,500.00 USD in the Essentials tier (1,350.00 USD if …)`."""
    text = f"{cost['usd']:,.2f} USD in the {cost['tier'].capitalize()} tier"
    if not cost["free_users"]:
        return text
    return f"{text} ({cost['usd_with_free_users']:,.2f} USD if all {cost['free_users']:,} free users are left)"
