"""The sweep as it is called: by its schedule for everything, by an event for the run whose execution has died."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import ExecutionStatus, RunState
from lambdas.runtime.boundary import UnexpectedError
from lambdas.sweep import handler
from lambdas.sweep.inbox_sweep import InboxSweep
from lambdas.sweep.job_census import JobCensus
from lambdas.sweep.run_sweep import RunSweep
from lambdas.sweep.staging_sweep import StagingSweep
from tests.ledger_table import TABLE
from tests.unit.handler_world import give
from tests.unit.queue_world import QueueWorld, run_id
from tests.unit.samples import POOL_ID, drop, job
from tests.unit.sweep_world import whole_sweep

if TYPE_CHECKING:
    import io

    from mypy_boto3_s3 import S3Client

CONTEXT = SimpleNamespace(
    function_name="sweep", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="r",
    get_remaining_time_in_millis=lambda: 300_000,
)  # fmt: skip
SCHEDULED = {"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}


@pytest.fixture
def world(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> QueueWorld:
    """Runs, a bucket, and a pool with one job that a crash has left behind."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "sweep")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "imports")
    world = QueueWorld()
    world.imports.add(POOL_ID, job("Created", name=f"cognito-drop-{'0' * 32}-1"))
    sweep = whole_sweep(world, s3)
    give(monkeypatch, handler.lambda_handler, sweep)
    return world


