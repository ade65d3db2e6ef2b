"""SQS event source mappings: what the function receives and what happens to the messages."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud import delivery
from localcloud.cloud import current
from localcloud.delivery import pollers, records
from tests.localcloud.delivery_world import REGION, Answer, World, world
from tests.patience import PATIENCE

__all__ = ["world"]

FAILED = Answer(b'{"errorMessage": "no"}', "Unhandled")


def map_queue(world: World, function: str, queue: str, **options: Any) -> str:  # noqa: ANN401  (options of the API)
    """Create the mapping; return its UUID."""
    mapping = world.client("lambda").create_event_source_mapping(EventSourceArn=queue, FunctionName=function, **options)
    return str(mapping["UUID"])


def send(world: World, url: str, *bodies: str) -> list[str]:
    """Send messages; return their ids."""
    return [str(world.client("sqs").send_message(QueueUrl=url, MessageBody=body)["MessageId"]) for body in bodies]


def test_a_message_reaches_the_function_in_the_documented_shape(world: World) -> None:
    """The record has every member of AWS's example, and the message is gone afterwards."""
    seen: list[Any] = []
    url, arn = world.queue("q")
    map_queue(world, world.function("f", seen.append), arn)
    sent = world.client("sqs").send_message(
        QueueUrl=url, MessageBody="hi", MessageAttributes={"a": {"DataType": "String", "StringValue": "b"}}
    )
    assert world.eventually(lambda: seen)
    (record,) = seen[0]["Records"]
    assert record.pop("receiptHandle")
    assert {name: value.isalnum() for name, value in record.pop("attributes").items()} == dict.fromkeys(
        ("ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"), True
    )
    assert record == {
        "messageId": sent["MessageId"],
        "body": "hi",
        "messageAttributes": {
            "a": {"stringValue": "b", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
        },
        "md5OfBody": sent["MD5OfMessageBody"],
        "md5OfMessageAttributes": sent["MD5OfMessageAttributes"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }
    assert world.eventually(lambda: world.waiting(url) == 0)


def test_messages_that_wait_come_as_a_batch(world: World) -> None:
    """A mapping takes what already waits, at most BatchSize at once."""
    sizes: list[int] = []
    url, arn = world.queue("q")
    send(world, url, *"abcde")
    function = world.function("f", lambda event: sizes.append(len(event["Records"])))
    map_queue(world, function, arn, BatchSize=3)
    assert world.eventually(lambda: sum(sizes) == 5)
    assert sorted(sizes) == [2, 3]


def test_a_batching_window_gathers_messages(world: World) -> None:
    """With a window, the function is invoked once for what arrives within it."""
    sizes: list[int] = []
    url, arn = world.queue("q", VisibilityTimeout="3600")
    function = world.function("f", lambda event: sizes.append(len(event["Records"])))
    map_queue(world, function, arn, BatchSize=10, MaximumBatchingWindowInSeconds=300)
    with current().clock.working():  # minutes on the wall, however slow the machine is
        send(world, url, *"abc")
    assert world.eventually(lambda: sizes == [3])


def test_a_failed_function_gets_the_batch_again_until_the_dead_letter_queue(world: World) -> None:
    """The batch comes back after the visibility timeout and ends in the DLQ after maxReceiveCount."""
    counts: list[str] = []
    dead_url, dead = world.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
    url, arn = world.queue("q", VisibilityTimeout="60", RedrivePolicy=redrive)

    def fail(event: Any) -> Answer:  # noqa: ANN401  (JSON)
        counts.append(event["Records"][0]["attributes"]["ApproximateReceiveCount"])
        return FAILED

    begun = current().clock.now()
    map_queue(world, world.function("f", fail), arn)
    send(world, url, "bad")
    (message,) = world.receive(dead_url)
    assert (message["Body"], counts) == ("bad", ["1", "2", "3"])
    assert current().clock.now() - begun >= 180


def test_only_reported_messages_come_back(world: World) -> None:
    """With ReportBatchItemFailures the others are deleted."""
    seen: list[list[str]] = []
    url, arn = world.queue("q", VisibilityTimeout="60")

    def code(event: Any) -> Answer:  # noqa: ANN401  (JSON)
        bodies = [record["body"] for record in event["Records"]]
        seen.append(bodies)
        bad = [record["messageId"] for record in event["Records"] if record["body"] == "bad" and len(seen) == 1]
        return Answer(json.dumps({"batchItemFailures": [{"itemIdentifier": one} for one in bad]}).encode())

    send(world, url, "good", "bad", "fine")
    map_queue(world, world.function("f", code), arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    assert world.eventually(lambda: len(seen) == 2)
    assert (sorted(seen[0]), seen[1]) == (["bad", "fine", "good"], ["bad"])
    assert world.eventually(lambda: world.waiting(url) == 0)


@pytest.mark.parametrize(
    ("payload", "failed"),
    [
        (b"null", []),
        (b"{}", []),
        (b'{"batchItemFailures": []}', []),
        (b'{"batchItemFailures": null}', []),
        (b'{"batchItemFailures": [{"itemIdentifier": "b"}]}', ["b"]),
        (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', ["a", "b"]),
        (b'{"batchItemFailures": [{"itemIdentifier": null}]}', ["a", "b"]),
        (b'{"batchItemFailures": [{"wrong": "b"}]}', ["a", "b"]),
        (b'{"batchItemFailures": [{"itemIdentifier": "unknown"}]}', ["a", "b"]),
        (b"not json", ["a", "b"]),
    ],
)
def test_a_report_that_cannot_be_read_fails_the_batch(payload: bytes, failed: list[str]) -> None:
    """The conditions of success and failure are those of the documentation."""
    from moto.sqs.models import Message  # noqa: PLC0415  (only this test makes messages by hand)

    messages = [Message("a", ""), Message("b", "")]
    assert [message.id for message in records.failed(payload, messages)] == failed


def test_a_disabled_or_deleted_mapping_stops(world: World) -> None:
    """Messages wait in the queue while the mapping is disabled, and for ever once it is deleted."""
    seen: list[str] = []
    url, arn = world.queue("q")
    function = world.function("f", lambda event: seen.append(event["Records"][0]["body"]))
    mapping = map_queue(world, function, arn, Enabled=False)
    send(world, url, "a")
    assert not world.eventually(lambda: seen, 0.2)
    world.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
    assert world.eventually(lambda: seen == ["a"])
    world.client("lambda").delete_event_source_mapping(UUID=mapping)
    assert world.eventually(lambda: polling_threads() == [])
    send(world, url, "b")
    assert (seen, world.waiting(url)) == (["a"], 1)


def polling_threads() -> list[str]:
    """The names of the threads that poll."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("localcloud-poller")]


def test_a_second_mapping_for_the_same_pair_is_refused(world: World) -> None:
    """One queue feeds one function once."""
    _, arn = world.queue("q")
    function = world.function("f", lambda _event: None)
    map_queue(world, function, arn)
    with pytest.raises(ClientError, match="already exists"):
        map_queue(world, function, arn)


def test_the_scaling_config_bounds_what_runs_at_once(world: World) -> None:
    """With MaximumConcurrency 2, two batches run together and never three."""
    both = threading.Barrier(2)
    running, most = [0], [0]
    lock = threading.Lock()
    done: list[int] = []
    url, arn = world.queue("q", VisibilityTimeout="43200")

    def code(_event: object) -> Answer:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        both.wait(PATIENCE)
        time.sleep(0.05)
        with lock:
            running[0] -= 1
            done.append(1)
        return Answer()

    send(world, url, *"abcdef")
    map_queue(world, world.function("f", code), arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    assert world.eventually(lambda: len(done) == 6)
    assert most == [2]


def test_filtered_messages_never_reach_the_function(world: World) -> None:
    """FilterCriteria drop what they do not match; the dropped message is deleted."""
    seen: list[str] = []
    url, arn = world.queue("q")
    function = world.function("f", lambda event: seen.append(event["Records"][0]["body"]))
    criteria = {"Filters": [{"Pattern": json.dumps({"body": {"kind": ["wanted"]}})}]}
    send(world, url, '{"kind": "other"}', '{"kind": "wanted"}')
    map_queue(world, function, arn, FilterCriteria=criteria)
    assert world.eventually(lambda: seen == ['{"kind": "wanted"}'] and world.waiting(url) == 0)


def test_an_idle_poller_costs_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mapping on an empty queue looks once, and waits for a message, also with a fast clock."""
    looks: list[int] = []
    look = pollers.Poller._take  # noqa: SLF001  (what a poller does again and again)

    def counted(poller: pollers.Poller, queue: Any) -> bool:  # noqa: ANN401  (moto's)
        looks.append(1)
        return look(poller, queue)

    monkeypatch.setattr(pollers.Poller, "_take", counted)
    _, arn = world.queue("q")
    map_queue(world, world.function("f", lambda _event: None), arn)
    assert world.eventually(lambda: looks)
    time.sleep(0.5)
    assert len(looks) <= 3


def test_nothing_is_left_running_after_a_reset(world: World) -> None:
    """When moto forgets its state, pollers end and nothing is delivered any more."""
    _, arn = world.queue("q")
    map_queue(world, world.function("f", lambda _event: None), arn)
    delivery.close()
    assert world.eventually(lambda: polling_threads() == [])
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("localcloud"))


def test_messages_sent_while_others_are_deleted_are_not_lost(world: World) -> None:
    """Sending from several threads while a mapping deletes loses nothing."""
    seen: list[str] = []
    url, arn = world.queue("q", VisibilityTimeout="43200")
    function = world.function("f", lambda event: seen.extend(r["body"] for r in event["Records"]))
    map_queue(world, function, arn)

    def sender(name: str) -> None:
        send(world, url, *(f"{name}{number}" for number in range(30)))

    threads = [threading.Thread(target=sender, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.eventually(lambda: len(seen) == 120)
    assert len(set(seen)) == 120
