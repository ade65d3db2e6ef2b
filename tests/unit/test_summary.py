"""The shape of `summary.json`."""

from __future__ import annotations

import json

from lambdas.core.outcome import Outcome, RowAccount
from lambdas.core.problem import Problem, ProblemCode
from tests.unit.samples import COMPLETED, CREATED, POOL_ID, STARTED, drop, job, summary

RUN_ID = drop().run_id


def test_the_whole_shape_of_an_imported_run() -> None:
    """Every member that machines may read, spelled as it is promised."""
    ended = job(
        imported=1, skipped=1, created=CREATED, started=STARTED, completed=COMPLETED,
        message="Import Job Completed Successfully.",
    )  # fmt: skip
    made = summary(outcome=Outcome.PARTLY_IMPORTED, rows=RowAccount(total=2, imported=1, skipped=1), job=ended)
    assert made.to_json() == {
        "schema_version": "1",
        "run_id": RUN_ID,
        "outcome": "partly_imported",
        "file": {"bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1", "name": "users.csv"},
        "pool": {"alias": "people", "id": POOL_ID},
        "rows": {"total": 2, "imported": 1, "skipped": 1, "failed": 0, "rejected": 0, "unprocessed": 0},
        "details_incomplete": False,
        "job": {
            "id": "import-9sHxosU7BP",
            "status": "Succeeded",
            "message": "Import Job Completed Successfully.",
            "created_at": "2026-07-01T12:00:00+00:00",
            "started_at": "2026-07-01T12:00:30+00:00",
            "completed_at": "2026-07-01T13:01:31+00:00",
            "seconds": 3661.0,
        },
        "problem": None,
        "error": None,
        "results": "s3://drops/results/0123/",
        "ended_at": "2026-07-01T13:01:31+00:00",
    }


def test_what_is_unknown_is_null() -> None:
    """A rejected run of an unknown alias has no pool id and no job, a job that never started no times."""
    problem = Problem(ProblemCode.UNKNOWN_POOL_ALIAS, "A sentence.", "A hint.")
    rejected = summary(pool_id="", problem=problem, outcome=Outcome.REJECTED, rows=RowAccount()).to_json()
    assert rejected["pool"] == {"alias": "people", "id": None}
    assert rejected["job"] is None
    assert rejected["problem"] == {"code": "unknown_pool_alias", "message": "A sentence.", "hint": "A hint."}
    expired = summary(job=job("Expired")).to_json()["job"]
    assert [expired[name] for name in ("message", "started_at", "completed_at", "seconds")] == [None] * 4


def test_an_account_that_does_not_add_up_is_marked() -> None:
    """Machines see that the details are incomplete."""
    assert summary(rows=RowAccount(total=2, imported=3)).to_json()["details_incomplete"] is True


def test_an_unknown_status_is_quoted_as_cognito_said_it() -> None:
    """The word itself is in the report, not our name for it."""
    assert summary(job=job("Paused")).to_json()["job"]["status"] == "Paused"


def test_it_is_json_whatever_the_file_is_called() -> None:
    """Any key survives the way through JSON."""
    made = summary(drop=drop("inbox/people/\u202e\U0001f600\x07.csv"), error="TransientError: X")
    assert json.loads(json.dumps(made.to_json())) == made.to_json()
