"""A run that was undone says so, and the id of an undo is never taken for that of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.stage import users

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.stage import Stage


@pytest.fixture(scope="module")
def undo(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The result of the undo of a run of two users."""
    file = tmp_path_factory.mktemp("undone") / "users.csv"
    file.write_text(users("taken-back", 2))
    run_id = stage.ended(file, "--pool", "parts")["run_id"]
    said = stage.run("undo", run_id, "--yes", "--interval", "0.2", "--output", "json")
    result: dict[str, Any] = said.data["result"]
    assert (result["undone_run_id"], result["users"]["deleted"]) == (run_id, 2)
    return result


def test_commands_say_that_the_run_was_undone(stage: Stage, undo: dict[str, Any], tmp_path: Path) -> None:
    """When, how many users were deleted, and by which undo."""
    run_id = undo["undone_run_id"]
    words = (
        f"Undone, 2 of 2 users deleted: undo {undo['run_id'][:8]}, ended {undo['ended_at'][:16].replace('T', ' ')} UTC"
    )
    wide = {"COLUMNS": "200"}
    assert words in stage.run("status", run_id, **wide).out
    for command in (["find", "taken-back0", "--pool", "parts"], ["verify", run_id]):
        assert f"Run {run_id[:8]}: {words}." in stage.run(*command, **wide).err
        assert stage.run(*command, "--output", "json").data["undos"] == [undo]
    ids = ["ids", run_id, "--save", tmp_path / "ids.csv"]
    assert f"Run {run_id[:8]}: {words}." in stage.run(*ids, **wide).err, "their IDs are of no user any more"
    for given in ([run_id], [undo["run_id"]], [run_id, undo["run_id"]]):
        assert stage.run("status", *given, "--output", "json").data["undos"] == [undo]


@pytest.mark.parametrize("command", ["watch", "retry", "stop", "continue", "repair", "verify", "ids", "undo"])
def test_the_id_of_an_undo_is_said_to_be_one(stage: Stage, undo: dict[str, Any], command: str) -> None:
    """With what shows it, and what goes on with it; the start of the id is enough."""
    undo_id, run_id = undo["run_id"], undo["undone_run_id"]
    for given in (undo_id, undo_id[:8]):
        said = stage.run(command, given, "--output", "json")
        assert (said.code, said.error["code"]) == (ExitCode.NOT_FOUND, "run_not_found")
        assert said.error["message"] == f"{undo_id[:8]} is the undo of the run {run_id[:8]}, and not an import."
        assert f"`cognito-drop status {undo_id[:8]}`" in said.error["hint"]
        assert f"`cognito-drop undo {run_id[:8]}`" in said.error["hint"]


def test_who_includes_users_with_hashes_learns_that_they_may_have_signed_in(stage: Stage, undo: dict[str, Any]) -> None:
    """Before the question, and in a preview; not of a run without password hashes."""
    arguments = [undo["undone_run_id"], "--include-confirmed", "--preview"]
    words = "Users who have signed in, or have set another password since the import, may be among those to delete"
    assert words not in stage.run("undo", *arguments, COLUMNS="300").err
    table = {
        "TableName": stage.deployment.ledger,
        "Key": {"pk": {"S": f"run#{undo['undone_run_id']}"}, "sk": {"S": "run"}},
    }
    dynamodb = stage.cloud.client("dynamodb")
    kept = dynamodb.get_item(**table)["Item"]["file"]["S"]

    def write(file: str) -> None:
        dynamodb.update_item(
            **table, UpdateExpression="SET #file = :file", ExpressionAttributeNames={"#file": "file"},
            ExpressionAttributeValues={":file": {"S": file}},
        )  # fmt: skip

    try:
        write(json.dumps({**json.loads(kept), "part_algorithms": ["BCRYPT"]}))
        assert words in stage.run("undo", *arguments, COLUMNS="300").err
    finally:
        write(kept)
    assert words not in stage.run("undo", *arguments, COLUMNS="300").err
