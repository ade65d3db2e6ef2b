"""Files that were joined although their columns are in another order."""

from __future__ import annotations

import pytest

from tests.unit.presets.exports import check_export
from tests.unit.rows.files import check

ORDERS = ("mail,accountEnabled,displayName", "mail,displayName,accountEnabled")


@pytest.mark.parametrize("second", [ORDERS[1], "mail,department,accountEnabled"])
def test_an_export_with_another_header_within_is_refused(second: str) -> None:
    """Below it the flag of another column would let in whom it shuts out."""
    first = f"userPrincipalName,{ORDERS[0]}\na@x.example,a@x.example,True,Ann\n"
    problem = check_export(
        f"{first}userPrincipalName,{second}\nb@x.example,b@x.example,True,False\n", "entra"
    ).report.problem
    assert problem is not None
    assert problem.sentence.startswith("Line 3 is another header")


def test_a_file_with_another_header_within_is_refused() -> None:
    """Below it the address of a user would count as verified because the number does."""
    first = "cognito:username,email,email_verified,phone_number_verified,cognito:mfa_enabled"
    second = "cognito:username,email,phone_number_verified,email_verified,cognito:mfa_enabled"
    rows = "{},{}@x.example,true,false,false\n"
    content = f"{first}\n{rows.format('a', 'a')}{second}\n{rows.format('b', 'b')}"
    problem = check(content).report.problem
    assert problem is not None
    assert problem.sentence.startswith("Line 3 is another header")
    assert [line for line, _ in check(content.replace(second, first)).codes] == [3]


def test_a_value_that_is_the_name_of_a_column_says_nothing() -> None:
    """People are called so."""
    header = "userPrincipalName,mail,accountEnabled,displayName,surname\n"
    outcome = check_export(f"{header}mail,mail@x.example,True,surname,Lee\nsurname,,,displayName,\n", "entra")
    assert outcome.report.problem is None
    assert len(outcome.codes) == 1


def test_blanks_below_columns_without_a_name_are_no_names() -> None:
    """Spreadsheets leave such columns behind; the row has another fault, so that it is looked at."""
    outcome = check(
        "cognito:username,email,email_verified,phone_number_verified,cognito:mfa_enabled,,,,,\n"
        "a,no address,true,false,false,,,,,\n"
    )
    assert outcome.report.problem is None
    assert [line for line, _ in outcome.codes] == [2]
