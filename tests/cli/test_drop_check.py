"""`drop` and `retry --file` check a file before they upload it, as `check` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.stage import users
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.stage import Stage

MAPPING = "columns:\n  email: Post\n  email_verified: {constant: true}\n  cognito:username: Login\n"


def keys(stage: Stage) -> list[str]:
    """What is in the inbox and among the mappings."""
    s3, bucket = stage.cloud.client("s3"), stage.deployment.bucket
    return [
        each["Key"]
        for prefix in ("inbox/", "mappings/")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for each in page.get("Contents", [])
    ]


def test_a_file_that_would_be_refused_is_not_uploaded(stage: Stage, tmp_path: Path) -> None:
    """Nor are the good files beside it, nor its mapping. The exit code is that of `check`, and --no-check drops it."""
    good, bad, mapping = tmp_path / "refused-good.csv", tmp_path / "refused-bad.csv", tmp_path / "staff.yaml"
    good.write_text(users("refused", 2))
    bad.write_text("cognito:username,email\nada,ada@example.com\n")
    mapping.write_text(MAPPING)
    before = keys(stage)
    for call in ((good, bad), (good, bad, "--wait"), (bad, "--together", bad), (good, "--mapping", mapping)):
        said = stage.run("drop", *call, "--pool", "guests", "--output", "json")
        assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "file_refused"), said
        assert said.error["hint"].endswith("Nothing was dropped; --no-check drops it anyway.")
    checked = stage.run("check", bad, "--pool", "guests", "--output", "json")
    assert checked.code == ExitCode.UNUSABLE
    said = stage.run("drop", bad, "--pool", "guests", "--output", "json")
    assert said.error["message"] == f"{bad} cannot be imported. {checked.data['problem']['message']}"
    rows = tmp_path / "refused-rows.csv"
    rows.write_text(users("refused", 1, bad=1))
    said = stage.run("drop", rows, "--pool", "guests")
    assert "email is not a valid email address." in said.err
    assert "The only row cannot be imported." in said.shown
    assert keys(stage) == before
    said = stage.run("drop", bad, "--pool", "guests", "--no-check", "--output", "json")
    assert (said.code, said.data["checks"]) == (ExitCode.CLEAN, [])


def test_rejected_rows_are_shown_and_the_file_is_dropped(stage: Stage, tmp_path: Path) -> None:
    """On stderr, as `check` shows them."""
    file = tmp_path / "shown.csv"
    file.write_text(users("shown", 3, bad=1))
    said = stage.run("drop", file, "--pool", "guests", "--first", "2", "--output", "json")
    assert said.code == ExitCode.CLEAN
    (checked,) = said.data["checks"]
    assert (checked["complete"], checked["rows"], checked["accepted"]) == (True, 3, 2)
    assert "email is not a valid email address." in said.err
    assert "shown.csv: 2 of 3 rows can be imported." in said.err


def test_what_is_to_be_known_of_a_file_without_faults_is_shown(stage: Stage, tmp_path: Path) -> None:
    """Of another nothing is said but that it is dropped. The note is the one of `check`."""
    large, small = tmp_path / "large.csv", tmp_path / "small.csv"
    large.write_text(users("told", 60))
    small.write_text(users("untold", 2))
    (checked,) = {*stage.run("check", large, "--pool", "guests", COLUMNS="400").out.splitlines()[2:]} - {""}
    said = stage.run("drop", large, "--pool", "guests", COLUMNS="400").err
    assert "large.csv: 60 of 60 rows can be imported." in said
    assert checked in said
    assert "small.csv" not in stage.run("drop", small, "--pool", "guests").err


def test_files_are_checked_as_they_are_dropped(stage: Stage, tmp_path: Path) -> None:
    """With their preset or mapping; those that are joined, once and as one file."""
    export, staff, mapping = PROJECT / "examples" / "presets" / "auth0.ndjson", tmp_path / "s.csv", tmp_path / "s.yaml"
    staff.write_text("Login,Post\nchecked0,checked0@example.com\n")
    mapping.write_text(MAPPING)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(users("first", 2))
    second.write_text(users("second", 3))
    for call, rows in (
        ((export, "--preset", "auth0"), None),
        ((staff, "--mapping", mapping), 1),
        ((first, second, "--together"), 5),
    ):
        said = stage.run("drop", *call, "--pool", "guests", "--output", "json")
        (checked,) = said.data["checks"]
        assert checked["complete"]
        assert rows in (None, checked["rows"])


def test_a_fixed_copy_is_checked_in_the_dialect_of_its_run(stage: Stage, tmp_path: Path) -> None:
    """And refused where none of its rows is fixed."""
    file = tmp_path / "again.csv"
    file.write_text(users("again", 3, bad=1))
    run_id = stage.ended(file, "--pool", "guests")["run_id"]
    stage.run("results", run_id, "--download", tmp_path)
    copy = tmp_path / "retry.csv"
    said = stage.run("retry", run_id, "--file", copy, "--output", "json")
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "file_refused")
    copy.write_text(copy.read_text().replace(",none,", ",fixed@example.org,"))
    said = stage.run("retry", run_id, "--file", copy, "--output", "json")
    assert (said.code, said.data["checks"][0]["accepted"]) == (ExitCode.CLEAN, 1)
