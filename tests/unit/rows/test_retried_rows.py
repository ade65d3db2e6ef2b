"""Rows of an earlier run come to the same verdicts alone as among all rows of their file."""

from __future__ import annotations

import pytest

from cognito_drop.core.presets import Source
from cognito_drop.core.rows import Dialect
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.rows.files import check

HEAD = "cognito:username,email,email_verified,birthdate"
GOOD = ["a1,a1@example.com,true,{date}", "a2,a2@example.com,true,{date}"]


def rows_of(dates: list[str], *, email: str = "bad") -> str:
    """Users with these dates whose addresses are bad."""
    return "".join(f"b{number},{email},true,{date}\n" for number, date in enumerate(dates))


@pytest.mark.parametrize(
    ("known", "dates"), [("25/12/1990", ["03/04/1990"]), ("12/25/1990", ["31/04/1990", "03/04/1990"])]
)
def test_dates_alone_are_read_as_in_their_file(known: str, dates: list[str]) -> None:
    """The same reasons, and once the addresses are corrected the same dates."""
    good = "\n".join(GOOD).format(date=known) + "\n"
    whole = check(f"{HEAD}\n{good}{rows_of(dates)}")
    assert whole.report.dialect
    dialect = Dialect.from_json(whole.report.dialect.to_json())
    _, records = Source.of_users(dialect, whole.report.width).records([f"{HEAD}\n{good}{rows_of(dates)}".encode()])
    rejected = {line for line, _ in whole.codes}
    retried = "".join(f"{row.raw.decode()}\n" for row in records if row.line in rejected)
    again = check(f"{HEAD}\n{retried}", run_dialect=dialect, is_retry=True)
    assert [code for _, code in again.codes] == [code for _, code in whole.codes]
    fixed = check(f"{HEAD}\n{good}{rows_of(dates, email='b@example.com')}")
    alone = check(f"{HEAD}\n{rows_of(dates, email='b@example.com')}", run_dialect=dialect, is_retry=True)
    assert [user["birthdate"] for user in alone.users] == [user["birthdate"] for user in fixed.users[2:]]


def test_dates_that_alone_can_mean_two_days_are_refused() -> None:
    """Where nothing says how their file has them; in any other file the month comes first, as Cognito has it."""
    content = f"{HEAD}\n{rows_of(['03/04/1990'], email='b@example.com')}"
    problem = check(content, is_retry=True).report.problem
    assert problem is not None
    assert problem.code is ProblemCode.AMBIGUOUS_RETRY
    assert check(content).users[0]["birthdate"] == "03/04/1990"
    assert check(content.replace("03/04/1990", "1990-03-04"), is_retry=True).users[0]["birthdate"] == "03/04/1990"
