"""A run's way to its lock and away from it, anyone who else is on the way, and whatever dies in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cognito_drop.aws.errors import LedgerConflictError, RefusedError, TransientError
from cognito_drop.aws.run_ledger import LedgerDamagedError
from cognito_drop.contract.statuses import JobStatus, RunState
from lambdas.import_queue.lock_service import LockRelease
from tests.unit.meanwhile import DiedError, die
from tests.unit.queue_world import SCOPE, WAIT_FOR_JOB, QueueWorld, run_id
from tests.unit.samples import POOL_ID, checked, drop, job

PASSED = LockRelease(released=True)
KEPT = LockRelease(released=False, wait_seconds=WAIT_FOR_JOB)


@pytest.fixture
def world(aws: None) -> QueueWorld:  # noqa: ARG001
    """No one waits, no one has the lock."""
    return QueueWorld()


def _pass(world: QueueWorld, letter: str, error: str = "") -> LockRelease:
    return world.locks.release(drop(f"inbox/people/{letter}.csv"), error)


def test_a_run_that_comes_to_a_free_lock_gets_it_and_is_woken(world: QueueWorld) -> None:
    """It wakes itself: the function has not come to its end yet when the wait is over."""
    world.checked("a")
    assert world.take("a") == 0
    assert (world.holder, world.run("a").state) == ("a", RunState.IMPORTING)
    assert world.executions.woken == ["token of a"]


def test_a_run_that_comes_to_a_lock_that_is_taken_waits_in_its_place(world: QueueWorld) -> None:
    """Earlier drops come first, though they were ready later."""
    world.checked("a")
    world.take("a")
    world.checked("c", second=2)
    world.checked("b", second=1)
    assert [world.take("c"), world.take("b"), world.take("c")] == [1, 1, 2]
    assert world.executions.woken == ["token of a"]


def test_the_one_who_is_served_may_be_another(world: QueueWorld) -> None:
    """The lock was free and no one had noticed; anyone who comes next brings the first in the queue on its way."""
    world.checked("a", "b")
    world.enqueue("a")
    assert world.take("b") == 1
    assert (world.holder, world.executions.woken) == ("a", ["token of a"])


def test_a_run_whose_wake_up_was_lost_finds_its_lock_by_itself(world: QueueWorld) -> None:
    """It looks again after its wait was over: given the lock while no one listened, it is woken at once."""
    world.checked("a")
    world.enqueue("a")
    world.executions.deaf = {"token of a"}
    world.locks.serve(SCOPE)
    assert world.take("a", "new token") == 0
    assert world.executions.woken == ["token of a", "new token"]


def test_a_run_that_is_given_the_lock_while_it_comes_is_woken(world: QueueWorld) -> None:
    """Another run releases the lock between its look at the ledger and its position in the queue."""
    world.checked("a")
    world.enqueue("a")
    world.meanwhile.before("transact_write_items", lambda: world.locks.serve(SCOPE))
    assert world.take("a", "new token") == 0
    assert world.executions.woken == ["token of a", "new token"]


def test_a_run_that_dies_before_it_is_woken_is_woken_when_it_comes_again(world: QueueWorld) -> None:
    """The function is killed between the lock and the wake-up."""
    world.checked("a")

    def killed_after_the_lock() -> None:
        world.import_queue.serve(SCOPE, 0.0)
        die()

    world.meanwhile.before("get_paginator", killed_after_the_lock)
    with pytest.raises(DiedError):
        world.take("a")
    assert (world.holder, world.executions.woken) == ("a", [])
    assert world.take("a", "new token") == 0
    assert world.executions.woken == ["new token"]


def test_a_run_keeps_the_scope_that_it_first_stood_in_queue_in(world: QueueWorld) -> None:
    """The deployment may change while it waits; its lock and its queue entry stay where they are."""
    world.checked("a")
    world.import_queue.enqueue(world.run("a"), "pool-1", "old token", "2026-07-01T12:00:00Z")
    assert world.take("a") == 0
    assert world.import_queue.head("pool-1").holder == run_id("a")
    assert world.import_queue.head(SCOPE).holder is None


@pytest.mark.parametrize("state", [RunState.REPORTING, RunState.REPORTED, RunState.ENDED])
def test_a_run_whose_import_is_over_takes_no_lock(world: QueueWorld, state: RunState) -> None:
    """A late execution gets an error, and no run is woken."""
    world.checked("a")
    world.put("a", state)
    with pytest.raises(RefusedError, match=f"The run is {state}, and can no longer take the import lock"):
        world.take("a")
    assert (world.line, world.executions.woken) == ("", [])


@pytest.mark.parametrize("is_served", [False, True])
def test_a_run_that_is_being_ended_takes_no_lock(world: QueueWorld, *, is_served: bool) -> None:
    """Though it may have it already: no job of it would start any more."""
    world.checked("a")
    world.enqueue("a")
    if is_served:
        world.import_queue.serve(SCOPE, 0.0)
    world.ledger.close(run_id("a"), stopped=True)
    with pytest.raises(RefusedError, match="can no longer take the import lock"):
        world.take("a")
    assert world.executions.woken == []


def test_a_lock_that_is_passed_on_goes_to_the_next_who_is_woken(world: QueueWorld) -> None:
    """The run is reporting by then, and sleeps no more."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    assert _pass(world, "a") == PASSED
    assert world.states("ab") == [RunState.REPORTING, RunState.IMPORTING]
    assert world.executions.woken == ["token of a", "token of b"]


