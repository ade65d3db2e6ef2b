"""What is measured, and the lines of the embedded metric format that say so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cognito_drop.contract.metric_names import Metric, Monitoring
from cognito_drop.contract.statuses import HoldReason, Outcome, RunState
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.sweep_action import Action
from lambdas.runtime.metrics import record_metrics
from tests.unit.samples import STARTED, checked, drop, job, summary

NOON = 1_782_907_200.0  # 2026-07-01T12:00:00Z


def _record(state: RunState = RunState.ACCEPTED, **changes: Any) -> RunRecord:  # noqa: ANN401  (fields have many types)
    return replace(RunRecord(drop(), state, "2026-07-01T12:00:00Z"), **changes)


@pytest.fixture
def in_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a function."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "sweep")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "imports")


def _written(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_of_a_run_has_a_metric(outcome: Outcome) -> None:
    """One run is counted, under its outcome."""
    runs = {metric: value for metric, value in run_metrics.of_run(summary(outcome=outcome)).items() if "Runs" in metric}
    assert list(runs.values()) == [1]
    assert [metric.name for metric in runs] == [f"RUNS_{outcome.name}"]


def test_rows_are_counted_by_outcome() -> None:
    """Those that are none are told too: nothing failed is a measure."""
    rows = RowAccount(total=15, imported=1, skipped=2, failed=3, rejected=4, unprocessed=5)
    assert run_metrics.of_run(summary(rows=rows, outcome=Outcome.STOPPED)) == {
        Metric.RUNS_STOPPED: 1,
        Metric.ROWS_IMPORTED: 1,
        Metric.ROWS_SKIPPED: 2,
        Metric.ROWS_FAILED: 3,
        Metric.ROWS_REJECTED: 4,
        Metric.ROWS_UNPROCESSED: 5,
    }


def test_a_dry_run_counts_no_rows() -> None:
    """Nothing was to be imported, so nothing is unprocessed."""
    dry = summary(file=replace(checked(2), is_dry_run=True), outcome=Outcome.CHECKED)
    assert run_metrics.of_run(dry) == {Metric.RUNS_CHECKED: 1}


def test_a_job_has_a_duration_and_a_rate() -> None:
    """Rows that Cognito has dealt with, whatever became of them, by the seconds it took."""
    ended = job("Succeeded", 60, 20, 20, started=STARTED, completed=STARTED + timedelta(seconds=4))
    assert run_metrics.of_job(ended) == {Metric.JOB_DURATION: 4.0, Metric.JOB_RATE: 25.0}


def test_a_job_of_no_time_has_no_rate() -> None:
    """And one that was never started has nothing to tell."""
    assert run_metrics.of_job(job("Failed", 1, started=STARTED, completed=STARTED)) == {Metric.JOB_DURATION: 0.0}
    assert run_metrics.of_job(job("Expired")) == {}


def test_memberships_are_those_of_this_call() -> None:
    """Earlier calls have measured theirs."""
    before, after = (
        MembershipProgress(added=3, failed=2, throttled=1),
        MembershipProgress(added=7, failed=5, throttled=9),
    )
    assert run_metrics.of_memberships(before, after) == {
        Metric.MEMBERSHIPS_ADDED: 4,
        Metric.MEMBERSHIPS_FAILED: 3,
        Metric.MEMBERSHIPS_THROTTLED: 8,
    }


def test_the_wait_for_the_lock_is_from_the_queue_to_the_lock() -> None:
    """In seconds, and never less than none, as two machines' clocks may differ."""
    waited = _record(waiting_since="2026-07-01T12:00:10+00:00", lock_at=NOON + 100)
    assert run_metrics.of_lock(waited) == {Metric.LOCK_WAIT: 90.0}
    assert run_metrics.of_lock(replace(waited, lock_at=NOON)) == {Metric.LOCK_WAIT: 0.0}
    assert run_metrics.of_lock(replace(waited, lock_at=0.0)) == {}
    assert run_metrics.of_lock(_record(lock_at=NOON)) == {}


def test_open_runs_report_of_the_queue_and_the_oldest() -> None:
    """Only those in the queue wait; the age is since the drop; the executions are those of one run."""
    runs = [
        _record(RunState.IMPORTING, executions=3),
        _record(RunState.WAITING, dropped_at="2026-07-01T12:30:00Z", executions=2),
        _record(RunState.WAITING, dropped_at="2026-07-01T12:40:00Z"),
    ]
    assert run_metrics.of_open_runs(runs, NOON + 3600) == {
        Metric.RUNS_WAITING: 2,
        Metric.RUNS_HELD: 0,
        Metric.RUNS_WAITING_FOR_JOB: 0,
        Metric.OLDEST_RUN_AGE: 3600.0,
        Metric.MOST_EXECUTIONS: 3,
    }


def test_no_open_run_is_reported_as_zero() -> None:
    """An alarm that sees no data would not know whether anybody looked."""
    assert set(run_metrics.of_open_runs([], NOON).values()) == {0}


