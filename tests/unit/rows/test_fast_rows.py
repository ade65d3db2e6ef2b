"""Good rows of usual files are accepted in runs; were they not, the outcome would be the same and take ten times as
long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.rows import Options, PoolRules, UnknownColumns
from cognito_drop.core.rows.fast_rows import NOT_ACCEPTED, FastRows
from cognito_drop.core.rows.layout import Layout, lay_out
from tests.unit.rows.files import ADA, HEADER, SCHEMA, requiring, user_pool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FULL = {
    **ADA,
    "given_name": "Zoë",
    "address": "12 Main Street\\, Springfield\\, Illinois\\, USA",
    "birthdate": "12/31/1999",
    "phone_number": "+14155550100",
    "phone_number_verified": "TRUE",
    "updated_at": "1700000000",
    "nickname": "アダ",
    "custom:team": "R & D",
    "custom:level": "199",
    "custom:active": "false",
    "custom:since": "1700000000",
}
EMAIL_SIGN_IN = {"UsernameAttributes": ["email"]}
SIGNED_IN = {"cognito:username": "ada@example.com"}


def accepted(pool: Mapping[str, Any], row: Mapping[str, str], columns: Sequence[str] = HEADER) -> bool:
    """Whether the row, in these columns, is accepted at once."""
    rules = PoolRules.of(pool, HEADER)
    layout = lay_out(columns, rules, Options(unknown_columns=UnknownColumns.LEAVE_OUT))
    assert isinstance(layout, Layout)
    fast = FastRows([rules.by_name.get(name) for name in columns], rules)
    line = ",".join(row.get(column, "") for column in columns)
    usernames = fast.read(f"{line}\n".encode()).usernames
    return usernames != [NOT_ACCEPTED]


def bounded(name: str, most: int) -> dict[str, Any]:
    """A pool whose text of this name has at most so many characters."""
    return user_pool(
        SchemaAttributes=[
            one | {"StringAttributeConstraints": {"MaxLength": str(most)}} if one["Name"] == name else one
            for one in SCHEMA
        ]
    )


@pytest.mark.parametrize(
    ("pool", "row"),
    [
        (user_pool(), ADA),
        (user_pool(), FULL),
        (user_pool(MfaConfiguration="OPTIONAL"), {**FULL, "cognito:mfa_enabled": "true"}),
        (user_pool(MfaConfiguration="ON"), {**FULL, "cognito:mfa_enabled": ""}),
        (user_pool(AutoVerifiedAttributes=["phone_number"]), FULL),
        (user_pool(AutoVerifiedAttributes=["phone_number", "email"]), FULL),
        (user_pool(AutoVerifiedAttributes=["phone_number", "email"]), ADA),
        (user_pool(AliasAttributes=["email", "phone_number"]), FULL),
        (user_pool(**EMAIL_SIGN_IN), {**FULL, **SIGNED_IN}),
        (user_pool(UsernameAttributes=["phone_number"]), {**FULL, "cognito:username": "+14155550100"}),
        (user_pool(UsernameAttributes=["email", "phone_number"]), {**FULL, **SIGNED_IN}),
        (requiring("email", "name", "birthdate"), FULL),
        (user_pool(), {**FULL, "name": "x" * 700}),
        (bounded("custom:team", 100), {**FULL, "custom:team": "x" * 40}),
        (bounded("custom:team", 3), {**FULL, "custom:team": "x" * 2}),
    ],
)
@pytest.mark.parametrize("turn", [0, 10, 16, 21])
def test_usual_rows_are_accepted_at_once(pool: Mapping[str, Any], row: Mapping[str, str], turn: int) -> None:
    """With the columns in several orders, for all kinds of sign-in and verification."""
    assert accepted(pool, row, [*HEADER[turn:], *HEADER[:turn]])


def test_columns_that_lack_or_are_left_out_cost_nothing() -> None:
    """A file with few columns and unknown ones is read at the same speed."""
    columns = ["id", *ADA, "notes"]
    assert accepted(user_pool(), {**ADA, "id": "7", "notes": "a\\, b\\, c"}, columns)


@pytest.mark.parametrize(
    "row",
    [
        {**ADA, "cognito:username": "a b"},
        {**ADA, "email": ""},
        {**ADA, "name": " Ada"},
        {**ADA, "name": "Ada\u00a0"},
        {**ADA, "name": 'A"da'},
        {**ADA, "custom:level": "251"},
        {**ADA, "custom:team": "x" * 13},
        {**ADA, "birthdate": "02/30/2000"},
    ],
)
def test_what_is_bad_or_needs_a_change_is_never_accepted_at_once(row: Mapping[str, str]) -> None:
    """It is left to the check that says why."""
    assert not accepted(user_pool(), row)


def test_a_pool_whose_rows_all_need_a_change_has_none_accepted() -> None:
    """Where the attribute that users sign in with has no column, it is filled in for every row."""
    columns = [name for name in HEADER if name != "email"]
    assert not accepted(requiring("name", **EMAIL_SIGN_IN), {**ADA, **SIGNED_IN}, columns)
    phone = user_pool(AutoVerifiedAttributes=["phone_number"], **EMAIL_SIGN_IN)
    assert not accepted(phone, {**FULL, **SIGNED_IN}, columns)
    both = user_pool(UsernameAttributes=["email", "phone_number"], AutoVerifiedAttributes=["email", "phone_number"])
    assert not accepted(both, {**FULL, **SIGNED_IN}, columns)


@pytest.mark.parametrize("columns", [HEADER, HEADER[::-1], [*HEADER[16:], *HEADER[:16]]])
def test_what_is_verified_has_a_value_in_any_order_of_columns(columns: Sequence[str]) -> None:
    """A verified number that is blank is never accepted, whichever of the two columns comes first."""
    verified = {**ADA, "phone_number_verified": "true"}
    assert not accepted(user_pool(), verified, columns)
    assert accepted(user_pool(), {**verified, "phone_number": "+14155550100"}, columns)


@pytest.mark.parametrize("phone", ["", "+14155550100"])
@pytest.mark.parametrize("flag", ["", "false", "true"])
def test_a_flag_that_the_pool_requires_is_there_whether_its_number_is_or_not(phone: str, flag: str) -> None:
    """And it is true only beside a number."""
    row = {**ADA, "phone_number": phone, "phone_number_verified": flag}
    expected = flag == "false" or (flag == "true" and phone != "")
    assert accepted(requiring("phone_number_verified"), row) is expected
