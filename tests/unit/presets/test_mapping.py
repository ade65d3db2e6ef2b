"""Mappings: what their rules give, and that the code and the published schema take the same ones."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest
import yaml

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.preset_config import read_preset
from cognito_drop.core.presets import MappingError, preset_of
from cognito_drop.core.presets.mapping_yaml import mapping_in
from cognito_drop.core.rows import RejectionCode as Code
from cognito_drop.core.text.problem import ProblemCode
from tests.published_schemas import validator
from tests.unit.presets.exports import EXAMPLES, check_export, lines, notes
from tests.unit.rows.files import user_pool

MAPPING = validator("mapping-1")

GOOD: list[dict[str, Any]] = [
    {"columns": {"email": "mail"}},
    {"preset": "okta", "columns": {"custom:team": "department"}},
    {"records": "items", "columns": {"name": {"join": ["a", "b.c"], "with": ", "}}},
    {"disabled": {"from": "state", "is_true": ["off", 0]}, "columns": {"email_verified": {"constant": True}}},
    {"disabled": ["gone", {"from": "state", "is_true": ["off"]}], "columns": {"email": "mail"}},
    {"disabled": ["not active", {"from": "active", "is_true": ["no"]}], "columns": {"email": "mail"}},
    {"disabled": {"from": "active", "is_false": ["yes", ""]}, "columns": {"email": "mail"}},
    {"password_hash_algorithm": "BCRYPT", "columns": {"password_hash": "hash", "cognito:username": "login"}},
    {"columns": {"birthdate": {"from": "born", "date": "%d.%m.%Y", "lower": True}}},
    {"columns": {"cognito:groups": "teams"}},
]
BAD: list[dict[str, Any]] = [
    {},
    {"columns": {}},
    {"columns": {"email": ""}},
    {"columns": {"email": 1}},
    {"columns": {"e mail": "mail"}},
    {"columns": {"email": {}}},
    {"columns": {"email": {"from": "a", "constant": "b"}}},
    {"columns": {"email": {"from": "a", "upper": True}}},
    {"columns": {"email": {"from": "a", "lower": "yes"}}},
    {"columns": {"email": {"from": "a", "date": "d.m.y"}}},
    {"columns": {"email": {"from": "a", "is_true": []}}},
    {"columns": {"email": {"join": []}}},
    {"columns": {"email": "mail"}, "leave_out": [1]},
    {"columns": {"email": "mail"}, "leave_out": "note"},
    {"columns": {"email": {"join": ["a"], "with": 1}}},
    {"columns": {"email": {"constant": None}}},
    {"columns": {"email": "mail"}, "preset": "ldap"},
    {"columns": {"email": "mail"}, "records": ""},
    {"columns": {"email": "mail"}, "disabled": {"from": 1}},
    {"columns": {"email": "mail"}, "disabled": ["gone", 1]},
    {"columns": {"email": "mail"}, "disabled": None},
    {"columns": {"email": "mail"}, "disabled": {"from": "a", "is_false": []}},
    {"columns": {"email": "mail"}, "disabled": {"from": "a", "is_false": ["y"], "is_true": ["n"]}},
    {"columns": {"email": {"from": "a", "is_false": ["no"]}}},
    {"columns": {"email": "mail"}, "password_hash_algorithm": "MD5"},
    {"columns": {"email": "mail"}, "colums": {}},
]


@pytest.mark.parametrize("mapping", GOOD)
def test_a_good_mapping_is_good_to_all(mapping: dict[str, Any]) -> None:
    """The schema, with which an editor helps, the stack, and the function."""
    MAPPING.validate(mapping)
    assert read_preset(mapping, "people") == mapping
    assert preset_of(mapping).name.startswith("mapping")


@pytest.mark.parametrize("mapping", BAD)
def test_a_bad_mapping_is_bad_to_all(mapping: dict[str, Any]) -> None:
    """Synth and function say why in a sentence, so that a mistake ends the deployment and not a run."""
    with pytest.raises(jsonschema.ValidationError):
        MAPPING.validate(mapping)
    with pytest.raises(MappingError, match=r"\.$"):
        preset_of(mapping)
    with pytest.raises(ConfigError, match=r"^`pools` has a mapping for people that cannot be used\. .+\.$"):
        read_preset(mapping, "people")


@pytest.mark.parametrize(
    ("rule", "name"),
    [("account.enabled", "account.enabled"), ({"first": ["gone", "Active (yes/no)"]}, "Active (yes/no)"),
     (["gone", {"from": "in Dienst"}], "in Dienst")],
)  # fmt: skip
def test_a_yes_that_lets_a_user_in_does_not_reject_the_user(rule: Any, name: str) -> None:  # noqa: ANN401  (any JSON)
    """All who are active would stay out, and the others come in; with words, it is read."""
    with pytest.raises(MappingError, match=rf"^disabled: by its name {re.escape(name)} says who may sign in, so that "):
        preset_of({"columns": {"email": "mail"}, "disabled": rule})
    preset_of({"columns": {"email": "mail"}, "disabled": {"from": name, "is_true": ["no"]}})


def test_the_sample_is_a_good_mapping() -> None:
    """The one that newcomers get."""
    MAPPING.validate(yaml.safe_load((EXAMPLES / "mapping.yaml").read_text()))


RULES: dict[str, Any] = {
    "records": "people",
    "columns": {
        "cognito:username": {"from": "login", "lower": True},
        "email": "contact.mail",
        "email_verified": {"from": "ok", "is_true": ["Ja", 1]},
        "name": {"join": ["first", "middle", "last"]},
        "birthdate": {"from": "born", "date": "%d.%m.%Y"},
        "custom:team": {"constant": "legacy"},
        "locale": "dotted.name",
        "gender": "tags",
        "password_hash": "hash",
    },
    "disabled": {"from": "state", "is_true": ["left"]},
    "password_hash_algorithm": "BCRYPT",
}
PERSON: dict[str, Any] = {
    "login": "ADA", "contact": {"mail": "ada@example.com"}, "ok": "JA", "first": "Ada", "last": "Lovelace",
    "born": "31.12.1990", "dotted.name": "en", "tags": ["x", "y", {"not": "this"}], "state": "here",
    "hash": f"$2b$10${'a' * 53}",
}  # fmt: skip


def test_rules_take_paths_and_write_values() -> None:
    """Nested members, names with points, lists, joins without blanks, dates, words, constants, hashes."""
    people = [PERSON, {**PERSON, "login": "bob", "born": "1990", "ok": 1}, {**PERSON, "login": "eve", "state": "LEFT"}]
    outcome = check_export(json.dumps({"version": 1, "people": people}), RULES, algorithm="BCRYPT")
    assert outcome.users == [
        {
            "cognito:username": "ada", "email": "ada@example.com", "email_verified": "true", "name": "Ada Lovelace",
            "birthdate": "12/31/1990", "custom:team": "legacy", "locale": "en", "gender": "x,y",
            "phone_number_verified": "false", "cognito:mfa_enabled": "false", "password_hash": PERSON["hash"],
        },
    ]  # fmt: skip
    assert outcome.codes == [(2, Code.BIRTHDATE_INVALID), (3, Code.USER_DISABLED)]


def test_a_word_in_a_file_of_a_mapping_is_that_word() -> None:
    """YAML 1.1 takes off for false, No for another false, and 007 for a number: who is off would be let in."""
    mapping = mapping_in(
        b"columns: {email: mail, email_verified: {constant: true}, nickname: 007, name: {first: [No]}}\n"
        b"disabled: {from: y, is_true: [off, 2024-01-31]}\n"
        b"leave_out: [yes]\n"
    )
    assert mapping["columns"]["email_verified"] == {"constant": True}
    rows = ("a@example.com,on,Bond,Ada,1", "b@example.com,off,b,b,1", "c@example.com,2024-01-31,c,c,1")
    outcome = check_export("\n".join(("mail,y,007,No,yes", *rows)), mapping)
    (user,) = outcome.users
    assert (user["nickname"], user["name"]) == ("Bond", "Ada")
    assert outcome.codes == [(3, Code.USER_DISABLED), (4, Code.USER_DISABLED)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("columns:\n  email: a\n  email: b\n", "It cannot be read as YAML (line 2: a key is there twice)."),
        (
            "columns:\n\temail: a\n",
            "It cannot be read as YAML (line 2: found character '\\t' that cannot start any token).",
        ),
        ("columns: \x01\n", "It cannot be read as YAML (ReaderError)."),
        ("columns: \xe9\n", "It cannot be read as YAML (UnicodeDecodeError)."),
        ("- columns\n", "It is not a mapping, which needs `columns`."),
    ],
)
def test_a_file_that_holds_no_mapping_has_its_place_named(text: str, sentence: str) -> None:
    """One sentence, with the line where there is one; a key that is there twice would lose a rule in silence."""
    with pytest.raises(MappingError) as refused:
        mapping_in(text.encode("latin-1"))
    assert str(refused.value) == sentence


def test_a_mapping_that_is_not_there_ends_the_deployment_with_a_sentence() -> None:
    """Its path is the one in the setting."""
    with pytest.raises(ConfigError) as refused:
        read_preset("missing/mapping.yaml", "people")
    assert str(refused.value) == (
        "`pools` has preset = 'missing/mapping.yaml' for people, which cannot be used. It cannot be read "
        "(FileNotFoundError)."
    )


def test_a_csv_file_may_be_mapped_too() -> None:
    """Its columns are the members of its records; places are lines."""
    text = "\n".join(("user;mail;sure", "ada;ada@example.com;yes", "", 'bob;"bob@example.com";no', "eve;x@example.com"))
    columns = {"cognito:username": "user", "email": "mail", "email_verified": "sure"}
    outcome = check_export(text, {"columns": columns})
    assert [user["cognito:username"] for user in outcome.users] == ["ada"]
    assert outcome.codes == [(4, Code.NOT_VERIFIED), (5, Code.WRONG_FIELD_COUNT)]


def test_a_mapping_adds_to_a_preset() -> None:
    """Its columns come first, and where they find nothing the preset's stay."""
    record = {"user_id": "auth0|1", "email": "ada@example.com", "email_verified": True, "name": "Ada"}
    mapping = {"preset": "auth0", "columns": {"custom:team": "app_metadata.team", "name": "app_metadata.name"}}
    outcome = check_export(lines([{**record, "app_metadata": {"team": "Research"}}]), mapping)
    assert (outcome.users[0]["custom:team"], outcome.users[0]["name"]) == ("Research", "Ada")


