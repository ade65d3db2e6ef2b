"""A repair does what the sweep does for one run, at once; looking changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.runs.repair import LOST, REPAIRS, FoundRun
from cognito_drop.core.runs.sweep_action import Action
from lambdas.sweep.run_repair import RunRepair
from tests.ledger_table import TABLE
from tests.unit.queue_world import SCOPE, run_id
from tests.unit.samples import drop
from tests.unit.sweep_world import SweepWorld, whole_sweep

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class RepairWorld(SweepWorld):
    """Runs, and a repair."""

    def __init__(self, s3: S3Client) -> None:
        super().__init__()
        self.repairs = RunRepair(whole_sweep(self, s3))

    def look(self, letter: str) -> FoundRun:
        """Look at a run; nothing changes."""
        before = self.client.scan(TableName=TABLE)["Items"], self.names
        found = self.repairs.look(run_id(letter))
        assert (self.client.scan(TableName=TABLE)["Items"], self.names) == before
        return found

    def repair(self, letter: str) -> FoundRun:
        """Repair a run."""
        return self.repairs.run(run_id(letter))


@pytest.fixture
def world(s3: S3Client) -> RepairWorld:
    """Nothing was dropped yet."""
    return RepairWorld(s3)


@pytest.mark.parametrize("state", [RunState.ACCEPTED, RunState.REPORTING, RunState.REPORTED])
def test_a_run_that_has_failed_again_and_again_is_resumed_at_once(world: RepairWorld, state: RunState) -> None:
    """At its check, its report, or its notification; the sweep would pause for up to an hour."""
    world.started("a")
    world.put("a", state)
    for _ in range(4):
        record = world.ledger.renew(world.run("a"), world.epoch())
        world.executions.start(record.drop, record.executions)
    world.died("a")
    assert world.act_on("a") is Action.LEAVE
    found = world.look("a")
    assert (found.action, found.executions, found.execution_status) == ("resume", 5, "FAILED")
    assert found.found == [f"State: {state}. Newest execution: {run_id('a')}-5, FAILED."]
    world.repair("a")
    assert world.names[-1] == "a-6"


def test_a_repair_that_is_asked_for_twice_does_everything_once(world: RepairWorld) -> None:
    """The second one finds that an execution runs."""
    world.started("a")
    world.died("a")
    world.repair("a")
    assert world.repair("a").does == ["Nothing to repair: its execution is running."]
    assert world.names == ["a", "a-2"]


def test_a_repair_and_a_sweep_at_once_do_everything_once(world: RepairWorld) -> None:
    """Both ask for the execution after the one that they have found."""
    world.started("a")
    world.died("a")
    world.meanwhile.before("update_item", lambda: world.ledger.renew(world.run("a"), world.epoch()))
    world.repair("a")
    assert (world.run("a").executions, world.names) == (2, ["a"])


def test_what_was_done_is_reported_and_not_what_was_planned(
    world: RepairWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run was stopped between the look and the action."""
    world.started("a")
    statuses = iter([ExecutionStatus.FAILED, ExecutionStatus.ABORTED])
    monkeypatch.setattr(world.executions, "status", lambda _: next(statuses))
    assert world.repair("a").action == "finalize"
    assert world.run("a").is_stopped


@pytest.mark.parametrize("status", [ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT])
def test_a_stopped_run_is_finalized(world: RepairWorld, status: ExecutionStatus) -> None:
    """Its job is stopped, and what was imported is reported."""
    world.started("a")
    world.died("a", status)
    assert world.repair("a").action == "finalize"
    assert (world.run("a").is_stopped, world.names) == (True, ["a", "a-2"])


def test_a_run_that_was_never_started_is_started(world: RepairWorld) -> None:
    """It was accepted, and that is all."""
    world.checked("a")
    assert world.repair("a").action == "start"
    assert world.names == ["a"]


@pytest.mark.parametrize("attribute", ["file", "parts", "run_state"])
def test_a_damaged_run_is_reported_from_what_is_known(world: RepairWorld, attribute: str) -> None:
    """No job is recorded for it any more."""
    world.started("a")
    world.died("a")
    world.damage("a", attribute, "{")
    found = world.repair("a")
    assert found.unreadable == (attribute,)
    assert f"Its item in the ledger cannot be read: {attribute}." in found.found
    assert (world.run("a").is_closing, world.run("a").damage, world.names) == (True, (attribute,), ["a", "a-2"])


