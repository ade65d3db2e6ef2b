"""A pool's rate and reserve of import jobs, seen from outside."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cognito_drop.contract.pool_names import pauses_path, pools_path
from tests.control import Control
from tests.scenarios.test_failures_of_aws import planned
from tests.scenarios.world import user
from tools.deployment import STACK

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tools.run_watch import RunWatch


def test_file_beyond_the_rate_is_held_while_others_go_on_and_comes_back(world: World) -> None:
    """Of one more job a day: the second file waits outside the queue until more are allowed, and the reserve refuses
    the third.
    """
    _choose(world, jobs_per_day=len(world.jobs("rated")) + 1)
    first = world.end_of(_drop(world, "rated", "first"))
    assert first.rows == {"total": 1, "imported": 1}
    second = _drop(world, "rated", "second")
    item = world.run_item_when(second, "waiting", having="held_for")
    assert item["held_for"]["S"] == "jobs_per_day"
    assert world.end_of(_drop(world, "people", "beside")).rows == {"total": 1, "imported": 1}
    _choose(world, jobs_per_day=1000)
    assert world.end_of(second).rows == {"total": 1, "imported": 1}
    _choose(world, jobs_in_reserve=999)
    refused = world.end_of(_drop(world, "rated", "third")).summary
    assert (refused["outcome"], refused["problem"]["code"], refused["error"]) == ("rejected", "no_jobs_left", None)
    assert refused["rows"]["unprocessed"] == 1


def test_a_window_that_opens_lets_a_held_file_in(world: World) -> None:
    """It opens in fourteen hours of the cloud's time; the file's job starts after that, and not before."""
    s3, bucket = world.cloud.client("s3"), world.deployment.bucket
    s3.put_object(Bucket=bucket, Key="clock", Body=b"")
    now: datetime = s3.head_object(Bucket=bucket, Key="clock")["LastModified"]
    opens = now.replace(second=0) + timedelta(hours=14)
    _choose(world, import_window=f"{opens:%H:%M}-{opens + timedelta(hours=10):%H:%M} UTC")
    watch = _drop(world, "rated", "window")
    item = world.run_item_when(watch, "waiting", having="held_for")
    assert (item["held_for"]["S"], float(item["held_until"]["N"])) == ("import_window", opens.timestamp())
    Control(world.cloud.endpoint).ask("POST", "clock", {"seconds": (opens - now).seconds})
    ending = world.end_of(watch)
    assert ending.rows == {"total": 1, "imported": 1}
    assert datetime.fromisoformat(ending.summary["timings"]["started_at"]) >= opens


def test_a_pause_outlives_the_crash_of_the_function_that_holds_the_file(world: World) -> None:
    """The function dies when it has held the run, before it answers; the run is imported once, after the pause."""
    _choose(world, jobs_per_day=1000)
    ssm, name, key = world.cloud.client("ssm"), f"{pauses_path(pools_path(STACK))}/rated", "rated/rated-paused.csv"
    ssm.put_parameter(Name=name, Value="2026-07-01T12:00:00+00:00", Type="String")
    call = {"caller": "import_queue", "service": "dynamodb", "operation": "TransactWriteItems", "kind": "kill_after"}
    with planned(world, [{**call, "occurrence": 2, "correlation": f"inbox/{key}"}]) as control:
        watch = world.drop(world.csv("rated", [user("rated-paused")]), key)
        item = world.run_item_when(watch, "waiting", having="held_for")
        assert item["held_for"]["S"] == "paused"
        assert all(fault["struck"] for fault in control.ask("GET", "faults")["faults"])
    ssm.delete_parameter(Name=name)
    ending = world.end_of(watch)
    assert ending.rows == {"total": 1, "imported": 1}
    assert len([job for job in world.jobs("rated") if watch.run_id in job["JobName"]]) == 1


def _drop(world: World, alias: str, name: str) -> RunWatch:
    return world.drop(world.csv(alias, [user(f"rated-{name}")]), f"{alias}/rated-{name}.csv")


def _choose(world: World, **chosen: object) -> None:
    """What a deployment of other settings does."""
    ssm, name = world.cloud.client("ssm"), f"{pools_path(STACK)}/rated"
    settings = {"id": world.pools["rated"], **chosen}
    ssm.put_parameter(Name=name, Value=json.dumps(settings), Type="String", Overwrite=True)
