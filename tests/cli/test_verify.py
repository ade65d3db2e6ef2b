"""`verify`: the users of a run's file beside those of the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.kept_runs import keep_run, summary_saying
from tests.cli.stage import users

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.stage import Stage

COUNT = 130
"""More than two pages of ListUsers."""


@pytest.fixture(scope="module")
def run_id(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An import of so many users, and a row that is rejected."""
    file = tmp_path_factory.mktemp("verify") / "users.csv"
    file.write_text(users("verified", COUNT, bad=1))
    found: str = stage.ended(file, "--pool", "guests")["run_id"]
    return found


def test_what_has_changed_since_the_import_is_found(stage: Stage, run_id: str, tmp_path: Path) -> None:
    """By count and attribute on the screen, by name in a file that was asked for; the rejected row is not missing."""
    said = stage.run("verify", run_id, "--output", "json")
    assert said.code == ExitCode.CLEAN
    assert {name: said.data[name] for name in ("users", "missing", "different", "attributes")} == {
        "users": COUNT - 1, "missing": 0, "different": 0, "attributes": {},
    }  # fmt: skip
    cognito, pool = stage.cloud.client("cognito-idp"), stage.pools["guests"]
    cognito.admin_delete_user(UserPoolId=pool, Username="verified3")
    changed = [{"Name": "email", "Value": "other@example.com"}]
    cognito.admin_update_user_attributes(UserPoolId=pool, Username="verified100", UserAttributes=changed)
    saved = tmp_path / "differences.csv"
    said = stage.run("verify", run_id, "--save", saved)
    assert said.code == ExitCode.INCOMPLETE
    assert " ".join(said.out.split()).endswith("different 1 missing 1 attribute different email 1")
    assert "verified3" not in said.out
    assert saved.read_text() == "user,finding,attributes\nverified3,missing,\nverified100,different,email\n"
    assert saved.stat().st_mode & 0o077 == 0
    for other, code in ((saved, "file_exists"), (tmp_path / "nowhere" / "saved.csv", "folder_not_writable")):
        assert stage.run("verify", run_id, "--save", other, "--output", "json").error["code"] == code


def test_a_state_is_of_one_run(stage: Stage, run_id: str, tmp_path: Path) -> None:
    """A finished one answers again without listing, and says so; one of another run or command, or another file, is
    refused."""
    state = tmp_path / "state"
    first = stage.run("verify", run_id, "--state", state, "--output", "json")
    assert state.stat().st_mode & 0o077 == 0, "it holds names of users"
    nowhere = tmp_path / "nowhere" / "state"
    assert stage.run("verify", run_id, "--state", nowhere, "--output", "json").error["code"] == "file_unreadable"
    again = stage.run("verify", run_id, "--state", state, "--output", "json")
    assert again.data == first.data
    said = "This comparison ended earlier. Delete the state file to compare again."
    assert (said in first.err, said in again.err) == (False, True)
    other = tmp_path / "users.csv"
    other.write_text(users("other", 1))
    other_id = stage.ended(other, "--pool", "guests")["run_id"]
    assert stage.run("verify", other_id, "--state", state, "--output", "json").error["code"] == "usage"
    saved = tmp_path / "ids.csv"
    ids = stage.run("ids", run_id, "--save", saved, "--state", state, "--output", "json")
    assert (ids.error["code"], saved.exists()) == ("usage", False)
    assert stage.run("verify", run_id, "--state", other, "--output", "json").error["code"] == "file_unreadable"
    assert other.read_text() == users("other", 1)


def test_a_file_that_cannot_be_compared_is_an_error(stage: Stage, tmp_path: Path) -> None:
    """One that is gone, and one without rows."""
    gone = keep_run(stage, "inbox/guests/gone.csv", results=summary_saying("It is so."))
    assert stage.run("verify", gone, "--output", "json").error["code"] == "file_gone"
    file = tmp_path / "headless.csv"
    file.write_text("a,b\nc,d\n")
    run = stage.ended(file, "--pool", "guests")
    assert stage.run("verify", run["run_id"], "--output", "json").error["code"] == "nothing_to_verify"
