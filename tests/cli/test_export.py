"""`export`: the users, groups, and settings of a pool as files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.export_work import write_document
from cognito_drop.cli.pool_listing import _progress
from tests.published_schemas import validator
from tools.toolchain import python_script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.stage import Stage

COUNT = 130
"""More than two pages of ListUsers."""
FILES = ("users.ndjson", "groups.ndjson", "memberships.ndjson", "pool.json", "manifest.json")
EXTERNAL_ID = "confused-deputy-4711"


@pytest.fixture(scope="module")
def pool(stage: Stage) -> str:
    """A pool with users in groups, a disabled one among them, and an app client with a secret."""
    cognito = stage.cloud.client("cognito-idp")
    pool_id: str = cognito.create_user_pool(
        PoolName="exported",
        AutoVerifiedAttributes=["email"],
        SmsConfiguration={"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": EXTERNAL_ID},
        LambdaConfig={"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:sign-up"},
    )["UserPool"]["Id"]
    for number in range(COUNT):
        attributes = {"email": f"u{number}@example.com", "email_verified": "true", "name": f"Müller, {number}"}
        listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
        cognito.admin_create_user(
            UserPoolId=pool_id, Username=f"u{number}", UserAttributes=listed, MessageAction="SUPPRESS"
        )
    cognito.admin_disable_user(UserPoolId=pool_id, Username="u7")
    cognito.create_group(UserPoolId=pool_id, GroupName="staff", Description="All", Precedence=3)
    cognito.create_group(UserPoolId=pool_id, GroupName="empty")
    cognito.create_group(UserPoolId=pool_id, GroupName="admins", RoleArn="arn:aws:iam::123456789012:role/admin")
    for number in range(70):
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=f"u{number}", GroupName="staff")
    cognito.admin_add_user_to_group(UserPoolId=pool_id, Username="u7", GroupName="admins")
    cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="web", GenerateSecret=True)
    return pool_id


def _read(folder: Path) -> dict[str, list[Any]]:
    """The records of each file, all of them of their schemas."""
    manifest = json.loads((folder / "manifest.json").read_text())
    validator("export-manifest-1").validate(manifest)
    found: dict[str, list[Any]] = {"manifest.json": [manifest]}
    for file in manifest["files"]:
        data = (folder / file["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
        if file["schema"]:
            text = data.decode()
            records = (
                [json.loads(text)] if file["name"] == "pool.json" else [json.loads(one) for one in text.splitlines()]
            )
            for record in records:
                validator(file["schema"]).validate(record)
            assert len(records) == file["records"]
            found[file["name"]] = records
    return found


def _interrupt_at(name: str) -> Callable[..., Any]:
    """Writes documents, but is interrupted before this one."""

    def write(work: Path, written: str, document: Any) -> Any:  # noqa: ANN401
        if written == name:
            raise KeyboardInterrupt
        return write_document(work, written, document)

    return write


def test_a_pool_is_exported_whole(stage: Stage, pool: str, tmp_path: Path) -> None:
    """Each user, group, and membership once, with all attributes; only the owner can read the files."""
    folder = tmp_path / "new" / "out"
    said = stage.run("export", "--pool", pool, "--to", folder, "--output", "json")
    assert said.code == ExitCode.CLEAN
    assert sorted(file.name for file in folder.iterdir()) == sorted(FILES)
    assert folder.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    found = _read(folder)
    users = {user["Username"]: user for user in found["users.ndjson"]}
    assert len(users) == len(found["users.ndjson"]) == COUNT
    assert users["u7"]["Groups"] == ["admins", "staff"]
    assert users["u7"]["Enabled"] is False
    assert users["u70"]["Groups"] == []
    assert users["u70"]["Attributes"]["name"] == "Müller, 70"
    assert users["u70"]["Attributes"]["sub"]
    assert [group["GroupName"] for group in found["groups.ndjson"]] == ["admins", "empty", "staff"]
    assert {name: found["groups.ndjson"][2][name] for name in ("Description", "Precedence")} == {
        "Description": "All", "Precedence": 3,
    }  # fmt: skip
    assert len(found["memberships.ndjson"]) == 71
    assert said.data["counts"] == {
        "users": COUNT, "disabled": 1, "external_provider": 0, "groups": 3, "memberships": 71,
        "memberships_of_unlisted_users": 0,
    }  # fmt: skip
    assert any("no export has them" in note for note in found["manifest.json"][0]["notes"])


@pytest.mark.parametrize(
    ("listed", "seconds", "said"),
    [
        (100_000, 0.03, "Listed 100,000 of about 1,000,000 users of the pool, about 20 min 50 s left"),
        (100_000, 0.2, "Listed 100,000 of about 1,000,000 users of the pool, about 50 min left"),
        (1_000_000, 0.03, "Listed 1,000,000 of about 1,000,000 users of the pool"),
        (1_000_060, 0.03, "Listed 1,000,060 of about 1,000,000 users of the pool"),
    ],
)
def test_the_progress_says_how_much_time_is_left(listed: int, seconds: float, said: str) -> None:
    """By the rate, or by what a call has taken so far where that is longer."""
    assert _progress(listed, 1_000_000, seconds) == said


def test_the_settings_have_no_secrets(stage: Stage, pool: str, tmp_path: Path) -> None:
    """But the ARNs of functions and roles, which a new pool needs."""
    assert stage.run("export", "--pool", pool, "--to", tmp_path).code == ExitCode.CLEAN
    text = (tmp_path / "pool.json").read_text()
    (client,) = json.loads(text)["app_clients"]
    cognito = stage.cloud.client("cognito-idp")
    secret = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client["ClientId"])["UserPoolClient"]
    assert secret["ClientSecret"] not in text
    assert "ClientSecret" not in text
    assert EXTERNAL_ID not in text
    assert client["ClientName"] == "web"
    assert ":function:sign-up" in text
    assert ":role/sms" in text


def test_an_export_is_a_file_for_the_import_too(stage: Stage, pool: str, tmp_path: Path) -> None:
    """In Cognito's dialect, with the pool's header and the groups; who is disabled is left out, and counted."""
    said = stage.run("export", "--pool", pool, "--to", tmp_path, "--csv", "--output", "json")
    assert said.data["csv_left_out"] == {"user_disabled": 1}
    header, *lines = (tmp_path / "users.csv").read_text().splitlines()
    columns = stage.cloud.client("cognito-idp").get_csv_header(UserPoolId=pool)["CSVHeader"]
    assert header.split(",") == [*columns, "cognito:groups"]
    assert len(lines) == said.data["files"][-1]["records"] == COUNT - 1
    (one,) = [line for line in lines if "u8@" in line]
    assert "Müller\\, 8" in one
    assert one.endswith(",staff")
    checked = stage.run("check", tmp_path / "users.csv", "--pool", pool, "--output", "json")
    assert (checked.data["rows"], checked.data["rejected"]) == (COUNT - 1, [])


def test_an_interrupted_export_continues(
    stage: Stage, pool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the page that it was at: no page is listed twice, no user is lost or there twice."""
    pages: list[str] = []
    records = UserDirectory.records

    def interrupted(self: UserDirectory, pool_id: str, token: str) -> Any:  # noqa: ANN401
        if len(pages) == 1:
            pages.append("")
            raise KeyboardInterrupt
        pages.append(token)
        return records(self, pool_id, token)

    monkeypatch.setattr(UserDirectory, "records", interrupted)
    assert stage.run("export", "--pool", pool, "--to", tmp_path).code == ExitCode.INTERRUPTED
    assert [file.name for file in tmp_path.iterdir()] == [".cognito-drop-export"]
    (hidden,) = tmp_path.iterdir()
    assert all(file.stat().st_mode & 0o077 == 0 for file in (hidden, *hidden.iterdir()))
    other = stage.run("export", "--pool", stage.pools["guests"], "--to", tmp_path, "--output", "json")
    assert other.error["code"] == "usage"
    assert stage.run("export", "--pool", pool, "--to", tmp_path).code == ExitCode.CLEAN
    assert len(pages) == 4, "three pages, and the one that was interrupted"
    assert len({user["Username"] for user in _read(tmp_path)["users.ndjson"]}) == COUNT
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(FILES)


