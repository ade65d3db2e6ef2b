"""`drop --first` asks for a first part, and `continue` imports the rest although too much of it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.kept_runs import keep_waiting_run
from tests.cli.stage import users

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.stage import Stage


def test_a_run_that_waits_for_a_decision_is_continued_when_asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done without an answer, nor by a sweep that does not know the request; a run that does not wait any
    more is not continued again."""
    run_id = keep_waiting_run(stage, "inbox/people/first-part.csv")
    said = stage.run("status", run_id)
    assert "too many rows of the first part failed (`cognito-drop continue` or `stop`)" in said.out
    asked = stage.run("continue", run_id[:8], "--output", "json")
    assert (asked.code, asked.error["code"]) == (ExitCode.UNUSABLE, "confirmation_needed")
    assert "Import the 9,800 other rows of first-part.csv, although 40 of the 200 rows" in asked.error["message"]
    with monkeypatch.context() as older:
        older.setattr("cognito_drop.cli.commands.continue_run.CONTINUE", "a request of a later version")
        said = stage.run("continue", run_id, "--yes", "--output", "json")
        assert (said.code, said.error["code"]) == (ExitCode.NOT_FOUND, "stack_unusable")
    done = stage.run("continue", run_id, "--yes", "--output", "json")
    assert (done.code, done.data) == (ExitCode.CLEAN, {"run_id": run_id, "rows": 9_800})
    again = stage.run("continue", run_id, "--yes", "--output", "json")
    assert (again.code, again.error["code"]) == (ExitCode.NOT_NOW, "run_not_waiting")


def test_a_drop_asks_for_a_first_part_by_its_metadata(stage: Stage, tmp_path: Path) -> None:
    """And the run has one part more."""
    file = tmp_path / "asks.csv"
    file.write_text(users("asks", 5))
    run = stage.ended(file, "--pool", "people", "--first", "2")
    assert (run["outcome"], run["part_count"]) == ("imported", 2)
    place = run["file"]
    head = stage.cloud.client("s3").head_object(Bucket=place["bucket"], Key=place["key"], VersionId=place["version_id"])
    assert head["Metadata"] == {"first": "2"}
