"""Members that say who is disabled and are not read: what of them is shown, and how much work they are."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.presets import preset_of, unread_status
from cognito_drop.core.rows import RejectionCode as Code
from cognito_drop.core.rows.header_words import is_status_name, status_word
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.presets.exports import check_export, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

CANARY = "ada.lovelace@example.com"
COLUMNS = {"cognito:username": "login", "email": "mail", "email_verified": {"constant": True}}


def user(number: int = 0, /, **more: Any) -> dict[str, Any]:  # noqa: ANN401  (any JSON)
    """A record that the mapping reads, with these members too."""
    return {"login": f"user{number}", "mail": f"user{number}@example.com", **more}


def refusal(records: Sequence[dict[str, Any]], **mapping: Any) -> Problem:  # noqa: ANN401  (members of a mapping)
    """Why a file with these records is refused."""
    problem = check_export(lines(records), {"columns": COLUMNS, **mapping}).report.problem
    assert problem is not None
    assert problem.code is ProblemCode.STATUS_NOT_READ
    return problem


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"accounts": {CANARY: {"disabled": True}}}, "accounts.*.disabled"),
        ({"accounts": {"de": {"ada": {"disabled": True}}}}, "accounts.*.*.disabled"),
        ({CANARY: {"disabled": True}}, "*.disabled"),
        ({"64f0c1a2": {"disabled": True}}, "*.disabled"),
        ({f"blocked [{CANARY}]": True}, "*"),
        ({"accounts": {f"status ({CANARY})": "left"}}, "accounts.*"),
        ({"accounts": {f"{CANARY}.disabled": True}}, "accounts.*"),
        ({f"{CANARY}.disabled": True}, "*"),
        ({"account.disabled": True}, "account.disabled"),
        ({"accounts": {"resignadalovelace": "yes"}}, "accounts.*"),
        ({"accounts": {"Ada left": "yes", "left-ada": 1, "left": 1}}, "accounts.left"),
        ({"profile": {"status": "left"}}, "profile.status"),
        ({"profile": {"Fecha de baja": "2026-01-01"}}, "profile.Fecha de baja"),
        ({"employment": {"Austrittsdatum": "2026-01-01"}}, "employment.Austrittsdatum"),
        ({"contact": {"details": {"blocked": True}}, "login": "ada"}, "contact.*.blocked"),
    ],
)
def test_a_name_that_may_be_a_value_of_a_user_is_not_shown(more: dict[str, Any], shown: str) -> None:
    """The names of a record's own members are, and those of words of a status alone."""
    problem = refusal([user(**more)])
    assert problem.sentence.endswith(f"does not read them: {shown}.")
    assert ("An asterisk" in problem.hint) == ("*" in shown)
    assert check_export(lines([user(**more)]), {"columns": COLUMNS, "leave_out": [shown]}).report.problem is None


def test_an_object_of_which_a_mapping_reads_a_member_is_shown() -> None:
    """Its writer has named it."""
    more = {"contact": {"details": {"blocked": True, "name": "Ada"}}}
    columns = {**COLUMNS, "name": "contact.details.name"}
    assert refusal([user(**more)], columns=columns).sentence.endswith(": contact.details.blocked.")


@pytest.mark.parametrize(
    ("shut_out", "shown"),
    [
        ({"status": "no", "account": {"status": "disabled"}}, "account.status"),
        ({"status": "no", "Status": "disabled"}, "Status"),
        ({"status": "no", "accounts": [{"status": "disabled"}]}, "accounts.*.status"),
        ({"status": "no", "accounts": [[{"plan": {"status": "disabled"}}]]}, "accounts.*.*.*.status"),
        ({"status": "no", "account": [{"disabled": True}]}, "account.*.disabled"),
        ({"status": "no", "account.status": "disabled"}, "account.status"),
    ],
)
def test_a_mapping_reads_a_status_at_one_place_in_one_spelling(shut_out: dict[str, Any], shown: str) -> None:
    """All others are found, in the objects of lists too. A mapping reads no list."""
    disabled = ["status", "account.disabled"]
    columns = {**COLUMNS, "nickname": "status"}
    for ordered in ([user(), user(1, **shut_out)], [user(1, **shut_out), user()]):
        assert refusal(ordered, disabled=disabled).sentence.endswith(f"does not read them: {shown}.")
        assert refusal(ordered, columns=columns).sentence.endswith(f"does not read them: {shown}.")
        assert refusal(ordered, columns=columns, leave_out=["disabled"]).sentence.endswith(f": {shown}.")


