"""`ids`: the old ids of a run's users beside the new ones."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.core.pools.lookup import LookupBy
from tests.cli.stage import users

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.stage import Stage

COUNT = 130
"""More than two pages of ListUsers."""


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def _subs(stage: Stage, pool: str) -> dict[str, str]:
    """Username → `sub` of the pool's users."""
    pages = stage.cloud.client("cognito-idp").get_paginator("list_users").paginate(UserPoolId=stage.pools[pool])
    listed = [user for page in pages for user in page["Users"]]
    return {
        user["Username"]: next(each["Value"] for each in user["Attributes"] if each["Name"] == "sub") for user in listed
    }


def test_every_imported_user_has_a_line(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line of the dropped file, in all parts; who was rejected or there before has none, who has gone no
    `sub`."""
    file, saved, state = tmp_path / "users.csv", tmp_path / "ids.csv", tmp_path / "state"
    file.write_text("cognito:username,email,email_verified\nknown,known@example.com,true\n")
    stage.ended(file, "--pool", "guests")
    header, *lines = users("numbered", COUNT, bad=1).splitlines()
    lines.insert(2, "known,known@example.com,true")
    file.write_text("\n".join([f"old_id,{header}", *(f"old-{number},{line}" for number, line in enumerate(lines)), ""]))
    run_id = stage.ended(file, "--pool", "parts")["run_id"]
    said = stage.run("ids", run_id, "--save", saved, "--state", state, "--output", "json")
    assert said.code == ExitCode.CLEAN
    assert {name: said.data[name] for name in ("imported", "missing")} == {"imported": COUNT - 1, "missing": 0}
    assert all(each.stat().st_mode & 0o077 == 0 for each in (saved, state))
    subs = _subs(stage, "guests")
    assert _rows(saved) == [
        {"line": f"{number + 2}", "old_id": f"old-{number}", "username": name, "sub": subs[name]}
        for number, line in enumerate(lines)
        if (name := line.split(",")[0]) not in ("known", f"numbered{COUNT - 1}")
    ]
    assert stage.run("ids", run_id, "--save", saved, "--output", "json").error["code"] == "file_exists"
    stage.cloud.client("cognito-idp").admin_delete_user(UserPoolId=stage.pools["guests"], Username="numbered3")
    monkeypatch.setattr("cognito_drop.aws.user_ids.fewest_calls", lambda *_: (LookupBy.LIST_USERS, 3))
    later = ("--state", tmp_path / "later", "--output", "json")
    said = stage.run("ids", run_id, "--save", tmp_path / "again.csv", *later)
    assert (said.code, said.data["missing"]) == (ExitCode.INCOMPLETE, 1)
    assert [row["old_id"] for row in _rows(tmp_path / "again.csv") if not row["sub"]] == ["old-4"]
    stage.cloud.client("cognito-idp").admin_create_user(UserPoolId=stage.pools["guests"], Username="numbered3")
    said = stage.run("ids", run_id, "--save", tmp_path / "later.csv", *later)
    assert (said.code, said.data["missing"]) == (ExitCode.CLEAN, 0), "who was missing is looked for again"


def test_ids_that_the_run_has_recorded_are_those_of_its_results(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool is asked if that is chosen, if users were missing then, or if the file was deleted. Without another name
    the file has the run's, and is in no way of the results'."""
    file = tmp_path / "users.csv"
    file.write_text(users("recorded", 3))
    run_id = stage.ended(file, "--pool", "parts")["run_id"]
    deployment, s3 = stage.deployment, stage.cloud.client("s3")
    key, text = f"results/{run_id}/ids.csv", "line,old_id,username,sub\n2,\u00e4,recorded0,of-the-results\n"
    s3.put_object(Bucket=deployment.bucket, Key=key, Body=text.encode())

    def record(missing: int) -> None:
        stage.cloud.client("dynamodb").update_item(
            TableName=deployment.ledger,
            Key={"pk": {"S": f"run#{run_id}"}, "sk": {"S": "run"}},
            UpdateExpression="SET ids = :ids",
            ExpressionAttributeValues={
                ":ids": {"M": {"recorded": {"N": "1"}, "missing": {"N": str(missing)}, "version_id": {"S": "v"}}}
            },
        )

    def sources(name: str, *options: str) -> tuple[str, int]:
        said = stage.run("ids", run_id, "--save", tmp_path / name, *options, "--output", "json")
        return said.data["source"], said.data["imported"]

    record(missing=0)
    assert sources("results.csv") == ("results", 1)
    assert (tmp_path / "results.csv").read_bytes() == text.encode()
    assert (tmp_path / "results.csv").stat().st_mode & 0o077 == 0
    (folder := tmp_path / "downloads").mkdir()
    monkeypatch.chdir(folder)
    assert stage.run("ids", run_id, "--output", "json").data["file"] == f"ids-{run_id[:8]}.csv"
    assert stage.run("results", run_id, "--download", ".").code == ExitCode.CLEAN
    assert {"ids.csv", f"ids-{run_id[:8]}.csv"} <= {path.name for path in folder.iterdir()}
    assert sources("pool.csv", "--from-pool") == ("pool", 3)
    record(missing=1)
    assert sources("missing.csv") == ("pool", 3)
    record(missing=0)
    s3.delete_object(Bucket=deployment.bucket, Key=key)
    assert sources("gone.csv") == ("pool", 3)


def test_the_old_ids_of_an_export_are_those_of_its_system(stage: Stage, tmp_path: Path) -> None:
    """By the number of the record; a few users of a large pool are searched for, not listed."""
    file, saved = tmp_path / "export.ndjson", tmp_path / "ids.csv"
    blocked = [False, True, False]
    records = [
        {"user_id": f"auth0|{number}", "email": f"moved{number}@example.com", "email_verified": True, "blocked": is_out}
        for number, is_out in enumerate(blocked)
    ]
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    run_id = stage.ended(file, "--pool", "guests", "--preset", "auth0")["run_id"]
    assert stage.run("ids", run_id, "--save", saved).code == ExitCode.CLEAN
    subs = _subs(stage, "guests")
    assert _rows(saved) == [
        {"line": line, "old_id": old, "username": name, "sub": subs[name]}
        for line, old, name in (("1", "auth0|0", "moved0@example.com"), ("3", "auth0|2", "moved2@example.com"))
    ]
