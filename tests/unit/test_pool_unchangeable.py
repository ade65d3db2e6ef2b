"""For how long an import keeps its pool from being changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cognito_drop.core.imports.import_time import import_time
from tests.unit.samples import STARTED, job

REFUSED = (
    "Meanwhile Cognito refuses UpdateUserPool, AddCustomAttributes, and DeleteUserPool, so a deployment of the pool "
    "fails."
)


def _job(rows: int, seconds: float, status: str = "Succeeded") -> object:
    return job(status, imported=rows, started=STARTED, completed=STARTED + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("jobs", "takes"),
    [
        ([], "56 min to 1 h 23 min, at the usual 20 to 30 rows per second of Cognito"),
        ([_job(100, 4)], "about 1 h 7 min, at the 25 rows per second of the pool's latest import job"),
        ([_job(1_000, 40)], "about 1 h 7 min, at the 25 rows per second of the pool's latest import job"),
        (
            [
                _job(99, 1),
                _job(5_000, 1, "Failed"),
                _job(5_000, 0),
                job("InProgress"),
                _job(1_000, 20),
                _job(1_000, 40),
            ],
            "about 33 min, at the 50 rows per second of the pool's latest import job",
        ),
    ],
)
def test_the_time_follows_the_rate_of_the_newest_job_that_has_one(jobs: list[object], takes: str) -> None:
    """A job of a few rows, or one that did not succeed, says nothing of the rate."""
    (said,) = import_time(100_000, jobs)  # type: ignore[arg-type]
    assert said["code"] == "pool_unchangeable"
    assert said["message"].startswith(f"The import of 100,000 rows takes {takes}")
    assert said["message"].endswith(REFUSED)


@pytest.mark.parametrize(("rows", "takes"), [(1_500, "about 1 min, at"), (3_600, "2 min to 3 min, at")])
def test_a_span_whose_ends_are_equal_is_one_time(rows: int, takes: str) -> None:
    """In full minutes."""
    (said,) = import_time(rows)
    assert f" takes {takes}" in said["message"]


@pytest.mark.parametrize(("rows", "warnings"), [(1_200, 0), (1_201, 1)])
def test_a_short_import_is_not_worth_a_word(rows: int, warnings: int) -> None:
    """A minute, at the slower of the usual rates."""
    assert len(import_time(rows)) == warnings