def test_a_column_that_the_pool_requires_must_be_filled() -> None:
    """Before every user is rejected for it, the file is refused with what to do."""
    problem = check_export(lines([{"a": 1}]), {"columns": {"name": "a"}}).report.problem
    assert problem is not None
    assert problem.sentence.startswith("The preset mapping does not fill required columns: email")


def test_the_first_of_several_columns_may_be_the_only_one() -> None:
    """A file that has another of them is not refused; one that has none is, with their names."""
    mapping = {"columns": {"email": {"first": ["mail", "upn"]}, "email_verified": {"constant": True}}}
    outcome = check_export("upn,note\nada@example.com,x\n", mapping)
    assert [user["email"] for user in outcome.users] == ["ada@example.com"]
    assert outcome.report.columns.left_out == ("note",)
    refused = check_export("mial,note\nada@example.com,x\n", mapping).report.problem
    assert refused is not None
    assert refused.code is ProblemCode.MAPPED_COLUMNS_MISSING
    assert "mail or upn" in refused.sentence


def test_members_that_a_mapping_leaves_out_on_purpose_are_not_counted() -> None:
    """Others are."""
    mapping = {"columns": {"email": "mail", "email_verified": {"constant": True}}, "leave_out": ["note"]}
    assert "other_data" not in notes(check_export(lines([{"mail": "a@example.com", "note": "x"}]), mapping))
    assert notes(check_export(lines([{"mail": "a@example.com", "more": "x"}]), mapping))["other_data"] == 1


