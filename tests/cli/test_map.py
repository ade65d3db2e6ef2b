"""`cognito-drop map`: a mapping for a file with its own columns."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
import yaml

from cognito_drop.cli.console_messages import ConsoleMessages
from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.command import CLEAN, POOL, Command

if TYPE_CHECKING:
    from pathlib import Path

map_module = importlib.import_module("cognito_drop.cli.commands.map")  # the package has the command
STAFF = (
    "Personalnummer;Name;Vorname;E-Mail (dienstlich);Abteilung;Status\n"
    "4711;Canary;Ann;ann@example.com;Kitchen;aktiv\n"
    "4712;Roe;Bo;bo@example.com;Kitchen;gesperrt\n"
)
ANSWERS = ("--username", "Personalnummer", "--verified", "email")
NAMES = ["cognito:username", "name", "given_name", "family_name", "email", "email_verified", "birthdate"]
WITH_NAMES = {"UserPool": POOL["UserPool"], "CSVHeader": NAMES}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`cognito-drop map` in an empty folder, to which it writes."""
    monkeypatch.chdir(tmp_path)
    return Command(tmp_path, "map")


def test_it_writes_a_mapping_and_checks_the_file_with_it(run: Command, tmp_path: Path) -> None:
    """The blocked user is not imported, and no value is on the screen."""
    said = run(STAFF, *ANSWERS, pool=WITH_NAMES)
    assert said.code == ExitCode.INCOMPLETE
    written = yaml.safe_load((tmp_path / "users.yaml").read_text())
    assert written["columns"] == {
        "family_name": "Name", "given_name": "Vorname", "email": "E-Mail (dienstlich)",
        "cognito:username": "Personalnummer", "email_verified": {"constant": True},
    }  # fmt: skip
    assert written["leave_out"] == ["Abteilung"]
    assert written["disabled"]["from"] == "Status"
    assert "1 of 2 rows can be imported" in said.out
    assert "blocked, disabled, or deleted" in said.out
    assert "Canary" not in said.out + said.err
    checked = Command(tmp_path, "check")(STAFF, "--preset", str(tmp_path / "users.yaml"), pool=WITH_NAMES)
    assert "1 of 2 rows can be imported" in checked.out


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (("--verified", "email"), "--username COLUMN"),
        (("--username", "Personalnummer"), "--verified email"),
        ((*ANSWERS, "--column", "email="), "--column email=COLUMN"),
    ],
)
def test_without_a_terminal_one_sentence_names_what_is_missing(
    run: Command, tmp_path: Path, given: tuple[str, ...], missing: str
) -> None:
    """And nothing is written."""
    said = run(STAFF, *given, "--output", "json", pool=WITH_NAMES)
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "answer_needed")
    assert missing in said.error["message"]
    assert not (tmp_path / "users.yaml").exists()


def test_without_a_terminal_all_missing_options_are_in_one_sentence(run: Command) -> None:
    """The second call has them all."""
    staff = (
        "Nr;Name;Vorname;E-Mail;Geburtsdatum;Status\n"
        "k1;Canary;Ann;ann@example.com;03/04/1990;aktiv\n"
        "k2;Roe;Bo;bo@example.com;05/06/1991;Elternzeit\n"
    )
    said = run(staff, "--output", "json", pool=WITH_NAMES)
    assert said.error["message"] == (
        "There is no terminal to ask: add --username COLUMN (the column of the username; values that fit: Nr, "
        'E-Mail), --verified email (if every email in the file is verified), --disabled "Status=WORD,WORD" (the words '
        "for users who are not to sign in), and --dates day-first or --dates month-first (all sampled dates of "
        "Geburtsdatum can be read both ways)."
    )
    given = ("--username", "Nr", "--verified", "email", "--disabled", "Status=Elternzeit", "--dates", "day-first")
    assert run(staff, *given, pool=WITH_NAMES).code == ExitCode.INCOMPLETE


