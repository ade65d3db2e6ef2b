"""SNS: emails in the outbox, confirmation, message structure, subjects, functions."""

from __future__ import annotations

import email
import email.policy
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localcloud import delivery
from tests.localcloud.delivery_world import World, make_world, world
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

__all__ = ["world"]


def emails(world: World) -> list[EmailMessage]:
    """The emails of the outbox, in the order of their names, without confirmations."""
    assert delivery.drain(PATIENCE)
    read = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in sorted(world.outbox.glob("*.eml"))
    ]
    return [message for message in read if "Confirmation" not in message["Subject"]]


def topic_with(world: World, protocol: str, endpoint: str, **attributes: str) -> str:
    """A topic with one subscription; return its ARN."""
    sns = world.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes)
    return str(topic)


def test_a_publish_becomes_an_email(world: World) -> None:
    """Sender, recipient, subject, date, body and the way to unsubscribe are those of AWS's emails."""
    topic = topic_with(world, "email", "ops@example.com")
    world.client("sns").publish(TopicArn=topic, Subject="Import done", Message="1,000 users\nin 40 s")
    (message,) = emails(world)
    assert (message["From"], message["To"]) == ("AWS Notifications <no-reply@sns.amazonaws.com>", "ops@example.com")
    assert message["Subject"] == "Import done"
    assert message["Date"].datetime is not None
    body = message.get_body().get_content()  # type: ignore[union-attr]
    assert body.startswith("1,000 users\nin 40 s\n\n--\nIf you wish to stop receiving notifications from this topic, ")
    assert f"SubscriptionArn={topic}" in body


def test_an_email_without_subject_has_the_default_one(world: World) -> None:
    """A publish without a Subject is titled as AWS titles it."""
    topic = topic_with(world, "email", "ops@example.com")
    world.client("sns").publish(TopicArn=topic, Message="x")
    assert [message["Subject"] for message in emails(world)] == ["AWS Notification Message"]


def test_each_protocol_gets_its_own_text(world: World) -> None:
    """Under MessageStructure=json email gets `email`, the queue `sqs`, email-json the default inside its document."""
    url, arn = world.queue("q")
    sns = world.client("sns")
    topic = topic_with(world, "email", "a@example.com")
    sns.subscribe(TopicArn=topic, Protocol="email-json", Endpoint="b@example.com")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    texts = {"default": "D", "email": "for people", "sqs": '{"for": "machines"}'}
    sns.publish(TopicArn=topic, Message=json.dumps(texts), MessageStructure="json")
    by_recipient = {message["To"]: message.get_content() for message in emails(world)}
    assert by_recipient["a@example.com"].startswith("for people\n")
    assert json.loads(by_recipient["b@example.com"])["Message"] == "D"
    (notification,) = world.bodies(url)
    assert json.loads(notification["Message"]) == {"for": "machines"}


def test_emails_are_named_in_the_order_of_sending(world: World) -> None:
    """Sorted file names give the order in which they were sent."""
    topic = topic_with(world, "email", "ops@example.com")
    for number in range(12):
        world.client("sns").publish(TopicArn=topic, Message="x", Subject=f"n{number}")
        assert delivery.drain(PATIENCE)
    assert [message["Subject"] for message in emails(world)] == [f"n{number}" for number in range(12)]


@pytest.mark.parametrize("subject", ["", "a\nb", "x" * 100, "bell\x07", "a\u2028b"])
def test_a_subject_that_sns_refuses_is_refused(world: World, subject: str) -> None:
    """No line breaks or control characters, less than 100 characters."""
    topic = topic_with(world, "email", "ops@example.com")
    with pytest.raises(ClientError) as caught:
        world.client("sns").publish(TopicArn=topic, Message="x", Subject=subject)
    assert caught.value.response["Error"]["Code"] == "InvalidParameter"
    assert emails(world) == []


