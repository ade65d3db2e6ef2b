"""EventBridge rules: what matches, what targets receive, what happens to failures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localcloud import delivery
from localcloud.cloud import current
from localcloud.delivery import arns, inputs, patterns
from localcloud.functions import TooManyRequestsError
from tests.localcloud.delivery_world import ACCOUNT, REGION, Answer, World, world
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["world"]

_EVENT_AGE = 21_600
"""Cloud seconds; a process that the system holds up for seconds is not too late."""

EVENT = {
    "id": "1",
    "source": "shop",
    "detail-type": "Order",
    "detail": {
        "state": "open",
        "price": 12.5,
        "paid": True,
        "ip": "10.0.0.7",
        "path": "inbox/pool/users.csv",
        "lines": [{"item": "tea", "count": 1}, {"item": "rice", "count": 7}],
    },
}


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"state": ["open", "closed"]}, True),
        ({"state": ["closed"]}, False),
        ({"paid": [1]}, False),
        ({"path": [{"prefix": "inbox/"}]}, True),
        ({"path": [{"prefix": "outbox/"}]}, False),
        ({"path": [{"suffix": ".csv"}]}, True),
        ({"path": [{"suffix": {"equals-ignore-case": ".CSV"}}]}, True),
        ({"path": [{"wildcard": "inbox/*/*.csv"}]}, True),
        ({"path": [{"wildcard": "inbox/*.txt"}]}, False),
        ({"state": [{"anything-but": "closed"}]}, True),
        ({"state": [{"anything-but": ["open"]}]}, False),
        ({"path": [{"anything-but": {"prefix": "inbox/"}}]}, False),
        ({"absent": [{"anything-but": "x"}]}, False),
        ({"absent": [{"exists": False}]}, True),
        ({"state": [{"exists": False}]}, False),
        ({"price": [{"numeric": [">", 10, "<=", 12.5]}]}, True),
        ({"paid": [{"numeric": ["=", 1]}]}, False),
        ({"ip": [{"cidr": "10.0.0.0/24"}]}, True),
        ({"lines": {"item": ["rice"], "count": [7]}}, True),
        ({"lines": {"item": ["tea"], "count": [7]}}, False),
        ({"$or": [{"state": ["closed"]}, {"price": [{"numeric": [">", 1]}]}]}, True),
    ],
)
def test_a_pattern_matches_as_in_eventbridge(detail: dict[str, Any], expected: bool) -> None:
    """Every filter of the documentation gives the documented answer."""
    assert patterns.matches({"source": ["shop"], "detail": detail}, EVENT) is expected


def test_a_rule_with_an_unknown_filter_is_refused(world: World) -> None:
    """A filter that does not exist is an error of PutRule, not a rule that matches everything."""
    with pytest.raises(ClientError, match="Unrecognized match type"):
        world.client("events").put_rule(Name="r", EventPattern=json.dumps({"detail": {"a": [{"prefiks": "x"}]}}))
    assert world.client("events").list_rules()["Rules"] == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"Arn": "arn:aws:firehose:us-east-1:1:deliverystream/d"}, "Targets of firehose are not imitated."),
        ({"Arn": "arn:aws:events:us-east-1:1:api-destination/d/1"}, "Targets of events are not imitated."),
        ({"Arn": "arn:aws:events:us-east-1:1:event-bus/none"}, "The event bus none does not exist."),
        ({"Arn": "arn:aws:logs:us-east-1:1:log-group:none"}, "The log group none does not exist."),
    ],
)
def test_what_is_not_imitated_of_a_target_is_a_dead_letter(world: World, target: dict[str, Any], said: str) -> None:
    """It is never ignored."""
    url, dead = world.queue("dead")
    put_rule(world, {**target, "DeadLetterConfig": {"Arn": dead}})
    put_event(world)
    (message,) = world.receive(url)
    assert message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"] == said


def test_a_target_reads_a_constant(world: World) -> None:
    """In place of the event."""
    url, arn = world.queue("q")
    put_rule(world, {"Arn": arn, "Input": '{"a": 1}'})
    put_event(world)
    assert world.bodies(url) == [{"a": 1}]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"name": "<name>", "detail": <detail>, "none": "<none>"}', '{"name": "a\\"b", "detail": %s, "none": ""}'),
        ('"<name> is of <aws.events.rule-name>"', '"a\\"b is of r"'),
        ('{"first": <first>, "last": <last>, "all": "<detail>"}', '{"first": 1, "last": {"x": 2}, "all": %s}'),
    ],
)
def test_a_template_is_filled_from_the_event(template: str, expected: str) -> None:
    """Inside quotation marks a value is text, outside of them it is JSON."""
    detail = {"name": 'a"b', "list": [1, {"x": 2}]}
    paths = {
        "name": "$.detail.name",
        "first": "$.detail.list[0]",
        "last": "$.detail['list'][1]",
        "none": "$.detail.none",
    }
    target = {"InputTransformer": {"InputPathsMap": paths | {"detail": "$.detail"}, "InputTemplate": template}}
    text = inputs.text_for(target, {"detail": detail}, "arn:aws:events:us-east-1:1:rule/r")
    inner = json.dumps(json.dumps(detail) if '"<detail>"' in template else detail)
    assert json.loads(text) == json.loads(expected % inner if "%s" in expected else expected)


def test_a_target_reads_a_part_of_the_event(world: World) -> None:
    """InputPath gives the value as JSON."""
    url, arn = world.queue("q")
    put_rule(world, {"Arn": arn, "InputPath": "$.detail"})
    put_event(world, a="b")
    assert world.bodies(url) == [{"a": "b"}]


def test_a_bus_and_a_log_group_are_targets(world: World) -> None:
    """The bus gets the event as it is, with its id; the log group gets it as a line."""
    events, logs = world.client("events"), world.client("logs")
    bus = events.create_event_bus(Name="other")["EventBusArn"]
    logs.create_log_group(logGroupName="/lines")
    url, arn = world.queue("q")
    put_rule(world, {"Arn": bus})
    events.put_rule(Name="there", EventBusName="other", EventPattern=json.dumps({"source": ["shop"]}))
    lines = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/lines"
    events.put_targets(Rule="there", EventBusName="other", Targets=[{"Id": "q", "Arn": arn}, {"Id": "l", "Arn": lines}])
    event_id = put_event(world, a="b")
    (event,) = world.bodies(url)
    assert (event["id"], event["detail"]) == (event_id, {"a": "b"})
    assert delivery.drain(PATIENCE)
    (line,) = logs.filter_log_events(logGroupName="/lines")["events"]
    assert json.loads(line["message"]) == event


def put_rule(world: World, target: dict[str, Any], **rule: str) -> None:
    """A rule `r` on the events of `shop`, with one target."""
    events = world.client("events")
    events.put_rule(Name="r", **({"EventPattern": json.dumps({"source": ["shop"]})} | rule))
    events.put_targets(Rule="r", Targets=[{"Id": "t", **target}])


def put_event(world: World, **detail: str) -> str:
    """Put an event of `shop`; return its id."""
    entry = {"Source": "shop", "DetailType": "Order", "Detail": json.dumps(detail)}
    return str(world.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"])


def test_a_queue_receives_the_event_in_its_documented_shape(world: World) -> None:
    """The message's body is the event: version, id, time in UTC, account, region, resources, detail."""
    url, arn = world.queue("q")
    put_rule(world, {"Arn": arn})
    event_id = put_event(world, a="b")
    (event,) = world.bodies(url)
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "id": event_id,
        "detail-type": "Order",
        "source": "shop",
        "account": ACCOUNT,
        "region": REGION,
        "resources": [],
        "detail": {"a": "b"},
    }


