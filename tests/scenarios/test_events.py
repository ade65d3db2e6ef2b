"""The events of runs on the account's bus, as a rule of someone else's receives them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.patience import PATIENCE
from tests.published_schemas import validator
from tests.scenarios.world import user

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


def test_a_run_reports_the_bus_that_it_waits_starts_and_finishes(world: World) -> None:
    """Three kinds of events, in order, each of the published shape; who does not wait tells nothing of waiting."""
    queue = _queue_behind_rule(world)
    first = world.hold("event-a")
    second = world.drop(world.csv("people", [user("event-b")]), "people/event-b.csv")
    world.run_item_when(second, "waiting")
    world.stop_job("held")
    for watch in (first, second):
        world.end_of(watch)
    events = _received(world, queue, {first.run_id, second.run_id})
    schema = validator("run-event-1")
    for event in events:
        schema.validate(event)
    kinds = {
        run_id: [event["detail-type"] for event in events if event["detail"]["run_id"] == run_id]
        for run_id in (first.run_id, second.run_id)
    }
    assert kinds[first.run_id] == ["Import Run Started", "Import Run Finished"]
    assert kinds[second.run_id] == ["Import Run Waiting", "Import Run Started", "Import Run Finished"]
    (finished,) = [event for event in events if event["detail"]["run_id"] == second.run_id][-1:]
    assert finished["detail"]["outcome"] == "imported"
    assert "event-b@example.com" not in json.dumps(events)


def _queue_behind_rule(world: World) -> str:
    sqs, events = world.cloud.client("sqs"), world.cloud.client("events")
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]})
    url: str = sqs.create_queue(QueueName="runs-of-cognito-drop", Attributes={"Policy": policy})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="runs-of-cognito-drop", EventPattern=json.dumps({"source": ["cognito-drop"]}))
    events.put_targets(Rule="runs-of-cognito-drop", Targets=[{"Id": "queue", "Arn": arn}])
    return url


def _received(world: World, queue: str, run_ids: set[str]) -> list[dict[str, Any]]:
    """The events of these runs in the order of their times, until each has finished."""
    sqs, deadline, found = world.cloud.client("sqs"), time.monotonic() + PATIENCE, list[dict[str, Any]]()
    finished: set[str] = set()
    while finished != run_ids and time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            event = json.loads(message["Body"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            if event["detail"]["run_id"] in run_ids:
                found.append(event)
                if event["detail-type"] == "Import Run Finished":
                    finished.add(event["detail"]["run_id"])
    return sorted(found, key=lambda event: event["time"])