def test_groups_are_left_out_only_if_they_are_gone(
    stage: Stage, pool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS answers alike for a group that is deleted meanwhile, and for a pool that is in another Region."""
    cognito, members = stage.cloud.client("cognito-idp"), UserDirectory.members
    cognito.create_group(UserPoolId=pool, GroupName="doomed")
    call = ("export", "--pool", pool, "--to", tmp_path)

    def interrupted(self: UserDirectory, pool_id: str, group: str, token: str) -> Any:  # noqa: ANN401
        if group == "doomed":
            raise KeyboardInterrupt
        return members(self, pool_id, group, token)

    with monkeypatch.context() as patched:
        patched.setattr(UserDirectory, "members", interrupted)
        assert stage.run(*call).code == ExitCode.INTERRUPTED
    cognito.delete_group(UserPoolId=pool, GroupName="doomed")
    elsewhere = stage.run(*call, "--region", "eu-west-1", "--output", "json")
    assert elsewhere.error["code"] == "pool_unreadable"
    assert stage.run(*call).code == ExitCode.CLEAN
    found = _read(tmp_path)
    assert [group["GroupName"] for group in found["groups.ndjson"]] == ["admins", "empty", "staff"]
    assert len(found["memberships.ndjson"]) == 71


def test_a_replica_is_exported_without_what_it_refuses(stage: Stage, tmp_path: Path) -> None:
    """Users, groups, and the pool itself; the manifest says what is missing, and there is no CSV file."""
    cognito = stage.cloud.client("cognito-idp")
    pool_id = cognito.create_user_pool(PoolName="replica")["UserPool"]["Id"]
    cognito.admin_create_user(UserPoolId=pool_id, Username="ada", MessageAction="SUPPRESS")
    cognito.create_group(UserPoolId=pool_id, GroupName="staff")
    cognito.admin_add_user_to_group(UserPoolId=pool_id, Username="ada", GroupName="staff")
    said = stage.run("export", "--pool", pool_id, "--to", tmp_path / "csv", "--csv", "--output", "json")
    assert said.error["code"] == "pool_unreadable"
    assert said.error["message"].endswith(" gives no CSV header in us-east-1: it is a replica.")
    said = stage.run("export", "--pool", pool_id, "--to", tmp_path / "out", "--output", "json")
    assert (said.code, said.data["counts"]["users"], said.data["counts"]["memberships"]) == (ExitCode.CLEAN, 1, 1)
    found = _read(tmp_path / "out")
    (settings,), (manifest,) = found["pool.json"], found["manifest.json"]
    assert (settings["user_pool"]["Id"], settings["mfa"], settings["app_clients"]) == (pool_id, {}, [])
    assert [note.partition(" ")[0] for note in manifest["notes"] if "not enabled" in note] == [
        "GetUserPoolMfaConfig", "ListUserPoolClients",
    ]  # fmt: skip


def test_nothing_is_overwritten(stage: Stage, pool: str, tmp_path: Path) -> None:
    """Neither a file nor a directory of others, and nothing is listed before that is known."""
    (tmp_path / "pool.json").write_text("mine")
    said = stage.run("export", "--pool", pool, "--to", tmp_path, "--output", "json")
    assert said.error["code"] == "file_exists"
    assert [file.read_text() for file in tmp_path.iterdir()] == ["mine"]
    hidden = tmp_path / "out" / ".cognito-drop-export"
    hidden.mkdir(parents=True)
    (hidden / "notes.txt").write_text("mine")
    said = stage.run("export", "--pool", pool, "--to", tmp_path / "out", "--output", "json")
    assert said.error["code"] == "file_exists"
    assert [file.name for file in hidden.iterdir()] == ["notes.txt"]


def test_an_export_goes_to_a_bucket(stage: Stage, pool: str, tmp_path: Path) -> None:
    """And never in the place of what is there: an interrupted one knows its own files by their hashes."""
    s3 = stage.cloud.client("s3")
    s3.create_bucket(Bucket="exports")
    to = "s3://exports/people"
    s3.put_object(Bucket="exports", Key="people/pool.json", Body=b"mine")
    said = stage.run("export", "--pool", pool, "--to", to, "--output", "json")
    assert said.error["code"] == "file_exists"
    s3.delete_object(Bucket="exports", Key="people/pool.json")
    assert stage.run("export", "--pool", pool, "--to", to).code == ExitCode.CLEAN
    for name in FILES:
        (tmp_path / name).write_bytes(s3.get_object(Bucket="exports", Key=f"people/{name}")["Body"].read())
    assert len(_read(tmp_path)["users.ndjson"]) == COUNT
    assert stage.run("export", "--pool", pool, "--to", "s3://Exports/", "--output", "json").error["code"] == "usage"


def test_an_interrupted_upload_continues(
    stage: Stage, pool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the files that are not there yet."""
    s3 = stage.cloud.client("s3")
    s3.create_bucket(Bucket="interrupted")
    call = ("export", "--pool", pool, "--to", "s3://interrupted/", "--state", tmp_path / "state")
    with monkeypatch.context() as patched:
        patched.setattr("cognito_drop.cli.commands.export.write_document", _interrupt_at("manifest.json"))
        assert stage.run(*call).code == ExitCode.INTERRUPTED
    before = {each["Key"]: each["LastModified"] for each in s3.list_objects_v2(Bucket="interrupted")["Contents"]}
    assert "users.ndjson" in before
    assert "manifest.json" not in before
    assert stage.run(*call).code == ExitCode.CLEAN
    after = {each["Key"]: each["LastModified"] for each in s3.list_objects_v2(Bucket="interrupted")["Contents"]}
    assert sorted(after) == sorted(FILES)
    assert before.items() <= after.items()
    assert not (tmp_path / "state").exists()


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(3))
def test_an_export_that_is_killed_again_and_again_ends_complete(
    stage: Stage, pool: str, tmp_path: Path, seed: int
) -> None:
    """At any moment of the process: the next call continues, and the files are those of an export without kills."""
    moments = random.Random(seed)  # noqa: S311  (chance, no secret)
    call = ("export", "--pool", pool, "--to", tmp_path)
    for _ in range(6):
        with contextlib.suppress(subprocess.TimeoutExpired):  # which kills the process
            subprocess.run(
                [str(python_script("cognito-drop")), *map(str, call)],
                env={"PATH": os.defpath, "HOME": "/nonexistent", **stage.env},
                capture_output=True,
                check=False,
                timeout=moments.uniform(0.2, 8),
            )
    if not (tmp_path / "manifest.json").exists():
        assert stage.run(*call).code == ExitCode.CLEAN
    found = _read(tmp_path)
    assert [user["Username"] for user in found["users.ndjson"]] == sorted(f"u{number}" for number in range(COUNT))
    assert len(found["memberships.ndjson"]) == 71
