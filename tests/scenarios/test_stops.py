"""Runs that are stopped: by anyone who stops the execution, wherever the run is just then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.patience import PATIENCE
from tests.scenarios.world import HELD, user, wait_for_state

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario


def test_run_that_is_stopped_while_it_imports_keeps_what_was_done(world: World) -> None:
    """Stopping the execution stops Cognito's job, reports the partial results and lets the next run have its lock."""
    watch = world.hold("halt")
    _wait_for(world, watch, lambda item: "1" in item["parts"]["M"], imported=100)
    stop(world, watch)
    after = world.drop(world.csv("people", [user("after-halt")]), "people/after-halt.csv")
    ending = world.end_of_stopped(watch)
    assert ending.summary["outcome"] == "stopped"
    assert [job["status"] for job in ending.jobs] == ["Stopped"]
    assert 100 <= ending.rows["imported"] <= 200
    assert ending.rows["imported"] + ending.rows["unprocessed"] == HELD
    assert len(world.usernames("held", "halt")) == ending.rows["imported"]
    assert ending.mail["Subject"].startswith("Stopped, ")
    assert world.end_of(after).summary["outcome"] == "imported"


def test_run_that_is_stopped_in_queue_never_imports(world: World) -> None:
    """A run that waits for its lock leaves the line when it is stopped; those behind it move up."""
    first = world.hold("first-in-line")
    second = world.drop(world.csv("people", [user("second-in-line")]), "people/second.csv")
    _wait_for(world, second, lambda item: item["run_state"]["S"] == "waiting" and "place" in item)
    third = world.drop(world.csv("people", [user("third-in-line")]), "people/third.csv")
    _wait_for(world, third, lambda item: item["run_state"]["S"] == "waiting" and "place" in item)
    assert (world.run_item(second)["place"]["N"], world.run_item(third)["place"]["N"]) == ("1", "2")
    stop(world, second)
    ending = world.end_of_stopped(second)
    assert ending.summary["outcome"] == "stopped"
    assert ending.rows == {"total": 1, "unprocessed": 1}
    assert ending.jobs == []
    world.stop_job("held")
    assert world.end_of(first).summary["outcome"] == "stopped"
    assert world.end_of(third).summary["outcome"] == "imported"
    assert world.usernames("people", "second-in-line") == set()


@pytest.mark.parametrize("state", ["Preflight", "Start import", "Check import", "Collect", "Report", "Notify"])
def test_run_that_is_stopped_anywhere_is_reported_of(world: World, state: str) -> None:
    """Wherever a run is stopped, every row has an outcome, the lock is free and the notification comes."""
    name = state.lower().replace(" ", "-")
    body = world.csv("people", (user(f"any-{name}-{number}") for number in range(300)))
    watch = world.drop(body, f"people/{name}.csv")
    wait_for_state(watch, state)
    stopped = world.execution_arn(watch)
    stop(world, watch)
    if "Notify" in _entered(world, stopped):  # it was past the state when it was stopped
        world.maybe_notified_twice.add(watch.run_id)
    ending = world.end_of_stopped(watch)
    rows = ending.summary["rows"]
    assert rows["total"] == 300
    assert rows["imported"] + rows["unprocessed"] == 300
    assert len(world.usernames("people", f"any-{name}-")) == rows["imported"]
    assert ending.summary["outcome"] == ("imported" if rows["imported"] == 300 else "stopped")
    assert world.lock_holder("account") != watch.run_id


def stop(world: World, watch: RunWatch) -> None:
    """Stop the run's newest execution, as the console's button does."""
    arn = world.execution_arn(watch)
    world.cloud.client("stepfunctions").stop_execution(executionArn=arn, error="Stopped", cause="By hand")


def _entered(world: World, arn: str) -> set[str]:
    pages = world.cloud.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    found = (event.get("stateEnteredEventDetails", {}).get("name") for page in pages for event in page["events"])
    return set(filter(None, found))


def _wait_for(world: World, watch: RunWatch, holds: Any, imported: int = 0) -> None:  # noqa: ANN401  (of an item)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        view = watch.view()
        if view.status and holds(world.run_item(watch)) and view.counts.imported >= imported:
            return
        time.sleep(0.02)
    raise AssertionError("The run did not come so far.")
