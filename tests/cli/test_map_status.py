"""`cognito-drop map` and the columns that say who is not to sign in."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest
import yaml

from cognito_drop.cli.console_messages import ConsoleMessages
from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.map_files import ANSWERS, NAMES, STAFF, WITH_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Command

map_module = importlib.import_module("cognito_drop.cli.commands.map")  # the package has the command


def test_a_status_of_unknown_words_needs_an_answer(map_file: Command) -> None:
    """No user is let in because a word is not known."""
    staff = STAFF.replace("gesperrt", "Elternzeit")
    said = map_file(staff, *ANSWERS, "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "answer_needed"
    assert "--disabled" in said.error["message"]
    told = map_file(staff, *ANSWERS, "--disabled", "Status=Elternzeit", "--output", "json", pool=WITH_NAMES)
    assert told.data["mapping"]["disabled"] == {"from": "Status", "is_true": ["Elternzeit"]}
    assert told.data["check"]["accepted"] == 1


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Situación", ("Alta", "Excedencia")), ("Estado laboral", ("Alta", "Baja")), ("Situation", ("Actif", "Parti")),
        ("Beschäftigungsstatus", ("aktiv", "Elternzeit")), ("Fecha baja", ("", "2026-01-31")),
        ("Fecha de egreso", ("", "2026-01-31")), ("Data cessazione", ("", "31.01.2026")),
        ("Kündigungsdatum", ("", "31.01.2026")), ("In dienst (ja/nee)", ("ja", "nee")), ("Dimesso", ("no", "si")),
        ("Relación", ("Alta", "Baja")), ("Fase", ("in dienst", "uit dienst")), ("Gruppe", ("aktiv", "ausgeschieden")),
        ("Nog in vaste dienst", ("ja", "nee")),
    ],
)  # fmt: skip
def test_a_column_that_says_who_has_left_is_never_left_out_in_silence(
    map_file: Command, tmp_path: Path, column: str, values: tuple[str, str]
) -> None:
    """By a word of its name in any language, or by values that look like states: read, or asked for."""
    here, left = values
    staff = f"login;email;{column}\nann;ann@example.com;{here}\nbo;bo@example.com;{left}\ncy;cy@example.com;{here}\n"
    said = map_file(staff, "--verified", "email", "--output", "json", pool=WITH_NAMES)
    if said.code == ExitCode.UNUSABLE:
        has_dates = "2026" in left
        assert f'--disabled "{column}{"" if has_dates else "=WORD,WORD"}" (' in said.error["message"]
        answer = ("--disabled", f"{column}={left}")
        said = map_file(staff, "--verified", "email", *answer, "--output", "json", pool=WITH_NAMES)
    written = yaml.safe_load((tmp_path / "users.yaml").read_text())
    assert column not in written.get("leave_out", [])
    assert said.data["check"]["accepted"] == 2


def test_a_word_for_disabled_users_that_no_row_has_is_refused(
    map_file: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typing error would let all who left in. The column's values are shown only when asked for."""
    staff = "login,email,Estado\nann,ann@example.com,Alta\nbo,bo@example.com,Baja\ncy,cy@example.com,Excedencia\n"
    given = ("--verified", "email", "--disabled", "Estado=Baja,Exedencia")
    said = map_file(staff, *given, "--output", "json", pool=WITH_NAMES)
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "usage")
    assert said.error["message"] == "--disabled: No row has Exedencia in the column Estado."
    assert said.error["hint"] == "It has 3 different values; --show-values shows them."
    shown = map_file(staff, *given, "--show-values", "--output", "json", pool=WITH_NAMES)
    assert shown.error["hint"] == "It has alta (1), baja (1), excedencia (1)."
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = map_file(staff, "--verified", "email", pool=WITH_NAMES, keys="yes\nBajas\nBAJA,excedencia\n")
    assert "No row has Bajas in the column Estado." in said.err
    assert "1 of 3 rows can be imported" in said.out


def test_a_word_among_many_others_is_found(map_file: Command) -> None:
    """However many values the column has."""
    rows = "".join(f"u{n},u{n}@example.com,reason {n}\n" for n in range(100))
    staff, given = f"Login,Email,Estado\n{rows}", ("--verified", "email", "--output", "json")
    told = map_file(staff, *given, "--disabled", "Estado=reason 99", pool=WITH_NAMES)
    assert told.data["check"]["accepted"] == 99
    said = map_file(staff, *given, "--disabled", "Estado=reason", "--overwrite", pool=WITH_NAMES)
    assert "more than 30 different values" in said.error["hint"]


