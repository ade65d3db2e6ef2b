"""`cognito-drop undo`: exactly the users that a run has imported are deleted, and every doubt leaves a user."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import run_installed
from tests.control import Control
from tests.patience import PATIENCE
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
        set_password(world, f"undo-{number}")
    said = undo(world, watch, "--yes")
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
    message = world.notification_of(undo_id)
    assert (message["outcome"], message["users"]) == ("partly_undone", said.data["result"]["users"])
    assert "undo-" not in json.dumps(message)
    again = undo(world, watch, "--yes")
    assert (again.data["started"], again.data["result"]["users"]["deleted"]) == (False, 195)
    assert world.usernames(POOL, "undo-") == remaining


def test_function_that_is_killed_continues(world: World) -> None:
    """After a deletion whose answer is lost, and after results that are kept: no user is lost or has two results."""
    watch = world.drop(world.csv(POOL, (user(f"struck-{number}") for number in range(8))), f"{POOL}/struck.csv")
    world.end_of(watch)
    set_password(world, "struck-0")
    of_run = {"caller": "undo_users", "kind": "kill_after", "correlation": watch.run_id}
    faults = [
        {**of_run, "service": "cognito-idp", "operation": "AdminDeleteUser", "occurrence": 3},
        {**of_run, "service": "s3", "operation": "PutObject", "occurrence": 1},
    ]
    control = Control(world.cloud.endpoint)
    control.ask("PUT", "faults", {"faults": faults, "correlation": ["$.request.run_id"]})
    try:
        said = undo(world, watch, "--yes")
        assert all(fault["struck"] for fault in control.ask("GET", "faults")["faults"])
    finally:
        control.ask("DELETE", "faults")
    assert said.data["result"]["users"] == {"total": 8, "deleted": 7, "gone": 0, "left": 1, "unprocessed": 0}
    assert world.usernames(POOL, "struck-") == {"struck-0"}
    deleted = [row["username"] for row in _table(world, said.data["undo_id"], "deleted.csv")]
    assert sorted(deleted) == [f"struck-{number}" for number in range(1, 8)]


def test_forged_input_deletes_nothing(world: World) -> None:
    """Of a run of a pool that does not allow it, and with members that an input does not have."""
    other = world.drop(world.csv("people", [user("forged-1")]), "people/forged.csv")
    own = world.drop(world.csv(POOL, [user("forged-2")]), f"{POOL}/forged.csv")
    for watch in (other, own):
        world.end_of(watch)
    stacks = world.cloud.client("cloudformation").describe_stacks()["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for stack in stacks for each in stack.get("Outputs", [])}
    steps, pool = world.cloud.client("stepfunctions"), world.pools[POOL]
    for forged in (
        {"run_id": other.run_id},
        {"run_id": other.run_id, "pool_id": pool, "alias": POOL},
        {"run_id": own.run_id, "bucket": "another-bucket"},
        {"run_id": own.run_id, "include_confirmed": "yes"},
        {"run_id": "0" * 32},
        ["run_id"],
    ):
        started = steps.start_execution(stateMachineArn=outputs["UndoStateMachineArn"], input=json.dumps(forged))
        deadline = time.monotonic() + PATIENCE
        while (ended := steps.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert ended["status"] == "FAILED", forged
    assert world.usernames("people", "forged-") | world.usernames(POOL, "forged-") == {"forged-1", "forged-2"}


def set_password(world: World, name: str) -> None:
    """A user of the pool has set a password."""
    world.cloud.client("cognito-idp").admin_set_user_password(
        UserPoolId=world.pools[POOL],
        Username=name,
        Password="Long-enough-1!",  # noqa: S106  (of an invented user)
        Permanent=True,
    )


def undo(world: World, watch: RunWatch, *options: str) -> Said:
    """The command, with what it says as JSON."""
    return run_installed("undo", watch.run_id, *options, "--output", "json", env=world.cloud.variables)


def _table(world: World, run_id: str, name: str) -> list[dict[str, str]]:
    key = f"results/{run_id}/{name}"
    body = world.cloud.client("s3").get_object(Bucket=world.deployment.bucket, Key=key)["Body"].read()
    return list(csv.DictReader(io.StringIO(body.decode())))