def test_passing_on_twice_takes_nothing_from_the_next(world: QueueWorld) -> None:
    """The answer was lost, and the function is called again."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    assert [_pass(world, "a"), _pass(world, "a")] == [PASSED, PASSED]
    assert (world.holder, world.executions.woken) == ("b", ["token of a", "token of b"])


def test_a_lock_that_was_passed_on_by_one_who_died_then_is_served_by_the_next_call(world: QueueWorld) -> None:
    """The function is killed between the lock and the look at the line."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    world.meanwhile.before("get_paginator", die)
    with pytest.raises(DiedError):
        _pass(world, "a")
    assert world.holder is None
    assert _pass(world, "a") == PASSED
    assert world.holder == "b"


@pytest.mark.parametrize("state", [RunState.REPORTED, RunState.ENDED])
def test_the_lock_of_a_run_that_is_reported_was_passed_on(world: QueueWorld, state: RunState) -> None:
    """A late call serves anyone who waits, and brings nothing back."""
    world.checked("a")
    world.put("a", state)
    assert _pass(world, "a") == PASSED
    assert world.run("a").state is state


def test_a_run_that_never_stood_in_queue_passes_nothing_on(world: QueueWorld) -> None:
    """Its check has failed: it goes on to its report."""
    world.checked("a")
    assert _pass(world, "a", "RefusedError: GetObject: AccessDenied") == PASSED
    record = world.run("a")
    assert (record.state, record.error) == (RunState.REPORTING, "RefusedError: GetObject: AccessDenied")


def test_a_run_that_gives_up_its_wait_leaves_its_place(world: QueueWorld) -> None:
    """Anyone who has the lock keeps it, and the line closes up."""
    world.checked("a", "b", "c")
    for letter in "abc":
        world.take(letter)
    assert _pass(world, "b") == PASSED
    assert (world.holder, world.line) == ("a", "c")


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Stopping"])
def test_the_lock_is_kept_while_a_job_of_the_run_is_active(world: QueueWorld, status: str) -> None:
    """Whatever went wrong in the workflow: the account has one job at a time."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    job_id = world.job("a", status)
    assert _pass(world, "a", "States.Timeout") == KEPT
    assert (world.holder, world.run("a").state) == ("a", RunState.IMPORTING)
    world.imports.advance(job_id, "Stopped")
    assert _pass(world, "a") == PASSED
    assert (world.holder, world.run("a").error) == ("b", "States.Timeout")


def test_the_lock_is_kept_while_a_dead_call_could_start_a_job(world: QueueWorld) -> None:
    """Until its own time is over, to the second."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    world.job("a", "Created")
    world.ledger.begin_start(run_id("a"), world.now.timestamp() + 100)
    assert _pass(world, "a") == KEPT
    world.pass_by(99)
    assert _pass(world, "a") == KEPT
    world.pass_by(1)
    assert _pass(world, "a") == PASSED
    assert world.holder == "b"


def test_a_job_that_no_one_can_start_holds_up_no_one(world: QueueWorld) -> None:
    """It was created and refused; it expires by itself."""
    world.checked("a")
    world.take("a")
    world.job("a", "Created")
    assert _pass(world, "a", "RefusedError: StartUserImportJob: no") == PASSED


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Stopped", "Expired", "Paused"])
def test_a_job_that_has_ended_holds_up_no_one(world: QueueWorld, status: str) -> None:
    """Nor does one in a status that no one documented, or one that is gone with its pool."""
    world.checked("a", "b")
    world.take("a")
    world.job("a", status)
    assert _pass(world, "a") == PASSED
    world.take("b")
    world.job("b", "InProgress")
    world.imports.pool_of.clear()
    assert _pass(world, "b") == PASSED