def test_a_subject_is_unicode(world: World) -> None:
    """And comes whole."""
    topic = topic_with(world, "email", "ops@example.com")
    subject = "Ünïcode 汉字".ljust(99, "é")
    world.client("sns").publish(TopicArn=topic, Message="x", Subject=subject)
    assert delivery.drain(PATIENCE)
    assert [message["Subject"] for message in emails(world)] == [subject]


@pytest.mark.parametrize("message", ['{"email": "x"}', "not json", '"text"'])
def test_a_structured_message_needs_a_default(world: World, message: str) -> None:
    """Without a subscription too: the publish itself is wrong."""
    topic = world.client("sns").create_topic(Name="t")["TopicArn"]
    with pytest.raises(ClientError) as caught:
        world.client("sns").publish(TopicArn=topic, Message=message, MessageStructure="json")
    assert caught.value.response["Error"]["Code"] == "InvalidParameter"


def test_a_filter_policy_keeps_an_email_back(world: World) -> None:
    """Only messages with the attribute of the policy are sent."""
    topic = topic_with(world, "email", "ops@example.com", FilterPolicy=json.dumps({"outcome": ["failed"]}))
    for outcome in ("imported", "failed"):
        world.client("sns").publish(
            TopicArn=topic,
            Subject=outcome,
            Message="x",
            MessageAttributes={"outcome": {"DataType": "String", "StringValue": outcome}},
        )
    assert [message["Subject"] for message in emails(world)] == ["failed"]


def test_a_function_receives_the_notification(world: World) -> None:
    """A lambda subscription is invoked with SNS's record."""
    seen: list[Any] = []
    arn = world.function("f", seen.append)
    topic = topic_with(world, "lambda", arn)
    world.client("sns").publish(TopicArn=topic, Subject="s", Message="m")
    assert world.eventually(lambda: seen)
    (record,) = seen[0]["Records"]
    assert (record["EventSource"], record["EventVersion"]) == ("aws:sns", "1.0")
    assert (record["Sns"]["Subject"], record["Sns"]["Message"], record["Sns"]["TopicArn"]) == ("s", "m", topic)


def test_a_missing_queue_does_not_fail_the_publisher(world: World) -> None:
    """A subscriber that is gone is the delivery's problem."""
    url, arn = world.queue("q")
    topic = topic_with(world, "sqs", arn)
    world.client("sqs").delete_queue(QueueUrl=url)
    assert world.client("sns").publish(TopicArn=topic, Message="x")["MessageId"]


@pytest.fixture
def unconfirmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which subscribers have to confirm."""
    yield from make_world(tmp_path, monkeypatch, 1.0, confirm_subscriptions=False)


def test_an_email_subscription_is_pending_until_its_token_comes_back(unconfirmed: World) -> None:
    """Nothing is delivered before ConfirmSubscription with the token of the email."""
    sns = unconfirmed.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    made = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    assert made["SubscriptionArn"] == "pending confirmation"
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [one["SubscriptionArn"] for one in listed] == ["PendingConfirmation"]
    sns.publish(TopicArn=topic, Message="too early")
    assert emails(unconfirmed) == []
    (file,) = unconfirmed.outbox.glob("*.eml")
    text = email.message_from_bytes(file.read_bytes(), policy=email.policy.default).get_content()
    token = re.findall(r"Token=([0-9a-f]+)", text)[0]
    with pytest.raises(ClientError, match="Token"):
        sns.confirm_subscription(TopicArn=topic, Token="wrong")  # noqa: S106  (no secret)
    arn = sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="now")
    assert [message.get_content()[:3] for message in emails(unconfirmed)] == ["now"]
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "false"


def test_a_confirmed_world_shows_the_subscription(world: World) -> None:
    """By default the confirmation email is written and the subscription counts as confirmed."""
    topic = topic_with(world, "email", "ops@example.com")
    listed = world.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed[0]["SubscriptionArn"].startswith(topic)
    assert len(list(world.outbox.glob("*.eml"))) == 1
