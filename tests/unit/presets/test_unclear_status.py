"""Files that let a user in and shut the same user out, or do not say it clearly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_drop.core.rows import RejectionCode as Code
from cognito_drop.core.rows.rejection import NOT_TO_IMPORT
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.presets.exports import check_export, lines, notes
from tests.unit.rows.files import user_pool

EMAILS = user_pool(UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
ALIASES = user_pool(AliasAttributes=["email"])


def okta(status: str, login: str = "a@x.example", **profile: str) -> dict[str, Any]:
    """A user of Okta."""
    return {"id": "1", "status": status, "profile": {"login": login, "email": login, **profile}}


@pytest.mark.parametrize("pool", [None, EMAILS, ALIASES])
@pytest.mark.parametrize("status", ["DEPROVISIONED", "", "NEW"])
def test_a_user_who_was_shut_out_is_not_let_in_by_a_later_record(status: str, pool: dict[str, Any] | None) -> None:
    """The file may have an older export, too."""
    outcome = check_export(lines([okta(status), okta("ACTIVE", "b@x.example"), okta("ACTIVE")]), "okta", pool)
    assert [user["email"] for user in outcome.users] == ["b@x.example"] * (pool is not ALIASES)
    assert outcome.codes[-1] == (3, Code.USER_SHUT_OUT)
    assert "the record on line 1 is of" in outcome.sink.rejections[-1].sentence
    assert Code.USER_SHUT_OUT in NOT_TO_IMPORT  # without the other record, a retry would let the user in


def test_the_user_is_compared_as_the_pool_compares() -> None:
    """Case, blanks, characters that are not seen, and an address beside another username."""
    shut_out = {"blocked": True, "email_verified": True}
    for given, later, pool in (
        ({"email": " ADA@x.example"}, {"email": "ada@x.example"}, EMAILS),
        ({"email": "a\u200bda@x.example"}, {"email": "ada@x.example"}, EMAILS),
        ({"username": "a", "email": "ada@x.example"}, {"username": "b", "email": "ada@x.example"}, ALIASES),
    ):
        records = [{"user_id": "auth0|1", **shut_out, **given}, {"user_id": "auth0|2", "email_verified": True, **later}]
        outcome = check_export(lines(records), "auth0", pool)
        assert outcome.codes == [(1, Code.USER_DISABLED), (2, Code.USER_SHUT_OUT)]


def test_a_user_who_was_let_in_and_is_shut_out_later_refuses_the_file() -> None:
    """Rows that were given on cannot be taken back."""
    names = [f"{name}@x.example" for name in "abcdefg"]
    file = [okta("ACTIVE", name) for name in names] + [okta("SUSPENDED", name) for name in ("n@x.example", *names)]
    problem = check_export(lines(file), "okta").report.problem
    assert problem is not None
    assert problem.code is ProblemCode.STATUS_UNCLEAR
    assert "(records 1 and 9; 2 and 10; 3 and 11; 4 and 12; 5 and 13; 2 more)" in problem.sentence


def test_lines_of_csv_are_named() -> None:
    """A mapping shuts out, too."""
    mapping = {
        "columns": {"cognito:username": "n", "email": "m", "email_verified": {"constant": "true"}},
        "disabled": "off",
    }
    content = "n,m,off\na,a@x.example,no\nb,b@x.example,no\na,a@x.example,yes\n"
    problem = check_export(content, mapping).report.problem
    assert problem is not None
    assert "(lines 2 and 4)" in problem.sentence


def test_other_faults_shut_nobody_out() -> None:
    """The second record corrects the first, and an account of another provider is not the user's own."""
    assert check_export(lines([okta("ACTIVE", mobilePhone="1"), okta("ACTIVE")]), "okta").codes == [
        (1, Code.PHONE_INVALID)
    ]
    outside = {"Username": "a", "Attributes": [], "UserStatus": "EXTERNAL_PROVIDER", "Enabled": False}
    own = {"Username": "a", "UserStatus": "CONFIRMED", "Enabled": True}
    attributes = [{"Name": "email", "Value": "a@x.example"}, {"Name": "email_verified", "Value": "true"}]
    outcome = check_export(json.dumps({"Users": [outside, {**own, "Attributes": attributes}]}), "cognito")
    assert outcome.codes == [(1, Code.USER_FEDERATED)]


AUTH0 = "user_id,email,email_verified,blocked\nauth0|1,1@x.example,true,\nauth0|2,2@x.example,true,"
DELETED = "id,email,email_confirmed_at,{}\n1,1@x.example,2026-01-01,"
MAPPED: dict[str, Any] = {
    "columns": {"cognito:username": "n", "email": "m", "email_verified": {"constant": "true"}},
    "disabled": {"from": "state", "is_true": ["gone"]},
}


