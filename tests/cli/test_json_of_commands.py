"""`--output json` of every command is of the published schema, whether the command does what was asked or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.main import main
from tests.cli.command import NOWHERE
from tests.cli.kept_runs import keep_waiting_run
from tests.cli.stage import users

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.stage import Stage

UNKNOWN = "ffffffffffffffffffffffffffffffff"


@pytest.fixture(scope="module")
def successes(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str | Path]]]:
    """Calls of each command that do what is asked; the last of them has data."""
    folder = tmp_path_factory.mktemp("json")
    file, staff = folder / "users.csv", folder / "staff.csv"
    file.write_text(users("walked", 3, bad=1))
    staff.write_text("Login,Mail\nwalked0,walked0@example.com\n")
    run_id = stage.ended(file, "--pool", "guests")["run_id"]
    imported = folder / "undone.csv"
    imported.write_text(users("undone", 2))
    undone = stage.ended(imported, "--pool", "parts")["run_id"]
    waiting = keep_waiting_run(stage, "inbox/people/walked.csv")
    of_map: list[str | Path] = ["--username", "Login", "--verified", "email", "--save", folder / "staff.yaml"]
    return {
        "template": [["--pool", "people"]],
        "check": [[file, "--pool", "guests", "--save", folder / "checked"]],
        "map": [[staff, "--pool", "guests", *of_map]],
        "drop": [[file, "--pool", "guests", "--dry-run"], [file, "--pool", "guests"]],
        "runs": [["--outcome", "checked"], ["--outcome", "partly_imported", "--pool", "guests"]],
        "status": [[run_id, waiting]],
        "watch": [[run_id]],
        "results": [[run_id, "--download", folder / "results"]],
        "retry": [[run_id, "--yes"]],
        "find": [["walked0", "--pool", "guests", "--live"]],
        "verify": [[run_id]],
        "ids": [[run_id, "--save", folder / "ids.csv"]],
        "undo": [[undone, "--preview"], [undone, "--yes", "--interval", "0.2"]],
        "export": [["--pool", stage.pools["people"], "--to", folder / "exported"]],
        "stop": [],  # of a run that is under way, see `_to_stop`
        "continue": [[waiting, "--yes"]],
        "repair": [[run_id]],
        "pause": [["exports"]],
        "resume": [["exports"]],
        "jobs": [["--pool", "guests"]],
        "doctor": [[]],
        "completion": [["bash"]],
    }


FAILURES = {
    "template": ["--pool", "nothing"],
    "check": ["missing.csv"],
    "map": ["missing.csv"],
    "drop": ["missing.csv"],
    "runs": ["--pool", "nothing"],
    "status": [UNKNOWN],
    "watch": ["not an id"],
    "results": [UNKNOWN],
    "retry": [UNKNOWN],
    "find": [" "],
    "verify": [UNKNOWN],
    "ids": [UNKNOWN],
    "undo": [UNKNOWN],
    "export": ["--pool", "nothing", "--to", "nowhere"],
    "stop": [UNKNOWN],
    "continue": [UNKNOWN],
    "repair": [UNKNOWN],
    "pause": ["nothing"],
    "resume": ["nothing"],
    "jobs": ["--pool", "nothing"],
    "doctor": ["--stack", "nothing"],
    "completion": ["tcsh"],
}


def _to_stop(stage: Stage, folder: Path) -> list[str | Path]:
    """A run whose import would take long."""
    file = folder / "long.csv"
    file.write_text(users("long", 30_000))
    run_id = stage.dropped(file, "--pool", "guests")
    stage.state(run_id)
    return [run_id, "--yes"]


@pytest.mark.parametrize("command", list(main.commands))
def test_json_is_of_the_schema(
    stage: Stage, successes: dict[str, list[list[str | Path]]], tmp_path: Path, command: str
) -> None:
    """For what is done, for what cannot be, for a call that is not understood, and without an AWS that answers."""
    calls = [_to_stop(stage, tmp_path)] if command == "stop" else successes[command]
    for arguments in calls:
        said = stage.run(command, *arguments, "--output", "json")
        assert said.envelope["ok"], said
        assert said.data
    for asked in (FAILURES[command], ["--nothing"]):
        failed = stage.run(command, *asked, "--output", "json")
        assert not failed.envelope["ok"]
        assert failed.error["message"]
        assert failed.code != ExitCode.CLEAN
    if command != "completion":
        unreachable = stage.run(command, *calls[-1], "--output", "json", **NOWHERE)
        assert not unreachable.envelope["ok"], unreachable