@pytest.mark.parametrize("name", ["Status", "account.status", "STATUS "])
def test_a_mapping_of_csv_reads_a_status_in_one_spelling(name: str) -> None:
    """A point may be that of a program that writes objects as columns."""
    content = f"login,mail,status,{name}\nada,ada@example.com,no,disabled\n"
    problem = check_export(content, {"columns": COLUMNS, "disabled": "status"}).report.problem
    assert problem is not None
    assert problem.sentence.endswith(f"does not read them: {name.strip()}.")
    disabled = check_export(content, {"columns": COLUMNS, "disabled": ["status", name.strip()]})
    assert (disabled.report.problem, disabled.codes) == (None, [(2, Code.USER_DISABLED)])


@pytest.mark.parametrize(
    "value", ["désactivé", "De\u0301sactive\u0301", "\uff24ESACTIVE", "hors\u00a0service", "hors\u00adservice "]
)
def test_a_word_is_the_same_in_other_codes_of_its_letters(value: str) -> None:
    """As some systems write accents apart, and full-width letters."""
    words = ["désactivé", "desactive", "hors service", "horsservice"]
    for given, meant in (
        (value, words),
        ("de\u0301sactive\u0301", ["désactivé"]),
        ("désactivé", ["de\u0301sactive\u0301"]),
    ):
        mapping = {"columns": COLUMNS, "disabled": {"from": "status", "is_true": meant}}
        assert check_export(lines([user(status=given)]), mapping).codes == [(1, Code.USER_DISABLED)]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        *(("PAS\u0130F", "pasif"), ("\u0130PTAL", "iptal"), ("KAPALI", "kapal\u0131"), ("kapal\u0131", "KAPALI")),
        *(("uit  dienst", "uit dienst"), ("'gesperrt", "gesperrt"), ('"=""Gesperrt"""', "gesperrt"), ("1.0", "1")),
    ],
)
def test_a_word_is_the_same_however_a_program_writes_it(value: str, meant: str) -> None:
    """Turkish has two letters i, and pandas writes 1 as 1.0 where another row of the column is blank."""
    rows = f"ada,ada@example.com,{value}\nbob,bob@example.com,else\n"
    mapping = {"columns": COLUMNS, "disabled": {"from": "status", "is_true": [meant]}}
    assert check_export(f"login,mail,status\n{rows}", mapping).codes == [(2, Code.USER_DISABLED)]


@pytest.mark.parametrize(
    ("value", "is_out"),
    [
        *((["active", "Disabled"], True), (["active"], False), ([], False), ([None], True), ("", False)),
        *(({"value": "disabled"}, True), ({}, False), ([{"value": "active"}], True), ([["disabled"]], True)),
    ],
)
@pytest.mark.parametrize("rule", [{"from": "status"}, {"first": ["state", "status"]}])
def test_a_list_or_an_object_in_place_of_a_word_lets_no_one_in_who_may_be_shut_out(
    rule: dict[str, Any],
    value: Any,  # noqa: ANN401
    is_out: bool,
) -> None:
    """Each item of a list is compared with the words; what an object says is not known."""
    records = [user(status=value), user(1, status="active", state=None)]
    outcome = check_export(lines(records), {"columns": COLUMNS, "disabled": {**rule, "is_true": ["disabled"]}})
    assert outcome.codes == ([(1, Code.USER_DISABLED)] if is_out else [])


