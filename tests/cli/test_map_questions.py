"""What `cognito-drop map` asks for, at a terminal or by naming the options that are missing."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from cognito_drop.cli.console_messages import ConsoleMessages
from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.map_files import ANSWERS, STAFF, WITH_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Command

map_module = importlib.import_module("cognito_drop.cli.commands.map")  # the package has the command


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (("--verified", "email"), "--username COLUMN"),
        (("--username", "Personalnummer"), "--verified email"),
        ((*ANSWERS, "--column", "email="), "--column email=COLUMN"),
    ],
)
def test_without_a_terminal_one_sentence_names_what_is_missing(
    map_file: Command, tmp_path: Path, given: tuple[str, ...], missing: str
) -> None:
    """And nothing is written."""
    said = map_file(STAFF, *given, "--output", "json", pool=WITH_NAMES)
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "answer_needed")
    assert missing in said.error["message"]
    assert not (tmp_path / "users.yaml").exists()


def test_without_a_terminal_all_missing_options_are_in_one_sentence(map_file: Command) -> None:
    """The second call has them all."""
    staff = (
        "Nr;Name;Vorname;E-Mail;Geburtsdatum;Status\n"
        "k1;Canary;Ann;ann@example.com;03/04/1990;aktiv\n"
        "k2;Roe;Bo;bo@example.com;05/06/1991;Elternzeit\n"
    )
    said = map_file(staff, "--output", "json", pool=WITH_NAMES)
    assert said.error["message"] == (
        "There is no terminal to ask: add --username COLUMN (the column of the username; values that fit: Nr, "
        'E-Mail), --verified email (if every email in the file is verified), --disabled "Status=WORD,WORD" (the words '
        "for users who are not to sign in), and --dates day-first or --dates month-first (all sampled dates of "
        "Geburtsdatum can be read both ways)."
    )
    given = ("--username", "Nr", "--verified", "email", "--disabled", "Status=Elternzeit", "--dates", "day-first")
    assert map_file(staff, *given, pool=WITH_NAMES).code == ExitCode.INCOMPLETE


def test_a_file_without_a_column_for_the_username_is_told_why(
    map_file: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What usernames are in this pool; also at a terminal."""
    staff = "Mail,Team,Nickname\nann@example.com,x,Ann X\nbo@example.com,x,Bo Y\n"
    why = "o column has values that fit: usernames differ from user to user, "
    pool: dict[str, Any] = json.loads(json.dumps(WITH_NAMES))
    pool["UserPool"]["AliasAttributes"] = ["email"]
    of_pools = {"and have no blanks": WITH_NAMES, "have no blanks, and are no email addresses in this pool": pool}
    columns = ("--column", "email=Mail", "--verified", "email")
    for also, of_pool in of_pools.items():
        said = map_file(staff.replace("@example.com,", " at example.com,"), *columns, "--output", "json", pool=of_pool)
        assert f"--username COLUMN (the column of the username; n{why}{also})" in said.error["message"]
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = map_file(staff, *columns, pool=pool, keys="Nickname\n")
    assert f"N{why}have no blanks, and are no email addresses in this pool." in " ".join(said.err.split())


def test_a_column_with_a_few_faulty_values_is_still_the_username(map_file: Command) -> None:
    """They are counted; a column of another name is offered with them."""
    names = [f"u{n}" for n in range(18)] + ["u1", "Bo Roe"]
    rows = "".join(f"{name},{n},u{n}@example.com\n" for n, name in enumerate(names))
    said = map_file(f"Usuario,Nº,email\n{rows}", "--verified", "email", pool=WITH_NAMES)
    assert "its name; 2 of 20 values repeat others or have blanks" in " ".join(said.err.split())
    assert "18 of 20 rows can be imported" in said.out
    given = ("--verified", "email", "--overwrite", "--output", "json")
    said = map_file(f"Alias,Nº,email\n{rows}", *given, pool=WITH_NAMES)
    assert "values that fit: Alias (2 of 20 values repeat others or have blanks), Nº, email)" in said.error["message"]
    said = map_file(f"Alias,Nº,email\n{rows.replace('u5,', 'u6,')}", *given, pool=WITH_NAMES)
    assert "values that fit: Nº, email)" in said.error["message"]


def test_a_terminal_is_asked(map_file: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the username until a column is named, and whether every address is verified."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = map_file(STAFF, pool=WITH_NAMES, keys="personal\nPersonalnummer\ny\n")
    assert said.code == ExitCode.INCOMPLETE
    assert "Which column is the username?" in said.err
    assert "Is every email in the file verified" in said.err
    assert yaml.safe_load((tmp_path / "users.yaml").read_text())["columns"]["cognito:username"] == "Personalnummer"


def test_a_question_is_asked_until_it_is_answered(map_file: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter is neither yes nor no."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = map_file(STAFF, "--username", "Personalnummer", pool=WITH_NAMES, keys="\nmaybe\nYES\n")
    assert said.err.count("Answer y or n.") == 2
    assert said.code == ExitCode.INCOMPLETE


def test_a_no_writes_nothing(map_file: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cognito imports no user of whom nothing is verified."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = map_file(STAFF, "--username", "Personalnummer", pool=WITH_NAMES, keys="n\n")
    assert said.code == ExitCode.NOT_NOW
    assert "Cognito imports only users with a verified address or number." in said.err
    assert not (tmp_path / "users.yaml").exists()
