"""`find`: in which files a user was, how the rows have ended, and what the pool says; never more than was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.kept_runs import keep_run, summary_saying

if TYPE_CHECKING:
    from tests.cli.stage import Stage

HEADER = "cognito:username,email,email_verified\n"
ADA = "find-ada,find-ada@example.com,true\n"
BOB = "find-bob,not an address,perhaps\n"


@pytest.fixture(scope="module")
def runs(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A good and a bad row, the same again as a dry run, and again in a file that is rejected as a whole."""
    folder = tmp_path_factory.mktemp("find")
    found: dict[str, str] = {}
    for name, content, options in (
        ("first.csv", HEADER + ADA + BOB, ()),
        ("again.csv", HEADER + "find-eve,find-eve@example.com,true\n" + ADA, ("--dry-run",)),
        ("headless.csv", "a,b,c\n" + ADA, ()),
    ):
        file = folder / name
        file.write_text(content)
        found[name] = stage.ended(file, "--pool", "guests", *options)["run_id"]
    return found


def _rows(stage: Stage, value: str, *options: str) -> list[tuple[Any, ...]]:
    said = stage.run("find", value, "--pool", "guests", *options, "--output", "json")
    assert said.code == ExitCode.CLEAN
    return [(row["file"]["name"], row["place"], row["outcome"], row["code"]) for row in said.data["rows"]]


def test_every_row_of_the_user_is_found_with_its_outcome(stage: Stage, runs: dict[str, str]) -> None:
    """The newest drop first."""
    assert _rows(stage, "FIND-ADA@example.com") == [
        ("headless.csv", 2, "rejected", "wrong_header"),
        ("again.csv", 3, "accepted", ""),
        ("first.csv", 2, "imported", "imported"),
    ]
    said = stage.run("find", "find-ada", "--pool", "guests")
    assert said.code == ExitCode.CLEAN
    assert all(run_id[:8] in said.out for run_id in runs.values())
    assert "find-ada" not in said.out
    assert "find-eve" not in said.out


@pytest.mark.usefixtures("runs")
def test_all_faults_of_a_row_are_said(stage: Stage) -> None:
    """With what to do, and without its values."""
    (row,) = stage.run("find", "find-bob", "--pool", "guests", "--output", "json").data["rows"]
    assert (row["outcome"], row["place"], row["places"]) == ("rejected", 3, "lines")
    assert "email" in row["message"]
    assert "true or false" in row["message"] + row["hint"]
    assert "not an address" not in str(row)


@pytest.mark.usefixtures("runs")
def test_a_value_that_is_in_no_file_is_not_found(stage: Stage) -> None:
    """A part of a value is not the value."""
    for value in ("find-ad", "find-zoe@example.com"):
        said = stage.run("find", value, "--pool", "guests", "--since", "1d")
        assert (said.code, said.out) == (ExitCode.NOT_FOUND, "")
        assert said.shown.strip().startswith("Not found in ")
    assert stage.run("find", " ", "--output", "json").error["code"] == "usage"


@pytest.mark.usefixtures("runs")
def test_the_pool_says_who_is_in_it(stage: Stage) -> None:
    """By username and by email address; without a user it says so."""
    for value, attribute in (("find-ada", "username"), ("find-ada@example.com", "email")):
        data = stage.run("find", value, "--pool", "guests", "--live", "--output", "json").data
        (user,) = data["users"]
        assert data["not_in_pools"] == []
        assert (user["attribute"], user["status"], user["enabled"]) == (attribute, "RESET_REQUIRED", True)
        assert user["pool"] == {"alias": "guests", "id": stage.pools["guests"]}
    said = stage.run("find", "find-zoe", "--pool", "guests", "--since", "1d", "--live", "--output", "json")
    assert (said.code, said.data["users"]) == (ExitCode.NOT_FOUND, [])
    assert said.data["not_in_pools"] == [{"alias": "guests", "id": stage.pools["guests"]}]
    assert "Not in the pool guests." in said.err
    said = stage.run("find", "find-zoe", "--live", COLUMNS="2000")
    assert f"Not in the pools {', '.join(sorted(stage.pools))}." in said.err
    data = stage.run("find", "find-zoe", "--pool", "guests", "--output", "json").data
    assert (data["users"], data["not_in_pools"]) == (None, None)


def test_a_pool_is_not_said_to_lack_a_number_without_its_country_code(stage: Stage) -> None:
    """It has the user, by the whole number."""
    stage.cloud.client("cognito-idp").admin_create_user(
        UserPoolId=stage.pools["guests"], Username="find-dialed", MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "phone_number", "Value": "+491709998877"}],
    )  # fmt: skip
    found = ["find", "--pool", "guests", "--since", "1d", "--live", "--output", "json"]
    for whole in ("+49 170 9998877", "0049 170 9998877", "491709998877"):
        said = stage.run(*found, whole)
        assert ([user["attribute"] for user in said.data["users"]], said.code) == (["phone_number"], ExitCode.CLEAN)
    said = stage.run(*found, "0170 9998877")
    assert (said.code, said.data["users"], said.data["not_in_pools"]) == (ExitCode.NOT_FOUND, [], [])
    assert "Not found in the pool guests. A pool has phone numbers with their country code" in said.err
    said = stage.run(*found, "0049 170 9998878")
    assert [pool["alias"] for pool in said.data["not_in_pools"]] == ["guests"]
    assert "Not in the pool guests as 0049 170 9998878 or +491709998878." in said.err


def test_a_file_that_is_gone_leaves_the_answer_open(stage: Stage) -> None:
    """It is named, and what is in no other file is not said to be in none."""
    run_id = keep_run(stage, "inbox/exports/gone.csv", results=summary_saying("It is so."))
    said = stage.run("find", "find-zoe", "--pool", "exports", "--output", "json")
    assert said.code == ExitCode.INCOMPLETE
    assert {"run_id": run_id, "message": "The file no longer exists."} in said.data["not_searched"]
    assert "Not searched: " in stage.run("find", "find-zoe", "--pool", "exports").err
