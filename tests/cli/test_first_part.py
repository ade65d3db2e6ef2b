"""`drop --first` asks for a first part, and `continue` imports the rest although too much of it failed."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.run_state import CheckedFile
from tests.cli.stage import users

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.stage import Stage


def _waiting(stage: Stage) -> str:
    """A run of whose first part a fifth failed."""
    drop, pool_id = Drop(stage.deployment.bucket, "inbox/people/first-part.csv", "version"), stage.pools["people"]
    file = CheckedFile(
        pool_id, "people", rows=10_000, part_rows=(200, 9_800), settings=PoolSettings(pool_id).kept,
        first_part=FirstPart("5%", 7),
    )  # fmt: skip
    strings = {
        "pk": f"run#{drop.run_id}", "sk": "run", "run_id": drop.run_id, "run_state": "waiting", "bucket": drop.bucket,
        "key": drop.key, "version_id": drop.version_id, "alias": "people", "dropped_at": "2026-07-01T12:00:00Z",
        "held_for": "first_part", "scope": "account", "file": json.dumps(file.to_json()), "pool_id": pool_id,
    }  # fmt: skip
    counts = {"imported": {"N": "160"}, "skipped": {"N": "0"}, "failed": {"N": "40"}}
    part = {"job_id": {"S": "import-1234567890"}, "attempt": {"N": "1"}, "status": {"S": "Succeeded"}, **counts}
    item = {
        **{name: {"S": text} for name, text in strings.items()},
        "held_until": {"N": str(int(time.time()) + 10 * 86_400)},
        "executions": {"N": "1"},
        "parts": {"M": {"1": {"M": part}}},
    }
    stage.cloud.client("dynamodb").put_item(TableName=stage.deployment.ledger, Item=item)
    return drop.run_id


def test_a_run_that_waits_for_a_decision_is_continued_when_asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done without an answer, nor by a sweep that does not know the request; a run that does not wait any
    more is not continued again."""
    run_id = _waiting(stage)
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
