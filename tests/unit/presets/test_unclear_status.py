"""Files that let a user in and shut the same user out, or do not say it clearly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_drop.core.rows import RejectionCode as Code
from cognito_drop.core.rows.rejection import NOT_TO_IMPORT
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.presets.exports import check_export, lines
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