def test_a_held_run_is_counted_as_held_and_is_not_old() -> None:
    """Its age begins with its release: an alarm on it would call for an action that is not needed."""
    hold = Hold(HoldReason.JOBS_PER_DAY, NOON + 7200)
    waits = PartJob("import-1", refused_since="2026-07-01T12:00:00+00:00", waits_for_other=True)
    runs = [
        _record(RunState.WAITING, dropped_at="2026-06-21T12:00:00Z", hold=hold),
        _record(RunState.WAITING, dropped_at="2026-06-21T12:00:00Z", released_at="2026-07-01T12:30:00Z"),
        _record(RunState.IMPORTING, dropped_at="2026-07-01T12:40:00Z", parts={1: waits}),
    ]
    assert run_metrics.of_open_runs(runs, NOON + 3600) == {
        Metric.RUNS_WAITING: 1,
        Metric.RUNS_HELD: 1,
        Metric.RUNS_WAITING_FOR_JOB: 1,
        Metric.OLDEST_RUN_AGE: 1800.0,
        Metric.MOST_EXECUTIONS: 1,
    }


def test_of_all_pools_the_one_with_most_jobs_is_measured() -> None:
    """One metric for any number of pools; what was forgotten counts in all of them."""
    assert run_metrics.of_pools([(3, 1), (950, 0), (7, 2)]) == {
        Metric.IMPORT_JOBS_USED: 950,
        Metric.IMPORT_JOBS_ORPHANED: 3,
    }
    assert run_metrics.of_pools([]) == {}


@pytest.mark.parametrize("action", Action)
def test_every_action_resumes_or_finalizes_or_leaves(action: Action) -> None:
    """Each is counted once, under one metric, unless nothing was done."""
    counted = sum(run_metrics.of_actions({action: 2}).values())
    assert counted == (0 if action is Action.LEAVE else 2)
    assert run_metrics.of_actions({action: 2})[Metric.RUNS_FINALIZED] == (2 if action is Action.FINALIZE else 0)


@pytest.mark.usefixtures("in_function")
def test_metrics_of_a_function_have_its_name_as_the_only_dimension(capsys: pytest.CaptureFixture[str]) -> None:
    """One line in the embedded format, with the unit of each metric."""
    record_metrics({Metric.RUNS_WAITING: 2, Metric.OLDEST_RUN_AGE: 1.5})
    line = _written(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "imports",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "RunsWaiting", "Unit": "Count"}, {"Name": "OldestRunAge", "Unit": "Seconds"}],
    }
    assert {name: line[name] for name in line if name != "_aws"} == {
        "service": "sweep",
        "RunsWaiting": [2.0],
        "OldestRunAge": [1.5],
    }


@pytest.mark.usefixtures("in_function")
def test_metrics_can_be_reported_for_another_function(capsys: pytest.CaptureFixture[str]) -> None:
    """The sweep gives turns too, and the wait for them is one metric."""
    record_metrics({Metric.LOCK_WAIT: 1}, service="import_queue")
    assert _written(capsys)["service"] == "import_queue"


@pytest.mark.usefixtures("in_function")
def test_nothing_measured_is_nothing_written(capsys: pytest.CaptureFixture[str]) -> None:
    """No empty line, and no warning in its place."""
    record_metrics({})
    assert capsys.readouterr().out == ""


def test_no_measure_names_a_run_or_a_file(capsys: pytest.CaptureFixture[str], in_function: None) -> None:  # noqa: ARG001
    """A metric lives fifteen months and is seen by many; what it is about stays in the ledger."""
    named = summary(drop=Drop("drops", "inbox/people/secret-name.csv", "v1"))
    record_metrics(run_metrics.of_run(named))
    record_metrics(run_metrics.of_open_runs([_record()], NOON))
    written = capsys.readouterr().out
    assert written
    assert "secret-name" not in written
    assert named.drop.run_id not in written
    assert _record().drop.run_id not in written


IDLE = {
    **run_metrics.of_open_runs([], 0),
    **run_metrics.of_actions({}),
    Metric.SWEEP_FAILURES: 0,
    Metric.IMPORT_JOBS_USED: 7,
}
"""What a sweep measures of a deployment into which nothing is dropped."""


@pytest.mark.parametrize(
    ("monitoring", "metrics"),
    [("full", set(IDLE)), ("alarms", {Metric.SWEEP_FAILURES, Metric.IMPORT_JOBS_USED}), ("none", set())],
)
@pytest.mark.usefixtures("in_function")
def test_what_nothing_reads_is_not_recorded(
    monitoring: str, metrics: set[Metric], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For alarms a 0 is as good as no value, but of the sweep's failures: without one the alarm goes off."""
    monkeypatch.setenv("MONITORING", monitoring)
    record_metrics(IDLE)
    said = capsys.readouterr().out
    recorded = [json.loads(line) for line in said.splitlines()]
    assert {name for line in recorded for name in line.keys() & set(Metric)} == metrics


def test_alarms_record_what_they_go_off_for() -> None:
    """A run that takes too long, or does not end."""
    watched = {metric for metric in Metric if Monitoring.ALARMS.records(metric, 1)}
    assert watched == {
        Metric.OLDEST_RUN_AGE, Metric.MOST_EXECUTIONS, Metric.SWEEP_FAILURES, Metric.IMPORT_JOBS_USED
    }  # fmt: skip