@pytest.mark.parametrize(("flag", "is_out"), [({"since": 1}, True), ([{}], True), ({}, False), ([], False)])
def test_an_object_in_place_of_a_flag_shuts_the_user_out(flag: Any, *, is_out: bool) -> None:  # noqa: ANN401
    """Unless it is empty: only what is blank or clearly false lets a user in, with a mapping or with a preset."""
    record = {"user_id": "auth0|1", "email": "ada@example.com", "email_verified": True, "blocked": flag}
    columns = {"email": "email", "email_verified": "email_verified"}
    codes = [(1, Code.USER_DISABLED)] if is_out else []
    assert check_export(lines([record]), {"columns": columns, "disabled": "blocked"}).codes == codes
    assert check_export(lines([record]), "auth0").codes == codes


def test_each_rule_of_a_list_shuts_users_out() -> None:
    """Also the last one, whatever the others say."""
    rules = ["gone", {"from": "state", "is_true": ["off"]}]
    columns = {"email": "mail", "email_verified": {"constant": True}}
    content = "mail,gone,state\nann@example.com,no,on\nbo@example.com,yes,on\ncy@example.com,,off\n"
    outcome = check_export(content, {"columns": columns, "disabled": rules})
    assert outcome.codes == [(3, Code.USER_DISABLED), (4, Code.USER_DISABLED)]
    assert "no_status" not in notes(outcome)