def test_a_file_without_a_column_for_the_username_is_told_why(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What usernames are in this pool; also at a terminal."""
    staff = "Mail,Team,Nickname\nann@example.com,x,Ann X\nbo@example.com,x,Bo Y\n"
    why = "o column has values that fit: usernames differ from user to user, "
    pool: dict[str, Any] = json.loads(json.dumps(WITH_NAMES))
    pool["UserPool"]["AliasAttributes"] = ["email"]
    of_pools = {"and have no blanks": WITH_NAMES, "have no blanks, and are no email addresses in this pool": pool}
    columns = ("--column", "email=Mail", "--verified", "email")
    for also, of_pool in of_pools.items():
        said = run(staff.replace("@example.com,", " at example.com,"), *columns, "--output", "json", pool=of_pool)
        assert f"--username COLUMN (the column of the username; n{why}{also})" in said.error["message"]
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = run(staff, *columns, pool=pool, keys="Nickname\n")
    assert f"N{why}have no blanks, and are no email addresses in this pool." in " ".join(said.err.split())


def test_one_table_shows_what_options_have_changed(run: Command) -> None:
    """With the reason of each column, and none that contradicts it."""
    given = (*ANSWERS, "--column", "birthdate=Abteilung", "--column", "given_name=")
    said = run(STAFF, *given, pool=WITH_NAMES)
    rows = [" ".join(line.split()) for line in (said.out + said.err).splitlines()]
    assert "Abteilung birthdate your option" in rows
    assert "Personalnummer cognito:username your option" in rows
    assert "Vorname left out your option" in rows
    assert "Status (status) it may say who is not to sign in" in rows
    assert (said.out + said.err).count("because of") == 1


def test_a_guess_and_an_option_for_the_same_column_are_both_shown(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the guess is asked for; what is proposed is worked out once."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    calls = Mock(wraps=map_module.propose)
    monkeypatch.setattr(map_module, "propose", calls)
    staff = STAFF.replace("Abteilung", "Spitznamme").replace("Kitchen", "Annie")
    pool = {**WITH_NAMES, "CSVHeader": [*NAMES, "nickname"]}
    said = run(staff, *ANSWERS, "--column", "birthdate=Spitznamme", pool=pool, keys="yes\n")
    assert calls.call_count == 1
    assert "Spitznamme birthdate, nickname? " in " ".join(said.err.split())
    columns = yaml.safe_load((tmp_path / "users.yaml").read_text())["columns"]
    assert [columns["birthdate"], columns["nickname"]] == ["Spitznamme"] * 2


def test_a_guess_that_is_not_confirmed_is_left_out_with_the_option_that_takes_it(run: Command) -> None:
    """And not shown as if it were used."""
    staff = STAFF.replace("Abteilung", "Spitznamme").replace("Kitchen", "Annie")
    pool = {**WITH_NAMES, "CSVHeader": [*NAMES, "nickname"]}
    said = run(staff, *ANSWERS, pool=pool)
    (row,) = [line for line in said.err.splitlines() if line.startswith("Spitznamme")]
    assert "left out" in row
    assert "--column nickname=Spitznamme" in row


def test_the_next_step_is_last(run: Command) -> None:
    """After the counts; a file that is refused is not to be dropped."""
    assert " ".join(run(STAFF, *ANSWERS, pool=WITH_NAMES).out.split()).endswith("users.yaml` checks the file again.")
    said = run(STAFF.replace("ann@", "ann").replace("bo@", "bo"), *ANSWERS, "--column", "email=E-Mail (dienstlich)",
               "--overwrite", pool=WITH_NAMES)  # fmt: skip
    _, _, following = said.out.partition("users.csv: 0 of 2 rows can be imported.")
    assert "Next: fix the file or the mapping, and check it with `cognito-drop" in following


def test_a_status_of_unknown_words_needs_an_answer(run: Command) -> None:
    """No user is let in because a word is not known."""
    staff = STAFF.replace("gesperrt", "Elternzeit")
    said = run(staff, *ANSWERS, "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "answer_needed"
    assert "--disabled" in said.error["message"]
    told = run(staff, *ANSWERS, "--disabled", "Status=Elternzeit", "--output", "json", pool=WITH_NAMES)
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
    run: Command, tmp_path: Path, column: str, values: tuple[str, str]
) -> None:
    """By a word of its name in any language, or by values that look like states: read, or asked for."""
    here, left = values
    staff = f"login;email;{column}\nann;ann@example.com;{here}\nbo;bo@example.com;{left}\ncy;cy@example.com;{here}\n"
    said = run(staff, "--verified", "email", "--output", "json", pool=WITH_NAMES)
    if said.code == ExitCode.UNUSABLE:
        assert f'--disabled "{column}=WORD,WORD"' in said.error["message"]
        answer = ("--disabled", f"{column}={left}")
        said = run(staff, "--verified", "email", *answer, "--output", "json", pool=WITH_NAMES)
    written = yaml.safe_load((tmp_path / "users.yaml").read_text())
    assert column not in written.get("leave_out", [])
    assert said.data["check"]["accepted"] == 2


def test_a_word_for_disabled_users_that_no_row_has_is_refused(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error would let all who left in. The column's values are shown only when asked for."""
    staff = "login,email,Estado\nann,ann@example.com,Alta\nbo,bo@example.com,Baja\ncy,cy@example.com,Excedencia\n"
    given = ("--verified", "email", "--disabled", "Estado=Baja,Exedencia")
    said = run(staff, *given, "--output", "json", pool=WITH_NAMES)
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "usage")
    assert said.error["message"] == "--disabled: No row has Exedencia in the column Estado."
    assert said.error["hint"] == "It has 3 different values; --show-values shows them."
    shown = run(staff, *given, "--show-values", "--output", "json", pool=WITH_NAMES)
    assert shown.error["hint"] == "It has alta (1), baja (1), excedencia (1)."
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = run(staff, "--verified", "email", pool=WITH_NAMES, keys="yes\nBajas\nBAJA,excedencia\n")
    assert "No row has Bajas in the column Estado." in said.err
    assert "1 of 3 rows can be imported" in said.out


