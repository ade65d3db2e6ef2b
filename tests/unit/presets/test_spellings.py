"""Members and words in other spellings than those of the systems' documentation: no user who is shut out gets in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.rows import Normalization
from cognito_drop.core.rows import RejectionCode as Code
from cognito_drop.core.text.problem import ProblemCode
from tests.property.export_formats import FORMATS, Format
from tests.unit.presets.exports import check_export, check_plain, lines, notes

if TYPE_CHECKING:
    from tests.unit.rows.files import Outcome

OF_ADA = {"user_id": "auth0|1", "email": "ada@example.com", "email_verified": True}
OUT = [Code.USER_DISABLED], [Code.USER_STATUS_UNKNOWN]
ONE_MEMBER = {
    name: form
    for name, form in FORMATS.items()
    if not {">", "["} & set(form.state) and (form.has_header or not form.is_csv)
}


def check(form: Format, *, more: dict[str, Any], without: bool = False) -> Outcome:
    """A user who is let in, with these members too, and without the one that says so."""
    record = form.record(0, form.let_in[0], "U")
    if without:
        del record[form.state]
    return check_export(form.write([{**record, **more}]), form.preset)


@pytest.mark.parametrize("name", ONE_MEMBER)
@pytest.mark.parametrize("spell", [str.upper, str.title, "{} ".format, " {}".format], ids=["A", "Aa", "a_", "_a"])
def test_the_member_that_says_who_is_disabled_counts_in_any_spelling(name: str, spell: Any) -> None:  # noqa: ANN401
    """Alone, and beside one that lets the user in."""
    form = ONE_MEMBER[name]
    spelled = {spell(form.state): form.out[0] if isinstance(form.out[0], str) else str(form.out[0]).lower()}
    is_repeated = form.is_csv and spell(form.state).strip() == form.state  # such a header is refused
    for without in (True,) if is_repeated else (True, False):
        outcome = check(form, more=spelled, without=without)
        assert [code for _, code in outcome.codes] in OUT, without
    if PRESETS[form.preset].status_in:
        assert "no_status" not in notes(outcome)


def test_what_a_profile_says_is_none_of_the_accounts() -> None:
    """An attribute of the user's own may have the same name."""
    header = "user_id,email,email_verified,blocked,user_metadata.blocked\n"
    assert check_export(f"{header}auth0|1,ada@example.com,true,false,true\n", "auth0").codes == []


@pytest.mark.parametrize(
    ("status", "value"),
    [
        *(("Account Status", "Disabled"), ("Deleted", "yes"), ("Active", "no"), ("userAccountControl", "514")),
        *(("Account Expires", "2020-01-01"), ("Austrittsdatum", "31.01.2020"), ("Konto aktiviert", "Nein")),
    ],
)
def test_a_status_that_the_preset_does_not_read_refuses_the_file(status: str, value: str) -> None:
    """The user whom it shuts out would be let in. A mapping says what it means."""
    content = f"user_id,email,email_verified,{status}\nauth0|1,ada@example.com,true,{value}\n"
    problem = check_export(content, "auth0").report.problem
    assert problem is not None
    assert problem.code is ProblemCode.STATUS_NOT_READ
    assert status in problem.sentence
    mapping: dict[str, Any] = {"preset": "auth0", "columns": {"name": {"constant": "Ada"}}}
    words = {"from": status, "is_true": [value]}
    assert check_export(content, {**mapping, "disabled": words}).codes == [(2, Code.USER_DISABLED)]
    assert check_export(content, {**mapping, "leave_out": [status]}).codes == []


@pytest.mark.parametrize(
    ("member", "value", "harmless"),
    [
        *(("blockedSince", "2026-01-01", None), ("deleted", True, False), ("isActive", False, True)),
        *(("status", "left", " "), ("accountExpires", "2020-01-01", ""), ("lockoutEnd", "2099-01-01", "NULL")),
    ],
)
def test_a_member_of_json_that_says_who_is_disabled_refuses_the_file(
    member: str,
    value: Any,  # noqa: ANN401
    harmless: Any,  # noqa: ANN401
) -> None:
    """As a column of a CSV file does, unless its values are clear; a profile says nothing of the account."""
    users = [{**OF_ADA, "user_metadata": {member: value}}, {**OF_ADA, "user_id": "auth0|2", "email": "b@example.com"}]
    assert check_export(lines([users[0], {**users[1], member: harmless}]), "auth0").codes == []
    content = lines([users[0], {**users[1], member: value}])
    problem = check_export(content, "auth0").report.problem
    assert problem is not None
    assert problem.code is ProblemCode.STATUS_NOT_READ
    assert f"has members that may say who is disabled, and the preset auth0 does not read them: {member}." in (
        problem.sentence
    )
    mapping: dict[str, Any] = {"preset": "auth0", "columns": {"name": {"constant": "Ada"}}}
    words = {"from": member, "is_true": [value]}
    assert check_export(content, {**mapping, "disabled": words}).codes == [(2, Code.USER_DISABLED)]
    assert check_export(content, {**mapping, "leave_out": [member]}).codes == []


