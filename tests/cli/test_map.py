"""`cognito-drop map`: a mapping for a file with its own columns."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING
from unittest.mock import Mock

import yaml

from cognito_drop.cli.console_messages import ConsoleMessages
from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.command import CLEAN, Command
from tests.cli.map_files import ANSWERS, NAMES, STAFF, WITH_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

map_module = importlib.import_module("cognito_drop.cli.commands.map")  # the package has the command


def test_it_writes_a_mapping_and_checks_the_file_with_it(map_file: Command, tmp_path: Path) -> None:
    """The blocked user is not imported, and no value is on the screen."""
    said = map_file(STAFF, *ANSWERS, pool=WITH_NAMES)
    assert said.code == ExitCode.INCOMPLETE
    written = yaml.safe_load((tmp_path / "users.yaml").read_text())
    assert written["columns"] == {
        "family_name": "Name", "given_name": "Vorname", "email": "E-Mail (dienstlich)",
        "cognito:username": "Personalnummer", "email_verified": {"constant": True},
    }  # fmt: skip
    assert written["leave_out"] == ["Abteilung"]
    assert written["disabled"]["from"] == "Status"
    assert "1 of 2 rows can be imported" in said.out
    assert "`disabled` in the mapping keeps the user out, by the value of Status." in said.out
    assert "Canary" not in said.out + said.err
    checked = Command(tmp_path, "check")(STAFF, "--preset", str(tmp_path / "users.yaml"), pool=WITH_NAMES)
    assert "1 of 2 rows can be imported" in checked.out


def test_one_table_shows_what_options_have_changed(map_file: Command) -> None:
    """With the reason of each column, and none that contradicts it."""
    given = (*ANSWERS, "--column", "birthdate=Abteilung", "--column", "given_name=")
    said = map_file(STAFF, *given, pool=WITH_NAMES)
    rows = [" ".join(line.split()) for line in (said.out + said.err).splitlines()]
    assert "Abteilung birthdate your option" in rows
    assert "Personalnummer cognito:username your option" in rows
    assert "Vorname left out your option" in rows
    assert "Status (status) it may say who is not to sign in" in rows
    assert (said.out + said.err).count("because of") == 1


def test_a_guess_and_an_option_for_the_same_column_are_both_shown(
    map_file: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the guess is asked for; what is proposed is worked out once."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    calls = Mock(wraps=map_module.propose)
    monkeypatch.setattr(map_module, "propose", calls)
    staff = STAFF.replace("Abteilung", "Spitznamme").replace("Kitchen", "Annie")
    pool = {**WITH_NAMES, "CSVHeader": [*NAMES, "nickname"]}
    said = map_file(staff, *ANSWERS, "--column", "birthdate=Spitznamme", pool=pool, keys="yes\n")
    assert calls.call_count == 1
    assert "Spitznamme birthdate, nickname? " in " ".join(said.err.split())
    columns = yaml.safe_load((tmp_path / "users.yaml").read_text())["columns"]
    assert [columns["birthdate"], columns["nickname"]] == ["Spitznamme"] * 2


def test_a_guess_that_is_not_confirmed_is_left_out_with_the_option_that_takes_it(map_file: Command) -> None:
    """And not shown as if it were used."""
    staff = STAFF.replace("Abteilung", "Spitznamme").replace("Kitchen", "Annie")
    pool = {**WITH_NAMES, "CSVHeader": [*NAMES, "nickname"]}
    said = map_file(staff, *ANSWERS, pool=pool)
    (row,) = [line for line in said.err.splitlines() if line.startswith("Spitznamme")]
    assert "left out" in row
    assert "--column nickname=Spitznamme" in row


def test_the_next_step_is_last(map_file: Command) -> None:
    """After the counts; a file that is refused is not to be dropped."""
    assert " ".join(map_file(STAFF, *ANSWERS, pool=WITH_NAMES).out.split()).endswith(
        "users.yaml` checks the file again."
    )
    faulty = STAFF.replace("ann@", "ann").replace("bo@", "bo")
    given = (*ANSWERS, "--column", "email=E-Mail (dienstlich)", "--overwrite")
    said = map_file(faulty, *given, pool=WITH_NAMES)
    _, _, following = said.out.partition("users.csv: 0 of 2 rows can be imported.")
    assert "Next: fix the file or the mapping, and check it with `cognito-drop" in following


def test_an_unverified_address_is_not_made_verified_by_an_option(map_file: Command) -> None:
    """Where a column says whose is verified, it has to be ignored on purpose."""
    staff = "Login,Email,Email verified,Team\nann,ann@example.com,true,x\nbo,bo@example.com,false,y\n"
    said = map_file(staff, "--verified", "email", "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "usage"
    assert "the column Email verified says whose is verified" in said.error["message"]
    assert map_file(staff, "--output", "json", pool=WITH_NAMES).data["check"]["accepted"] == 1
    ignored = ("--verified", "email", "--column", "email_verified=", "--overwrite")
    assert map_file(staff, *ignored, "--output", "json", pool=WITH_NAMES).data["check"]["accepted"] == 2


def test_the_export_of_a_known_system_needs_no_mapping(map_file: Command, tmp_path: Path) -> None:
    """The preset is named instead."""
    said = map_file('{"user_id": "auth0|1", "email": "ann@example.com", "email_verified": true}\n', "--output", "json")
    assert (said.code, said.data["preset"], said.data["mapping"]) == (ExitCode.CLEAN, "auth0", None)
    assert not (tmp_path / "users.yaml").exists()


def test_a_file_that_the_pool_reads_needs_no_mapping(map_file: Command) -> None:
    """The check is named instead."""
    said = map_file(CLEAN)
    assert (said.code, said.shown) == (ExitCode.CLEAN, "")
    assert "no mapping is needed" in said.out


def test_values_are_shown_only_when_asked_for(map_file: Command) -> None:
    """And then as they are."""
    assert "Canary" in map_file(STAFF, *ANSWERS, "--show-values", pool=WITH_NAMES).err


def test_an_existing_mapping_is_kept(map_file: Command, tmp_path: Path) -> None:
    """Unless it may be replaced; the file itself never is."""
    (tmp_path / "users.yaml").write_text("mine")
    said = map_file(STAFF, *ANSWERS, "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "file_exists"
    assert (tmp_path / "users.yaml").read_text() == "mine"
    assert map_file(STAFF, *ANSWERS, "--overwrite", pool=WITH_NAMES).code == ExitCode.INCOMPLETE
    said = map_file(STAFF, *ANSWERS, "--overwrite", "--save", "users.csv", "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "file_exists"


def test_passwords_as_they_are_typed_are_warned_of(map_file: Command) -> None:
    """They are imported by nothing, and stay in the bucket."""
    staff = STAFF.replace("Abteilung", "Passwort")
    assert "seems to hold passwords (Passwort)" in map_file(staff, *ANSWERS, pool=WITH_NAMES).err


def test_a_header_that_is_refused_names_the_command(check: Command) -> None:
    """Of unknown columns, of missing ones, of two for the same attribute, and of none that is known; programs too."""
    twice = CLEAN.replace("email,", "email,E-Mail,", 1).replace("@example.com,", "@example.com,,")
    for content in (STAFF, "email\nann@example.com\n", "a;b\n1;2\n", twice):
        assert "`cognito-drop map`" in check(content).out
        assert check(content, "--output", "json").data["problem"]["command"] == "map"
    assert "command" not in check("", "--output", "json").data["problem"]


def test_a_file_without_a_header_is_not_sent_from_the_check_to_map(map_file: Command, check: Command) -> None:
    """Which has no names to propose anything for; both say the same."""
    content = "ann,ann@example.com,true\nbo,bo@example.com,true\n"
    checked, mapped = check(content, "--output", "json"), map_file(content, "--output", "json")
    said = "The first line is not a header: it has the values of a user."
    hint = "Add a first line with the names of the columns."
    assert (checked.data["problem"]["message"], mapped.error["message"]) == (said, f"users.csv: {said}")
    assert checked.data["problem"]["hint"].startswith(hint)
    assert mapped.error["hint"] == hint
    assert "command" not in checked.data["problem"]


def test_a_header_that_a_mapping_does_not_fit_names_the_command(
    map_file: Command, check: Command, tmp_path: Path
) -> None:
    """The file of another month has other columns."""
    map_file(STAFF, *ANSWERS, pool=WITH_NAMES)
    other = STAFF.replace("E-Mail (dienstlich)", "Mail")
    said = check(other, "--preset", str(tmp_path / "users.yaml"), "--output", "json", pool=WITH_NAMES)
    problem = said.data["problem"]
    assert problem["code"] == "mapped_columns_missing"
    assert "`cognito-drop map`" in problem["hint"]
    assert problem["command"] == "map"
