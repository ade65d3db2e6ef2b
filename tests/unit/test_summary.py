"""The shape of `summary.json`, and that it says of every row the outcome of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.contract.statuses import JobStatus, Outcome
from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.notification.json_body import has_failures
from cognito_drop.core.pools.active_users import active_users_json
from cognito_drop.core.results.row_tally import RowTally
from cognito_drop.core.results.summary import Summary, Times
from cognito_drop.core.rows.row_outcome import NEVER_SENT, NOT_LOGGED, NOT_REACHED, RowOutcome, RowVerdict
from cognito_drop.core.runs.noted_ids import IdsAccount, NotedIds
from cognito_drop.core.runs.outcome import account_for, outcome_of
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.sign_in.wording import ways_json
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.published_schemas import validator
from tests.unit.samples import COMPLETED, CREATED, JOB_ID, POOL_ID, STARTED, as_read, checked, drop, job, summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.results.summary_json import FoundMembershipsJson, FoundPartJson, PreflightJson

if TYPE_CHECKING:
    from cognito_drop.core.imports.import_job import ImportJob

SUMMARY = validator("summary-1")
RUN_ID = drop().run_id
PROBLEM = Problem(ProblemCode.NO_ROWS, "A sentence.", "A hint.")
PREFLIGHT: PreflightJson = {
    "bytes": 300,
    "blank_lines": 1,
    "dialect": {
        "encoding": "utf-8", "byte_order_mark": False, "separator": ",", "quoting": "none", "line_end": "LF",
    },
    "source": {
        "dialect": {
            "encoding": "utf-8", "byte_order_mark": False, "separator": ",", "quoting": "none", "line_end": "LF",
        },
        "shape": None, "records_in": None, "csv_columns": None, "width": 3, "longest": 131_072,
    },
    "columns": {"renamed": {"E-Mail": "email"}, "added": ["name"], "left_out": []},
    "normalized": [{"kind": "trimmed", "count": 2, "message": "values had leading or trailing spaces removed"}],
    "reasons": [
        {
            "code": "duplicate", "message": "Duplicate of a user on an earlier line.", "hint": "Delete one.",
            "count": 1, "first_lines": [5], "setting": None,
        }
    ],
    "warnings": [{"code": "mostly_known", "message": "A sentence."}],
    "parts": [{"number": 1, "rows": 2, "bytes": 150}],
}  # fmt: skip


def _validate(data: Mapping[str, object]) -> None:
    SUMMARY.validate(as_read(data))


def _tally(*shown: RowVerdict) -> RowTally:
    tally = RowTally()
    for line, verdict in enumerate(shown, 2):
        tally.add(line, verdict)
    return tally


IMPORTED = RowVerdict(RowOutcome.IMPORTED, "imported", "The import succeeded.")
SKIPPED = RowVerdict(RowOutcome.SKIPPED, "already_exists", "The user already exists.")
FAILED = RowVerdict(RowOutcome.FAILED, "invalid_email", "Invalid email canary@example.com")
REJECTED = RowVerdict(RowOutcome.REJECTED, "duplicate", "Duplicate of the user on line 2.")


def test_no_stretch_of_time_is_shorter_than_none() -> None:
    """S3 tells when the file was dropped and the function when the run ended, each by a clock of its own."""
    made = summary(times=Times(COMPLETED, CREATED), jobs=[job(started=STARTED, completed=COMPLETED)]).to_json()
    assert (made["timings"]["waited_seconds"], made["timings"]["seconds"]) == (0.0, 0.0)
    _validate(made)


def test_the_whole_shape_of_an_imported_run() -> None:
    """Every member that machines may read, spelled as it is promised."""
    message = "Import Job Completed Successfully."
    ended = job(imported=1, skipped=1, started=STARTED, completed=COMPLETED, message=message)
    made = summary(
        file=checked(2, rows=3, rejected=1),
        outcome=Outcome.PARTLY_IMPORTED,
        rows=RowAccount(total=3, imported=1, skipped=1, rejected=1),
        jobs=[ended],
        preflight=PREFLIGHT,
        tally=_tally(IMPORTED, SKIPPED, REJECTED),
        files=["imported.csv", "retry.csv"],
    ).to_json()
    _validate(made)
    assert made == {
        "schema_version": "1",
        "run_id": RUN_ID,
        "outcome": "partly_imported",
        "dry_run": False,
        "file": {
            "bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1", "name": "users.csv", "bytes": 300,
        },
        "pool": {"alias": "people", "id": POOL_ID},
        "rows": {
            "total": 3, "imported": 1, "skipped": 1, "failed": 0, "rejected": 1, "unprocessed": 0, "accepted": None,
        },
        "details_incomplete": False,
        "details_missing": [],
        "rows_unknown": 0,
        "preset": None, "mapping": None,
        **{name: PREFLIGHT[name] for name in ("blank_lines", "dialect", "source", "columns", "normalized", "warnings")},
        "reasons": [
            {"outcome": "rejected", **PREFLIGHT["reasons"][0]},
            {
                "outcome": "skipped", "code": "already_exists", "count": 1, "first_lines": [3], "setting": None,
                "message": "The user is already in the pool, or on an earlier line of the file.",
                "hint": "No action is needed if this is intended: the first one is kept.",
            },
        ],
        "parts": [
            {
                "number": 1, "rows": 2, "bytes": 150, "imported": 1, "skipped": 1, "failed": 0,
                "job": {
                    "id": JOB_ID, "status": "Succeeded", "message": message, "seconds": 3661.0,
                    "created_at": "2026-07-01T12:00:00+00:00", "started_at": "2026-07-01T12:00:30+00:00",
                    "completed_at": "2026-07-01T13:01:31+00:00",
                },
            }
        ],
        "ways_in": None,
        "memberships": None,
        "ids": None,
        "lookup": None,
        "problem": None,
        "error": None,
        "timings": {
            "dropped_at": "2026-07-01T12:00:00+00:00", "started_at": "2026-07-01T12:00:30+00:00",
            "ended_at": "2026-07-01T13:01:31+00:00", "waited_seconds": 30.0, "import_seconds": 3661.0,
            "seconds": 3691.0,
        },
        "results": f"s3://drops/results/{RUN_ID}/",
        "files": ["imported.csv", "retry.csv"],
        "ended_at": "2026-07-01T13:01:31+00:00",
    }  # fmt: skip


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_of_the_published_schema(outcome: Outcome) -> None:
    """Also when nothing else is known of the run."""
    _validate(summary(outcome=outcome).to_json())
    _validate(summary(outcome=outcome, file=CheckedFile(), rows=RowAccount(), times=Times(None, COMPLETED)).to_json())


def test_a_dry_run_says_how_many_rows_would_be_imported() -> None:
    """They are among the unprocessed, for nothing was processed."""
    file = checked(2, rows=3, rejected=1, is_dry_run=True)
    rows = account_for(file, [None])
    made = summary(file=file, outcome=Outcome.CHECKED, rows=rows, jobs=[None], preflight=PREFLIGHT).to_json()
    _validate(made)
    assert made["dry_run"] is True
    assert made["rows"] == {
        "total": 3, "imported": 0, "skipped": 0, "failed": 0, "rejected": 1, "unprocessed": 2, "accepted": 2,
    }  # fmt: skip
    assert made["parts"] == [
        {"number": 1, "rows": 2, "bytes": 150, "imported": 0, "skipped": 0, "failed": 0, "job": None}
    ]


def test_what_is_unknown_is_null() -> None:
    """A run of an unknown alias has neither pool nor dialect, a job that never started no times."""
    rejected = summary(file=CheckedFile(problem=PROBLEM), outcome=Outcome.REJECTED, rows=RowAccount()).to_json()
    _validate(rejected)
    assert rejected["pool"] == {"alias": "people", "id": None}
    assert (rejected["file"]["bytes"], rejected["dialect"]) == (None, None)
    assert rejected["problem"] == {"code": "no_rows", "message": "A sentence.", "hint": "A hint."}
    expired = as_read(summary(jobs=[job("Expired")], preflight=PREFLIGHT).to_json())
    _validate(expired)
    found = expired["parts"][0]["job"]
    assert [found[name] for name in ("message", "started_at", "completed_at", "seconds")] == [None] * 4
    assert [expired["timings"][name] for name in ("started_at", "import_seconds")] == [None, None]


def test_whatever_preflight_has_found_is_in_the_summary() -> None:
    """Each member under the name that it was kept with."""
    further: PreflightJson = {
        "preset": {"name": "auth0", "format": "json", "lines_are": "records"},
        "mapping": {"sha256": "0" * 64, "version_id": "v2"},
        "lookup": {"by": "ListUsers", "calls": 5, "seconds": 2, "known": 2},
        "ways_in": ways_json({WayIn.PASSWORD: 2, NoWayIn.SMS_NOT_SET_UP: 1}),
    }
    made = summary(preflight={**PREFLIGHT, **further}).to_json()
    _validate(made)
    assert {name: value for name, value in made.items() if name in further} == further


def test_of_a_file_that_was_not_read_nothing_is_known() -> None:
    """Every member is there all the same."""
    made = summary(
        file=CheckedFile(), outcome=Outcome.FAILED, rows=RowAccount(), times=Times(None, COMPLETED), error="Timeout: X"
    ).to_json()
    _validate(made)
    assert made == {
        "schema_version": "1", "run_id": RUN_ID, "outcome": "failed", "dry_run": False,
        "file": {
            "bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1", "name": "users.csv", "bytes": None,
        },
        "pool": {"alias": "people", "id": None},
        "rows": {
            "total": 0, "imported": 0, "skipped": 0, "failed": 0, "rejected": 0, "unprocessed": 0, "accepted": None,
        },
        "details_incomplete": False, "details_missing": [], "rows_unknown": 0, "blank_lines": 0,
        "dialect": None, "source": None, "preset": None, "mapping": None,
        "columns": {"renamed": {}, "added": [], "left_out": []}, "normalized": [], "reasons": [], "warnings": [],
        "parts": [], "ways_in": None, "memberships": None, "ids": None, "lookup": None, "problem": None,
        "error": "Timeout: X",
        "timings": {
            "dropped_at": None, "started_at": None, "ended_at": "2026-07-01T13:01:31+00:00", "waited_seconds": None,
            "import_seconds": None, "seconds": None,
        },
        "results": f"s3://drops/results/{RUN_ID}/", "files": [], "ended_at": "2026-07-01T13:01:31+00:00",
    }  # fmt: skip


def test_memberships_and_ids_have_their_own_counts() -> None:
    """Those of the check, and those of the import; what is not known of either is null or nothing."""
    account, ids = MembershipAccount(9, added=4, left_out=2, failed=1, unprocessed=2), NotedIds(3, 1, "v1")
    made = summary(memberships=account, ids=IdsAccount(ids)).to_json()
    _validate(made)
    outcomes = {"added": 4, "left_out": 2, "failed": 1, "unprocessed": 2}
    assert made["memberships"] == {"total": 9, "not_allowed": 0, "seconds": None, "active_users": None, **outcomes}
    assert made["ids"] == {"complete": False, "recorded": 3, "missing": 1, "cause": None}
    found: FoundMembershipsJson = {
        "total": 9, "not_allowed": 1, "seconds": 2, "active_users": active_users_json(3, "LITE"),
    }  # fmt: skip
    kept: PreflightJson = {**PREFLIGHT, "memberships": found}
    assert summary(memberships=account, preflight=kept).to_json()["memberships"] == {**found, **outcomes}
    assert summary(preflight=kept).to_json()["memberships"] == {**found, **dict.fromkeys(outcomes, 0)}
    made = summary(ids=IdsAccount(None, "A cause.")).to_json()
    assert made["ids"] == {"complete": False, "recorded": 0, "missing": 0, "cause": "A cause."}


def test_ids_of_rows_whose_outcome_is_not_known_are_not_said_to_be_recorded() -> None:
    """The jobs have counted these users, and `ids.csv` has no line of them."""
    rows = RowAccount(5, imported=4, skipped=1)
    lacking, whole = (summary(rows=rows, ids=IdsAccount(NotedIds(recorded, 0, "v1"))) for recorded in (3, 4))
    assert [made.to_json()["ids"]["complete"] for made in (lacking, whole)] == [False, True]  # type: ignore[index]
    assert [has_failures(made) for made in (lacking, whole)] == [True, False]


def test_a_run_whose_drop_no_one_recorded_has_no_duration() -> None:
    """The ledger's item is gone; the end is known all the same."""
    timings = summary(times=Times(None, COMPLETED)).to_json()["timings"]
    assert (timings["dropped_at"], timings["seconds"]) == (None, None)
    assert timings["ended_at"] == COMPLETED.isoformat()