def test_a_mapping_of_json_has_to_read_a_status_of_a_member_too() -> None:
    """Where the account is is known to its writer only."""
    content = lines([{"login": "ada", "mail": "ada@example.com", "account": {"disabled": True}}])
    columns = {"cognito:username": "login", "email": "mail", "email_verified": {"constant": True}}
    problem = check_export(content, {"columns": columns}).report.problem
    assert problem is not None
    assert problem.sentence.endswith("does not read them: account.disabled.")
    disabled = check_export(content, {"columns": columns, "disabled": "account.disabled"})
    assert disabled.codes == [(1, Code.USER_DISABLED)]
    assert check_export(content, {"columns": columns, "leave_out": ["account.disabled"]}).codes == []
    left_out = check_export(content, {"columns": columns, "leave_out": ["account"]})
    assert left_out.report.problem == problem, "`map` leaves out all that it does not read"


NO_STATUS: Final[list[Any]] = [None, "none", [], {}, {"plan": "small"}]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        *(((other, {"disabled": True}), "account.disabled") for other in NO_STATUS),
        (({"state": None}, {"state": {"disabled": True}}), "account.*.disabled"),
        ((None, {"status": {"reason": "left"}}), "account.status"),
        ((None, {"enabled": {"value": False}}), "account.enabled"),
        ((None, {"enabled": [{"value": False}]}), "account.enabled"),
    ],
)
def test_a_status_is_found_in_whichever_record_a_member_is_an_object(values: tuple[Any, Any], path: str) -> None:
    """The other records say nothing of it, whether they come first or last."""
    columns = {"cognito:username": "login", "email": "mail", "email_verified": {"constant": True}}
    users = [
        {"login": name, "mail": f"{name}@example.com", "account": of} for name, of in zip("ab", values, strict=True)
    ]
    for ordered in (users, users[::-1]):
        problem = check_export(json.dumps(ordered), {"columns": columns}).report.problem
        assert problem is not None
        assert problem.sentence.endswith(f"does not read them: {path}.")
        assert check_export(json.dumps(ordered), {"columns": columns, "leave_out": [path]}).codes == []


def test_a_mapping_that_reads_a_member_of_a_status_reads_the_status() -> None:
    """The object is not said to be unread."""
    columns = {"cognito:username": "login", "email": "mail", "email_verified": {"constant": True}}
    status = {"value": "left", "code": 3}
    users = [{"login": "ada", "mail": "ada@example.com", "account": {"status": status}}]
    left = {"from": "account.status.value", "is_true": ["left"]}
    outcome = check_export(json.dumps(users), {"columns": columns, "disabled": left})
    assert (outcome.report.problem, outcome.codes) == (None, [(1, Code.USER_DISABLED)])


def test_members_in_another_spelling_are_read_and_not_said_to_be_left_out() -> None:
    """In CSV and in JSON."""
    spelled = check_export("User_ID,EMAIL,Email Verified,Given Name\nauth0|1,ada@example.com,true,Ada\n", "auth0")
    assert [user["given_name"] for user in spelled.users] == ["Ada"]
    assert spelled.report.columns.left_out == ()
    assert "other_data" not in notes(spelled)
    named = check_export(lines([{**OF_ADA, "Given Name": "Ada"}]), "auth0")
    assert [user["given_name"] for user in named.users] == ["Ada"]


