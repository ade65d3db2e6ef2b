"""`cognito-drop check`: what would become of every row, for people and as JSON, and what the exit code says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.main import main
from cognito_drop.core.rows import NoSink, Options, PoolRules, preflight
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


from tests.cli.command import CLEAN, HEADER, MESSY, POOL, Command, Said


def test_a_clean_file_can_be_imported(check: Command) -> None:
    """One line, and exit code 0."""
    said = check(CLEAN)
    assert (said.code, said.shown) == (ExitCode.CLEAN, "")
    assert said.out == "users.csv: 2 of 2 rows can be imported.\n"


def test_bad_rows_are_reported_by_reason(check: Command) -> None:
    """How many, why, what to do and where; what was normalized; exit code 1."""
    said = check(MESSY)
    assert said.code == ExitCode.INCOMPLETE
    assert said.out.startswith("users.csv: 2 of 5 rows can be imported.\n")
    for words in (
        "email is not a valid email address.",
        "custom:size is more than 60.",
        "1 true or false value was converted",
    ):
        assert words in said.out
    assert "SchemaAttributes" in said.out, "the setting of the pool with which the rows would pass"
    assert "canary" not in said.out


def test_reasons_that_add_up_to_more_than_the_rows_are_explained(check: Command) -> None:
    """A row with two of them is one row."""
    assert "A row can have several reasons." not in check(MESSY).out
    twice = "cognito:username,email,email_verified,size\nann,no address,true,99\nbo,bo@example.com,true,40\n"
    said = check(twice)
    assert "1 of 2 rows can be imported" in said.out
    assert said.out.endswith("A row can have several reasons.\n")


def test_a_column_of_old_ids_is_not_said_to_be_lost(check: Command) -> None:
    """`ids` reads it; other columns that the pool does not have are named."""
    content = CLEAN.replace("\n", ",1,x\n").replace("verified,1,x", "verified,old_id,shoe", 1)
    said = check(content, "--leave-out-unknown-columns")
    assert "1 column not imported: shoe." in said.out
    assert "old_id" not in said.out


def test_a_file_that_is_none_is_reported(check: Command) -> None:
    """What it is and what to do; exit code 2."""
    said = check(b"\x1f\x8b\x08\x00")
    assert said.code == ExitCode.UNUSABLE
    assert said.out == (
        "users.csv cannot be imported. The file is compressed with gzip.\nDecompress it and drop the file inside.\n"
    )


def test_json_has_everything(check: Command) -> None:
    """Every member, for a file with a bit of everything; exit code 1."""
    said = check(MESSY, "--output", "json")
    assert (said.code, said.shown) == (ExitCode.INCOMPLETE, "")
    data = said.data
    assert [(row["line"], row["column"], row["code"]) for row in data["rejected"]] == [
        (4, "email", "email_invalid"), (5, "custom:size", "number_too_great"), (6, "cognito:username", "duplicate"),
    ]  # fmt: skip
    assert data["rejected"][0] == {
        "line": 4, "column": "email", "code": "email_invalid", "message": "email is not a valid email address.",
        "hint": "Use a form such as ada@example.com.",
    }  # fmt: skip
    assert {name: data[name] for name in ("rows", "accepted", "blank_lines", "problem")} == {
        "rows": 5, "accepted": 2, "blank_lines": 1, "problem": None,
    }  # fmt: skip
    assert data["normalized"] == {"boolean": 1}
    assert data["dialect"] == {
        "encoding": "utf-8", "byte_order_mark": True, "separator": ";", "quoting": "quotes", "line_end": "CRLF",
        "dates": "unknown",
    }  # fmt: skip
    assert data["columns"]["renamed"] == {"Username": "cognito:username", "E-Mail": "email", "size": "custom:size"}
    assert [(part["number"], part["rows"]) for part in data["parts"]] == [(1, 2)]


@pytest.mark.parametrize(
    ("content", "code"), [(CLEAN, ExitCode.CLEAN), (MESSY, ExitCode.INCOMPLETE), ("", ExitCode.UNUSABLE)]
)
def test_the_shape_and_the_exit_code_are_the_same_for_every_file(check: Command, content: str, code: ExitCode) -> None:
    """Anyone who reads it needs to know no case."""
    said = check(content, "--output", "json")
    assert said.code == code
    assert said.data.keys() == {
        "rows", "accepted", "rejected", "normalized", "blank_lines", "dialect", "columns", "parts", "problem",
        "preset", "warnings", "memberships", "active_users", "saved", "recognized", "sample",
        "ways_in",
    }  # fmt: skip
    assert said.data["rows"] == said.data["accepted"] + len(said.data["rejected"])


def test_an_unusable_file_has_its_problem_as_json(check: Command) -> None:
    """With a stable code."""
    problem = check("", "--output", "json").data["problem"]
    assert problem.keys() == {"code", "message", "hint"}
    assert problem["code"] == "file_empty"


def test_it_says_what_the_pipeline_says(check: Command) -> None:
    """It is the same code: rows, reasons and parts of the example are those of the preflight."""
    data = (PROJECT / "examples" / "users.csv").read_bytes()
    header = data.splitlines()[0].decode().split(",")
    pool = {"UserPool": POOL["UserPool"], "CSVHeader": header}
    found = check(data, "--output", "json", pool=pool).data
    report = preflight([data], PoolRules.of(POOL["UserPool"], header), Options(), NoSink())  # type: ignore[arg-type]
    assert (found["rows"], found["accepted"]) == (report.rows, report.accepted)
    assert [part["bytes"] for part in found["parts"]] == [part.bytes for part in report.parts]
    assert len(found["rejected"]) == report.rejected > 0


GROUPED = (
    "cognito:username,email,email_verified,cognito:groups\n"
    "maria,maria@example.com,true,staff|ops\njose,jose@example.com,true,\nana,ana at example.com,true,staff\n"
)


@pytest.mark.parametrize("tier", [None, "ESSENTIALS"])
def test_it_says_what_groups_cost(check: Command, tier: str | None) -> None:
    """For the pool's tier, or for each where the pool has none; a file without groups costs nothing."""
    pool = {**POOL, "UserPool": {**POOL["UserPool"], **({"UserPoolTier": tier} if tier else {})}}  # type: ignore[dict-item]
    said = check(GROUPED, pool=pool)
    assert "  2 group memberships would be added after the import\n" in said.out
    assert "at most 1 user a monthly active user of Amazon Cognito.\n" in said.out
    data = check(GROUPED, "--output", "json", pool=pool).data
    assert data["active_users"]["at_most"] == 1
    assert len(data["active_users"]["costs"]) == (1 if tier else 3)
    assert check(CLEAN, "--output", "json", pool=pool).data["active_users"] is None


