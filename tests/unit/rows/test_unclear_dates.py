"""Dates of birth that read both ways in a column whose name does not say that the month comes first."""

from __future__ import annotations

import pytest

from cognito_drop.core.results.preflight_json import left_behind
from cognito_drop.core.results.warning_order import WEIGHTS
from tests.unit.rows.files import check

EITHER_WAY, MONTH_FIRST, SAME, ISO = "03/04/1990", "01/31/1990", "04/04/1990", "1990-04-03"


@pytest.mark.parametrize(
    ("column", "dates", "is_warned"),
    [
        ("Geburtsdatum", [EITHER_WAY], True),
        ("Date of birth", [SAME, ISO, EITHER_WAY], True),
        ("Geburtsdatum", [EITHER_WAY, MONTH_FIRST], False),
        ("Geburtsdatum", [SAME, ISO, ""], False),
        ("birthdate", [EITHER_WAY], False),
    ],
)
def test_dates_that_all_read_both_ways_are_warned_of(column: str, dates: list[str], *, is_warned: bool) -> None:
    """The pool's own name stands for the form that Cognito documents, and one date can decide for all."""
    rows = "".join(f"u{at},u{at}@example.com,true,{date}\n" for at, date in enumerate(dates))
    report = check(f"username,email,email_verified,{column}\n{rows}").report
    found = [one for one in left_behind(report) if one["code"] == "dates_month_first"]
    assert report.accepted == len(dates)
    assert len(found) == is_warned
    if found:
        assert column in found[0]["message"]
        assert "month first" in found[0]["message"]
    assert "dates_month_first" in WEIGHTS
