"""Runs whose items the ledger has lost are recorded again as such, and end with their jobs and their locks."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import LedgerConflictError, RefusedError
from cognito_drop.contract.job_names import job_name
from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.runs.start_decision import LEASE_MARGIN
from cognito_drop.core.runs.sweep_action import Action
from lambdas.preflight.file_problems import unknown_alias
from lambdas.stop_import.import_stop import ImportStop
from lambdas.use_cases.acceptance import Acceptance
from tests.unit.queue_world import SCOPE, run_id
from tests.unit.report_world import ReportWorld
from tests.unit.samples import POOL_ID, ROLE, drop
from tests.unit.sweep_world import SweepWorld

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord

A = drop("inbox/people/a.csv")
FILE = b"cognito:username,email,email_verified\na,a@example.com,true\n"


class LostWorld(SweepWorld):
    """Two runs that import into the same pool, one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.pools["people"] = PoolSettings(POOL_ID, jobs_in_reserve=0)
        self.started("a", "b")

    def accept(self, letter: str) -> RunRecord:
        """The event of a run's upload comes again; the run as it is then."""
        acceptance = Acceptance(self.ledger, self.executions, self.scans, self.pools, lambda: self.now)
        acceptance.accept(
            drop(f"inbox/people/{letter}.csv"), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody"
        )
        return self.run(letter)

    def has_job(self, status: str, part: int = 1) -> str:
        """The first run has the lock, and a job in this status; return the job's id."""
        self.enqueue("a", "b")
        self.import_queue.serve(SCOPE, 0.0)
        job_id = self.imports.create(POOL_ID, job_name(run_id("a"), part), ROLE, None)[0].job_id
        self.imports.advance(job_id, status)
        return job_id


@pytest.fixture
def world(aws: None) -> LostWorld:  # noqa: ARG001
    """Their files are checked, and their executions run."""
    return LostWorld()


def test_an_event_that_comes_again_records_a_lost_run_as_lost(world: LostWorld) -> None:
    """From the first moment: its execution, which waits for the lock, would report a file without rows otherwise."""
    world.enqueue("a")
    world.lose("a")
    record = world.accept("a")
    assert (record.damage, record.is_closing, record.dropped_by) == (("item",), True, "somebody")
    assert world.names == ["a", "b"], "no other execution is started"
    with pytest.raises(RefusedError):
        world.take("a")
    assert world.locks.release(A, "RefusedError").released
    assert (world.run("a").state, world.run("a").damage) == (RunState.REPORTING, ("item",))