@pytest.mark.parametrize(
    ("value", "is_out"),
    [("On", False), (" yes ", False), (True, False), (["on", "yes"], False), ("off", True), ("", True), (None, True),
     (["on", "off"], True), ({"on": 1}, True), ([], True)],
)  # fmt: skip
def test_only_the_words_for_users_who_may_let_them_in(value: Any, *, is_out: bool) -> None:  # noqa: ANN401  (any JSON)
    """Any other value keeps a user out: a later file may have a word that this one has not."""
    rule = {"from": "active", "is_false": ["on", "yes", True]}
    columns = {"email": "mail", "email_verified": {"constant": True}}
    outcome = check_export(lines([{"mail": "a@example.com", "active": value}]), {"columns": columns, "disabled": rule})
    assert outcome.codes == ([(1, Code.USER_DISABLED)] if is_out else [])


CONSTANT = {"columns": {"email": "mail", "email_verified": {"constant": True}}, "leave_out": ["state", "note"]}


@pytest.mark.parametrize("blank", [";;", '"";" ";', "\ufeff; ;"])
def test_a_row_without_values_is_blank_whatever_a_constant_adds_to_it(blank: str) -> None:
    """As Excel writes them below a table: one reason, whatever the rules would make of blank values."""
    content = f"mail;state;note\nann@example.com;aktiv;x\n{blank}\n;;x\n"
    outcome = check_export(content, {**CONSTANT, "disabled": {"from": "note", "is_true": [""]}})
    assert outcome.codes[0] == (3, Code.ROW_BLANK)
    assert outcome.codes.count((3, Code.ROW_BLANK)) == sum(line == 3 for line, _ in outcome.codes) == 1
    assert (4, Code.VERIFIED_WITHOUT_VALUE) in outcome.codes


@pytest.mark.parametrize("record", [{}, {"mail": None, "state": " ", "tags": [], "note": {}}])
def test_a_record_without_values_is_blank_whatever_a_constant_adds_to_it(record: dict[str, Any]) -> None:
    """A false or a 0 is a value."""
    outcome = check_export(lines([record, {"mail": None, "state": False}, {"note": 0}]), CONSTANT)
    assert [line for line, code in outcome.codes if code is Code.ROW_BLANK] == [1]
    assert {line for line, _ in outcome.codes} == {1, 2, 3}


def test_the_reason_of_a_user_who_is_shut_out_names_the_columns_of_the_mapping() -> None:
    """All that say so, and no value; a preset that the mapping adds to keeps its own words."""
    columns = {"email": "mail", "email_verified": {"constant": True}}
    rules = [{"from": "state", "is_true": ["Canary"]}, {"first": ["left", "end"]}, {"constant": "no"}]
    content = "mail,state,left,end\na@example.com,Canary,,\nb@example.com,,2031-01-31,\nc@example.com,Canary,,x\n"
    said = [each.sentence for each in check_export(content, {"columns": columns, "disabled": rules}).sink.rejections]
    assert said == [
        f"`disabled` in the mapping keeps the user out, by the value of {names}."
        for names in ("state", "left, end", "state, left, end")
    ]
    all_out = {"columns": columns, "disabled": {"constant": "yes"}}
    (reason, *_) = check_export(content, {**all_out, "leave_out": ["state", "left", "end"]}).report.reasons
    assert (reason.count, reason.sentence) == (3, said[0].replace("state", "a constant"))
    assert "`disabled` in the mapping" in reason.hint
    blocked = {"user_id": "auth0|1", "email": "ada@example.com", "email_verified": True, "blocked": True}
    added = {"preset": "auth0", "columns": {"name": "x"}, "disabled": "gone"}
    assert "in the source system" in check_export(lines([blocked]), added).sink.rejections[0].sentence


def test_a_mapping_with_very_many_rules_gives_few_reasons() -> None:
    """One for each rule at most, not one for each set of them: reasons are kept in memory."""
    names = [f"c{n}" for n in range(7)]
    rows = "".join(f"u{n}@example.com,{','.join(f'{n:07b}')}\n" for n in range(1 << 7))
    mapping = {"columns": {"email": "mail", "email_verified": {"constant": True}}, "disabled": names}
    assert len(check_export(f"mail,{','.join(names)}\n{rows}", mapping).report.reasons) == len(names)