def test_a_disabled_rule_delivers_nothing_until_it_is_enabled(world: World) -> None:
    """The state of the rule decides at the time of the event."""
    url, arn = world.queue("q")
    put_rule(world, {"Arn": arn}, State="DISABLED")
    put_event(world, a="lost")
    world.client("events").enable_rule(Name="r")
    put_event(world, a="seen")
    assert [event["detail"] for event in world.bodies(url)] == [{"a": "seen"}]
    assert delivery.drain(PATIENCE)
    assert world.waiting(url) == 0


def test_a_function_receives_the_event(world: World) -> None:
    """A Lambda target is invoked with the event."""
    seen: list[Any] = []
    arn = world.function("f", seen.append)
    put_rule(world, {"Arn": arn})
    event_id = put_event(world)
    assert world.eventually(lambda: [event["id"] for event in seen] == [event_id])


def test_a_failing_function_is_invoked_three_times(world: World) -> None:
    """An asynchronous invocation is repeated twice and then goes to the OnFailure destination."""
    url, queue = world.queue("failures")
    seen: list[Any] = []

    def fail(event: object) -> Answer:
        seen.append(event)
        return Answer(b'{"errorMessage": "no"}', "Unhandled")

    arn = world.function("f", fail)
    world.client("lambda").put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnFailure": {"Destination": queue}}
    )
    put_rule(world, {"Arn": arn})
    put_event(world, a="b")
    (record,) = world.bodies(url)
    assert len(seen) == 3
    assert record["requestPayload"]["detail"] == {"a": "b"}
    assert record["requestContext"]["condition"] == "RetriesExhausted"