def test_a_word_among_many_others_is_found(run: Command) -> None:
    """However many values the column has."""
    rows = "".join(f"u{n},u{n}@example.com,reason {n}\n" for n in range(100))
    staff, given = f"Login,Email,Estado\n{rows}", ("--verified", "email", "--output", "json")
    told = run(staff, *given, "--disabled", "Estado=reason 99", pool=WITH_NAMES)
    assert told.data["check"]["accepted"] == 99
    said = run(staff, *given, "--disabled", "Estado=reason", "--overwrite", pool=WITH_NAMES)
    assert "more than 30 different values" in said.error["hint"]


def test_the_table_shows_which_column_decides_who_is_disabled(run: Command) -> None:
    """Also one that an option names; and a sentence names those that needed no option."""
    staff = "login,email,Situación,Team\nann,ann@example.com,Alta,x\nbo,bo@example.com,Excedencia,y\n"
    said = run(staff, "--verified", "email", "--disabled", "Situación=Excedencia", pool=WITH_NAMES)
    rows = [" ".join(line.split()) for line in said.err.splitlines()]
    assert "Situación (status) it says who is disabled" in rows
    assert "Team left out its name means no attribute of the pool" in rows
    assert "Columns that decide who is disabled: Situación." in said.out
    assert "Columns that decide who is disabled: Status." in run(STAFF, *ANSWERS, "--overwrite", pool=WITH_NAMES).out


def test_a_column_with_a_few_faulty_values_is_still_the_username(run: Command) -> None:
    """They are counted; a column of another name is offered with them."""
    names = [f"u{n}" for n in range(18)] + ["u1", "Bo Roe"]
    rows = "".join(f"{name},{n},u{n}@example.com\n" for n, name in enumerate(names))
    said = run(f"Usuario,Nº,email\n{rows}", "--verified", "email", pool=WITH_NAMES)
    assert "its name; 2 of 20 values repeat others or have blanks" in " ".join(said.err.split())
    assert "18 of 20 rows can be imported" in said.out
    given = ("--verified", "email", "--overwrite", "--output", "json")
    said = run(f"Alias,Nº,email\n{rows}", *given, pool=WITH_NAMES)
    assert "values that fit: Alias (2 of 20 values repeat others or have blanks), Nº, email)" in said.error["message"]
    said = run(f"Alias,Nº,email\n{rows.replace('u5,', 'u6,')}", *given, pool=WITH_NAMES)
    assert "values that fit: Nº, email)" in said.error["message"]


BOTH = (
    "Username,Email,Active,Deleted,Status\n"
    "ann,ann@example.com,yes,,Elternzeit\n"
    "bo,bo@example.com,no,,\n"
    "cy,cy@example.com,yes,yes,\n"
    "di,di@example.com,yes,,weg\n"
)
"""Three columns that may say who is not to sign in: two are clear."""


