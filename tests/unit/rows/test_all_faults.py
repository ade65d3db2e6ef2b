"""A row is judged once: all that is wrong with it is said together, and what follows from a fault is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.rows import BadOptionalValues, RejectionCode
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.rows.files import SHORT, check, check_row, requiring, user_pool

if TYPE_CHECKING:
    from collections.abc import Mapping

Code = RejectionCode


@pytest.mark.parametrize(
    ("row", "pool", "faults"),
    [
        (
            {"phone_number": "0151", "birthdate": "yesterday", "email_verified": "", "cognito:mfa_enabled": "true"},
            user_pool(),
            [
                (Code.PHONE_INVALID, "phone_number"), (Code.BIRTHDATE_INVALID, "birthdate"),
                (Code.MFA_MUST_BE_OFF, "cognito:mfa_enabled"), (Code.NOT_VERIFIED, ""),
            ],
        ),
        (
            {"cognito:username": "", "name": 'A"da', "nickname": "C:\\x", "custom:level": "999"},
            user_pool(),
            [
                (Code.QUOTE_IN_VALUE, "name"), (Code.BACKSLASH_IN_VALUE, "nickname"),
                (Code.NUMBER_TOO_GREAT, "custom:level"), (Code.USERNAME_MISSING, "cognito:username"),
            ],
        ),
        ({"email_verified": "perhaps"}, user_pool(), [(Code.BOOLEAN_INVALID, "email_verified")]),
        ({"email": "ada", "email_verified": "true"}, user_pool(), [(Code.EMAIL_INVALID, "email")]),
        (
            {"cognito:username": "ada", "email": "", "email_verified": "true"},
            requiring("email", UsernameAttributes=["email"]),
            [(Code.USERNAME_NOT_EMAIL, "cognito:username")],
        ),
        (
            {"nickname": "", "birthdate": ""}, requiring("nickname", "birthdate"),
            [(Code.REQUIRED_MISSING, "birthdate"), (Code.REQUIRED_MISSING, "nickname")],
        ),
    ],
)  # fmt: skip
def test_all_faults_of_a_row_are_said(
    row: Mapping[str, str], pool: Mapping[str, Any], faults: list[tuple[RejectionCode, str]]
) -> None:
    """Each with its column; the row counts once."""
    outcome = check_row(row, pool)
    found = [(each.code, each.column) for each in outcome.sink.rejections]
    assert sorted(found) == sorted(faults)
    assert (outcome.report.rows, outcome.report.rejected) == (1, 1)
    assert {(reason.code, reason.column) for reason in outcome.report.reasons} == set(faults)


def test_all_problems_of_a_header_are_said() -> None:
    """Unknown, repeated, and missing columns in one answer."""
    problem = check("email,E-Mail,staffno\na@example.com,a@example.com,7\n").report.problem
    assert problem is not None
    assert problem.code is ProblemCode.UNKNOWN_COLUMNS
    for said in ("staffno", "more than one column for email", "lacks required columns: cognito:username"):
        assert said in problem.sentence


def leaving_out(row: Mapping[str, str], pool: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401  (Outcome)
    """The outcome of Ada with these changes in a pool that leaves invalid optional values out."""
    return check_row(row, pool, bad_optional_values=BadOptionalValues.LEAVE_OUT)


def test_an_invalid_optional_value_costs_the_value() -> None:
    """With the flag that belongs to it; it is counted, and listed with its line."""
    outcome = leaving_out({"phone_number": "0151", "phone_number_verified": "true", "birthdate": "soon", "name": 'A"'})
    (user,) = outcome.users
    assert user.keys() == {"cognito:username", "cognito:mfa_enabled", "email", "email_verified"}
    assert [(each.line, each.code) for each in outcome.sink.values_left_out] == [
        (2, Code.QUOTE_IN_VALUE), (2, Code.BIRTHDATE_INVALID), (2, Code.PHONE_INVALID),
    ]  # fmt: skip
    assert {(reason.column, reason.count) for reason in outcome.report.left_out_values} == {
        ("phone_number", 1), ("birthdate", 1), ("name", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "pool", "code"),
    [
        ({"nickname": 'A"'}, requiring("nickname"), Code.QUOTE_IN_VALUE),
        ({"email": "ada"}, user_pool(), Code.EMAIL_INVALID),
        ({"email_verified": "perhaps"}, user_pool(), Code.BOOLEAN_INVALID),
        ({"phone_number": "0151"}, user_pool(AliasAttributes=["phone_number"]), Code.PHONE_INVALID),
        ({"cognito:mfa_enabled": "perhaps"}, user_pool(MfaConfiguration="OPTIONAL"), Code.BOOLEAN_INVALID),
        ({"cognito:username": "a b"}, user_pool(), Code.USERNAME_INVALID),
        ({"cognito:username": "ada@example.com", "email": "ada"}, user_pool(UsernameAttributes=["email"]),
         Code.EMAIL_INVALID),
    ],
)  # fmt: skip
def test_what_a_user_needs_is_never_left_out(
    row: Mapping[str, str], pool: Mapping[str, Any], code: RejectionCode
) -> None:
    """Required attributes, what users sign in with, and what makes them verified."""
    assert leaving_out(row, pool).codes == [(2, code)]


def test_by_default_the_row_is_rejected() -> None:
    """As before there was a choice."""
    assert check_row({"phone_number": "0151"}).code is Code.PHONE_INVALID


def test_dates_stay_ambiguous_if_a_value_is_left_out() -> None:
    """Dates before the first that shows the order may have been read the other way."""
    columns = ",".join((*SHORT, "birthdate"))
    rows = "".join(f"u{number},u{number}@example.com,true,N,03/04/1990\n" for number in range(2_100))
    content = f"{columns}\n{rows}last,l@example.com,true,N,31/04/1990\nlate,l@example.com,true,N,31/05/1990\n"
    problem = check(content, bad_optional_values=BadOptionalValues.LEAVE_OUT).report.problem
    assert problem is not None
    assert problem.code is ProblemCode.AMBIGUOUS_DATES
