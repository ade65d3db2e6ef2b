"""What the roles are granted, against what they use on the whole way of their runs, and what these leave behind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from tests.scenarios.conftest import FACTOR, deployed_world
from tests.scenarios.test_failures import events_lost
from tests.scenarios.test_stops import stop
from tests.scenarios.test_undo import set_password, undo
from tests.scenarios.unused_grants import EVERY_FUNCTION, UNUSED
from tests.scenarios.world import user
from tools.permissions import as_text, permissions_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.world import World
    from tools.permissions import RolePermissions

pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def own_world() -> Iterator[World]:
    """No other test uses a role here."""
    with deployed_world("--clock-factor", str(FACTOR), "--import-held-pools", "held") as it:
        _parts(it)
        _stop_and_line(it)
        _lookup(it)
        _rejected(it)
        _ids(it)
        _lost_event(it)
        _undone(it)
        yield it


def test_every_grant_is_used_or_has_a_reason(own_world: World) -> None:
    """After runs of all kinds every granted action was used, or its reason is written down."""
    deadline = time.monotonic() + PATIENCE
    while (unexplained := _unexplained(roles := permissions_in(own_world.cloud, "cognito-drop-"))) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.5)  # some of it is for the sweep to do, which comes every few minutes of cloud time
    assert unexplained == {}, as_text(roles)


def test_nothing_is_left_in_staging_of_runs_that_have_ended(own_world: World) -> None:
    """Imported, checked only, refused, resumed, or stopped: the sweep deletes all versions of what a run has kept."""
    s3, bucket, deadline = own_world.cloud.client("s3"), own_world.deployment.bucket, time.monotonic() + PATIENCE
    while (left := s3.list_object_versions(Bucket=bucket, Prefix="staging/")).get("Versions") and (
        time.monotonic() < deadline
    ):
        time.sleep(0.5)
    assert [version["Key"] for version in left.get("Versions", [])] == []


def _parts(world: World) -> None:
    """A run of three parts."""
    parts = world.drop(world.csv("people", (user(f"part{number}") for number in range(1_200))), "parts/parts.csv")
    assert world.end_of(parts).rows == {"total": 1_200, "imported": 1_200}


def _stop_and_line(world: World) -> None:
    """A run that is stopped while its job is active, and one with groups and a bad row that waits behind it."""
    watch = world.hold("halt")
    world.job_when(watch, "InProgress")
    members = [user("member1", cognito__groups="staff"), user("member2", email_verified="FALSE")]
    waiting = world.drop(world.csv("people", members, "cognito:groups"), "teams/members.csv")
    world.run_item_when(waiting, "waiting")
    stop(world, watch)
    assert world.end_of_stopped(watch).summary["outcome"] == "stopped"
    ending = world.end_of(waiting)
    assert ending.rows == {"total": 2, "imported": 1, "rejected": 1}
    assert ending.summary["memberships"]["added"] == 1
    assert "Wait for lock" in world.states(waiting)


def _lookup(world: World) -> None:
    """A dry run that says what the lookup would take, and a run that asks for users before it sends them."""
    body = world.csv("people", [user("member1"), user("new")])
    assert world.end_of(world.drop(body, "looked-up/dry.csv", "check")).summary["outcome"] == "checked"
    ending = world.end_of(world.drop(body, "looked-up/looked.csv"))
    assert ending.rows == {"total": 2, "imported": 1, "skipped": 1}


def _ids(world: World) -> None:
    """A run that records the new ids of its users."""
    ending = world.end_of(world.drop(world.csv("people", [user("ids1"), user("ids2")]), "recorded/ids.csv"))
    assert ending.summary["ids"]["recorded"] == 2


def _rejected(world: World) -> None:
    """A file that leaves nothing for the report to read, and one in a folder that belongs to no pool."""
    for key in ("people/empty.csv", "unknown/empty.csv"):
        assert world.end_of(world.drop(b"", key)).summary["outcome"] == "rejected"


def _lost_event(world: World) -> None:
    """A file that the sweep has to find."""
    with events_lost(world):
        watch = world.drop(world.csv("people", [user("lost")]), "people/lost.csv")
    assert world.end_of(watch).rows == {"total": 1, "imported": 1}


def _undone(world: World) -> None:
    """A run that is undone: one of its users has set a password since."""
    watch = world.drop(world.csv("undone", [user("undone1"), user("undone2")]), "undone/undone.csv")
    world.end_of(watch)
    set_password(world, "undone2")
    assert undo(world, watch, "--yes").data["result"]["users"]["deleted"] == 1


def _unexplained(roles: list[RolePermissions]) -> dict[str, list[str]]:
    return {
        role.role: unexplained
        for role in roles
        if (unexplained := [action for action in role.never_used if action not in _reasons(role.role)])
    }


def _reasons(role: str) -> dict[str, str]:
    found = [reasons for start, reasons in UNUSED.items() if role.startswith(f"cognito-drop-{start}")]
    return {**EVERY_FUNCTION, **(found[0] if found else {})}
