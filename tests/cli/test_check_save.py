"""`cognito-drop check --save`: the files for Cognito's own import, written whole, inside the directory only."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.contract import limits
from cognito_drop.core.rows import Options, PoolRules, preflight
from tests.cli.command import CLEAN, HEADER, MESSY, POOL, Command
from tests.unit.rows.files import Kept
from tests.unit.samples import BCRYPT, SCRYPT

if TYPE_CHECKING:
    from pathlib import Path

_EARLIER = ("part-1.csv", "part-2.csv", "rejected.csv", "retry.ndjson")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_saved_part_is_what_the_functions_give_cognito(check: Command, tmp_path: Path) -> None:
    """Byte for byte, in Cognito's dialect and under the pool's header."""
    said = check(MESSY, "--save", str(tmp_path / "out" / "deep"), "--output", "json")
    sink = Kept()
    preflight([MESSY.encode()], PoolRules.of(POOL["UserPool"], HEADER), Options(), sink)  # type: ignore[arg-type]
    assert (tmp_path / "out/deep/part-1.csv").read_bytes() == sink.parts[0]
    assert said.code == ExitCode.INCOMPLETE
    assert [(file["name"], file["rows"]) for file in said.data["saved"]] == [
        ("part-1.csv", 2), ("rejected.csv", 3), ("retry.csv", 3),
    ]  # fmt: skip
    for file in said.data["saved"]:
        assert (tmp_path / "out/deep" / file["name"]).stat().st_size == file["bytes"]


def test_rejected_rows_are_saved_with_reasons_and_byte_for_byte(check: Command, tmp_path: Path) -> None:
    """rejected.csv has line, column, code, message, and hint; retry.csv comes to the same verdicts when checked."""
    found = check(MESSY, "--save", str(tmp_path / "out"), "--output", "json").data["rejected"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/rejected.csv").read_text(encoding="utf-8"))))
    assert rows == [{**row, "line": str(row["line"])} for row in found]
    retry = (tmp_path / "out/retry.csv").read_bytes()
    lines = MESSY.encode().splitlines(keepends=True)
    assert retry == b"".join([lines[0], *lines[3:6]])
    again = check(retry, "--output", "json").data["rejected"]
    assert [row["code"] for row in again] == ["email_invalid", "number_too_great"]


def test_a_row_with_several_faults_is_several_rows_of_the_saved_file(check: Command, tmp_path: Path) -> None:
    """The table counts them, so a sentence says of how many rows they are."""
    content = CLEAN.replace("@example.com,true", ",perhaps", 1)
    said = check(content, "--save", str(tmp_path / "out"))
    assert "rejected.csv has a row for each fault: 2 faults of 1 rejected row." in said.out
    assert "for each fault" not in check(CLEAN, "--save", str(tmp_path / "out"), "--overwrite").out


def test_a_file_without_faults_is_one_part(check: Command, tmp_path: Path) -> None:
    """Nothing else is in the directory, not even what was hidden on the way."""
    said = check(CLEAN, "--save", str(tmp_path / "out"))
    assert said.code == ExitCode.CLEAN
    assert _names(tmp_path / "out") == ["part-1.csv"]
    assert "part-1.csv" in said.out


def test_rejected_records_of_an_export_are_saved_as_records(check: Command, tmp_path: Path) -> None:
    """As retry.ndjson, a record a line."""
    good = {"email": "a@example.com", "email_verified": True, "user_id": "auth0|1", "username": "ana"}
    bad = {**good, "email": "none", "user_id": "auth0|2", "username": "bea"}
    content = "".join(f"{json.dumps(one)}\n" for one in (good, bad))
    said = check(content, "--preset", "auth0", "--save", str(tmp_path / "out"), name="users.ndjson")
    assert said.code == ExitCode.INCOMPLETE
    assert _names(tmp_path / "out") == ["part-1.csv", "rejected.csv", "retry.ndjson"]
    assert json.loads((tmp_path / "out/retry.ndjson").read_text(encoding="utf-8")) == bad


@pytest.mark.parametrize("name", [*_EARLIER, "PART-07.csv"])
def test_files_that_are_there_stay(check: Command, tmp_path: Path, name: str) -> None:
    """Nothing is written; also where the file would not be replaced but would look like a part of this check."""
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("mine", encoding="utf-8")
    error = check(CLEAN, "--save", str(out), "--output", "json").error
    assert error["code"] == "file_exists"
    assert _names(out) == [name]
    assert (out / name).read_text(encoding="utf-8") == "mine"


def test_overwrite_leaves_the_files_of_one_check(check: Command, tmp_path: Path) -> None:
    """Parts of an earlier, larger file are no parts of this one; other files stay, and a link is not followed."""
    out = tmp_path / "out"
    out.mkdir()
    for name in _EARLIER[1:]:
        (out / name).write_text("earlier", encoding="utf-8")
    (out / "notes.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "elsewhere.csv").write_text("mine", encoding="utf-8")
    (out / "part-1.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert check(CLEAN, "--save", str(out), "--overwrite").code == ExitCode.CLEAN
    assert _names(out) == ["notes.csv", "part-1.csv"]
    assert (tmp_path / "elsewhere.csv").read_text(encoding="utf-8") == "mine"


def test_the_checked_file_is_never_replaced(check: Command, tmp_path: Path) -> None:
    """Not even when the files of an earlier check are."""
    said = check(CLEAN, "--save", str(tmp_path), "--overwrite", "--output", "json", name="part-1.csv")
    assert said.error["code"] == "file_exists"
    assert (tmp_path / "part-1.csv").read_text(encoding="utf-8") == CLEAN


def test_nothing_is_saved_of_a_file_that_cannot_be_used(check: Command, tmp_path: Path) -> None:
    """What was written before the fault came to light is gone."""
    content = CLEAN.encode() + b"x,x@example.com,true\n" * 70_000 + b"\xff\xff\n"
    said = check(content, "--save", str(tmp_path / "out"), "--output", "json")
    assert (said.code, said.data["saved"]) == (ExitCode.UNUSABLE, [])
    assert _names(tmp_path / "out") == []


def test_a_row_that_is_too_long_is_counted(check: Command, tmp_path: Path) -> None:
    """It is rejected, and it is in no file whole."""
    long = f"ana,ana@example.com,true{'x' * 40 * limits.MAX_ROW_CHARACTERS}\n"
    said = check(CLEAN + long, "--save", str(tmp_path / "out"))
    assert "1 rejected row is too long to be copied." in said.out
    assert _names(tmp_path / "out") == ["part-1.csv", "rejected.csv"]


def test_a_directory_that_is_none_is_an_error(check: Command, tmp_path: Path) -> None:
    """With a stable code, before the file is read."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    error = check(CLEAN, "--save", str(tmp_path / "out"), "--output", "json").error
    assert error["code"] == "folder_not_writable"