def test_the_times_of_parts_are_added_up() -> None:
    """Work of Cognito, without what lies between; it began with the first."""
    later = job(started=COMPLETED, completed=COMPLETED.replace(hour=14))
    made = summary(jobs=[job(started=STARTED, completed=COMPLETED), later, None])
    timings = made.to_json()["timings"]
    assert timings["import_seconds"] == 3661 + 3600
    assert timings["started_at"] == STARTED.isoformat()


@pytest.mark.parametrize(
    ("rows", "shown", "is_incomplete"),
    [
        (RowAccount(2, 2), [IMPORTED, IMPORTED], False),
        (RowAccount(2, 2), [IMPORTED, NOT_LOGGED], True),
        (RowAccount(2, 1, 0, 1), [IMPORTED, SKIPPED], True),
        (RowAccount(2, 1, unprocessed=1), [IMPORTED, NOT_REACHED], False),
        (RowAccount(2, 1, unprocessed=1), [IMPORTED, NOT_LOGGED], True),
        (RowAccount(2, 0, unprocessed=2), [IMPORTED, NEVER_SENT], True),
        (RowAccount(2, 3), [IMPORTED, IMPORTED], True),
    ],
    ids=[
        "all told",
        "one not told",
        "told otherwise",
        "never reached",
        "maybe reached",
        "told and not counted",
        "one too many",
    ],
)
def test_details_are_complete_when_log_and_counts_agree(
    rows: RowAccount, shown: list[RowVerdict], *, is_incomplete: bool
) -> None:
    """Otherwise the counts are Cognito's own, and machines see that the files may lack rows."""
    assert summary(rows=rows, tally=_tally(*shown)).to_json()["details_incomplete"] is is_incomplete


