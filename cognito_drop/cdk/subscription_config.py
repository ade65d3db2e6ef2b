"""Who is notified of which runs, validated.

Guarantees subscriptions that SNS accepts: each endpoint once, and filters that can match. Does not handle the
permissions that a place in another account needs to its owner.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlsplit

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.contract.event_names import AWAITS_DECISION
from cognito_drop.contract.statuses import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

OUTCOMES = (*(outcome.value for outcome in Outcome), AWAITS_DECISION)
"""The values of the message attribute `outcome`."""
EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
_ARN = r"arn:aws[a-z-]*:{}:(?P<region>[a-z0-9-]+):(?P<account>\d{{12}}):"
_QUEUE = re.compile(_ARN.format("sqs") + r"[A-Za-z0-9_-]{1,80}")
_FUNCTION = re.compile(_ARN.format("lambda") + r"function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_$-]{1,128})?")
_LONGEST_FILTER = 150
"""Values that SNS takes in all of a filter policy's combinations. Source:
https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"""


class Protocol(enum.StrEnum):
    """How SNS delivers."""

    EMAIL = "email"
    HTTPS = "https"
    SQS = "sqs"
    LAMBDA = "lambda"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A recipient of notifications."""

    to: str
    """An email address, an https URL, or the ARN of a queue or a function."""
    pools: tuple[str, ...] = ()
    """The aliases of the pools whose runs are sent; all when empty."""
    outcomes: tuple[str, ...] = ()
    """The outcomes that are sent; all when empty."""

    @property
    def protocol(self) -> Protocol:
        """How it is reached, by what it looks like. Raises ConfigError."""
        return _protocol(self.to)

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


def check_subscribers(subscribers: Sequence[Subscription], aliases: Collection[str]) -> None:
    """Raise ConfigError for what SNS cannot reach or filter, and for a place that comes twice: it knows each once."""
    for number, subscriber in enumerate(subscribers):
        _protocol(subscriber.to)
        _check(subscriber)
        for alias in subscriber.pools:
            if alias not in aliases:
                raise ConfigError(
                    f"`subscriptions` has the pool {alias!r} for {subscriber.to}: "
                    f"`pools` has {', '.join(sorted(aliases))}."
                )
        if subscriber.to in [earlier.to for earlier in subscribers[:number]]:
            raise ConfigError(
                f"`subscriptions` has {subscriber.to} twice, or `emails` has it too: "
                "list all of its pools and outcomes in one entry."
            )


def _check(subscriber: Subscription) -> None:
    for outcome in subscriber.outcomes:
        if outcome not in OUTCOMES:
            raise ConfigError(
                f"`subscriptions` has the outcome {outcome!r} for {subscriber.to}: "
                f"it must be one of {', '.join(OUTCOMES)}."
            )
    if len(subscriber.pools or "*") * len(subscriber.outcomes or "*") > _LONGEST_FILTER:
        raise ConfigError(
            f"`subscriptions` has {len(subscriber.pools)} pools and {len(subscriber.outcomes)} outcomes for "
            f"{subscriber.to}: SNS takes {_LONGEST_FILTER} combinations."
        )


def _protocol(to: str) -> Protocol:
    if _QUEUE.fullmatch(to):
        return Protocol.SQS
    if _FUNCTION.fullmatch(to):
        return Protocol.LAMBDA
    if _is_https_url(to):
        return Protocol.HTTPS
    if EMAIL.fullmatch(to):
        return Protocol.EMAIL
    raise ConfigError(
        f"`subscriptions` has {to!r}, which is neither an email address, an https:// URL, nor "
        "the ARN of a standard SQS queue or a Lambda function."
    )


def _is_https_url(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    return url.scheme == "https" and bool(url.hostname) and not re.search(r"\s", text)
