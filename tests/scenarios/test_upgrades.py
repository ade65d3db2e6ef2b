"""A new version is deployed while runs are on their way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.kept_stack import deploy_kept
from tests.scenarios.conftest import FACTOR, deployed_world
from tests.scenarios.world import user
from tools.run_watch import RunWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

_AT_ONCE = 4  # runs: some always wait for their lock
_MOST_CHANGES = 20
_STATES = (
    {"Wait for lock"},
    {"Wait", "Check import", "Import ended?"},
    {"Collect", "Wait for log", "Next part?", "Release lock", "Lock released?", "Report"},
)
"""Waiting, polling, collecting: in one of each, some run is seen while a new version is deployed."""


@pytest.fixture(scope="module")
def own_world() -> Iterator[World]:
    """Other tests meet the version that they have deployed."""
    with deployed_world("--clock-factor", str(FACTOR)) as it:
        yield it


def test_deploying_a_new_version_disturbs_no_run(own_world: World) -> None:
    """Runs that wait, poll and collect while every function and the state machine change end as if nothing had been."""
    world, seen, watches, going = own_world, set[str](), list[RunWatch](), list[RunWatch]()
    changed = {**world.context, "shortest_wait": "11", "longest_wait": "601"}
    with ThreadPoolExecutor(1) as pool:
        for context in (changed, world.context) * _MOST_CHANGES:
            deployed = pool.submit(deploy_kept, world.cloud, context)
            while not deployed.done():
                views = [(watch, watch.view()) for watch in going]
                going = [watch for watch, view in views if view.status in ("", "RUNNING")]
                seen |= {view.state for _, view in views if view.status == "RUNNING"}
                if len(going) < _AT_ONCE:
                    going.append(_drop(world, len(watches)))
                    watches.append(going[-1])
            deployed.result()
            if all(seen & kind for kind in _STATES):
                break
    assert all(seen & kind for kind in _STATES), seen
    for number, watch in enumerate(watches):
        ending = world.end_of(watch)
        assert ending.rows == {"total": 400, "imported": 400}, number
        assert world.run_item(watch)["executions"]["N"] == "1"


def _drop(world: World, number: int) -> RunWatch:
    users = (user(f"upgrade{number}-{row}") for row in range(400))
    return world.drop(world.csv("guests", users), f"guests/upgrade{number}.csv")