def test_reasons_never_have_cognitos_own_text() -> None:
    """It could quote a value; the files have it."""
    made = summary(rows=RowAccount(1, failed=1), tally=_tally(FAILED)).to_json()
    assert [reason["code"] for reason in made["reasons"]] == ["invalid_email"]
    assert "canary" not in json.dumps(made)


def test_an_unknown_status_is_quoted_as_cognito_said_it() -> None:
    """The word itself is in the report, not our name for it."""
    assert (
        as_read(summary(jobs=[job("Paused")], preflight=PREFLIGHT).to_json())["parts"][0]["job"]["status"] == "Paused"
    )


def test_it_is_json_whatever_the_file_is_called() -> None:
    """Any key survives the way through JSON."""
    made = summary(drop=drop("inbox/people/\u202e\U0001f600\x07.csv"), error="TransientError: X").to_json()
    _validate(made)
    assert json.loads(json.dumps(made)) == made


counts = st.integers(0, 6)
verdicts = st.sampled_from([IMPORTED, SKIPPED, FAILED, NOT_LOGGED])
statuses = st.sampled_from([*JobStatus, "Paused"])
parts = st.lists(
    st.tuples(st.lists(verdicts, min_size=1, max_size=6), st.none() | st.builds(job, statuses, counts, counts, counts)),
    max_size=4,
)


