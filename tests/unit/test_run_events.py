"""The events of a run: the published shape, and no more than ids, counts, times and the file's place."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest
from hypothesis import given

from cognito_drop.contract.event_names import RunEventKind
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.notification.run_events import RunEvent, run_finished, run_started, run_waiting
from cognito_drop.core.results.row_tally import RowTally
from cognito_drop.core.rows.row_outcome import RowOutcome, RowVerdict
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.console import Site
from cognito_drop.core.text.problem import Problem, ProblemCode
from localcloud.delivery import patterns
from tests.published_schemas import validator
from tests.unit.samples import COMPLETED, CREATED, POOL_ID, STARTED, checked, drop, job, summary
from tests.unit.test_notification import summaries

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary

RUN_EVENT = validator("run-event-1")
LARGEST_ENTRY = 256 * 1024
RUN = {
    "schema_version": "1",
    "run_id": drop().run_id,
    "dry_run": False,
    "file": {"bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1", "name": "users.csv"},
    "pool": {"alias": "people", "id": POOL_ID},
    "dropped_at": "2026-07-01T12:00:00+00:00",
}


def _delivered(event: RunEvent) -> dict[str, Any]:
    """The event as a target gets it, in the envelope that EventBridge makes of an entry."""
    entry = event.to_entry()
    assert entry.keys() == {"Source", "DetailType", "Detail"}
    made = {
        "version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "account": "123456789012",
        "region": "us-east-1", "resources": [], "time": datetime.now(UTC).isoformat(),
        "source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"]),
    }  # fmt: skip
    RUN_EVENT.validate(made)
    return made


def test_the_schema_asks_for_what_its_kind_of_event_reports() -> None:
    """An event that lacks its own members is refused, so validating means something."""
    event = RunEvent(RunEventKind.STARTED, RUN)
    with pytest.raises(jsonschema.ValidationError, match="'rows' is a required property"):
        _delivered(event)


def test_a_run_that_waits_reports_its_place() -> None:
    """And since when, and how many rows it brings."""
    event = run_waiting(drop(), checked(90, rows=100, rejected=10), position=3, since=STARTED, dropped=CREATED)
    made = _delivered(event)
    assert (made["source"], made["detail-type"]) == ("cognito-drop", "Import Run Waiting")
    assert made["detail"] == RUN | {
        "rows": {"total": 100, "accepted": 90, "rejected": 10},
        "position": 3,
        "waiting_since": "2026-07-01T12:00:30+00:00",
    }


def test_a_run_that_starts_reports_its_parts() -> None:
    """One import job each; the time of the drop may be unknown."""
    made = _delivered(run_started(drop(), checked(90, 30), started=STARTED, dropped=None))
    assert made["detail-type"] == "Import Run Started"
    assert made["detail"] == RUN | {
        "dropped_at": None,
        "rows": {"total": 120, "accepted": 120, "rejected": 0},
        "parts": 2,
        "started_at": "2026-07-01T12:00:30+00:00",
    }


def test_a_run_that_has_finished_reports_outcome_and_counts() -> None:
    """And where its results are."""
    made = _delivered(
        run_finished(
            summary(
                outcome=Outcome.PARTLY_IMPORTED,
                rows=RowAccount(3, 1, 1, 1),
                jobs=[job(started=STARTED, completed=COMPLETED)],
                site=Site("aws", "us-east-1"),
            )
        )
    )
    folder = f"results/{drop().run_id}/"
    assert made["detail-type"] == "Import Run Finished"
    assert made["detail"] == RUN | {
        "outcome": "partly_imported",
        "has_failures": True,
        "rows": {
            "total": 3, "imported": 1, "skipped": 1, "failed": 1, "rejected": 0, "unprocessed": 0, "accepted": None,
        },
        "details_incomplete": True,
        "details_missing": ["file_gone"],
        "rows_unknown": None,
        "problem_code": None,
        "started_at": "2026-07-01T12:00:30+00:00",
        "ended_at": "2026-07-01T13:01:31+00:00",
        "results": f"s3://drops/{folder}",
        "console": f"https://us-east-1.console.aws.amazon.com/s3/buckets/drops?region=us-east-1&prefix={folder}",
    }  # fmt: skip


def test_a_file_that_cannot_be_imported_reports_the_code() -> None:
    """The sentence, which may name columns, is in the summary; a rule can still tell one reason from another."""
    problem = Problem(ProblemCode.UNKNOWN_COLUMNS, "The pool has no column Geheim.", "Leave it out.")
    event = run_finished(summary(outcome=Outcome.REJECTED, file=CheckedFile(problem=problem), rows=RowAccount()))
    made = _delivered(event)
    assert made["detail"]["problem_code"] == "unknown_columns"
    assert made["detail"]["pool"]["id"] is None
    assert "Geheim" not in json.dumps(made)


@given(summaries)
def test_every_run_has_an_event_of_the_published_shape(made: Summary) -> None:
    """Small enough for EventBridge, whatever the file is called."""
    event = run_finished(made)
    _delivered(event)
    assert len(json.dumps(event.to_entry())) < LARGEST_ENTRY


def test_no_event_quotes_a_value() -> None:
    """Reasons and Cognito's own words stay in the results."""
    tally = RowTally()
    tally.add(2, RowVerdict(RowOutcome.FAILED, "invalid_email", "Invalid email address format: canary@example.com"))
    jobs = [job(message="canary says Cognito", imported=1)]
    preflight = {"reasons": [], "warnings": [{"code": "mostly_known", "message": "canary"}]}
    made = summary(tally=tally, jobs=jobs, preflight=preflight, error="canary")
    assert "canary" not in run_finished(made).to_entry()["Detail"]


def test_a_dry_run_says_so() -> None:
    """No one takes it for an import."""
    made = summary(drop=drop("check/people/users.csv"), outcome=Outcome.CHECKED, file=checked(2, is_dry_run=True))
    assert _delivered(run_finished(made))["detail"]["dry_run"] is True


def test_the_rule_in_the_docs_matches_what_it_says() -> None:
    """Runs that brought users into the pool, and no others."""
    page = Path("docs/notifications.md").read_text("utf-8")
    (rule,) = [
        json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if "detail-type" in block
    ]
    imported = run_finished(summary())
    none_imported = run_finished(summary(outcome=Outcome.FAILED, rows=RowAccount(2, failed=2)))
    elsewhere = run_finished(summary(drop=drop("inbox/guests/users.csv")))
    started = run_started(drop(), checked(2), started=STARTED, dropped=None)
    events = [_delivered(event) for event in (imported, none_imported, elsewhere, started)]
    assert [patterns.matches(rule, event) for event in events] == [True, False, False, False]
