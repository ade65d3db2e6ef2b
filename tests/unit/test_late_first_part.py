"""Late writes to a run that waits twice: by what was read in its first wait, or before its first part was through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.errors import TransientError
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.first_part import to_decide
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.text.problem import Problem, ProblemCode
from lambdas.sweep.run_sweep import OpenRuns
from tests.unit.queue_world import SCOPE, run_id
from tests.unit.samples import POOL_ID, checked, drop
from tests.unit.sweep_world import SweepWorld

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord

SINCE = "2026-07-01T12:00:00+00:00"
FILE = drop("inbox/people/a.csv")
PAUSED = Hold(HoldReason.PAUSED)
PROBLEM = Problem(ProblemCode.TOO_MANY_JOBS, "Too many jobs.", "Wait.")


class World(SweepWorld):
    """The run of a file in two parts."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger.accept(FILE, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
        self.executions.start(FILE)
        self.ledger.keep_file(run_id("a"), checked(200, 800, first_part=FirstPart("5%", 7)))

    def first_part(self, failed: int = 40) -> None:
        """The run gets the lock, and its first part is imported."""
        self.take("a", "first token")
        job_id = self.job("a", "Pending")
        self.imports.advance(job_id, "Succeeded", JobCounts(200 - failed, 0, failed))
        self.ledger.record_end(run_id("a"), 1, self.imports.jobs[job_id])

    def waits(self) -> None:
        """The run waits for a decision."""
        self.first_part()
        self.take("a", "second token")

    def continued(self) -> None:
        """An operator continues it, and it has the lock again."""
        assert self.import_queue.continue_run(self.run("a"), self.now.isoformat())
        assert self.import_queue.serve(SCOPE, self.epoch()) == run_id("a")

    def paused(self) -> RunRecord:
        """The run as it is read while its pool is paused; by then it is released."""
        self.pauses["people"] = SINCE
        self.take("a", "first token")
        held = self.run("a")
        assert held.hold == PAUSED
        self.pauses.clear()
        assert self.import_queue.unhold(held, self.now.isoformat())
        return held

    def still_waits(self) -> bool:
        """Whether the run waits for a decision as before."""
        run = self.run("a")
        found = (run.state, run.hold and run.hold.reason, run.token, self.holder, self.line)
        return found == (RunState.WAITING, HoldReason.FIRST_PART, "second token", None, "")


@pytest.fixture
def world(aws: None) -> World:  # noqa: ARG001
    """The run has not come to the queue."""
    world = World()
    world.pools["people"] = PoolSettings(POOL_ID, jobs_in_reserve=0)
    return world


