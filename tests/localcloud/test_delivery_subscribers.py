"""SNS to programs: URLs that confirm and answer, retries by protocol, and what goes to the dead-letter queue."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from localcloud import delivery
from tests.localcloud.delivery_world import World, make_world, world
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["world"]


class Site:
    """A web server that keeps what it is sent and answers with the statuses that it was told, the last one for ever."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.requests: list[tuple[dict[str, str], str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                site.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(site.statuses.pop(0) if len(site.statuses) > 1 else site.statuses[0])
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def of_kind(self, kind: str) -> list[tuple[dict[str, str], str]]:
        """The requests with SNS's type."""
        return [request for request in self.requests if request[0]["x-amz-sns-message-type"] == kind]


@pytest.fixture
def site() -> Iterator[Site]:
    """A running server."""
    made = Site()
    thread = Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


class Topic:
    """A topic with one subscription that has a dead-letter queue."""

    def __init__(self, world: World, protocol: str, endpoint: str, **attributes: str) -> None:
        self.world = world
        self.dead_letters, arn = world.queue("undelivered")
        self.sns = world.client("sns")
        self.arn = self.sns.create_topic(Name="t")["TopicArn"]
        policy = json.dumps({"deadLetterTargetArn": arn})
        self.subscription = self.sns.subscribe(
            TopicArn=self.arn,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes={"RedrivePolicy": policy, **attributes},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]

    def publish(self, message: str = "m", **attributes: str) -> str:
        """Publish with these message attributes; return the message's id."""
        given = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        answer = self.sns.publish(TopicArn=self.arn, Subject="s", Message=message, MessageAttributes=given)
        return str(answer["MessageId"])


def test_a_url_gets_the_message_with_its_headers(world: World, site: Site) -> None:
    """A POST of SNS's document, as plain text, with its kind and its ARNs in the headers."""
    topic = Topic(world, "http", site.url)
    message_id = topic.publish("hello", outcome="failed")
    assert world.eventually(lambda: site.of_kind("Notification"))
    ((headers, body),) = site.of_kind("Notification")
    document = json.loads(body)
    assert (document["Type"], document["Message"], document["Subject"]) == ("Notification", "hello", "s")
    assert document["MessageAttributes"]["outcome"]["Value"] == "failed"
    assert headers["content-type"] == "text/plain; charset=UTF-8"
    assert headers["x-amz-sns-message-id"] == message_id == document["MessageId"]
    assert headers["x-amz-sns-topic-arn"] == topic.arn
    assert headers["x-amz-sns-subscription-arn"] == topic.subscription


def test_a_raw_delivery_is_the_message_alone(world: World, site: Site) -> None:
    """And says so in a header."""
    Topic(world, "http", site.url, RawMessageDelivery="true").publish("hello")
    assert world.eventually(lambda: site.of_kind("Notification"))
    ((headers, body),) = site.of_kind("Notification")
    assert (headers["x-amz-sns-rawdelivery"], body) == ("true", "hello")


def test_a_url_is_asked_to_confirm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """It gets nothing else before its token comes back."""
    with contextmanager(make_world)(tmp_path, monkeypatch, 1.0, confirm_subscriptions=False) as world:
        topic = Topic(world, "http", site.url)
        topic.publish("too early")
        assert world.eventually(lambda: site.requests)
        ((_, body),) = site.requests
        request = json.loads(body)
        assert (request["Type"], request["TopicArn"]) == ("SubscriptionConfirmation", topic.arn)
        assert request["Token"] in request["SubscribeURL"]
        topic.sns.confirm_subscription(TopicArn=topic.arn, Token=request["Token"])
        topic.publish("now")
        assert world.eventually(lambda: site.of_kind("Notification"))
        assert [json.loads(body)["Message"] for _, body in site.of_kind("Notification")] == ["now"]


def test_a_url_that_fails_is_asked_four_times(world: World, site: Site) -> None:
    """Once and three times more, twenty seconds apart; then the message is a dead letter with the error."""
    topic = Topic(world, "http", site.url)
    assert delivery.drain(PATIENCE)
    site.requests.clear()
    site.statuses = [503]
    topic.publish("hello")
    (letter,) = world.receive(topic.dead_letters)
    assert len(site.of_kind("Notification")) == 4
    assert json.loads(letter["Body"])["Message"] == "hello"
    shown = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert shown.keys() == {"RequestID", "ErrorCode", "ErrorMessage"}
    assert shown["ErrorMessage"] == f"{site.url} answered 503."