@pytest.mark.parametrize(
    ("content", "preset"),
    [
        (AUTH0, "auth0"),
        (f"{AUTH0} ", "auth0"),
        (AUTH0.replace(",", ";"), "auth0"),
        (AUTH0.encode("utf-16"), "auth0"),
        (DELETED.format("banned_until"), "supabase"),
        (DELETED.format("deleted_at"), "supabase"),
        ("n,m,state\na,a@x.example,", MAPPED),
    ],
)
@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_a_file_that_is_cut_off_before_a_status_is_refused(content: str | bytes, preset: Any, chunk: int) -> None:  # noqa: ANN401
    """A blank one would let the user in."""
    problem = check_export(content, preset, chunk=chunk).report.problem
    assert problem is not None
    assert problem.code is ProblemCode.STATUS_UNCLEAR
    assert "has no line end and no value for" in problem.sentence


@pytest.mark.parametrize("value", ["gon", "GO", " gon ", "'gon", "retired on"])
@pytest.mark.parametrize("state", [{"from": "state"}, {"first": ["other", "state"]}])
def test_a_file_that_is_cut_off_within_a_status_is_refused(value: str, state: dict[str, Any]) -> None:
    """More of the value would shut the user out."""
    mapping = {**MAPPED, "disabled": [{**state, "is_true": ["Gone", "retired  on leave"]}]}
    content = f"n,m,other,state\na,a@x.example,,on\nb,b@x.example,,{value}"
    problem = check_export(content, mapping).report.problem
    assert problem is not None
    assert problem.code is ProblemCode.STATUS_UNCLEAR
    assert "has no line end and what may be the start of a longer value for" in problem.sentence
    assert check_export(f"{content}\n", mapping).report.problem is None


@pytest.mark.parametrize("value", ["on", "gone", "gones", '"gon"', "one"])
def test_a_last_value_that_begins_no_word_is_whole(value: str) -> None:
    """The value shuts out already, or no more of it would."""
    outcome = check_export(f"n,m,state\na,a@x.example,{value}", MAPPED)
    assert outcome.report.problem is None
    assert outcome.codes == [(2, Code.USER_DISABLED)] * (value == "gone")
    elsewhere = f"n,state,m\na,on,a@x.example\nb,on,{value}@x.example"
    assert check_export(elsewhere, MAPPED).report.problem is None
    assert check_export("state,m,n\non,a@x.example,gon", MAPPED).report.problem is None


@pytest.mark.parametrize("end", ["\n", "\r\n", '""', "fal", "false", "fals\n"])
def test_a_last_line_with_a_value_or_an_end_is_whole(end: str) -> None:
    """One that is cut within a value shuts the user out, unless it can only say that the user may sign in."""
    outcome = check_export(AUTH0 + end, "auth0")
    assert outcome.report.problem is None
    assert outcome.codes == [(3, Code.USER_DISABLED)] * (end.strip() in {"fal", "fals"})


def test_a_last_line_without_a_name_at_its_end_is_whole() -> None:
    """The column says nothing of who may sign in, or the user is shut out anyway."""
    header = "user_id,email,email_verified,blocked,nickname\n"
    outcome = check_export(f"{header}auth0|1,1@x.example,true,,", "auth0")
    assert (outcome.report.problem, outcome.codes) == (None, [])
    assert check_export(DELETED.format("banned_until,deleted_at") + "2099-01-01,", "supabase").codes == [
        (2, Code.USER_DISABLED)
    ]


@pytest.mark.parametrize("is_list", [False, True])
@pytest.mark.parametrize("page", [{"users": [{"user_id": "auth0|2"}], "total": 1}, [{"user_id": "auth0|2"}]])
def test_a_page_among_users_refuses_the_file(page: Any, *, is_list: bool) -> None:  # noqa: ANN401
    """Its users would be missed."""
    user = {"user_id": "auth0|1", "email": "a@x.example", "email_verified": True}
    records = [user, {**user, "email": "b@x.example", "users": None}, page]
    problem = check_export(json.dumps(records) if is_list else lines(records), "auth0").report.problem
    assert problem is not None
    assert problem.sentence.startswith("Record 3 is not a user but a page of users")


