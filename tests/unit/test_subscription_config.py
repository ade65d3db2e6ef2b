"""The context key `subscriptions`: who is notified of which runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_drop.cdk.subscription_config import OUTCOMES, Protocol, Subscription
from stacks.config import Config, ConfigError
from tests.unit.test_config import GUESTS, STAFF, Context

QUEUE = "arn:aws:sqs:us-east-1:123456789012:imports"
FUNCTION = "arn:aws-cn:lambda:cn-north-1:123456789012:function:on-import:live"
URL = "https://hooks.example.com/imports?team=1"


def _config(**values: object) -> Config:
    return Config.from_context(Context(**{"pools": {"staff": STAFF, "guests": GUESTS}, **values}))


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize(
    ("to", "protocol"),
    [
        ("ops@example.com", Protocol.EMAIL),
        (URL, Protocol.HTTPS),
        (QUEUE, Protocol.SQS),
        (FUNCTION, Protocol.LAMBDA),
        (FUNCTION.removesuffix(":live"), Protocol.LAMBDA),
    ],
)
def test_a_place_reports_how_it_is_reached(to: str, protocol: Protocol, *, as_text: bool) -> None:
    """As an object in cdk.json, as JSON text for `-c`."""
    value = [{"to": to}]
    config = _config(subscriptions=json.dumps(value) if as_text else value)
    assert config.subscriptions == (Subscription(to),)
    assert config.subscriptions[0].protocol is protocol


def test_a_subscription_may_be_to_some_runs_only() -> None:
    """By pool, by outcome, or both; a name that comes twice counts once, null is as if it were not there."""
    config = _config(
        subscriptions=[
            {"to": " ops@example.com ", "pools": ["staff", "staff"], "outcomes": None},
            {"to": QUEUE, "pools": ["staff", "guests"], "outcomes": ["failed", "stopped"]},
        ]
    )
    assert config.subscriptions == (
        Subscription("ops@example.com", pools=("staff",)),
        Subscription(QUEUE, ("staff", "guests"), ("failed", "stopped")),
    )


def test_emails_are_the_short_form() -> None:
    """Of subscriptions to all runs."""
    config = _config(emails="a@example.com", subscriptions=[{"to": "b@example.com", "outcomes": ["failed"]}])
    assert config.subscribers == (
        Subscription("a@example.com"),
        Subscription("b@example.com", outcomes=("failed",)),
    )


def test_who_is_reported_belongs_to_an_account_and_a_region() -> None:
    """Where it is a queue or a function."""
    queue, function, url = _config(subscriptions=[{"to": QUEUE}, {"to": FUNCTION}, {"to": URL}]).subscriptions
    assert queue.owner == ("123456789012", "us-east-1")
    assert function.owner == ("123456789012", "cn-north-1")
    assert url.owner == ("", "")


@pytest.mark.parametrize(
    "value",
    [
        "ops@example.com",
        "",
        "[",
        {},
        7,
        ["ops@example.com"],
        [{}],
        [{"to": 7}],
        [{"to": None}],
        [{"to": ""}],
        [{"to": "unknown"}],
        [{"to": "a@example.com, b@example.com"}],
        [{"to": "http://hooks.example.com/"}],
        [{"to": "https://"}],
        [{"to": "https://[/"}],
        [{"to": "https://hooks.example.com/a b"}],
        [{"to": f"{QUEUE}.fifo"}],
        [{"to": "https://sqs.us-east-1.amazonaws.com/123456789012/imports", "raw": True}],
        [{"to": "arn:aws:sqs:us-east-1::imports"}],
        [{"to": "arn:aws:sns:us-east-1:123456789012:imports"}],
        [{"to": "arn:aws:lambda:us-east-1:123456789012:layer:imports"}],
        [{"to": QUEUE, "pool": "staff"}],
        [{"to": QUEUE, "pools": "staff"}],
        [{"to": QUEUE, "pools": []}],
        [{"to": QUEUE, "pools": [7]}],
        [{"to": QUEUE, "pools": ["others"]}],
        [{"to": QUEUE, "outcomes": ["fine"]}],
        [{"to": QUEUE, "outcomes": {"failed": True}}],
        [{"to": QUEUE}, {"to": QUEUE, "pools": ["staff"]}],
    ],
)
def test_a_wrong_value_gives_one_sentence_that_names_the_key(value: Any) -> None:  # noqa: ANN401  (context is JSON)
    """One line, which ends like a sentence."""
    with pytest.raises(ConfigError, match=r"^The context key `subscriptions` [^\n]+[.?]$"):
        _config(subscriptions=value)


def test_an_address_that_is_in_both_keys_is_refused() -> None:
    """SNS has one subscription for each address, and it would have the one filter or the other."""
    with pytest.raises(ConfigError, match=r"has ops@example\.com twice, or `emails` has it too"):
        _config(emails="ops@example.com", subscriptions=[{"to": "ops@example.com", "pools": ["staff"]}])


def test_a_filter_that_sns_would_not_take_is_refused() -> None:
    """It multiplies the names of both lists."""
    pools = {f"pool-{number}": STAFF for number in range(30)}
    subscription = {"to": QUEUE, "pools": list(pools), "outcomes": list(OUTCOMES)}
    with pytest.raises(ConfigError, match=r"30 pools and 8 outcomes .*: SNS takes 150 combinations\.$"):
        _config(pools=pools, subscriptions=[subscription])