def test_a_sweep_that_found_the_run_waiting_does_not_free_the_lock_that_it_has_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the lock before the run gave it back. A job of the second part is active by the time it writes."""
    world.first_part()

    def waits_and_is_continued(run_id: str) -> RunRecord | None:
        patch.undo()
        world.take("a", "second token")
        found = world.ledger.find(run_id)
        world.continued()
        world.job("a", "InProgress", part=2)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(world.ledger, "find", waits_and_is_continued)
        world.sweeping.serve(SCOPE, OpenRuns())
    assert (world.holder, world.run("a").state, [*world.run("a").parts]) == ("a", RunState.IMPORTING, [1, 2])


def test_an_entry_that_was_read_in_the_first_wait_gives_no_lock_in_the_second(world: World) -> None:
    """The one who serves the queue is late: the run has had the lock, and has given it back."""
    world.enqueue("a")
    world.meanwhile.before("transact_write_items", world.waits)
    assert world.import_queue.serve(SCOPE, world.epoch()) is None
    assert world.still_waits()


def test_a_run_that_is_judged_late_by_the_gate_waits_for_its_decision(world: World) -> None:
    """The gate reads it when it waits for the decision already, and its pool is paused."""
    world.enqueue("a")
    look = world.gate.look()

    def admits(run: str) -> bool:
        world.waits()
        world.pauses["people"] = SINCE
        return look.admits(run)

    assert world.import_queue.serve(SCOPE, world.epoch(), admits) is None
    assert world.still_waits()


def test_an_execution_that_comes_late_does_not_put_the_run_into_the_queue(world: World) -> None:
    """It read the run before its import; the next try finds the decision awaited."""
    world.meanwhile.before("transact_write_items", world.waits)
    with pytest.raises(TransientError, match="hold changed"):
        world.take("a", "late token")
    assert world.still_waits()
    assert world.take("a", "second token") == 0
    assert world.still_waits()


def test_a_run_whose_scan_ends_while_it_comes_to_the_queue_comes_again(world: World) -> None:
    """That its hold has ended is no reason to end the run."""
    file = world.ledger.read(run_id("a")).file
    assert file
    world.ledger.accept(drop("inbox/people/s.csv"), size=1, dropped_at=SINCE, dropped_by="", scan_until=world.epoch())
    world.ledger.keep_file(run_id("s"), file)
    world.meanwhile.before("transact_write_items", lambda: world.ledger.end_scan_wait(run_id("s"), SINCE))
    with pytest.raises(TransientError, match="hold changed"):
        world.take("s")
    assert world.take("s") == 0
    assert world.holder == "s"


def test_the_gate_does_not_pause_a_run_that_waits_for_a_decision_by_now(world: World) -> None:
    """It read the run in its first wait: `continue` would find no decision to take."""
    world.enqueue("a")
    early = world.run("a")
    world.waits()
    assert not world.import_queue.hold(early, PAUSED)
    assert world.still_waits()


def test_a_sweep_does_not_release_a_run_that_waits_for_a_decision_by_now(world: World) -> None:
    """It read the run when its pool was paused."""
    early = world.paused()
    world.waits()
    assert not world.import_queue.unhold(early, world.now.isoformat())
    assert not world.import_queue.hold(early, Hold(HoldReason.IMPORT_WINDOW, 1.0))
    assert world.still_waits()


def test_a_refusal_of_the_first_wait_leaves_a_run_alone_that_waits_for_a_decision(world: World) -> None:
    """Rows of its first part are imported: it is not a file of which no row is."""
    world.enqueue("a")
    early = world.run("a")
    world.waits()
    world.gate.look().refuse(early, PROBLEM)
    assert world.still_waits()
    assert not world.run("a").is_closing


def test_a_refusal_of_the_rest_leaves_a_run_alone_that_imports_it(world: World) -> None:
    """It was read when it was continued, and has the lock and another job by now."""
    world.waits()
    assert world.import_queue.continue_run(world.run("a"), SINCE)
    early = world.run("a")
    assert world.import_queue.serve(SCOPE, world.epoch()) == run_id("a")
    world.job("a", "InProgress", part=2)
    world.gate.look().refuse(early, PROBLEM)
    assert (world.run("a").is_closing, world.run("a").error, world.executions.woken) == (False, "", ["first token"])


def test_a_late_result_of_the_first_part_decides_nothing_during_the_second(world: World) -> None:
    """A call read fewer rows from Cognito; the lock stays with the run whose job is active."""
    world.first_part(failed=0)
    world.job("a", "InProgress", part=2)
    before = world.run("a")
    first = world.imports.jobs[before.parts[1].job_id]
    world.imports.advance(first.job_id, "Succeeded", JobCounts(10, 0, 40))
    world.ledger.record_end(run_id("a"), 1, world.imports.jobs[first.job_id])
    record = world.run("a")
    assert record == before
    fewer = replace(record.parts[1], counts=JobCounts(10, 0, 40))
    assert to_decide(replace(record, parts={**record.parts, 1: fewer})) is None
    assert not world.import_queue.hold_after_first_part(record, Hold(HoldReason.FIRST_PART, 1.0), "late token")
    assert world.take("a", "third token") == 0
    assert (world.holder, world.run("a").state) == ("a", RunState.IMPORTING)