def test_a_mapping_that_adds_to_a_preset_reads_its_own_status_in_one_spelling() -> None:
    """The preset reads its own in all of them."""
    ada = {"user_id": "auth0|1", "email": "ada@example.com", "email_verified": True}
    mapping = {"preset": "auth0", "columns": {"name": {"constant": "Ada"}}, "disabled": "left"}
    problem = check_export(lines([{**ada, "left": "no"}, {**ada, "Left": "yes"}]), mapping).report.problem
    assert problem is not None
    assert problem.sentence.endswith("does not read them: Left.")
    outcome = check_export(lines([{**ada, "left": "no", "Blocked": True}]), mapping)
    assert (outcome.report.problem, outcome.codes) == (None, [(1, Code.USER_DISABLED)])


def test_a_mapping_that_adds_to_a_preset_shows_no_value_of_a_user_either() -> None:
    """Of the members of its records."""
    record = {"user_id": "auth0|1", "email": "ada@example.com", f"deleted ({CANARY})": True, "blockedSince": "2026"}
    problem = check_export(lines([record]), "auth0").report.problem
    assert problem is not None
    assert set(problem.sentence.rpartition(": ")[2].rstrip(".").split(", ")) == {"*", "blockedSince"}


def test_a_name_that_may_be_a_value_is_near_to_none() -> None:
    """A mapping that finds nothing gets the nearest names of members alone."""
    record = {"maill": "a", CANARY: "b", "profile": {CANARY: 1}}
    problem = check_export(lines([record]), {"columns": {"email": "mail", "name": f"{CANARY}s"}}).report.problem
    assert problem is not None
    assert problem.sentence.endswith(f"does not have: mail (nearest: maill), {CANARY}s.")


def test_the_names_of_very_many_entries_are_one() -> None:
    """The sentence is as long as that of one entry."""
    accounts = {f"user{number}@example.com": {"disabled": True} for number in range(10_000)}
    assert refusal([user(accounts=accounts)]).sentence.endswith("does not read them: accounts.*.disabled.")


@pytest.mark.parametrize("chosen", ["auth0", {"columns": COLUMNS}])
def test_what_is_kept_of_a_file_is_bounded(monkeypatch: pytest.MonkeyPatch, chosen: str | dict[str, Any]) -> None:
    """However many different names its records have; all of them are looked at."""
    monkeypatch.setattr(unread_status, "_MOST_KEPT", 100)
    monkeypatch.setattr(unread_status, "_MOST_FOUND", 20)
    statuses = unread_status.UnreadStatuses(preset_of(chosen))
    for number in range(500):
        statuses.look_at({f"name{number}": number})
    assert (len(statuses.seen), statuses.found) == (100 if chosen == "auth0" else 0, {})
    for letters in product("abc", repeat=5):
        statuses.look_at({f"resign{''.join(letters)}": True})
    assert len(statuses.found) == 20


def test_each_place_of_records_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its values are, in all records of a file; each value is looked at."""
    judged: list[str] = []

    def count(name: str) -> str:
        judged.append(name)
        return status_word(name)

    monkeypatch.setattr(unread_status, "_status_word", count)
    records = [user(number, account={"plan": {"disabled": False}, "team": None}) for number in range(200)]
    columns = {"columns": {**COLUMNS, "name": "account.team"}}
    assert check_export(lines(records), columns).report.problem is None
    assert sorted(judged) == ["account", "disabled", "login", "mail", "plan", "team"]
    records[-1]["account"]["plan"]["disabled"] = True
    assert refusal(records).sentence.endswith("does not read them: account.*.disabled.")


@pytest.mark.parametrize(
    "names",
    [
        "disabled,isActive,account_locked,Blocked since,Status,employmentStatus,Kündigungsdatum,Fecha de baja,left",
        "Date de départ,terminatedOn,Data cessazione,Uit dienst,Beschäftigungsstatus,Austrittsgrund,resignation date",
    ],
)
def test_names_of_words_of_a_status_alone_are_such_names(names: str) -> None:
    """In any of the languages."""
    assert not [name for name in names.split(",") if not is_status_name(name)]


@pytest.mark.parametrize(
    "name", ["", "ada", "de", "Personal", "left1", "ada left", "disabled@example.com", "a.disabled", "disabled(a)"]
)
def test_other_names_are_none(name: str) -> None:
    """A sign or a digit may be of a value, and so may a word that means nothing alone."""
    assert not is_status_name(name)