@pytest.mark.parametrize("status", [500, 429])
def test_a_url_that_recovers_is_reported_once(world: World, site: Site, status: int) -> None:
    """Nothing is left in the dead-letter queue."""
    topic = Topic(world, "http", site.url)
    assert delivery.drain(PATIENCE)
    site.requests.clear()
    site.statuses = [status, 200]
    topic.publish("hello")
    assert world.eventually(lambda: len(site.requests) == 2)
    assert delivery.drain(PATIENCE)
    assert world.waiting(topic.dead_letters) == 0


def test_a_url_that_refuses_is_not_asked_again(world: World, site: Site) -> None:
    """A client's error will not pass."""
    topic = Topic(world, "http", site.url)
    assert delivery.drain(PATIENCE)
    site.requests.clear()
    site.statuses = [403]
    topic.publish("hello")
    (letter,) = world.receive(topic.dead_letters)
    assert letter["MessageAttributes"]["ErrorCode"]["StringValue"] == "403"
    assert len(site.requests) == 1


def test_a_filter_policy_keeps_a_url_and_a_queue_from_what_they_did_not_ask_for(world: World, site: Site) -> None:
    """Names of one attribute are alternatives, attributes have to fit together."""
    policy = json.dumps({"pool": ["staff"], "outcome": ["failed", "stopped"]})
    url, arn = world.queue("q")
    topic = Topic(world, "http", site.url, FilterPolicy=policy)
    topic.sns.subscribe(TopicArn=topic.arn, Protocol="sqs", Endpoint=arn, Attributes={"FilterPolicy": policy})
    for pool, outcome in (("staff", "imported"), ("guests", "failed"), ("staff", "stopped")):
        topic.publish(f"{pool} {outcome}", pool=pool, outcome=outcome)
    topic.publish("no attributes")
    assert delivery.drain(PATIENCE)
    assert [json.loads(body)["Message"] for _, body in site.of_kind("Notification")] == ["staff stopped"]
    assert [document["Message"] for document in world.bodies(url)] == ["staff stopped"]


def test_a_queue_that_is_gone_leaves_a_dead_letter(world: World) -> None:
    """Under the same document that the queue would have got."""
    url, arn = world.queue("q")
    topic = Topic(world, "sqs", arn)
    world.client("sqs").delete_queue(QueueUrl=url)
    message_id = topic.publish("hello")
    (letter,) = world.receive(topic.dead_letters)
    document: dict[str, Any] = json.loads(letter["Body"])
    assert (document["MessageId"], document["TopicArn"], document["Message"]) == (message_id, topic.arn, "hello")
    assert letter["MessageAttributes"]["ErrorCode"]["StringValue"] == "NO_RESOURCE"


def test_a_function_that_is_gone_leaves_a_dead_letter(world: World) -> None:
    """SNS hands a message over to Lambda, and there is no one to take it."""
    arn = world.function("f", lambda _: None)
    topic = Topic(world, "lambda", arn)
    world.client("lambda").delete_function(FunctionName=arn)
    topic.publish("hello")
    (letter,) = world.receive(topic.dead_letters)
    assert json.loads(letter["Body"])["Message"] == "hello"


def test_a_queue_whose_policy_does_not_let_the_topic_leaves_a_dead_letter(world: World) -> None:
    """The dead-letter queue's own policy is asked too."""
    _, arn = world.queue("q", is_open=False)
    topic = Topic(world, "sqs", arn)
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    condition = {"ArnEquals": {"aws:SourceArn": topic.arn}}
    policy = {"Statement": [{**allowed, "Resource": "*", "Condition": condition}]}
    world.client("sqs").set_queue_attributes(QueueUrl=topic.dead_letters, Attributes={"Policy": json.dumps(policy)})
    topic.publish("hello")
    (letter,) = world.receive(topic.dead_letters)
    assert letter["MessageAttributes"]["ErrorCode"]["StringValue"] == "NO_PERMISSIONS"


def test_a_subscriber_that_fails_keeps_no_other_waiting(world: World, site: Site) -> None:
    """Each subscription has its own retries."""
    site.statuses = [500]
    url, arn = world.queue("q")
    topic = Topic(world, "http", site.url)
    topic.sns.subscribe(TopicArn=topic.arn, Protocol="sqs", Endpoint=arn)
    topic.publish("hello")
    assert [document["Message"] for document in world.bodies(url)] == ["hello"]
    assert world.receive(topic.dead_letters)