@pytest.mark.parametrize("is_served_in_time", [True, False])
def test_a_throttled_function_is_invoked_until_the_event_is_too_old(world: World, *, is_served_in_time: bool) -> None:
    """A refused attempt uses up no retry."""
    url, queue = world.queue("failures")
    attempts: list[Any] = []

    def throttled(event: object) -> Answer:
        attempts.append(event)
        if len(attempts) > 3:
            if is_served_in_time:
                return Answer(b"{}")
            current().clock.leap_to(current().clock.now() + _EVENT_AGE)
        raise TooManyRequestsError

    arn = world.function("f", throttled)
    world.client("lambda").put_function_event_invoke_config(
        FunctionName="f",
        MaximumRetryAttempts=0,
        MaximumEventAgeInSeconds=_EVENT_AGE,
        DestinationConfig={"OnFailure": {"Destination": queue}},
    )
    put_rule(world, {"Arn": arn})
    put_event(world, a="b")
    if is_served_in_time:
        assert world.eventually(lambda: len(attempts) == 4)
        assert delivery.drain(PATIENCE)
        assert world.waiting(url) == 0
    else:
        (record,) = world.bodies(url)
        assert record["requestContext"] == {
            "functionArn": arn, "condition": "EventAgeExceeded", "approximateInvokeCount": 1
        }  # fmt: skip
        assert len(attempts) == 4


def test_a_target_that_does_not_exist_gives_a_dead_letter_at_once(world: World) -> None:
    """What cannot succeed is not retried; the dead letter says which rule, which target, and why."""
    url, dead = world.queue("dead")
    gone = f"arn:aws:sqs:{REGION}:{ACCOUNT}:gone"
    put_rule(world, {"Arn": gone, "DeadLetterConfig": {"Arn": dead}})
    event_id = put_event(world)
    (message,) = world.receive(url)
    facts = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"])["id"] == event_id
    assert facts.pop("RULE_ARN").endswith(":rule/r")
    assert facts.pop("ERROR_MESSAGE")
    assert facts == {"TARGET_ARN": gone, "ERROR_CODE": "NO_RESOURCE", "RETRY_ATTEMPTS": "0"}


def test_a_failing_delivery_is_retried_and_then_dead(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The target's RetryPolicy bounds the retries; the dead letter tells which bound was hit."""
    attempts: list[str] = []

    url, dead = world.queue("dead")
    _, target = world.queue("q")
    send = arns.send_message

    def broken(queue: str, *arguments: Any, **named: Any) -> object:  # noqa: ANN401  (those of what it replaces)
        if queue == dead:
            return send(queue, *arguments, **named)
        attempts.append("x")
        raise ConnectionError("unreachable")

    put_rule(world, {"Arn": target, "DeadLetterConfig": {"Arn": dead}, "RetryPolicy": {"MaximumRetryAttempts": 3}})
    monkeypatch.setattr(arns, "send_message", broken)
    put_event(world)
    (message,) = world.receive(url)
    facts = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert len(attempts) == 4
    assert (facts["RETRY_ATTEMPTS"], facts["EXHAUSTED_RETRY_CONDITION"]) == ("3", "MaximumRetryAttempts")


def test_the_publisher_does_not_wait_for_its_targets(world: World) -> None:
    """PutEvents returns while a target still works."""
    order: list[str] = []
    release: list[bool] = []

    def slow(_event: object) -> Answer:
        world.eventually(lambda: release)
        order.append("delivered")
        return Answer()

    put_rule(world, {"Arn": world.function("f", slow)})
    put_event(world)
    order.append("returned")
    release.append(True)
    wait: Callable[[], bool] = lambda: len(order) == 2  # noqa: E731  (read once, below)
    assert world.eventually(wait)
    assert order == ["returned", "delivered"]
