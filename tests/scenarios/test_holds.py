"""A pool's rate and reserve of import jobs, seen from outside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cognito_drop.contract.pool_names import pools_path
from tests.scenarios.world import user
from tools.deployment import STACK

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tools.run_watch import RunWatch


def test_file_beyond_the_rate_is_held_while_others_go_on_and_comes_back(world: World) -> None:
    """Of one job a day: the second file waits outside the queue until more are allowed, and the reserve refuses the
    third.
    """
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


def _drop(world: World, alias: str, name: str) -> RunWatch:
    return world.drop(world.csv(alias, [user(f"rated-{name}")]), f"{alias}/rated-{name}.csv")


def _choose(world: World, **chosen: int) -> None:
    """What a deployment of other settings does."""
    ssm, name = world.cloud.client("ssm"), f"{pools_path(STACK)}/rated"
    settings = {"id": world.pools["rated"], **chosen}
    ssm.put_parameter(Name=name, Value=json.dumps(settings), Type="String", Overwrite=True)