@pytest.mark.parametrize(
    ("status", "codes"),
    [
        ("Force change password", []),
        ("External provider", [Code.USER_FEDERATED]),
        ("Disabled", [Code.USER_DISABLED]),
        ("frozen", [Code.USER_STATUS_UNKNOWN]),
    ],
)
def test_labels_of_cognitos_console_are_read_like_its_statuses(status: str, codes: list[Code]) -> None:
    """A status that Cognito does not document shuts the user out."""
    outcome = check_export(
        f"Username,email,email_verified,Enabled,UserStatus\nada,ada@example.com,true,true,{status}\n", "cognito"
    )
    assert [code for _, code in outcome.codes] == codes


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Username,Email,Email verified,Confirmation status,Status", "ada,ada@example.com,Yes,Confirmed,"),
        ("cognito:username,email,email_verified,UserStatus,Enabled", "ada,ada@example.com,true,CONFIRMED,"),
    ],
)
def test_files_of_cognitos_console_and_with_the_header_of_an_import_are_read(name: str, spelled: str) -> None:
    """With the user's own name, not the address."""
    rows = f"{spelled}{'Enabled' if 'Email' in name else 'true'}\n{spelled.replace('ada', 'bob')}{'Disabled'}\n"
    outcome = check_export(f"{name}\n{rows}", "cognito")
    assert [user["cognito:username"] for user in outcome.users] == ["ada"]
    assert outcome.codes == [(3, Code.USER_DISABLED)]
    assert notes(outcome) == {}


def test_users_as_other_sdks_write_them_are_read() -> None:
    """With small first letters, and attributes as a text of JSON."""
    pairs = [{"name": "email", "value": "ada@example.com"}, {"name": "email_verified", "value": "true"}]
    user = {"username": "ada", "attributes": pairs, "enabled": True, "userStatus": "CONFIRMED"}
    outcome = check_export(lines([user, {**user, "username": "bob", "enabled": False}]), "cognito")
    assert [one["cognito:username"] for one in outcome.users] == ["ada"]
    assert outcome.codes == [(2, Code.USER_DISABLED)]
    text = json.dumps(pairs).replace('"', '""')
    table = f'Username,Attributes,UserStatus\nada,"{text}",CONFIRMED\n'
    assert [one["email"] for one in check_export(table, "cognito").users] == ["ada@example.com"]


@pytest.mark.parametrize(
    ("preset", "content"),
    [
        ("okta", "login,email,status\nada,ada@example.com, \n"),
        ("google", "Email Address,Org Unit Path,Status\nada@example.com,/,\n"),
        ("cognito", "Username,email,email_verified,UserStatus\nada,ada@example.com,true,\n"),
        ("okta", '{"id": "1", "status": null, "profile": {"login": "ada", "email": "ada@example.com"}}'),
        ("entra", '{"id": "1", "userPrincipalName": "ada@example.com", "accountEnabled": null}'),
    ],
)
def test_a_blank_status_lets_no_user_in(preset: str, content: str) -> None:
    """Where the file has a status: a system gives one to every user, and null to a program that may not read it."""
    assert [code for _, code in check_export(content, preset).codes] == [Code.USER_STATUS_UNKNOWN]


def test_an_account_of_a_client_in_a_table_of_keycloak_is_no_user() -> None:
    """Its column has another name in the database."""
    header = "id,username,email,email_verified,enabled,created_timestamp,service_account_client_link\n"
    outcome = check_export(f"{header}1,ada,ada@example.com,t,t,1,\n2,app,app@example.com,t,t,1,c1\n", "keycloak")
    assert outcome.codes == [(3, Code.USER_IS_CLIENT)]


def test_a_row_of_an_export_in_csv_that_is_commented_out_is_rejected() -> None:
    """In JSON the sign is a sign."""
    rows = "login,email,status\nada,ada@example.com,ACTIVE\n#bob,bob@example.com,ACTIVE\n"
    outcome = check_export(rows, "okta")
    assert (outcome.report.accepted, outcome.codes) == (1, [(3, Code.COMMENTED_OUT)])
    outcome = check_export('{"login": "#bob", "email": "bob@example.com", "status": "ACTIVE"}', "okta")
    assert (outcome.report.accepted, outcome.codes) == (1, [])


@pytest.mark.parametrize("status", ["", "-", "--", " _ "])
def test_a_status_of_okta_that_says_nothing_lets_no_one_in(status: str) -> None:
    """Where the file has statuses."""
    outcome = check_export(f"login,email,status\nada,ada@example.com,{status}\n", "okta")
    assert outcome.codes == [(2, Code.USER_STATUS_UNKNOWN)]


def test_a_user_of_okta_who_is_about_to_be_deactivated_is_shut_out() -> None:
    """While Okta works on it, the status is still the old one."""
    user = {"id": "1", "status": "ACTIVE", "profile": {"login": "ada@example.com", "email": "ada@example.com"}}
    outcome = check_export(lines([user, {**user, "transitioningToStatus": "DEPROVISIONED"}]), "okta")
    assert outcome.codes == [(2, Code.USER_DISABLED)]


