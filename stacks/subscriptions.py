"""The context key `subscriptions`: who is notified of which runs, as a list of objects.

What an entry says is held against what SNS takes by `ImportSettings`; here it is held against what an entry can have.
"""

from __future__ import annotations

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.subscription_config import Subscription
from stacks.spelling import did_you_mean

_MEMBERS = ("to", "pools", "outcomes")
_EXAMPLE = 'an object such as {"to": "ops@example.com", "pools": ["staff"], "outcomes": ["failed"]}'


def read_subscriptions(value: object) -> tuple[Subscription, ...]:
    """Read the value of the context key. Raises ConfigError."""
    if not isinstance(value, list):
        raise ConfigError(f"The context key `subscriptions` must be a list (JSON with -c); each entry is {_EXAMPLE}.")
    return tuple(_subscription(entry) for entry in value)


def _subscription(entry: object) -> Subscription:
    if not isinstance(entry, dict) or not isinstance(entry.get("to"), str):
        raise ConfigError(f"The context key `subscriptions` has {entry!r}: it must be {_EXAMPLE}.")
    to = entry["to"].strip()
    if unknown := sorted(set(map(str, entry)) - set(_MEMBERS)):
        raise ConfigError(
            f"The context key `subscriptions` has {unknown[0]!r} for {to}: the members are {', '.join(_MEMBERS)}"
            f"{did_you_mean(unknown[0], _MEMBERS)}"
        )
    return Subscription(to, _names(entry, "pools", to), _names(entry, "outcomes", to))


def _names(entry: dict[str, object], member: str, to: str) -> tuple[str, ...]:
    value = entry.get(member)
    if value is None:
        return ()
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise ConfigError(
            f"The context key `subscriptions` has {member} = {value!r} for {to}: it must be a list of names; leave it "
            "out for all."
        )
    return tuple(dict.fromkeys(value))