def test_every_column_that_may_say_who_is_disabled_is_read(run: Command) -> None:
    """A user whom one of them shuts out stays out; a column that is not clear needs an answer of its own."""
    said = run(BOTH, "--verified", "email", "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "answer_needed"
    assert '--disabled "Status=WORD,WORD"' in said.error["message"]
    for answer, accepted in (("Status=weg", 1), ("Status=", 2), ("none", 4)):
        given = ("--verified", "email", "--disabled", answer, "--overwrite", "--output", "json")
        assert run(BOTH, *given, pool=WITH_NAMES).data["check"]["accepted"] == accepted


def test_a_terminal_is_asked_for_each_column_that_is_not_clear(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """With yes or no: a key that is pressed by mistake lets no user in."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    for keys, accepted in (("\nyes\nweg\n", 1), ("no\n", 2), ("yes\n\n", 0)):
        said = run(BOTH, "--verified", "email", "--overwrite", pool=WITH_NAMES, keys=keys)
        assert "Does the column Status say who is not to sign in" in said.err
        assert f"{accepted} of 4 rows can be imported" in said.out


def test_no_column_and_a_column_contradict_each_other(run: Command) -> None:
    """Nothing is written."""
    said = run(BOTH, "--disabled", "none", "--disabled", "Status", "--verified", "email", "--output", "json")
    assert said.error["code"] == "usage"


def test_a_status_after_the_sample_needs_an_answer(run: Command) -> None:
    """No user is let in because the first thousand are active."""
    rows = "".join(f"u{n},u{n}@example.com,{'2026-01-31' if n == 1_500 else ''}\n" for n in range(1_600))
    staff = f"Login,Email,Terminated\n{rows}"
    said = run(staff, "--verified", "email", "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "answer_needed"
    told = run(staff, "--verified", "email", "--disabled", "Terminated", "--output", "json", pool=WITH_NAMES)
    assert (told.data["check"]["rows"], told.data["check"]["accepted"]) == (1_600, 1_599)


def test_a_status_that_is_an_attribute_too_shuts_users_out(run: Command) -> None:
    """The pool keeps the word, and the user stays out."""
    pool = {**WITH_NAMES, "CSVHeader": [*NAMES, "custom:status"]}
    said = run(STAFF, *ANSWERS, "--output", "json", pool=pool)
    assert said.data["mapping"]["columns"]["custom:status"] == said.data["mapping"]["disabled"]["from"] == "Status"
    assert said.data["check"]["accepted"] == 1


def test_a_file_of_known_columns_with_a_status_needs_a_mapping(run: Command) -> None:
    """The pool has an attribute of this name, and would let the user in."""
    pool = {**WITH_NAMES, "CSVHeader": [*NAMES, "custom:status"]}
    staff = "Username,Email,Email verified,Status\nann,ann@example.com,true,active\nbo,bo@example.com,true,disabled\n"
    said = run(staff, "--output", "json", pool=pool)
    assert said.data["check"]["accepted"] == 1


def test_an_unverified_address_is_not_made_verified_by_an_option(run: Command) -> None:
    """Where a column says whose is verified, it has to be ignored on purpose."""
    staff = "Login,Email,Email verified,Team\nann,ann@example.com,true,x\nbo,bo@example.com,false,y\n"
    said = run(staff, "--verified", "email", "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "usage"
    assert "the column Email verified says whose is verified" in said.error["message"]
    assert run(staff, "--output", "json", pool=WITH_NAMES).data["check"]["accepted"] == 1
    ignored = ("--verified", "email", "--column", "email_verified=", "--overwrite")
    assert run(staff, *ignored, "--output", "json", pool=WITH_NAMES).data["check"]["accepted"] == 2


def test_a_terminal_is_asked(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the username until a column is named, and whether every address is verified."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = run(STAFF, pool=WITH_NAMES, keys="personal\nPersonalnummer\ny\n")
    assert said.code == ExitCode.INCOMPLETE
    assert "Which column is the username?" in said.err
    assert "Is every email in the file verified" in said.err
    assert yaml.safe_load((tmp_path / "users.yaml").read_text())["columns"]["cognito:username"] == "Personalnummer"


def test_a_question_is_asked_until_it_is_answered(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter is neither yes nor no."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = run(STAFF, "--username", "Personalnummer", pool=WITH_NAMES, keys="\nmaybe\nYES\n")
    assert said.err.count("Answer y or n.") == 2
    assert said.code == ExitCode.INCOMPLETE


def test_a_no_writes_nothing(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cognito imports no user of whom nothing is verified."""
    monkeypatch.setattr(ConsoleMessages, "can_ask", True)
    said = run(STAFF, "--username", "Personalnummer", pool=WITH_NAMES, keys="n\n")
    assert said.code == ExitCode.NOT_NOW
    assert "Cognito imports only users with a verified address or number." in said.err
    assert not (tmp_path / "users.yaml").exists()


def test_the_export_of_a_known_system_needs_no_mapping(run: Command, tmp_path: Path) -> None:
    """The preset is named instead."""
    said = run('{"user_id": "auth0|1", "email": "ann@example.com", "email_verified": true}\n', "--output", "json")
    assert (said.code, said.data["preset"], said.data["mapping"]) == (ExitCode.CLEAN, "auth0", None)
    assert not (tmp_path / "users.yaml").exists()


def test_a_file_that_the_pool_reads_needs_no_mapping(run: Command) -> None:
    """The check is named instead."""
    said = run(CLEAN)
    assert (said.code, said.shown) == (ExitCode.CLEAN, "")
    assert "no mapping is needed" in said.out


def test_values_are_shown_only_when_asked_for(run: Command) -> None:
    """And then as they are."""
    assert "Canary" in run(STAFF, *ANSWERS, "--show-values", pool=WITH_NAMES).err


def test_an_existing_mapping_is_kept(run: Command, tmp_path: Path) -> None:
    """Unless it may be replaced; the file itself never is."""
    (tmp_path / "users.yaml").write_text("mine")
    said = run(STAFF, *ANSWERS, "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "file_exists"
    assert (tmp_path / "users.yaml").read_text() == "mine"
    assert run(STAFF, *ANSWERS, "--overwrite", pool=WITH_NAMES).code == ExitCode.INCOMPLETE
    said = run(STAFF, *ANSWERS, "--overwrite", "--save", "users.csv", "--output", "json", pool=WITH_NAMES)
    assert said.error["code"] == "file_exists"


def test_passwords_as_they_are_typed_are_warned_of(run: Command) -> None:
    """They are imported by nothing, and stay in the bucket."""
    staff = STAFF.replace("Abteilung", "Passwort")
    assert "seems to hold passwords (Passwort)" in run(staff, *ANSWERS, pool=WITH_NAMES).err


def test_a_header_that_is_refused_names_the_command(check: Command) -> None:
    """Of unknown columns, of missing ones, of two for the same attribute, and of none that is known; programs too."""
    twice = CLEAN.replace("email,", "email,E-Mail,", 1).replace("@example.com,", "@example.com,,")
    for content in (STAFF, "email\nann@example.com\n", "a;b\n1;2\n", twice):
        assert "`cognito-drop map`" in check(content).out
        assert check(content, "--output", "json").data["problem"]["command"] == "map"
    assert "command" not in check("", "--output", "json").data["problem"]


def test_a_file_without_a_header_is_not_sent_from_the_check_to_map(run: Command, check: Command) -> None:
    """Which has no names to propose anything for; both say the same."""
    content = "ann,ann@example.com,true\nbo,bo@example.com,true\n"
    checked, mapped = check(content, "--output", "json"), run(content, "--output", "json")
    said = "The first line is not a header: it has the values of a user."
    hint = "Add a first line with the names of the columns."
    assert (checked.data["problem"]["message"], mapped.error["message"]) == (said, f"users.csv: {said}")
    assert checked.data["problem"]["hint"].startswith(hint)
    assert mapped.error["hint"] == hint
    assert "command" not in checked.data["problem"]


def test_a_header_that_a_mapping_does_not_fit_names_the_command(run: Command, check: Command, tmp_path: Path) -> None:
    """The file of another month has other columns."""
    run(STAFF, *ANSWERS, pool=WITH_NAMES)
    other = STAFF.replace("E-Mail (dienstlich)", "Mail")
    said = check(other, "--preset", str(tmp_path / "users.yaml"), "--output", "json", pool=WITH_NAMES)
    problem = said.data["problem"]
    assert problem["code"] == "mapped_columns_missing"
    assert "`cognito-drop map`" in problem["hint"]
    assert problem["command"] == "map"
