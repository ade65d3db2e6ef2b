"""Files that name groups: imported users are added to them after the job, and every membership is told."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.test_stops import stop
from tests.scenarios.world import user, wait_for_state

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario


def test_imported_users_are_added_to_their_groups(world: World) -> None:
    """Groups are created where the pool's setting says so; who was in the pool before is left as it was."""
    world.end_of(world.drop(world.csv("people", [user("group-old")]), "people/group-old.csv"))
    rows = [
        user("group-ana", cognito__groups="staff|ops"), user("group-ben"), user("group-old", cognito__groups="staff"),
        user("group-eve", cognito__groups="ops"), user("group-bad", cognito__groups="two words"),
    ]  # fmt: skip
    watch = world.drop(world.csv("people", rows, "cognito:groups"), "teams/teams.csv")
    ending = world.end_of(watch)
    assert ending.rows == {"total": 5, "imported": 3, "skipped": 1, "rejected": 1}
    found = ending.summary["memberships"]
    assert found.pop("active_users")["at_most"] == 3
    assert found == {
        "total": 4, "added": 3, "left_out": 1, "failed": 0, "not_allowed": 0, "unprocessed": 0, "seconds": 1,
    }  # fmt: skip
    assert _results(world, watch) == [
        ("2", "staff", "added"), ("2", "ops", "added"), ("4", "staff", "left_out"), ("5", "ops", "added"),
    ]  # fmt: skip
    assert (_members(world, "staff"), _members(world, "ops")) == ({"group-ana"}, {"group-ana", "group-eve"})
    assert world.states(watch).count("Add members") == 1
    assert "Group memberships:\n3 added\n" in ending.mail.get_content().replace("\r\n", "\n")
    assert ending.message["memberships"]["added"] == 3


def test_groups_that_are_missing_are_reported(world: World) -> None:
    """No group is made without a setting; the users are imported all the same."""
    watch = world.drop(
        world.csv("people", [user("group-none", cognito__groups="nowhere")], "cognito:groups"), "people/nowhere.csv"
    )
    ending = world.end_of(watch)
    assert ending.rows == {"total": 1, "imported": 1}
    assert (ending.summary["outcome"], ending.message["has_failures"]) == ("imported", True)
    assert _results(world, watch) == [("2", "nowhere", "failed")]


def test_run_that_is_stopped_while_users_are_added_reports_of_every_membership(world: World) -> None:
    """Their rows are imported; the sweep brings the run to its end, and the report lists what was not done."""
    users = [user(f"group-halt{number}", cognito__groups="staff") for number in range(1_500)]
    watch = world.drop(world.csv("halted", users, "cognito:groups"), "halted-teams/halt.csv")
    wait_for_state(watch, "Add members")
    stop(world, watch)
    ending = world.end_of_stopped(watch)
    assert ending.rows == {"total": 1_500, "imported": 1_500}
    found = ending.summary["memberships"]
    assert found["total"] == found["added"] + found["unprocessed"] == 1_500
    assert found["unprocessed"] > 0
    assert len({line for line, _, _ in _results(world, watch)}) == len(_results(world, watch)) == 1_500
    assert ending.message["has_failures"] is True


def _results(world: World, watch: RunWatch) -> list[tuple[str, str, str]]:
    rows = csv.DictReader(io.StringIO(world.result(watch, "groups.csv").decode()))
    return [(row["line"], row["group"], row["outcome"]) for row in rows]


def _members(world: World, group: str) -> set[str]:
    answer = world.cloud.client("cognito-idp").list_users_in_group(UserPoolId=world.pools["people"], GroupName=group)
    return {one["Username"] for one in answer["Users"]}
