"""Files with a first part: good, and too bad for the rest to go on by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.control import Control
from tests.published_schemas import validator
from tests.scenarios.conftest import FACTOR, deployed_world
from tests.scenarios.test_stops import stop
from tests.scenarios.world import user
from tools.deployment import STACK

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario

ROWS = 10
"""Of a file; the first part has four of them."""


def test_rest_follows_a_good_first_part_at_once(world: World) -> None:
    """Two jobs in one run, which has the lock until the end."""
    ending = world.end_of(_drop(world, "good", bad=False))
    assert ending.rows == {"total": ROWS, "imported": ROWS}
    assert [part["rows"] for part in ending.summary["parts"]] == [4, ROWS - 4]
    assert world.states(ending.watch).count("Wait for lock") <= 1


def test_rest_waits_after_a_bad_first_part_and_goes_on_when_it_is_continued(world: World) -> None:
    """Other files are imported meanwhile; people and programs are notified; the results are one run's."""
    watch = _drop(world, "continued", bad=True)
    item = _waits(world, watch)
    assert float(item["held_until"]["N"]) > 0
    assert world.end_of(world.drop(world.csv("people", [user("meanwhile")]), "people/meanwhile.csv")).rows == {
        "total": 1, "imported": 1,
    }  # fmt: skip
    data, mail = world.notice_of(watch)
    validator("first-part-1").validate(data)
    counts = {name: data["first_part"][name] for name in ("rows", "imported", "skipped", "failed")}
    assert counts == {"rows": 4, "imported": 3, "skipped": 0, "failed": 1}
    assert (data["rest"], mail["Subject"]) == (
        ROWS - 4, "Waiting for a decision, 1 of 4 rows failed: continued.csv",
    )  # fmt: skip
    assert f"cognito-drop continue {watch.run_id[:8]}" in mail.get_content()
    assert _continue(world, watch) == {"continued": True}
    assert _continue(world, watch) == {"continued": False}
    ending = world.end_of(watch)
    assert ending.rows == {"total": ROWS, "imported": ROWS - 1, "failed": 1}
    assert ending.summary["outcome"] == "partly_imported"
    assert len(ending.jobs) == 2
    assert world.usernames("aliased", "continued") == {f"continued{at}" for at in range(ROWS) if at != 1}


def test_rest_is_unprocessed_when_the_run_is_stopped(world: World) -> None:
    """It and the failed row are in the file to drop again."""
    watch = _drop(world, "ended", bad=True)
    _waits(world, watch)
    stop(world, watch)
    _judge_rest(world, watch)


@pytest.mark.nightly
def test_rest_is_unprocessed_when_no_one_decides() -> None:
    """A day passes; the run says why it has ended."""
    with deployed_world("--clock-factor", str(FACTOR)) as world:
        watch = _drop(world, "ended", bad=True)
        _waits(world, watch)
        Control(world.cloud.endpoint).ask("POST", "clock", {"seconds": 86_400})
        summary = _judge_rest(world, watch)
        assert summary["error"] == (
            "1 of the 4 rows of the first part failed, more than 5%, and the run was not continued within 1 day"
        )


def _drop(world: World, name: str, *, bad: bool) -> RunWatch:
    """A file whose second user has the first one's address, where it is bad: Cognito does not import that user."""
    users = [user(f"{name}{at}") for at in range(ROWS)]
    if bad:
        users[1]["email"] = users[0]["email"]
    return world.drop(world.csv("aliased", users), f"first/{name}.csv")


def _waits(world: World, watch: RunWatch) -> dict[str, Any]:
    """The run's item when it waits for a decision."""
    item = world.run_item_when(watch, "waiting", having="hold_notified")
    assert item["held_for"]["S"] == "first_part"
    assert world.lock_holder("account") != watch.run_id
    return item


def _continue(world: World, watch: RunWatch) -> dict[str, Any]:
    """What `cognito-drop continue` asks the sweep for."""
    (stack,) = world.cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    (function,) = [each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == "SweepFunction"]
    event = json.dumps({"continue": {"run_id": watch.run_id}})
    answer = world.cloud.client("lambda").invoke(FunctionName=function, Payload=event.encode())
    found: dict[str, Any] = json.load(answer["Payload"])
    return found


def _judge_rest(world: World, watch: RunWatch) -> dict[str, Any]:
    """The summary of a run of which only the first part was imported."""
    ending = world.end_of_stopped(watch)
    assert ending.summary["outcome"] == "stopped"
    assert ending.rows == {"total": ROWS, "imported": 3, "failed": 1, "unprocessed": ROWS - 4}
    assert len(ending.jobs) == 1
    retried = world.result(watch, "retry.csv").decode().splitlines()[1:]
    assert len(retried) == ROWS - 3
    return ending.summary