def _call(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = handler.lambda_handler(event, CONTEXT)  # type: ignore[arg-type]  # the parts that are read
    return answer


def _died(name: str) -> dict[str, Any]:
    detail = {"name": name, "status": "FAILED", "executionArn": f"arn:aws:states:::execution:import:{name}"}
    return {"detail-type": "Step Functions Execution Status Change", "source": "aws.states", "detail": detail}


def _measured(printed: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    return {name: value for line in lines for name, value in line.items() if name != "_aws"}


def test_everything_is_swept_on_schedule(world: QueueWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The inbox, the runs, the lock and the jobs; what was found is measured."""
    world.checked("a", "b")
    world.executions.start(world.run("a").drop)
    world.executions.statuses[run_id("a")] = ExecutionStatus.FAILED
    world.executions.start(world.run("b").drop)
    world.enqueue("b")
    assert _call(SCHEDULED) == {"missed": 1, "released": 0, "actions": {"resume": 1, "leave": 1}}
    assert {drop(version_id="missed").run_id, f"{run_id('a')}-2"} <= world.executions.started.keys()
    assert (world.holder, world.executions.woken) == ("b", ["token of b"])
    measured = _measured(capsys.readouterr().out)
    assert {name: measured[name] for name in ("DropsMissed", "RunsResumed", "RunsWaiting")} == {
        "DropsMissed": [1.0], "RunsResumed": [1.0], "RunsWaiting": [1.0],
    }  # fmt: skip
    assert (measured["ImportJobsUsed"], measured["ImportJobsOrphaned"]) == ([1.0], [1.0])


def test_a_sweep_that_finds_nothing_is_measured_too(world: QueueWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """That it has come through is what an alarm looks for."""
    _call(SCHEDULED)
    world.executions.statuses = {}
    capsys.readouterr()
    assert _call(SCHEDULED) == {"missed": 0, "released": 0, "actions": {"leave": 1}}
    measured = _measured(capsys.readouterr().out)
    assert measured["DropsMissed"] == [0.0]
    assert "ImportJobsUsed" not in measured, "jobs are counted once an hour"


def test_the_run_of_an_execution_that_died_is_treated_at_once(
    world: QueueWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """That run only: the inbox and the other runs wait for the schedule."""
    world.checked("a", "b")
    for letter in "ab":
        world.executions.start(world.run(letter).drop)
        world.executions.statuses[run_id(letter)] = ExecutionStatus.ABORTED
    assert _call(_died(run_id("a"))) == {"actions": {"finalize": 1}}
    assert list(world.executions.started) == [run_id("a"), run_id("b"), f"{run_id('a')}-2"]
    assert _measured(capsys.readouterr().out)["RunsFinalized"] == [1.0]


def test_an_execution_that_is_not_the_newest_brings_nothing_about(world: QueueWorld) -> None:
    """Its event is late: another execution goes on with the run."""
    world.checked("a")
    world.executions.start(world.run("a").drop)
    world.ledger.renew(world.run("a"), world.epoch())
    assert _call(_died(run_id("a"))) == {}
    assert list(world.executions.started) == [run_id("a")]


@pytest.mark.parametrize("name", ["by-hand", "0" * 32])
def test_an_execution_of_no_run_brings_nothing_about(world: QueueWorld, name: str) -> None:
    """Someone has tried the state machine by hand."""
    assert _call(_died(name)) == {}
    assert world.executions.started == {}


def test_a_run_of_which_people_were_reported_is_left_alone(world: QueueWorld) -> None:
    """Its execution failed after that."""
    world.checked("a")
    world.executions.start(world.run("a").drop)
    world.executions.statuses[run_id("a")] = ExecutionStatus.FAILED
    world.put("a", RunState.ENDED)
    assert _call(_died(run_id("a"))) == {"actions": {"leave": 1}}


def test_a_count_that_fails_keeps_nothing_from_being_measured(
    world: QueueWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep has come through before jobs are counted; the count is made up for by the next one."""

    def broken(_: object) -> None:
        raise ValueError

    monkeypatch.setattr(world.imports, "all", broken)
    assert _call(SCHEDULED)["missed"] == 1
    measured = _measured(capsys.readouterr().out)
    assert measured["DropsMissed"] == [1.0]
    assert "RunsWaiting" in measured
    assert "ImportJobsUsed" not in measured


@pytest.mark.parametrize("broken", ["runs", "inbox", "jobs", "staging"])
def test_a_pass_that_fails_keeps_none_of_the_others_from_being_made(
    world: QueueWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Each does its work; the sweep fails at its end, and its alarm has the number of failures."""

    def fails(*_: object, **__: object) -> None:
        raise ValueError

    world.checked("a")
    world.executions.start(world.run("a").drop)
    world.executions.statuses[run_id("a")] = ExecutionStatus.FAILED
    passes = {"runs": RunSweep, "inbox": InboxSweep, "jobs": JobCensus, "staging": StagingSweep}
    monkeypatch.setattr(passes[broken], "run", fails)
    with pytest.raises(UnexpectedError, match="ValueError"):
        _call(SCHEDULED)
    measured = _measured(capsys.readouterr().out)
    assert (f"{run_id('a')}-2" in world.executions.started) is (broken != "runs")
    assert measured["DropsMissed"] == [float(broken != "inbox")]
    assert ("ImportJobsUsed" in measured) is (broken != "jobs")
    assert measured["SweepFailures"] == [1.0]


def test_a_run_that_the_ledger_has_lost_is_recorded_again(world: QueueWorld) -> None:
    """When its execution fails for that: the file is known from the execution, and the report says what was lost."""
    world.executions.start(drop(), 2)
    world.executions.statuses[f"{drop().run_id}-2"] = ExecutionStatus.FAILED
    assert _call(_died(f"{drop().run_id}-2")) == {"actions": {"resume": 1}}
    record = world.ledger.read(drop().run_id)
    assert (record.drop, record.damage) == (drop(), ("item",))
    assert f"{drop().run_id}-3" in world.executions.started


def test_a_run_in_a_state_of_a_newer_version_comes_to_its_end(world: QueueWorld) -> None:
    """No list of the open runs has it; it is found by its file, and closed before another execution reports it."""
    missed = drop(version_id="missed")
    world.ledger.accept(missed, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
    world.executions.start(missed)
    world.executions.statuses[missed.run_id] = ExecutionStatus.FAILED
    world.client.update_item(
        TableName=TABLE,
        Key=run_key(missed.run_id),
        UpdateExpression="SET run_state = :state",
        ExpressionAttributeValues={":state": "transmogrifying"},
    )
    assert _call(SCHEDULED) == {"missed": 0, "released": 0, "actions": {"resume": 1}}
    record = world.ledger.read(missed.run_id)
    assert (record.state, record.is_closing, record.damage) == (RunState.REPORTING, True, ("run_state",))
    assert f"{missed.run_id}-2" in world.executions.started


def test_a_sweep_that_fails_says_so(world: QueueWorld, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is called again, and the next one comes by itself."""

    def broken(_: object) -> None:
        raise ValueError

    world.checked("a")
    monkeypatch.setattr(world.executions, "status", broken)
    with pytest.raises(UnexpectedError, match="ValueError"):
        _call(SCHEDULED)
    assert "Function failed." in log.getvalue()


def test_an_operator_stops_a_run_that_waits_for_its_malware_scan(world: QueueWorld) -> None:
    """The event of `cognito-drop stop`; a run that waits for none is left to its execution."""
    waiting = drop("inbox/people/a.csv")
    world.ledger.accept(
        waiting, size=1, dropped_at="2026-07-01T12:00:00Z", dropped_by="", scan_until=world.epoch() + 60
    )
    assert _call({"stop": {"run_id": waiting.run_id}}) == {"stopped": True}
    assert (world.ledger.read(waiting.run_id).is_stopped, list(world.executions.started)) == (True, [waiting.run_id])
    assert _call({"stop": {"run_id": waiting.run_id}}) == {"stopped": False}
