"""Scheduled rules: which are taken, and firing in cloud time."""

from __future__ import annotations

from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from localcloud import delivery
from localcloud.cloud import current
from tests.localcloud.delivery_world import World, world
from tests.patience import PATIENCE

__all__ = ["world"]


def test_a_rate_fires_again_and_again_in_cloud_time(world: World) -> None:
    """Three firings of rate(1 minute) come three minutes of cloud time after the rule, each as a Scheduled Event."""
    url, arn = world.queue("q")
    events = world.client("events")
    begun = current().clock.now()
    rule = events.put_rule(Name="r", ScheduleExpression="rate(1 minute)")["RuleArn"]
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    seen: list[dict[str, object]] = []
    assert world.eventually(lambda: len(seen.__iadd__(world.bodies(url, 0.2))) >= 3)
    assert current().clock.now() - begun >= 180
    assert {event["detail-type"] for event in seen} == {"Scheduled Event"}
    assert (seen[0]["source"], seen[0]["resources"], seen[0]["detail"]) == ("aws.events", [rule], {})


def test_a_disabled_or_deleted_schedule_is_silent(world: World) -> None:
    """Disabling, enabling and deleting a rule are respected at the next firing."""
    url, arn = world.queue("q")
    events = world.client("events")
    events.put_rule(Name="r", ScheduleExpression="rate(1 minute)", State="DISABLED")
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn, "Input": "{}"}])
    assert world.bodies(url, 0.3) == []
    events.enable_rule(Name="r")
    assert world.bodies(url)[0] == {}
    events.remove_targets(Rule="r", Ids=["t"])
    events.delete_rule(Name="r")
    assert delivery.drain(PATIENCE)
    world.client("sqs").purge_queue(QueueUrl=url)
    assert world.bodies(url, 0.2) == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("rate(1 minutes)", "ScheduleExpression is not valid"),
        ("rate(2 minute)", "ScheduleExpression is not valid"),
        ("rate(0 minutes)", "ScheduleExpression is not valid"),
        ("at(noon)", "ScheduleExpression is not valid"),
        ("cron(0 10 * * * *)", "ScheduleExpression is not valid"),
        ("cron(0 24 * * ? *)", "ScheduleExpression is not valid"),
    ],
)
def test_a_schedule_that_does_not_run_is_refused(world: World, expression: str, said: str) -> None:
    """Wrong plurals and fields, as EventBridge refuses them."""
    with pytest.raises(ClientError, match=said):
        world.client("events").put_rule(Name="r", ScheduleExpression=expression)
    assert world.client("events").list_rules()["Rules"] == []


def test_a_cron_expression_fires_in_cloud_time(world: World) -> None:
    """Once for each minute that it names, as soon as the machine comes to it; what it has missed comes as one."""
    url, arn = world.queue("q")
    events = world.client("events")
    begun = current().clock.now()
    events.put_rule(Name="r", ScheduleExpression="cron(0/2 * * * ? *)")
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    seen: list[dict[str, str]] = []
    assert world.eventually(lambda: len(seen.__iadd__(world.bodies(url, 0.2))) >= 3)
    of_two_minutes = [datetime.fromisoformat(event["time"]).timestamp() // 120 for event in seen]
    assert len(set(of_two_minutes)) == len(seen)
    assert min(of_two_minutes) > begun // 120


def test_a_rule_that_is_refused_changes_nothing(world: World) -> None:
    """The rule of that name stays as it was, with its targets."""
    events = world.client("events")
    _, arn = world.queue("q")
    events.put_rule(Name="r", ScheduleExpression="rate(7 days)")
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    for wrong in ({"ScheduleExpression": "cron(0 24 * * ? *)"}, {"EventPattern": '{"source": "x"}'}):
        with pytest.raises(ClientError):
            events.put_rule(Name="r", **wrong)
    assert events.describe_rule(Name="r")["ScheduleExpression"] == "rate(7 days)"
    assert events.list_targets_by_rule(Rule="r")["Targets"] == [{"Id": "t", "Arn": arn}]


def test_an_event_does_not_fire_a_schedule(world: World) -> None:
    """A rule that has a schedule and no pattern matches no event."""
    url, arn = world.queue("q")
    events = world.client("events")
    events.put_rule(Name="r", ScheduleExpression="rate(7 days)")
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    events.put_events(Entries=[{"Source": "x", "DetailType": "y", "Detail": "{}"}])
    assert delivery.drain(PATIENCE)
    assert world.waiting(url) == 0