def test_local_phone_numbers_are_read_when_asked(check: Command) -> None:
    """As a drop into a pool with the setting reads them; a region that there is not is a usage error."""
    pool = {**POOL, "CSVHeader": [*HEADER, "phone_number"]}
    content = "cognito:username,email,email_verified,phone_number\nmaria,maria@example.com,true,0151 23456789\n"
    assert check(content, pool=pool).code == ExitCode.INCOMPLETE
    said = check(content, "--phone-region", "DE", "--output", "json", pool=pool)
    assert (said.code, said.data["normalized"]) == (ExitCode.CLEAN, {"phone_region": 1})
    assert [warning["code"] for warning in said.data["warnings"]] == ["phone_region"]
    assert check(content, "--phone-region", "UK", pool=pool).code == ExitCode.UNUSABLE


def test_unknown_columns_are_left_out_when_asked(check: Command) -> None:
    """As with the pool's setting."""
    content = CLEAN.replace("email_verified", "email_verified,shoe").replace("true", "true,42")
    assert check(content).code == ExitCode.UNUSABLE
    said = check(content, "--leave-out-unknown-columns", "--output", "json")
    assert (said.code, said.data["columns"]["left_out"]) == (ExitCode.CLEAN, ["shoe"])


def test_password_hashes_are_checked_by_their_algorithm(check: Command) -> None:
    """As with the pool's setting."""
    content = "cognito:username,email,email_verified,password_hash\nmaria,m@example.com,true,$2b$12$" + "a" * 53 + "\n"
    pool = {**POOL, "CSVHeader": [*HEADER, "password_hash"]}
    assert check(content, pool=pool).code == ExitCode.INCOMPLETE
    assert check(content, "--password-hashes", "BCRYPT", pool=pool).code == ExitCode.CLEAN
    assert check(content, "--password-hashes", "SCRYPT", pool=pool).code == ExitCode.INCOMPLETE


def test_a_file_may_be_called_anything(check: Command) -> None:
    """Its name is said as it is."""
    for name in ("users[].csv", "[red]users[bold].csv", "[1m.csv", "Größe & co.csv"):
        assert check(CLEAN, name=name).out.startswith(f"{name}: 2 of 2 rows")
        assert name in check("", name=name).out


def test_names_with_brackets_are_said_as_they_are(check: Command) -> None:
    """Cognito allows them in the names of attributes."""
    size = {**POOL["UserPool"]["SchemaAttributes"][0], "Name": "custom:[/size]"}  # type: ignore[index]
    user_pool = {**POOL["UserPool"], "SchemaAttributes": [size]}  # type: ignore[dict-item]
    pool = {"UserPool": user_pool, "CSVHeader": [*HEADER[:4], "custom:[/size]"]}
    content = "cognito:username,email,email_verified,custom:[/size]\nmaria,maria@example.com,true,61\n"
    assert "custom:[/size] is more than 60." in check(content, pool=pool).out


@pytest.mark.parametrize(
    ("content", "code"), [(CLEAN, ExitCode.CLEAN), (MESSY, ExitCode.INCOMPLETE), ("", ExitCode.UNUSABLE)]
)
def test_the_command_runs_from_the_checkout(check: Command, content: str, code: ExitCode, tmp_path: Path) -> None:
    """`python -m cognito_drop.cli`, into a pipe: stdout is JSON and nothing else."""
    pool_file = tmp_path / "pool.json"
    pool_file.write_text(json.dumps(POOL))
    file = check.write(content)
    done = subprocess.run(
        [sys.executable, "-m", "cognito_drop.cli", "check", file, "--pool-file", pool_file, "--output", "json"],
        env={"PATH": os.defpath, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, Said(code, "", done.stderr.decode()).shown) == (code, "")
    assert isinstance(json.loads(done.stdout)["data"]["rows"], int)


@pytest.mark.parametrize("option", ["--help", "-h", "--version"])
def test_the_root_reports_about_itself(option: str) -> None:
    """From the checkout, too, where nothing is installed."""
    result = CliRunner().invoke(main, [option])
    assert (result.exit_code, result.exception) == (0, None)
    assert result.stdout
