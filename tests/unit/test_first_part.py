"""A run of whose first part too many rows failed gives the lock back, and waits for a decision."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import RefusedError
from cognito_drop.contract.ledger_keys import lock_key
from cognito_drop.contract.statuses import HoldReason, Outcome, PartStatus, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.notification.first_part_notice import first_part_notice
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.first_part import to_decide
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.outcome import account_for, outcome_of
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import JobProgress
from lambdas.start_import.import_start import ImportStart
from lambdas.sweep.hold_sweep import HoldSweep
from lambdas.sweep.run_continuation import RunContinuation
from tests.ledger_table import TABLE
from tests.published_schemas import validator
from tests.unit.fakes import InMemoryBus
from tests.unit.meanwhile import DiedError, die
from tests.unit.queue_world import SCOPE, run_id
from tests.unit.samples import POOL_ID, checked, drop
from tests.unit.start_world import RUN, StartWorld
from tests.unit.sweep_world import SweepWorld, whole_sweep

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RULE = FirstPart("5%", 7)
WEEK = 7 * 86_400
ROWS = (200, 9_000, 800)


class World(SweepWorld):
    """Runs with a first part of 200 rows."""

    def __init__(self, s3: S3Client) -> None:
        super().__init__()
        whole = whole_sweep(self, s3)
        self.continuation = RunContinuation(whole)
        self.holds = HoldSweep(self.ledger, self.import_queue, self.gate, lambda: self.now)

    def first_part(
        self, letter: str = "a", *, failed: int = 40, counts: JobCounts | None = None, status: str = "Succeeded"
    ) -> None:
        """The run has the lock, and its first part is through."""
        self.ledger.accept(
            drop(f"inbox/people/{letter}.csv"), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody"
        )
        self.executions.start(drop(f"inbox/people/{letter}.csv"))
        self.ledger.keep_file(run_id(letter), checked(*ROWS, first_part=RULE))
        self.take(letter)
        job_id = self.job(letter, "Pending")
        self.imports.advance(job_id, status, counts or JobCounts(150, 50 - failed, failed))
        self.ledger.record_end(run_id(letter), 1, self.imports.jobs[job_id])

    def waits(self, letter: str = "a") -> None:
        """And the run waits for a decision."""
        self.first_part(letter)
        self.take(letter, "second token")

    def decided(self) -> bool:
        """An operator continues it."""
        return self.continuation.run(run_id("a"))


@pytest.fixture
def world(s3: S3Client) -> World:
    """Nothing was dropped yet."""
    return World(s3)


@pytest.mark.parametrize(
    ("counts", "status", "waits"),
    [
        (JobCounts(190, 0, 10), "Succeeded", False),
        (JobCounts(189, 0, 11), "Succeeded", True),
        (JobCounts(0, 200, 0), "Failed", False),
        (JobCounts(0, 0, 200), "Failed", True),
        (JobCounts(180, 0, 0), "Succeeded", True),
        (JobCounts(10, 0, 11), "Failed", False),
        (JobCounts(10, 0, 11), "Stopped", False),
    ],
)
def test_failed_rows_decide(world: World, counts: JobCounts, status: str, waits: bool) -> None:
    """A skipped user is in the pool, which is no fault of the file; a row without an outcome counts as failed. A part
    that Cognito did not go through ends the import by itself."""
    world.first_part(counts=counts, status=status)
    assert (to_decide(world.run("a")) is not None) == waits


def test_only_an_ended_first_part_of_several_has_something_to_decide(world: World) -> None:
    """Neither that of a file in one part, nor one without a rule, nor one whose job is not over."""
    world.first_part()
    run = world.run("a")
    assert to_decide(run)
    for file in (checked(200, first_part=RULE), checked(*ROWS), None):
        assert to_decide(replace(run, file=file)) is None
    assert to_decide(replace(run, parts={})) is None
    assert to_decide(replace(run, parts={1: replace(run.parts[1], status=None)})) is None


def test_the_lock_is_given_to_the_next_run_and_the_rest_waits(world: World) -> None:
    """The run is held for a week, has no entry in the queue, and its execution sleeps behind the newest token."""
    world.first_part()
    world.checked("b", second=1)
    world.take("b")
    assert world.take("a", "second token") == 0
    run = world.run("a")
    assert (world.holder, world.line, world.executions.woken[-1]) == ("b", "", "token of b")
    assert (run.state, run.token, run.is_held) == (RunState.WAITING, "second token", True)
    assert run.hold == Hold(HoldReason.FIRST_PART, world.epoch() + WEEK)
    assert run.jobs_needed == 2


def test_a_good_first_part_keeps_the_lock(world: World) -> None:
    """Its execution does not wait at all, and one that comes again finds that it holds the lock."""
    world.first_part(failed=10)
    assert world.take("a", "second token") == 0
    assert (world.holder, world.run("a").state, world.topic.published) == ("a", RunState.IMPORTING, [])


def test_people_and_programs_are_notified_once(world: World) -> None:
    """By the topic; a poll of the waiting execution publishes nothing more."""
    world.waits()
    world.pass_by(900)
    world.take("a", "third token")
    (published,) = world.topic.published
    assert (published.outcome, published.pool, published.has_failures) == ("waiting", "people", "true")
    assert published.subject == "Waiting for a decision, 40 of 200 rows failed: a.csv"
    message = json.loads(published.message)
    data = json.loads(message["default"])
    validator("first-part-1").validate(data)
    assert data["first_part"] == {
        "rows": 200, "imported": 150, "skipped": 10, "failed": 40, "job_id": world.run("a").parts[1].job_id,
    }  # fmt: skip
    assert (data["rest"], data["stop_above"]) == (9_800, "5%")
    assert data["continue_until"] == "2026-07-08T13:00:00+00:00"
    assert message["sms"] == published.subject
    short = run_id("a")[:8]
    for line in (
        "Waiting for a decision: 40 of the 200 rows of the first part failed, more than 5%.",
        f"cognito-drop continue {short}",
        f"cognito-drop stop {short}",
        "Without a decision, the run is stopped at 2026-07-08 13:00 UTC.",
    ):
        assert line in message["email"].splitlines()


def test_a_waiting_run_of_no_pool_names_one_all_the_same(world: World) -> None:
    """SNS refuses a message with an empty attribute."""
    world.first_part()
    run = world.run("a")
    found = to_decide(run)
    assert found
    assert first_part_notice(replace(run, drop=drop("inbox//a.csv")), found, world.now).pool == "unknown"


def test_a_notification_that_fails_is_published_at_the_next_poll(world: World) -> None:
    """The run waits meanwhile: SNS ends no import."""
    world.topic.error = ClientError({"Error": {"Code": "AuthorizationErrorException"}}, "Publish")
    world.waits()
    assert (world.run("a").is_held, world.run("a").is_hold_notified) == (True, False)
    world.topic.error = None
    world.pass_by(900)
    world.take("a", "third token")
    world.take("a", "fourth token")
    assert len(world.topic.published) == 1


@pytest.mark.parametrize(
    ("dies_before", "published"), [("transact_write_items", 1), ("get_paginator", 1), ("update_item", 2)]
)
def test_a_call_that_dies_is_repeated_without_loss(world: World, dies_before: str, published: int) -> None:
    """Before the lock is given back, after it, and between publish and mark, for which one more is published."""
    world.first_part()
    world.meanwhile.before(dies_before, die)
    with pytest.raises(DiedError):
        world.take("a", "second token")
    world.take("a", "third token")
    run = world.run("a")
    assert (run.is_held, run.token, run.is_hold_notified) == (True, "third token", True)
    assert (world.holder, len(world.topic.published)) == (None, published)


def test_the_run_goes_on_when_it_is_continued(world: World) -> None:
    """Once, however often it is asked for; it gets the lock, is woken, and its second part is next."""
    world.waits()
    assert world.decided()
    assert not world.decided()
    run = world.run("a")
    assert (world.holder, run.state, run.hold) == ("a", RunState.IMPORTING, None)
    assert world.executions.woken[-1] == "second token"
    assert to_decide(run) is None
    assert run.continued_at == run.released_at == world.now.isoformat()


def test_a_continued_run_that_must_wait_is_held_for_another_reason(world: World) -> None:
    """By the same gate as every run; it is released as every run is."""
    world.pools["people"] = PoolSettings(POOL_ID, jobs_in_reserve=5)
    world.waits()
    world.pauses["people"] = "2026-07-01T13:00:00Z"
    assert world.decided()
    assert world.run("a").hold == Hold(HoldReason.PAUSED)
    world.pauses.clear()
    assert world.holds.run().released == 1
    world.sweep()
    assert world.holder == "a"


def test_the_sweep_does_not_release_it(world: World) -> None:
    """Nor does a pause of its pool take the place of the decision."""
    world.pools["people"] = PoolSettings(POOL_ID, jobs_in_reserve=5)
    world.waits()
    world.pass_by(WEEK - 1)
    world.pauses["people"] = "2026-07-01T13:00:00Z"
    assert world.holds.run().released == 0
    world.pauses.clear()
    assert world.holds.run().released == 0
    hold = world.run("a").hold
    assert hold
    assert hold.reason is HoldReason.FIRST_PART


def _is_stopped(world: World) -> None:
    """The rest is unprocessed, and the run says why."""
    run = world.run("a")
    assert (run.is_closing, run.is_stopped) == (True, True)
    assert run.error == (
        "40 of the 200 rows of the first part failed, more than 5%, and the run was not continued within 7 days"
    )
    assert world.locks.release(run.drop, "").released
    assert world.run("a").state is RunState.REPORTING
    assert run.file
    jobs = [run.parts[1], None, None]
    rows = account_for(run.file, jobs)
    assert rows == RowAccount(total=10_000, imported=150, skipped=10, failed=40, unprocessed=9_800)
    assert outcome_of(run.file, jobs, rows, is_stopped=run.is_stopped) is Outcome.STOPPED


def test_the_sweep_stops_it_when_its_time_is_over(world: World) -> None:
    """It wakes the execution, which reports."""
    world.waits()
    world.pass_by(WEEK)
    world.holds.run()
    assert world.executions.woken[-1] == "second token"
    assert not world.decided()
    with pytest.raises(RefusedError):
        world.take("a", "third token")
    _is_stopped(world)


def test_without_a_sweep_it_stops_itself_when_its_time_is_over(world: World) -> None:
    """The execution polls every quarter of an hour; it does not come back to the queue."""
    world.waits()
    world.pass_by(WEEK)
    with pytest.raises(RefusedError, match="not continued in time"):
        world.take("a", "third token")
    assert world.line == ""
    _is_stopped(world)


def test_a_decision_wins_over_a_sweep_that_comes_late(world: World) -> None:
    """The sweep has found the run waiting; it is continued before the sweep's write."""
    world.waits()
    found = to_decide(world.run("a"))
    assert found
    record = world.run("a")
    world.decided()
    assert not world.gate.look().give_up(record, found)
    assert not world.run("a").is_closing


