"""A new version is deployed while runs are on their way."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from laptop.deployment import deploy
from tests.scenarios.world import user

if TYPE_CHECKING:
    from laptop.run_watch import RunWatch
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

_MOST_DROPS = 60
_POLLS = {"Wait", "Check import", "Import ended?"}
_COLLECTS = {"Collect", "Wait for log", "Next part?", "Pass the turn", "Turn passed?", "Report"}


def test_deploying_a_new_version_disturbs_no_run(world: World) -> None:
    """Runs that wait, poll and collect while every function and the state machine change end as if nothing had been."""
    changed = {**world.context, "shortest_wait": "11", "longest_wait": "601"}
    seen: Counter[str] = Counter()
    watches: list[RunWatch] = []
    with ThreadPoolExecutor(1) as pool:
        deployed = pool.submit(deploy, world.cloud, changed)
        while not deployed.done() and len(watches) < _MOST_DROPS:
            number = len(watches)
            users = (user(f"upgrade{number}-{row}") for row in range(400))
            watches.append(world.drop(world.csv("guests", users), f"guests/upgrade{number}.csv"))
            while True:
                states = Counter(watch.view().state for watch in watches)
                seen |= states
                if deployed.done() or states["Await turn"] < 2:  # always some in line
                    break
        deployed.result()
    for number, watch in enumerate(watches):
        ending = world.end_of(watch)
        assert ending.rows == {"total": 400, "imported": 400}, number
        assert world.run_item(watch)["executions"]["N"] == "1"
    assert "Await turn" in seen, seen
    assert seen.keys() & _POLLS, seen
    assert seen.keys() & _COLLECTS, seen
