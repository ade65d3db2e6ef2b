"""Scheduled rules: the grammar, and firing in cloud time."""

from __future__ import annotations

import datetime as dt

import pytest
from botocore.exceptions import ClientError

from localcloud import delivery
from localcloud.cloud import current
from localcloud.delivery.schedule_expressions import ScheduleError, parse
from tests.localcloud.delivery_world import World, world

__all__ = ["world"]


def moment(text: str) -> float:
    """Epoch seconds of a UTC time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("rate(5 minutes)", "2026-01-01 00:00:10", "2026-01-01 00:05:10"),
        ("rate(1 day)", "2026-01-01 00:00:10", "2026-01-02 00:00:10"),
        ("cron(0 10 * * ? *)", "2026-01-01 10:00:00", "2026-01-02 10:00:00"),
        ("cron(0/5 8-17 ? * MON-FRI *)", "2026-01-02 17:55:00", "2026-01-05 08:00:00"),
        ("cron(15 12 ? * SUN *)", "2026-01-01 00:00:00", "2026-01-04 12:15:00"),
        ("cron(0 0 L * ? *)", "2026-02-01 00:00:00", "2026-02-28 00:00:00"),
        ("cron(0 0 1W * ? *)", "2026-07-31 12:00:00", "2026-08-03 00:00:00"),
        ("cron(0 9 ? * 2#1 *)", "2026-01-06 00:00:00", "2026-02-02 09:00:00"),
        ("cron(0 9 ? * FRIL *)", "2026-01-01 00:00:00", "2026-01-30 09:00:00"),
        ("cron(0 0 29 FEB ? *)", "2026-01-01 00:00:00", "2028-02-29 00:00:00"),
        ("cron(0 0 1,15 * ? 2027)", "2026-06-01 00:00:00", "2027-01-01 00:00:00"),
    ],
)
def test_the_next_firing_is_the_documented_one(expression: str, after: str, expected: str) -> None:
    """Rates count on from a moment, cron fields are read as EventBridge reads them."""
    assert parse(expression).next_after(moment(after)) == moment(expected)


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(0 minutes)",
        "cron(* * * * * *)",
        "cron(0 10 * * ?)",
        "cron(0 25 * * ? *)",
    ],
)
def test_what_eventbridge_refuses_is_refused(expression: str) -> None:
    """Wrong plurals, missing fields, two day fields, hours beyond the day."""
    with pytest.raises(ScheduleError):
        parse(expression)


def test_a_cron_that_is_over_never_fires() -> None:
    """A year in the past has no next firing."""
    assert parse("cron(0 0 1 1 ? 2020)").next_after(moment("2026-01-01 00:00:00")) is None


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
    assert delivery.drain()
    world.bodies(url, 0.2)
    assert world.bodies(url, 0.2) == []


def test_a_bad_schedule_is_refused_by_the_api(world: World) -> None:
    """PutRule answers ValidationException for an expression that moto lets through."""
    with pytest.raises(ClientError, match="ScheduleExpression is not valid"):
        world.client("events").put_rule(Name="r", ScheduleExpression="cron(0 99 * * ? *)")


def test_an_event_does_not_fire_a_schedule(world: World) -> None:
    """A rule that has a schedule and no pattern matches no event."""
    url, arn = world.queue("q")
    events = world.client("events")
    events.put_rule(Name="r", ScheduleExpression="rate(7 days)")
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    events.put_events(Entries=[{"Source": "x", "DetailType": "y", "Detail": "{}"}])
    assert world.bodies(url, 0.2) == []