def keycloak(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A user of Keycloak without `enabled`."""
    return {"username": name, "email": f"{name}@x.example", "emailVerified": True, **more}


def test_a_user_of_keycloak_without_status_is_disabled_where_others_have_one() -> None:
    """Keycloak's import takes those as disabled. A file without any is made by hand."""
    on = keycloak("a", enabled=True)
    outcome = check_export(json.dumps({"realm": "x", "users": [on, keycloak("b"), keycloak("c")]}), "keycloak")
    assert outcome.codes == [(2, Code.USER_DISABLED), (3, Code.USER_DISABLED)]
    late = check_export(json.dumps({"realm": "x", "users": [keycloak("b"), on]}), "keycloak").report.problem
    assert late is not None
    assert late.code is ProblemCode.STATUS_UNCLEAR
    assert "record 1 has no status" in late.sentence
    assert check_export(json.dumps([keycloak("a"), keycloak("b")]), "keycloak").codes == []
    off = {"preset": "keycloak", "columns": {"email": "email"}, "disabled": "off"}
    assert check_export(json.dumps([keycloak("a", off=True)]), off).codes == [(1, Code.USER_DISABLED)]


def _fusion(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A user of FusionAuth without `active`."""
    return {"email": f"{name}@x.example", "verified": True, "tenantId": "1", "usernameStatus": "ACTIVE", **more}


def _graph(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A user of Entra ID without `accountEnabled`."""
    address = f"{name}@x.example"
    return {"id": name, "userPrincipalName": address, "mail": address, "userType": "Member", **more}


def _listed(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A user of a pool without `Enabled`."""
    attributes = [{"Name": "email", "Value": f"{name}@x.example"}, {"Name": "email_verified", "Value": "true"}]
    return {"Username": name, "Attributes": attributes, "UserStatus": "CONFIRMED", **more}


def _of_okta(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A user of Okta without `status`."""
    address = f"{name}@x.example"
    return {"id": name, "profile": {"login": address, "email": address}, **more}


@pytest.mark.parametrize(
    ("preset", "user", "status", "code"),
    [
        ("fusionauth", _fusion, {"active": True}, Code.USER_DISABLED),
        ("entra", _graph, {"accountEnabled": True}, Code.USER_STATUS_UNKNOWN),
        ("cognito", _listed, {"Enabled": True}, Code.USER_STATUS_UNKNOWN),
        ("okta", _of_okta, {"status": "ACTIVE"}, Code.USER_STATUS_UNKNOWN),
    ],
)
def test_a_user_without_status_is_shut_out_where_others_have_one(
    preset: str,
    user: Any,  # noqa: ANN401  (a function)
    status: dict[str, Any],
    code: Code,
) -> None:
    """These systems write it for all users or for none."""
    users = [user("a", **status), user("b"), user("c")]
    assert check_export(lines(users), preset).codes == [(2, code), (3, code)]
    late = check_export(lines([user("b"), user("a", **status)]), preset).report.problem
    assert late is not None
    assert late.code is ProblemCode.STATUS_UNCLEAR
    without = check_export(lines([user("b"), user("c")]), preset)
    assert (without.report.problem, without.codes) == (None, [])
    assert notes(without)["no_status"] == 2


@pytest.mark.parametrize(
    ("preset", "user", "off"),
    [
        ("auth0", {"user_id": "auth0|1", "email_verified": True}, {"blocked": True}),
        ("firebase", {"localId": "1", "emailVerified": True}, {"disabled": True}),
        ("clerk", {"delete_self_enabled": True}, {"banned": True}),
        ("supabase", {"id": "1", "email_confirmed_at": "2026-01-01"}, {"banned_until": "2099-01-01"}),
    ],
)
def test_a_user_without_a_status_that_only_disabled_users_have_is_let_in(
    preset: str, user: dict[str, Any], off: dict[str, Any]
) -> None:
    """These systems leave it out for users who may sign in."""
    email = "primary_email_address" if preset == "clerk" else "email"
    outcome = check_export(lines([{**user, email: "a@x.example", **off}, {**user, email: "b@x.example"}]), preset)
    assert outcome.codes == [(1, Code.USER_DISABLED)]


def test_a_file_of_a_pool_that_does_not_say_who_is_enabled_is_warned_about() -> None:
    """A disabled user is CONFIRMED, too."""
    content = "Username,UserStatus,email,email_verified\na,CONFIRMED,a@x.example,true\n"
    assert notes(check_export(content, "cognito"))["no_status"] == 1
    enabled = content.replace("UserStatus", "UserStatus,Status").replace("CONFIRMED", "CONFIRMED,Enabled")
    assert "no_status" not in notes(check_export(enabled, "cognito"))


def test_a_status_of_a_mapping_that_is_cut_off_is_seen_beside_a_preset_without_one() -> None:
    """The preset alone would leave open who may sign in."""
    mapping = {"preset": "okta", "columns": {"email": "email"}, "disabled": {"from": "state", "is_true": ["gone"]}}
    for value in ("", "gon"):
        problem = check_export(f"login,email,state\na@x.example,a@x.example,{value}", mapping).report.problem
        assert problem is not None
        assert problem.code is ProblemCode.STATUS_UNCLEAR


@pytest.mark.parametrize(
    ("preset", "user", "status"),
    [
        ("fusionauth", _fusion, {"active": True}),
        ("entra", _graph, {"accountEnabled": True}),
        ("cognito", _listed, {"Enabled": True}),
        ("okta", _of_okta, {"status": "ACTIVE"}),
        ("keycloak", keycloak, {"enabled": True}),
    ],
)
def test_a_status_of_a_mapping_decides_where_no_user_has_that_of_the_system(
    preset: str,
    user: Any,  # noqa: ANN401  (a function)
    status: dict[str, Any],
) -> None:
    """That of the system shuts out a user without it where others have it."""
    mapping = {"preset": preset, "columns": {"name": {"constant": "Ada"}}, "disabled": "off"}
    outcome = check_export(lines([user("a", off=False), user("b", off=True), user("c", off="no")]), mapping)
    assert (outcome.report.problem, outcome.codes) == (None, [(2, Code.USER_DISABLED)])
    assert "no_status" not in notes(outcome)
    outcome = check_export(lines([user("a", **status, off=False), user("b", off=False)]), mapping)
    assert [line for line, _ in outcome.codes] == [2]