endings = st.fixed_dictionaries({"is_dry_run": st.booleans(), "problem": st.none() | st.just(PROBLEM)})


@given(parts, st.integers(0, 3), endings, st.booleans(), st.sampled_from(["", "RefusedError: X"]))
def test_the_account_adds_up_or_says_that_it_does_not(
    shown: list[tuple[list[RowVerdict], ImportJob | None]],
    rejected: int,
    ending: dict[str, Any],
    is_read: bool,
    error: str,
) -> None:
    """On every ending: rows = imported + skipped + failed + rejected + unprocessed, or the details are incomplete."""
    sizes = [len(each) for each, _ in shown]
    file = checked(*sizes, rows=sum(sizes) + rejected, rejected=rejected, **ending)
    jobs = [ended for _, ended in shown]
    rows = account_for(file, jobs)
    tally = _tally(*(verdict for each, _ in shown for verdict in each), *[REJECTED] * rejected) if is_read else None
    times = Times(CREATED, COMPLETED)
    parts: list[FoundPartJson] = [{"number": n, "rows": size, "bytes": 100 * size} for n, size in enumerate(sizes, 1)]
    made = Summary(
        drop(),
        file,
        outcome_of(file, jobs, rows),
        rows,
        times,
        jobs=jobs,
        preflight={**PREFLIGHT, "parts": parts},
        tally=tally,
        error=error,
    ).to_json()
    _validate(made)
    account = as_read(made["rows"])
    columns = ("imported", "skipped", "failed", "rejected", "unprocessed")
    adds_up = account["total"] == sum(account[name] for name in columns)
    assert adds_up or made["details_incomplete"]
    if tally and not made["details_incomplete"]:
        assert {name: tally.count(RowOutcome(name)) for name in columns} == {name: account[name] for name in columns}