def test_a_job_that_may_not_be_looked_at_holds_up_no_one_for_ever(world: QueueWorld) -> None:
    """Its pool was taken out of the deployment: the lock is kept as long as its rows may take, and a quarter more."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    world.job("a", "InProgress")
    world.imports.is_hidden = True
    file = world.run("a").file
    assert file is not None
    assert _pass(world, "a") == KEPT
    world.pass_by(900 + sum(file.part_rows) // 10)
    assert _pass(world, "a") == KEPT
    world.pass_by(1)
    assert _pass(world, "a") == PASSED
    assert world.holder == "b"


def test_the_liveliest_job_of_a_run_counts(world: QueueWorld) -> None:
    """One part has ended, one was never started, and one is at work."""
    world.checked("a")
    world.take("a")
    for part, status in ((1, "Succeeded"), (2, "Created"), (3, "InProgress"), (4, "Created")):
        world.job("a", status, part)
    assert _pass(world, "a") == KEPT


def test_a_job_that_is_recorded_as_ended_is_not_asked_for(world: QueueWorld) -> None:
    """Cognito's rate is shared with production."""
    world.checked("a")
    world.take("a")
    job_id = world.job("a", "Succeeded")
    world.ledger.record_end(run_id("a"), 1, job("Succeeded", 1, job_id=job_id))
    world.imports.advance(job_id, "InProgress")
    assert world.run("a").parts[1].status is JobStatus.SUCCEEDED
    assert _pass(world, "a") == PASSED


def test_no_job_begins_after_the_look_at_the_jobs(world: QueueWorld) -> None:
    """The run is closed first: a call that comes in between can note no job."""
    world.checked("a")
    world.take("a")
    refused: list[str] = []

    def late_call() -> None:
        try:
            world.job("a", "Created")
        except LedgerConflictError:
            refused.append("a")

    world.meanwhile.before("transact_write_items", late_call)
    assert _pass(world, "a") == PASSED
    assert refused == ["a"]
    assert [found.status for found in world.imports.all(POOL_ID)] == [JobStatus.CREATED]


def test_a_lock_that_another_call_passes_on_meanwhile_is_asked_for_again(world: QueueWorld) -> None:
    """Two executions of one run end at once; the next in the queue is served once."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    world.meanwhile.before("transact_write_items", lambda: _pass(world, "a"))
    with pytest.raises(TransientError, match="The run changed while its import lock was released"):
        _pass(world, "a")
    assert _pass(world, "a") == PASSED
    assert (world.holder, world.executions.woken) == ("b", ["token of a", "token of b"])


def test_a_run_that_is_unknown_is_an_error(world: QueueWorld) -> None:
    """Neither taken nor released, and no item is made of it."""
    with pytest.raises(LedgerConflictError):
        world.locks.take("0" * 32, "a token")
    with pytest.raises(LedgerConflictError):
        world.locks.release(drop("inbox/people/other.csv"), "")
    assert world.ledger.find("0" * 32) is None


def test_a_damaged_run_does_not_get_the_lock(world: QueueWorld) -> None:
    """Its execution fails at it, closes the run and reports it; the next run gets the lock."""
    world.checked("a", "b")
    world.enqueue("b")
    world.damage("a", "file", "{")
    with pytest.raises(LedgerDamagedError, match=r"^The run's item in the ledger cannot be read: file$"):
        world.take("a")
    assert _pass(world, "a", "LedgerDamagedError") == PASSED
    record = world.run("a")
    assert (record.state, record.is_closing, record.damage) == (RunState.REPORTING, True, ("file",))
    assert world.take("b") == 0


def test_a_run_in_an_unknown_state_keeps_its_lock_until_its_job_is_over(world: QueueWorld) -> None:
    """What the lock says of it is believed."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    job_id = world.job("a", "InProgress")
    world.damage("a", "run_state", "transmogrifying")
    assert _pass(world, "a") == KEPT
    assert world.holder == "a"
    world.imports.advance(job_id, "Succeeded")
    assert _pass(world, "a") == PASSED
    assert world.holder == "b"


@pytest.mark.parametrize("stopped", [False, True])
def test_the_ledger_says_whether_users_are_to_be_added_to_groups(world: QueueWorld, *, stopped: bool) -> None:
    """No user is added in a run that was stopped: only its end is left."""
    world.ledger.accept(drop(), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
    world.ledger.keep_file(drop().run_id, replace(checked(1), memberships=20))
    world.ledger.close(drop().run_id, stopped=stopped)
    assert world.locks.release(drop(), "") == LockRelease(released=True, has_members=not stopped)