def test_hashes_of_several_algorithms_are_saved_by_algorithm(check: Command, tmp_path: Path) -> None:
    """With the algorithm that the import of each part needs."""
    hashes = {"ana": BCRYPT, "ben": SCRYPT, "eve": BCRYPT}
    rows = "".join(f"{name},{name}@example.com,true,{value}\n" for name, value in hashes.items())
    content = f"cognito:username,email,email_verified,password_hash\n{rows}"
    options = ("--password-hashes", "BCRYPT", "--password-hashes", "SCRYPT", "--save", str(tmp_path / "out"))
    said = check(content, *options)
    assert said.code == ExitCode.CLEAN
    assert "Import part-1.csv with PasswordHashingAlgorithm BCRYPT." in said.out
    assert "Import part-2.csv with PasswordHashingAlgorithm SCRYPT." in said.out
    for name, users in (("part-1.csv", ["ana", "eve"]), ("part-2.csv", ["ben"])):
        lines = (tmp_path / "out" / name).read_text(encoding="utf-8").splitlines()
        assert [line.split(",")[0] for line in lines[1:]] == users


def test_what_users_leave_behind_is_saved_as_a_run_saves_it(check: Command, tmp_path: Path) -> None:
    """With the same name and columns; of accepted users only, and replaced by the next check."""
    good = {"email": "a@example.com", "email_verified": True, "user_id": "auth0|1", "multifactor": ["otp"]}
    content = "".join(f"{json.dumps(one)}\n" for one in (good, {**good, "user_id": "auth0|2", "email": "none"}))
    said = check(content, "--preset", "auth0", "--save", str(tmp_path / "out"), "--output", "json", name="u.ndjson")
    rows = list(csv.reader(io.StringIO((tmp_path / "out/left_behind.csv").read_text(encoding="utf-8"))))
    assert rows == [
        ["line", "code", "message"],
        ["1", "mfa", "A user with a second factor, which is not migrated."],
    ]
    assert ("left_behind.csv", 1) in [(file["name"], file["rows"]) for file in said.data["saved"]]
    assert check(CLEAN, "--save", str(tmp_path / "out"), "--overwrite").code == ExitCode.CLEAN
    assert _names(tmp_path / "out") == ["part-1.csv"]


def test_values_that_are_left_out_are_saved(check: Command, tmp_path: Path) -> None:
    """Each with its line."""
    content = "cognito:username,email,email_verified,custom:size\nada,a@example.com,true,61\n"
    check(content, "--leave-out-bad-optional-values", "--save", str(tmp_path / "out"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/left_behind.csv").read_text(encoding="utf-8"))))
    assert [(row["line"], row["code"]) for row in rows] == [("2", "number_too_great")]
