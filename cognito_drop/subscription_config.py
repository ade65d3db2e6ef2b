"""The context key `subscriptions`: who is told of which runs, read and validated.

Promises subscriptions that SNS will take: each place once, and filters that can match. Leaves the permissions that a
place in another account needs to its owner.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlsplit

from cognito_drop.config_error import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

OUTCOMES = ("imported", "partly_imported", "checked", "rejected", "failed", "stopped", "expired")
"""The values of the message attribute `outcome`."""
_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
_ARN = r"arn:aws[a-z-]*:{}:(?P<region>[a-z0-9-]+):(?P<account>\d{{12}}):"
_QUEUE = re.compile(_ARN.format("sqs") + r"[A-Za-z0-9_-]{1,80}")
_FUNCTION = re.compile(_ARN.format("lambda") + r"function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_$-]{1,128})?")
_LONGEST_FILTER = 150
"""Values that SNS takes in all of a filter policy's combinations. Source:
https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"""
_MEMBERS = {"to", "pools", "outcomes"}
_EXAMPLE = 'an object such as {"to": "ops@example.com", "pools": ["staff"], "outcomes": ["failed"]}'


class Protocol(enum.StrEnum):
    """How SNS delivers."""

    EMAIL = "email"
    HTTPS = "https"
    SQS = "sqs"
    LAMBDA = "lambda"


@dataclass(frozen=True, slots=True)
class SubscriptionConfig:
    """One place that is told."""

    to: str
    """An email address, an https URL, or the ARN of a queue or a function."""
    protocol: Protocol
    pools: tuple[str, ...] = ()
    """The aliases of the pools whose runs are told; all of them when empty."""
    outcomes: tuple[str, ...] = ()
    """The outcomes that are told; all of them when empty."""

    @property
    def is_for_machines(self) -> bool:
        """Whether a program is told, which can read what it missed from a dead-letter queue."""
        match self.protocol:
            case Protocol.EMAIL:
                return False
            case Protocol.HTTPS | Protocol.SQS | Protocol.LAMBDA:
                return True
            case _:
                assert_never(self.protocol)

    @property
    def owner(self) -> tuple[str, str]:
        """Account and region of the function or queue; empty texts for what is neither."""
        found = _QUEUE.fullmatch(self.to) or _FUNCTION.fullmatch(self.to)
        return (found["account"], found["region"]) if found else ("", "")


def read_subscriptions(value: object) -> tuple[SubscriptionConfig, ...]:
    """Read the value of the context key, which is a list of objects. Raises ConfigError."""
    if not isinstance(value, list):
        raise ConfigError(f"The context key `subscriptions` must be a list, in JSON with -c; each of it {_EXAMPLE}.")
    return tuple(_subscription(entry) for entry in value)


def check_subscribers(subscribers: Sequence[SubscriptionConfig], aliases: Collection[str]) -> None:
    """Raise ConfigError for a pool that there is not, and for a place that comes twice: SNS knows each once."""
    for number, subscriber in enumerate(subscribers):
        for alias in subscriber.pools:
            if alias not in aliases:
                raise ConfigError(
                    f"The context key `subscriptions` has the pool {alias!r} for {subscriber.to}: "
                    f"`pools` has {', '.join(sorted(aliases))}."
                )
        if subscriber.to in [earlier.to for earlier in subscribers[:number]]:
            raise ConfigError(
                f"The context key `subscriptions` has {subscriber.to} twice, or `emails` has it too: "
                "name all of its pools and outcomes in one place."
            )


def _subscription(entry: object) -> SubscriptionConfig:
    if not isinstance(entry, dict) or not isinstance(entry.get("to"), str):
        raise ConfigError(f"The context key `subscriptions` has {entry!r}: it must be {_EXAMPLE}.")
    to = entry["to"].strip()
    if unknown := sorted(set(map(str, entry)) - _MEMBERS):
        raise ConfigError(
            f"The context key `subscriptions` has {unknown[0]!r} for {to}: there are only to, pools and outcomes."
        )
    made = SubscriptionConfig(to, _protocol(to), _names(entry, "pools", to), _names(entry, "outcomes", to))
    for outcome in made.outcomes:
        if outcome not in OUTCOMES:
            raise ConfigError(
                f"The context key `subscriptions` has the outcome {outcome!r} for {to}: "
                f"it must be one of {', '.join(OUTCOMES)}."
            )
    if len(made.pools or "*") * len(made.outcomes or "*") > _LONGEST_FILTER:
        raise ConfigError(
            f"The context key `subscriptions` has {len(made.pools)} pools and {len(made.outcomes)} outcomes for {to}: "
            f"SNS takes {_LONGEST_FILTER} combinations."
        )
    return made


def _protocol(to: str) -> Protocol:
    if _QUEUE.fullmatch(to):
        return Protocol.SQS
    if _FUNCTION.fullmatch(to):
        return Protocol.LAMBDA
    if _is_https_url(to):
        return Protocol.HTTPS
    if _EMAIL.fullmatch(to):
        return Protocol.EMAIL
    raise ConfigError(
        f"The context key `subscriptions` has {to!r}, which is neither an email address, an https:// URL, nor "
        "the ARN of a standard SQS queue or a Lambda function."
    )


def _names(entry: dict[str, object], member: str, to: str) -> tuple[str, ...]:
    value = entry.get(member)
    if value is None:
        return ()
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise ConfigError(
            f"The context key `subscriptions` has {member} = {value!r} for {to}: it must be a list of names, "
            "or be left out for all."
        )
    return tuple(dict.fromkeys(value))


def _is_https_url(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    return url.scheme == "https" and bool(url.hostname) and not re.search(r"\s", text)