def test_what_is_known_of_a_lost_run_needs_no_second_write(world: LostWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after the first one would leave a run that seems to begin."""
    world.lose("a")
    put = world.client.put_item

    def crash(**given: Any) -> None:  # noqa: ANN401  (of PutItem)
        put(**given)
        raise ConnectionError

    monkeypatch.setattr(world.client, "put_item", crash)
    with pytest.raises(ConnectionError):
        world.accept("a")
    assert world.run("a").damage == ("item",)


def test_the_event_of_a_run_that_is_known_changes_nothing(world: LostWorld) -> None:
    """Nor is the run started again."""
    before = world.item("a")
    world.accept("a")
    assert (world.item("a"), world.names) == (before, ["a", "b"])


@pytest.mark.parametrize("by", ["event", "sweep", "execution"])
def test_a_lost_run_keeps_its_lock_until_its_job_is_over(world: LostWorld, by: str) -> None:
    """However it is recorded again: the job is known by its name, and another run would start a second one."""
    job_id = world.has_job("InProgress")
    world.lose("a")
    if by == "event":
        world.accept("a")
    elif by == "sweep":
        world.sweep()
    else:
        record = world.sweeping.lost.recorded_again(run_id("a"))
        assert record is not None
        assert record.dropped_by == "", "an execution does not say who"
    world.sweep()
    assert world.holder == "a", "nothing has looked for its jobs yet"
    assert not world.locks.release(A, "").released
    record = world.run("a")
    assert (record.state, record.pool_id) == (RunState.IMPORTING, POOL_ID)
    assert record.parts == {1: PartJob(job_id, uploaded=True)}, "its rows are not reported as unprocessed"
    world.sweep()
    assert world.holder == "a"
    world.imports.advance(job_id, "Succeeded", JobCounts(2))
    assert world.locks.release(A, "").released
    assert (world.run("a").state, world.holder) == (RunState.REPORTING, "b")


def test_a_job_that_a_call_may_be_about_to_start_is_waited_for(world: LostWorld) -> None:
    """Until no call can start it any more: which calls could was in the lost item."""
    world.has_job("Created")
    world.lose("a")
    world.accept("a")
    assert not world.locks.release(A, "").released
    world.pass_by(900 + 60)
    assert world.locks.release(A, "").released


def test_a_job_that_may_not_be_looked_at_is_waited_for(world: LostWorld) -> None:
    """For as long as a deployment may take to change a role, and a call may start it: both were in the lost item."""
    world.has_job("InProgress")
    world.lose("a")
    world.accept("a")
    world.imports.is_hidden = True
    assert not world.locks.release(A, "").released
    world.pass_by(900)
    assert not world.locks.release(A, "").released
    world.pass_by(LEASE_MARGIN)
    assert world.locks.release(A, "").released


def test_a_lost_run_whose_execution_has_ended_is_resumed(world: LostWorld) -> None:
    """Its import is over with the lock: the execution that is started finds that, and reports."""
    world.has_job("Succeeded")
    world.died("a")
    world.lose("a")
    world.accept("a")
    assert world.act_on("a") is Action.RESUME
    assert world.names == ["a", "b", "a-2"]
    assert (world.run("a").state, list(world.run("a").parts)) == (RunState.IMPORTING, [1])


_OVER = [status for status in ExecutionStatus if not status.is_running]


@pytest.mark.parametrize("by", ["event", "sweep"])
@pytest.mark.parametrize("status", _OVER)
def test_the_lock_of_a_lost_run_goes_on_however_its_execution_has_ended(
    world: LostWorld, status: ExecutionStatus, by: str
) -> None:
    """Another execution is started, or the same one where it is gone, and ends the import."""
    world.has_job("Succeeded")
    world.lose("a")
    world.accept("a") if by == "event" else world.sweep()
    if status is ExecutionStatus.MISSING:
        del world.executions.started[run_id("a")]
    else:
        world.died("a", status)
    world.sweep()
    assert world.holder == "a"
    assert world.executions.status(world.run("a").execution_name).is_running
    assert world.locks.release(A, "").released
    assert (world.run("a").state, world.holder) == (RunState.REPORTING, "b")


def test_the_lock_of_a_pool_that_is_gone_is_freed_when_its_lost_run_is_over(world: LostWorld) -> None:
    """Its scope is not known any more, but the runs in the queue know theirs."""
    for letter in "ab":
        assert world.import_queue.enqueue(world.run(letter), "pool-1", letter, world.now.isoformat())
    world.import_queue.serve("pool-1", 0.0)
    world.lose("a")
    world.accept("a")
    world.sweep()
    assert world.import_queue.head("pool-1").holder == run_id("a")
    assert world.locks.release(A, "").released
    world.sweep()
    assert world.import_queue.head("pool-1").holder == run_id("b")


def test_the_job_of_a_lost_run_is_stopped_with_it(world: LostWorld) -> None:
    """What was checked of the file is not known any more; where the job is, is."""
    job_id = world.has_job("InProgress")
    world.lose("a")
    world.sweep()
    world.died("a", ExecutionStatus.ABORTED)
    assert world.act_on("a") is Action.FINALIZE
    stop = ImportStop(world.imports, world.ledger, 10, world.epoch)
    assert (stop.stop(run_id("a")).job_id, stop.stop(run_id("a")).status) == (job_id, "Stopping")


def test_the_job_of_a_lost_run_is_followed_where_it_was_found(world: LostWorld) -> None:
    """Its file is checked again when its pool is not in the deployment any more: no pool belongs to that result."""
    job_id = world.has_job("InProgress")
    world.lose("a")
    world.accept("a")
    assert not world.locks.release(A, "").released
    del world.pools["people"]
    world.ledger.keep_file(run_id("a"), CheckedFile(problem=unknown_alias(world.pools)))
    assert not world.locks.release(A, "").released
    stop = ImportStop(world.imports, world.ledger, 10, world.epoch)
    assert (stop.stop(run_id("a")).job_id, stop.stop(run_id("a")).status) == (job_id, "Stopping")


@pytest.mark.parametrize("broken", [None, ValueError()])
def test_a_lost_run_of_a_pool_that_is_not_known_ends_too(world: LostWorld, broken: Exception | None) -> None:
    """It was taken out of the deployment, or its settings cannot be read."""

    def get(_: str) -> None:
        if broken:
            raise broken

    world.enqueue("a")
    world.lose("a")
    world.accept("a")
    damaged = replace(world.damaged, pools=SimpleNamespace(get=get))
    locks = replace(world.locks, damaged=damaged)
    assert damaged.readable(A, world.run("a")) == damaged.readable(A, world.run("a")), "it is looked for once"
    assert locks.release(A, "").released
    assert world.run("a").state is RunState.REPORTING


def test_a_list_of_jobs_that_is_denied_is_not_taken_for_an_empty_one(world: LostWorld) -> None:
    """A deployment changes roles, and IAM takes its time: the run waits, and its lock stays."""
    job_id = world.has_job("InProgress")
    world.lose("a")
    world.accept("a")
    world.imports.hides_lists = True
    with pytest.raises(ClientError):
        world.locks.release(A, "")
    world.died("a")
    assert len(world.sweep().failures) == 1, "nor is an execution started that could not find them either"
    assert (world.holder, world.run("a").is_to_be_found) == ("a", True)
    world.imports.hides_lists = False
    world.sweep()
    assert not world.locks.release(A, "").released
    assert world.run("a").parts[1].job_id == job_id


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("parts", 7), ("run_state", "odd"), ("executions", "x"), ("dropped_at", "noon"), ("key", 1), ("lease_until", "x")],
)
@pytest.mark.parametrize("scope", [SCOPE, POOL_ID])
def test_the_jobs_of_a_lost_run_are_found_though_its_item_is_damaged_besides(
    world: LostWorld, attribute: str, value: str | int, scope: str
) -> None:
    """Its lock as well: the item has said nothing of either since it was lost."""
    assert world.import_queue.enqueue(world.run("a"), scope, "a", world.now.isoformat())
    world.import_queue.serve(scope, 0.0)
    job_id = world.imports.create(POOL_ID, job_name(run_id("a"), 1), ROLE, None)[0].job_id
    world.imports.advance(job_id, "InProgress")
    world.lose("a")
    world.accept("a")
    world.damage("a", attribute, value)
    assert not world.locks.release(A, "").released
    record = world.run("a")
    assert (record.state, record.scope, record.parts[1].job_id) == (RunState.IMPORTING, scope, job_id)
    assert record.damage == tuple(sorted((attribute, "item")))
    world.imports.advance(job_id, "Succeeded")
    assert world.locks.release(A, "").released
    assert world.import_queue.head(scope).holder is None


@pytest.mark.usefixtures("aws")
def test_a_lost_run_is_not_reported_before_its_import_is_over() -> None:
    """Its jobs are not known before; the sweep starts an execution that releases its lock first."""
    world = ReportWorld()
    world.check(FILE)
    world.import_part(1)
    world.ledger.forget(world.drop.run_id)
    world.ledger.accept(world.drop, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="", lost_executions=1)
    with pytest.raises(RefusedError):
        world.report()
    world.ledger.put(world.drop.run_id, state=RunState.REPORTING)
    summary = world.report()
    assert (summary.missing, summary.to_json()["details_incomplete"]) == ({DetailGap.LEDGER_DAMAGED: []}, True)


@pytest.mark.usefixtures("aws")
def test_a_report_makes_no_item_of_a_run_that_is_lost_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would have a result and no file: no one could resume it before its notification."""
    world = ReportWorld()
    world.check(FILE)
    world.import_part(1)
    keep = world.ledger.report

    def lost(*given: Any) -> None:  # noqa: ANN401  (of the ledger)
        world.ledger.forget(world.drop.run_id)
        keep(*given)

    monkeypatch.setattr(type(world.ledger), "report", lambda _, *given: lost(*given))
    with pytest.raises(LedgerConflictError):
        world.report()
    assert not world.ledger.item(world.drop.run_id)
