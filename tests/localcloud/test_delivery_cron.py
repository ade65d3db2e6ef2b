"""When a cron expression is due, and which are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from localcloud.delivery.cron import Cron, CronError

FRIDAY = datetime(2027, 1, 1, 12, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ("0 10 * * ? *", "2027-01-02T10:00"),
        ("15 12 * * ? *", "2027-01-01T12:15"),
        ("7 12 * * ? *", "2027-01-02T12:07"),
        ("0 18 ? * MON-FRI *", "2027-01-01T18:00"),
        ("0 8 ? * MON-FRI *", "2027-01-04T08:00"),
        ("0 8 1 * ? *", "2027-02-01T08:00"),
        ("0/15 * * * ? *", "2027-01-01T12:15"),
        ("3/20 * * * ? *", "2027-01-01T12:23"),
        ("*/30 * * * ? *", "2027-01-01T12:30"),
        ("0/5 8-17 ? * MON-FRI *", "2027-01-01T12:10"),
        ("0 0 ? * 1,SAT *", "2027-01-02T00:00"),
        ("0 0 ? * L *", "2027-01-02T00:00"),
        ("0 0 ? * 6L *", "2027-01-29T00:00"),
        ("0 0 ? * TUE#2 *", "2027-01-12T00:00"),
        ("0 0 ? * FRI#5 *", "2027-01-29T00:00"),
        ("0 0 L * ? *", "2027-01-31T00:00"),
        ("0 0 L feb ? *", "2027-02-28T00:00"),
        ("0 0 29 2 ? *", "2028-02-29T00:00"),
        ("0 0 3W * ? *", "2027-01-04T00:00"),
        ("0 0 1W 5 ? *", "2027-05-03T00:00"),
        ("0 0 31W 10 ? *", "2027-10-29T00:00"),
        ("0 0 9W 1 ? *", "2027-01-08T00:00"),
        ("0 0 1 1 ? 2030-2031", "2030-01-01T00:00"),
    ],
)
def test_when_it_is_due_next(fields: str, due: str) -> None:
    """After seven and a half minutes past noon on a Friday, the first day of a month and a year."""
    found = Cron.parse(f"cron({fields})").after(FRIDAY.timestamp())
    assert found is not None
    assert datetime.fromtimestamp(found, UTC).isoformat(timespec="minutes") == f"{due}+00:00"


def test_a_year_that_is_over_is_never_due() -> None:
    """Nor is a day that no month has."""
    for fields in ("0 0 1 1 ? 2026", "0 0 31 2 ? *"):
        assert Cron.parse(f"cron({fields})").after(FRIDAY.timestamp()) is None


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 10 * * ?)", "cron(0 10 * * * *)", "cron(0 10 ? * ? *)", "cron(60 * * * ? *)", "cron(0 24 * * ? *)",
        "cron(0 0 0 * ? *)", "cron(0 0 32 * ? *)", "cron(0 0 ? 13 1 *)", "cron(0 0 ? * 0 *)", "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * MON#6 *)", "cron(0 0 1 JANUARY ? *)", "cron(5-1 * * * ? *)", "cron(0/0 * * * ? *)",
        "cron(a * * * ? *)", "cron(0 0 W * ? *)", "cron(0 0 1 1 ? 2200)", "cron()", "10 * * * ? *",
    ],
)  # fmt: skip
def test_what_is_no_cron_expression_is_refused(expression: str) -> None:
    """Five fields, two question marks or none, and numbers out of their ranges."""
    with pytest.raises(CronError):
        Cron.parse(expression)