def test_a_run_that_has_changed_gives_no_lock_back(world: World) -> None:
    """It is being ended: the call is repeated, and finds that."""
    world.first_part()
    record = world.run("a")
    world.ledger.close(run_id("a"), stopped=True)
    assert not world.import_queue.hold_after_first_part(record, Hold(HoldReason.FIRST_PART, 1.0), "token")
    with pytest.raises(RefusedError):
        world.take("a", "second token")


def test_a_lock_that_was_changed_by_hand_does_not_keep_the_run_from_waiting(world: World) -> None:
    """It names no one, so there is nothing to free."""
    world.first_part()
    world.client.delete_item(TableName=TABLE, Key=lock_key(SCOPE))
    world.take("a", "second token")
    assert world.run("a").is_held


def test_what_is_refused_after_the_first_part_is_the_rest(world: World) -> None:
    """The pool has no job left when the run is continued: the rows of the first part stay in its account."""
    world.waits()
    world.pools["people"] = PoolSettings(POOL_ID, jobs_in_reserve=19)
    world.decided()
    run = world.run("a")
    assert (run.is_closing, run.is_stopped) == (True, False)
    assert run.error.startswith("The file needs 2 import jobs, ")
    assert run.file
    assert run.file.part_rows == ROWS


def test_the_rest_is_not_started_by_a_call_that_comes_early(monkeypatch: pytest.MonkeyPatch, aws: None) -> None:  # noqa: ARG001
    """Start import sends the run back to Wait for lock, without a lease and without a job."""
    world = StartWorld(monkeypatch)
    world.ledger.put(RUN, file=checked(2, 1, first_part=RULE))
    start = ImportStart(world.parts, world.ledger, InMemoryBus(), lambda: None)  # type: ignore[arg-type,return-value]
    world.note_job(world.create())
    job_id = world.run.parts[1].job_id
    world.imports.advance(job_id, "Succeeded", JobCounts(1, 0, 1))
    world.ledger.record_end(RUN, 1, world.imports.jobs[job_id])
    progress = start.start(drop(), 600)
    assert progress == JobProgress(1, "", PartStatus.NO_LOCK, world.parts.bounds.shortest)
    assert (list(world.imports.jobs), world.run.starts) == ([job_id], 0)