def test_a_run_that_holds_the_lock_and_sleeps_is_woken(world: RepairWorld) -> None:
    """At once."""
    world.started("a")
    world.enqueue("a")
    world.import_queue.serve(SCOPE, world.epoch())
    assert world.look("a").found[-1] == "It holds the import lock."
    assert world.repair("a").action == "wake"
    assert world.executions.woken == ["token of a"]


@pytest.mark.parametrize("by_hand", ["ended", "deleted"])
def test_a_lock_whose_run_is_gone_goes_to_the_next(world: RepairWorld, by_hand: str) -> None:
    """The run was changed or deleted by hand."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.import_queue.serve(SCOPE, 0.0)
    if by_hand == "deleted":
        world.client.delete_item(TableName=TABLE, Key=run_key(run_id("a")))
        world.executions.started.clear()
    else:
        world.put("a", RunState.ENDED)
    found = world.look("a")
    assert (found.frees_lock, found.action) == (True, "leave")
    assert found.found[-1] == "It holds the import lock and no longer needs it."
    world.repair("a")
    assert world.holder == "b"


def test_the_lock_of_a_lost_run_stays(world: RepairWorld) -> None:
    """Its execution runs, and looks for its jobs when it ends the import."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.import_queue.serve(SCOPE, 0.0)
    world.lose("a")
    assert world.repairs.sweep.runs.lost.recorded_again(run_id("a")) is not None
    found = world.repair("a")
    assert (found.frees_lock, found.action, world.holder) == (False, "leave", "a")


def test_the_lock_of_a_run_that_imports_stays(world: RepairWorld) -> None:
    """It is released by the run's next execution, when no job of it can be active."""
    world.started("a", "b")
    world.enqueue("a", "b")
    world.import_queue.serve(SCOPE, 0.0)
    job_id = world.job("a", "InProgress")
    world.died("a")
    found = world.repair("a")
    assert (found.frees_lock, found.action, world.holder) == (False, "resume", "a")
    assert world.run("a").parts[1].job_id == job_id, "no second job"


def test_a_lost_run_is_recorded_again(world: RepairWorld) -> None:
    """The file is known from its execution."""
    world.executions.start(drop())
    world.executions.statuses[drop().run_id] = ExecutionStatus.FAILED
    found = world.repairs.look(drop().run_id)
    assert (found.action, found.found) == (LOST, ["The ledger does not have this run."])
    world.repairs.run(drop().run_id)
    record = world.ledger.read(drop().run_id)
    assert (record.damage, f"{drop().run_id}-2" in world.executions.started) == (("item",), True)


def test_a_run_of_which_nothing_is_known_is_left_alone(world: RepairWorld) -> None:
    """No ledger item, no execution, no lock."""
    found = world.repairs.run("0" * 32)
    assert (found.is_broken, found.state, world.names) == (False, "", [])


@pytest.mark.parametrize("status", ExecutionStatus)
def test_a_run_that_has_ended_is_left_alone(world: RepairWorld, status: ExecutionStatus) -> None:
    """However its execution has ended."""
    world.started("a")
    world.put("a", RunState.ENDED)
    world.died("a", status)
    assert world.repair("a").does == ["Nothing to repair: the run has ended."]
    assert world.names == ["a"]


@pytest.mark.parametrize("action", REPAIRS)
def test_what_the_function_answers_is_what_the_command_reads(action: str) -> None:
    """Whatever is to be done has words."""
    found = FoundRun("0" * 32, action, state="importing", execution_status="PENDING_REDRIVE", unreadable=("file",))
    assert FoundRun.from_json(found.to_json()) == found
    assert found.does
    assert found.is_broken is (action != "leave")


def test_a_file_that_waits_for_its_malware_scan_is_not_started(world: RepairWorld) -> None:
    """A repair is no way around the scan."""
    until = world.epoch() + 60
    world.ledger.accept(
        drop("inbox/people/a.csv"), size=1, dropped_at="2026-07-01T12:00:00Z", dropped_by="", scan_until=until
    )
    assert world.repair("a").action == "leave"
    assert world.names == []
