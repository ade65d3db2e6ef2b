"""`cognito-drop undo`: exactly the users that a run has imported are deleted, and every doubt leaves a user."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import run_installed
from tests.scenarios.world import user

if TYPE_CHECKING:
    from tests.cli.command import Said
    from tests.scenarios.world import World
    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario

POOL = "undone"


def test_exactly_the_users_of_the_run_are_deleted(world: World) -> None:
    """Three have set a password since, two existed before: these five remain. A second undo does nothing."""
    old = [user(f"undo-old{number}") for number in range(2)]
    world.end_of(world.drop(world.csv(POOL, old), f"{POOL}/undo-old.csv"))
    watch = world.drop(world.csv(POOL, [*old, *(user(f"undo-{number}") for number in range(198))]), f"{POOL}/undo.csv")
    assert world.end_of(watch).rows == {"total": 200, "imported": 198, "skipped": 2}
    for number in range(3):
        world.cloud.client("cognito-idp").admin_set_user_password(
            UserPoolId=world.pools[POOL],
            Username=f"undo-{number}",
            Password="Long-enough-1!",  # noqa: S106  (of an invented user)
            Permanent=True,
        )
    said = _undo(world, watch, "--yes")
    assert {each["code"]: each["count"] for each in said.data["preview"]["reasons"]} == {"password_set": 3}
    assert (said.code, said.data["preview"]["delete"], said.data["preview"]["left"]) == (1, 195, 3)
    assert said.data["result"]["users"] == {"total": 198, "deleted": 195, "gone": 0, "left": 3, "unprocessed": 0}
    remaining = {"undo-0", "undo-1", "undo-2", "undo-old0", "undo-old1"}
    assert world.usernames(POOL, "undo-") == remaining
    undo_id = said.data["undo_id"]
    assert {row["username"]: row["code"] for row in _table(world, undo_id, "left.csv")} == dict.fromkeys(
        ("undo-0", "undo-1", "undo-2"), "password_set"
    )
    assert len(_table(world, undo_id, "deleted.csv")) == 195
    again = _undo(world, watch, "--yes")
    assert (again.data["started"], again.data["result"]["users"]["deleted"]) == (False, 195)
    assert world.usernames(POOL, "undo-") == remaining


def _undo(world: World, watch: RunWatch, *options: str) -> Said:
    return run_installed("undo", watch.run_id, *options, "--output", "json", env=world.cloud.variables)


def _table(world: World, run_id: str, name: str) -> list[dict[str, str]]:
    key = f"results/{run_id}/{name}"
    body = world.cloud.client("s3").get_object(Bucket=world.deployment.bucket, Key=key)["Body"].read()
    return list(csv.DictReader(io.StringIO(body.decode())))