@pytest.mark.parametrize(
    ("rule", "row", "code", "hint"),
    [
        (
            {"email_verified": {"constant": True}},
            ",",
            Code.VERIFIED_WITHOUT_VALUE,
            "Add a value, or leave the user out",
        ),
        ({"email_verified": "sure"}, ",yes", Code.VERIFIED_WITHOUT_VALUE, "write false in email_verified"),
        ({}, "b@example.com,", Code.NOT_VERIFIED, "Write true in the mapping's rule for email_verified if"),
        ({"email_verified": {"constant": False}}, "b@example.com,", Code.NOT_VERIFIED, "the mapping's rule for"),
        ({"email_verified": "sure"}, "b@example.com,no", Code.NOT_VERIFIED, "Write true in email_verified if"),
        ({"email_verified": {"constant": True}}, "a@example.com,", Code.ALIAS_TAKEN, "delete one of them"),
        ({"email_verified": "sure"}, "a@example.com,yes", Code.ALIAS_TAKEN, "write false in email_verified"),
    ],
)
def test_no_hint_asks_for_another_value_of_what_the_mapping_sets_for_all(
    rule: dict[str, Any], row: str, code: Code, hint: str
) -> None:
    """The file has no column for it."""
    columns = {"cognito:username": "login", "email": "mail", **rule}
    content = f"login,mail,sure\nann,a@example.com,yes\nbo,{row}\n"
    found = check_export(content, {"columns": columns, "leave_out": ["sure"]}, user_pool(AliasAttributes=["email"]))
    (said,) = [each.hint for each in found.sink.rejections if (each.line, each.code) == (3, code)]
    assert hint in said


def test_a_line_end_within_a_name_ends_neither_the_header_nor_the_check() -> None:
    """Here a carriage return, in a file whose lines end with line feeds."""
    mapping = {"columns": {"email": "mail", "email_verified": {"constant": True}}}
    found = check_export(b"other,mail,a\rb\nx,ann@example.com,1\n", mapping)
    assert found.report.rows == 1


@pytest.mark.parametrize(
    ("form", "value", "date"),
    [
        *(("%d.%m.%y", "12.05.68", "05/12/1968"), ("%d.%m.%y", "29.02.60", "02/29/1960")),
        *(("%d.%m.%y", "12.05.70", "05/12/1970"), ("%d.%m.%y", "12.05.01", "05/12/2001")),
        *(("%d%m%Y", "01021990", "02/01/1990"), ("%d%m%Y", "1021990", None), ("%Y%m%d", "1990111", None)),
        *(("%d%b%Y", "01FEB1990", "02/01/1990"), ("%d.%m.%Y", "1.2.1990", "02/01/1990")),
    ],
)
def test_a_date_is_read_only_as_it_was_meant(form: str, value: str, date: str | None) -> None:
    """No birthdate is in 2068, and Excel removes the zero of 01021990, which is then no 2 October."""
    columns = {"email": "mail", "email_verified": {"constant": True}, "birthdate": {"from": "born", "date": form}}
    outcome = check_export(f"mail,born\na@example.com,{value}\n", {"columns": columns})
    assert [user["birthdate"] for user in outcome.users] == ([date] if date else [])
    assert outcome.codes == ([] if date else [(2, Code.BIRTHDATE_INVALID)])


BORN: dict[str, Any] = {"email": "mail", "email_verified": {"constant": True}, "birthdate": "born"}


@pytest.mark.parametrize("rows", [1, 1_500])
def test_dates_that_can_be_read_in_two_ways_refuse_a_file_with_the_day_first(rows: int) -> None:
    """As in a file without a mapping: 3 April would be 4 March."""
    people = [{"mail": f"a{at}@example.com", "born": "03/04/1990"} for at in range(rows)]
    people.append({"mail": "b@example.com", "born": "31/12/1990"})
    problem = check_export(lines(people), {"columns": BORN}).report.problem
    assert problem is not None
    assert problem.code is ProblemCode.AMBIGUOUS_DATES
    assert '{ from: …, date: "%d/%m/%Y" }' in problem.hint
    named = {**BORN, "birthdate": {"from": "born", "date": "%d/%m/%Y"}}
    assert check_export(lines(people), {"columns": named}).users[-2]["birthdate"] == "04/03/1990"


@pytest.mark.parametrize(
    ("dates", "codes"),
    [
        (["12/31/1990", "03/04/1990", "31/12/1990"], [(3, Code.BIRTHDATE_DAY_FIRST)]),
        (["31/12/1990", "1990-04-03"], [(1, Code.BIRTHDATE_DAY_FIRST)]),
        (["03/04/1990", "1990-04-03"], []),
    ],
)
def test_other_dates_do_not_refuse_a_file(dates: list[str], codes: list[Any]) -> None:
    """One with the month first shows that the others have it too."""
    people = [{"mail": f"a{at}@example.com", "born": date} for at, date in enumerate(dates)]
    assert check_export(lines(people), {"columns": BORN}).codes == codes