@pytest.mark.parametrize(
    ("yes", "no"), [("WAHR", "FALSCH"), ("VRAI", "FAUX"), ("VERDADERO", "FALSO"), ("vero", "falso")]
)
def test_booleans_of_spreadsheets_are_read_in_their_languages(yes: str, no: str) -> None:
    """Excel writes them so; a flag that is clearly false lets the user in."""
    header = "user_id;email;email_verified;blocked\n"
    outcome = check_export(f"{header}auth0|1;a@example.com;{yes};{no}\nauth0|2;b@example.com;{yes};{yes}\n", "auth0")
    assert [user["email"] for user in outcome.users] == ["a@example.com"]
    assert outcome.codes == [(3, Code.USER_DISABLED)]
    plain = check_plain(f"username;email;email_verified\na;a@example.com;{yes}\nb;b@example.com;{no}\n")
    assert [user["email_verified"] for user in plain.users] == ["true"]
    assert plain.report.normalized == {Normalization.BOOLEAN: 1}


def test_dates_with_points_are_read_where_the_day_can_only_come_first() -> None:
    """Also with days and months of one digit."""
    header = "username,email,email_verified,birthdate\n"
    rows = "a,a@example.com,true,31.12.1990\nb,b@example.com,true,2.3.1990\nc,c@example.com,true,32.1.1990\n"
    outcome = check_plain(header + rows)
    assert [user["birthdate"] for user in outcome.users] == ["12/31/1990", "03/02/1990"]
    assert outcome.codes == [(4, Code.BIRTHDATE_INVALID)]
    assert check_plain(f"{header}a,a@example.com,true,02.03.1990\n").codes == [(2, Code.BIRTHDATE_INVALID)]


def test_the_header_of_an_export_that_was_joined_to_another_is_no_user() -> None:
    """Its word for the status is none."""
    header, user = "login,email,status", "ada,ada@example.com,ACTIVE"
    content = "\n".join([header, user, header, user.replace("ada", "bob")])
    assert check_export(content, "okta").codes == [(3, Code.ROW_IS_HEADER)]


@pytest.mark.parametrize(
    ("preset", "user", "out"),
    [
        ("auth0", OF_ADA, {"blocked": True}),
        (
            "supabase",
            {"id": "1", "email": "ada@example.com", "email_confirmed_at": "2026-01-01", "user_metadata": {"name": "A"}},
            {"banned_until": "2999-01-01T00:00:00Z"},
        ),
    ],
)
def test_pages_of_an_api_are_read_one_after_the_other(preset: str, user: dict[str, Any], out: dict[str, Any]) -> None:
    """Their members of users are what the export has."""
    pages = [{"total": 2, "users": [user]}, {"total": 2, "users": [{**user, "email": "bob@example.com", **out}]}]
    outcome = check_export(lines(pages), preset)
    assert [one["email"] for one in outcome.users] == ["ada@example.com"]
    assert outcome.codes == [(2, Code.USER_DISABLED)]
    assert not notes(outcome).keys() & {"other_data", "no_status"}


def test_a_record_without_members_is_blank() -> None:
    """It is rejected for that alone."""
    assert check_export(lines([OF_ADA, {}]), "auth0").codes == [(2, Code.ROW_BLANK)]


def test_apostrophes_before_all_texts_of_a_row_are_taken_off() -> None:
    """The address shows that a program has put them there; without one in it a name keeps its own."""
    header = "username,email,email_verified,family_name\n"
    outcome = check_plain(f"{header}'ada,'a@example.com,'true,''t Hooft\nbob,b@example.com,true,'t Hooft\n")
    assert [(user["cognito:username"], user["family_name"]) for user in outcome.users] == [
        ("ada", "'t Hooft"), ("bob", "'t Hooft"),
    ]  # fmt: skip
    assert outcome.report.normalized == {Normalization.APOSTROPHE: 4}


@pytest.mark.parametrize(
    ("status", "codes"),
    [("Enabled", []), ("CONFIRMED", []), ("Disabled", [Code.USER_DISABLED]), ("false", [Code.USER_STATUS_UNKNOWN])],
)
@pytest.mark.parametrize("beside", ["UserStatus", "UserCreateDate"])
def test_the_column_status_of_cognitos_console_counts(beside: str, status: str, codes: list[Code]) -> None:
    """Beside the status that ListUsers gives, and without it."""
    header = f"Username,email,email_verified,{beside},Status"
    outcome = check_export(f"{header}\nada,ada@example.com,true,,{status}\n", "cognito")
    assert [code for _, code in outcome.codes] == codes
    assert outcome.report.columns.left_out == ()
    assert "no_status" not in notes(outcome)