def test_the_table_shows_which_column_decides_who_is_disabled(map_file: Command) -> None:
    """Also one that an option names; and a sentence names those that needed no option."""
    staff = "login,email,Situación,Team\nann,ann@example.com,Alta,x\nbo,bo@example.com,Excedencia,y\n"
    said = map_file(staff, "--verified", "email", "--disabled", "Situación=Excedencia", pool=WITH_NAMES)
    rows = [" ".join(line.split()) for line in said.err.splitlines()]
    assert "Situación (status) it says who is disabled" in rows
    assert "Team left out its name means no attribute of the pool" in rows
    assert "Columns that decide who is disabled: Situación." in said.out
    assert (
        "Columns that decide who is disabled: Status." in map_file(STAFF, *ANSWERS, "--overwrite", pool=WITH_NAMES).out
    )


@pytest.mark.parametrize(("keys", "accepted"), [("y\n\nn\nweg\n", 19), ("y\n\ny\n", 0)])
def test_an_answer_that_rejects_nearly_all_users_has_to_be_confirmed(
    map_file: Command, monkeypatch: pytest.MonkeyPatch, keys: str, accepted: int
) -> None:
    """Enter takes every word but a no, also `aktiv`. How many words there are is said before, the words when asked
    for."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    rows = "".join(f"u{n},u{n}@example.com,{'Dabei' if n else 'weg'}\n" for n in range(20))
    said = map_file(f"Kennung,Mail,Status\n{rows}", "--verified", "email", pool=WITH_NAMES, keys=keys)
    before, _, after = said.err.partition("Which values of Status say that a user may not?")
    assert "It has 2 different values; --show-values shows them." in before
    assert "By the column Status, 20 of 20 rows are rejected: those with any value but a no. Is that right?" in after
    assert "dabei" not in said.err.lower()
    assert f"{accepted} of 20 rows can be imported" in said.out
    shown = map_file(
        f"Kennung,Mail,Status\n{rows}",
        "--verified",
        "email",
        "--show-values",
        "--overwrite",
        pool=WITH_NAMES,
        keys=keys,
    )
    assert "It has weg (1), dabei (19)." in shown.err


@pytest.mark.parametrize(("given", "of"), [("Status", "Status"), ("Status=dabei", "Status"), ("Team", "Team")])
def test_without_a_terminal_a_rule_that_rejects_nearly_all_users_is_named(
    map_file: Command, given: str, of: str
) -> None:
    """Also one by a column with very many values; one that rejects a few is not."""
    rows = "".join(f"u{n},u{n}@example.com,{'dabei' if n else 'weg'},{'no' if n < 3 else n}\n" for n in range(40))
    call = ("--verified", "email", "--disabled", given, "--disabled", "Status=", "--output", "json")
    staff = f"Kennung,Mail,Status,Team\n{rows}"
    said = map_file(staff, *(call if of == "Team" else call[:4] + call[6:]), pool=WITH_NAMES)
    rejected = said.data["check"]["rows"] - said.data["check"]["accepted"]
    assert rejected >= 37
    assert f"By the column {of}, {rejected} of 40 rows are rejected." in " ".join(said.err.split())
    few = map_file(staff, "--verified", "email", "--disabled", "Status=weg", "--overwrite", pool=WITH_NAMES)
    assert "rows are rejected" not in few.err


def test_a_rule_by_dates_says_that_it_rejects_users_who_are_still_there(map_file: Command) -> None:
    """With a way on; one by words does not."""
    staff = "Login,Email,Austrittsdatum\nann,ann@example.com,\nbo,bo@example.com,31.12.2099\n"
    said = map_file(staff, "--verified", "email", "--disabled", "Austrittsdatum", pool=WITH_NAMES)
    assert "Austrittsdatum has dates: each of them rejects its user, also one in the future." in " ".join(
        said.err.split()
    )
    assert "1 of 2 rows can be imported" in said.out
    assert "has dates" not in map_file(STAFF, *ANSWERS, "--overwrite", pool=WITH_NAMES).err


BOTH = (
    "Username,Email,Active,Deleted,Status\n"
    "ann,ann@example.com,yes,,Elternzeit\n"
    "bo,bo@example.com,no,,\n"
    "cy,cy@example.com,yes,yes,\n"
    "di,di@example.com,yes,,weg\n"
)


def test_every_column_that_may_say_who_is_disabled_is_read(map_file: Command) -> None:
    """A user whom one of them shuts out stays out; a column that is not clear needs an answer of its own."""
    said = map_file(BOTH, "--verified", "email", "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "answer_needed"
    assert '--disabled "Status=WORD,WORD"' in said.error["message"]
    for answer, accepted in (("Status=weg", 1), ("Status=", 2), ("none", 4)):
        given = ("--verified", "email", "--disabled", answer, "--overwrite", "--output", "json")
        assert map_file(BOTH, *given, pool=WITH_NAMES).data["check"]["accepted"] == accepted


def test_a_terminal_is_asked_for_each_column_that_is_not_clear(
    map_file: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With yes or no: a key that is pressed by mistake lets no user in."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    for keys, accepted in (("\nyes\nweg\n", 1), ("no\n", 2), ("yes\n\nyes\n", 0)):
        said = map_file(BOTH, "--verified", "email", "--overwrite", pool=WITH_NAMES, keys=keys)
        assert "Does the column Status say who may sign in, or who may not?" in said.err
        assert f"{accepted} of 4 rows can be imported" in said.out


@pytest.mark.parametrize("column", ["Active (yes/no)", "In dienst", "Aktiv"])
def test_a_yes_in_a_column_of_active_users_rejects_none_of_them(
    map_file: Command, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    """Enter would reject those who are active, and let in the others; so would the option without words."""
    staff = f"Login,Email,{column}\nann,ann@example.com,yes\nbo,bo@example.com,no\ncy,cy@example.com,\n"
    said = map_file(staff, "--verified", "email", "--disabled", column, "--output", "json", pool=WITH_NAMES)
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "usage")
    assert said.error["message"] == (
        f"--disabled: By its name, a yes in the column {column} says that a user may sign in."
    )
    assert said.error["hint"] == f'Name its values for users who may not: --disabled "{column}=WORD,WORD".'
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = map_file(staff, "--verified", "email", pool=WITH_NAMES, keys="y\n\nno\n")
    assert f"By its name, a yes in the column {column} says that a user may sign in." in " ".join(said.err.split())
    assert "2 of 3 rows can be imported" in said.out


@pytest.mark.parametrize(
    ("option", "is_said"),
    [((), True), (("--disabled", "none"), False), (("--disabled", "Anställning=Avslutad"), False)],
)
def test_that_no_column_was_found_is_said(map_file: Command, option: tuple[str, ...], *, is_said: bool) -> None:
    """In a language that the command does not know a person has to look."""
    staff = "Login,Email,Anställning\nann,ann@example.com,Tillsvidare\nbo,bo@example.com,Avslutad\n"
    said = map_file(staff, "--verified", "email", *option, "--output", "json", pool=WITH_NAMES)
    assert ("No column was found that says who is not to sign in" in said.err) is is_said


def test_enter_says_how_many_it_rejects(map_file: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few these are: a column's name need not say what a yes means."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    rows = "".join(f"u{n},u{n}@example.com,{'ja' if n else 'nein'}\n" for n in range(4))
    staff = f"Login,Email,Im Dienst bei uns\n{rows}"
    said = map_file(staff, "--verified", "email", pool=WITH_NAMES, keys="y\n\nn\nnein\n")
    asked = "By the column Im Dienst bei uns, 3 of 4 rows are rejected: those with any value but a no. Is that right?"
    assert asked in " ".join(said.err.split())
    assert "3 of 4 rows can be imported" in said.out


def test_no_column_and_a_column_contradict_each_other(map_file: Command) -> None:
    """Nothing is written."""
    said = map_file(BOTH, "--disabled", "none", "--disabled", "Status", "--verified", "email", "--output", "json")
    assert said.error["code"] == "usage"


def test_a_status_after_the_sample_needs_an_answer(map_file: Command) -> None:
    """No user is let in because the first thousand are active."""
    rows = "".join(f"u{n},u{n}@example.com,{'2026-01-31' if n == 1_500 else ''}\n" for n in range(1_600))
    staff = f"Login,Email,Terminated\n{rows}"
    said = map_file(staff, "--verified", "email", "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "answer_needed"
    told = map_file(staff, "--verified", "email", "--disabled", "Terminated", "--output", "json", pool=WITH_NAMES)
    assert (told.data["check"]["rows"], told.data["check"]["accepted"]) == (1_600, 1_599)


def test_a_status_that_is_an_attribute_too_shuts_users_out(map_file: Command) -> None:
    """The pool keeps the word, and the user stays out."""
    pool = {**WITH_NAMES, "CSVHeader": [*NAMES, "custom:status"]}
    said = map_file(STAFF, *ANSWERS, "--output", "json", pool=pool)
    assert said.data["mapping"]["columns"]["custom:status"] == said.data["mapping"]["disabled"]["from"] == "Status"
    assert said.data["check"]["accepted"] == 1


def test_a_file_of_known_columns_with_a_status_needs_a_mapping(map_file: Command) -> None:
    """The pool has an attribute of this name, and would let the user in."""
    pool = {**WITH_NAMES, "CSVHeader": [*NAMES, "custom:status"]}
    staff = "Username,Email,Email verified,Status\nann,ann@example.com,true,active\nbo,bo@example.com,true,disabled\n"
    said = map_file(staff, "--output", "json", pool=pool)
    assert said.data["check"]["accepted"] == 1
