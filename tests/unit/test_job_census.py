"""The import jobs that pools have used up, and those that a crash has left behind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.core.runs.run_record import PartJob
from lambdas.sweep.job_census import JobCensus, PoolJobs
from tests.unit.fakes import InMemoryImports
from tests.unit.samples import CREATED, POOL_ID, drop, job, pool
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from cognito_drop.core.imports.import_job import ImportJob

pytestmark = pytest.mark.usefixtures("aws")

RUN = drop().run_id
OTHER_POOL = "us-east-1_Other"
OURS = f"cognito-drop-{RUN}-1"


class World:
    """Two pools, counted an hour after their jobs were created."""

    def __init__(self, *pool_ids: str) -> None:
        self.imports = InMemoryImports(pool(), pool(pool_id=OTHER_POOL))
        self.ledger = WatchedLedger()
        self.now = CREATED + timedelta(hours=1)
        self.census = JobCensus(pool_ids or (POOL_ID,), self.imports, self.ledger, self.ledger.notes, self.epoch)

    def epoch(self) -> float:
        """The time in seconds."""
        return self.now.timestamp()

    def has_job(self, name: str, status: str = "Created", job_id: str = "import-1") -> None:
        """Cognito has a job of this name."""
        self.imports.add(POOL_ID, job(status, name=name, job_id=job_id))

    def recorded(self, job_id: str, part: int = 1) -> None:
        """The ledger has a run with a job for a part."""
        self.ledger.accept(drop(), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
        self.ledger.put(RUN, parts={part: PartJob(job_id)})


@pytest.fixture
def world() -> World:
    """No job was made yet."""
    return World()


def test_every_job_of_a_pool_counts(world: World) -> None:
    """Anyone who made it, and whatever became of it; the sweep notes what it has seen."""
    world.has_job("console job", "Succeeded", "import-1")
    world.has_job(OURS, "Failed", "import-2")
    assert world.census.run() == [PoolJobs(POOL_ID, used=2, orphans=0)]
    assert world.ledger.notes.numbers(f"jobs#{POOL_ID}") == {
        "counted_at": world.now.timestamp(), "jobs_used": 2, "orphans": 0,
    }  # fmt: skip


def test_a_job_that_a_crash_has_left_behind_is_an_orphan(world: World) -> None:
    """Created by a call that died before it could note it: no run, no part, or another job knows of it."""
    world.has_job(OURS)
    assert world.census.run() == [PoolJobs(POOL_ID, 1, orphans=1)]
    for job_id, part in (("import-1", 2), ("import-other", 1)):
        world.now += timedelta(hours=1)
        world.recorded(job_id, part)
        assert world.census.run() == [PoolJobs(POOL_ID, 1, orphans=1)]


def test_a_job_that_is_recorded_is_no_orphan(world: World) -> None:
    """Its run waits for another job, or was stopped in time."""
    world.has_job(OURS)
    world.recorded("import-1")
    assert world.census.run() == [PoolJobs(POOL_ID, 1, orphans=0)]


@pytest.mark.parametrize("name", ["somebody's", "cognito-drop-mine-1", f"{OURS}-b", f"x{OURS}"])
def test_a_job_that_is_not_ours_is_no_orphan(world: World, name: str) -> None:
    """Someone may start it yet."""
    world.has_job(name)
    assert world.census.run() == [PoolJobs(POOL_ID, 1, orphans=0)]


@pytest.mark.parametrize("status", ["Expired", "InProgress", "Succeeded", "Paused"])
def test_a_job_that_expired_or_was_started_is_no_orphan(world: World, status: str) -> None:
    """There is nothing left to report about it."""
    world.has_job(OURS, status)
    assert world.census.run() == [PoolJobs(POOL_ID, 1, orphans=0)]


def test_a_job_that_was_created_just_now_is_no_orphan_yet(world: World) -> None:
    """Its call may note it in the next moment; after half an hour it is forgotten."""
    world.has_job(OURS)
    world.now = CREATED + timedelta(minutes=30) - timedelta(seconds=1)
    assert world.census.run() == [PoolJobs(POOL_ID, 1, orphans=0)]
    world = World()
    world.has_job(OURS)
    world.now = CREATED + timedelta(minutes=30)
    assert world.census.run() == [PoolJobs(POOL_ID, 1, orphans=1)]


def test_a_pool_is_counted_once_an_hour(world: World) -> None:
    """A pool with a thousand jobs costs seventeen calls."""
    assert len(world.census.run()) == 1
    world.now += timedelta(hours=1) - timedelta(seconds=1)
    assert world.census.run() == []
    world.now += timedelta(seconds=1)
    assert len(world.census.run()) == 1


def test_a_sweep_between_two_counts_reads_one_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs every five minutes, and a deployment may have a hundred pools."""
    world = World(POOL_ID, OTHER_POOL, "us-east-1_Gone")
    world.census.run()
    read, numbers = list[str](), SweepNotes.numbers

    def watched(notes: SweepNotes, name: str) -> dict[str, float]:
        read.append(name)
        return numbers(notes, name)

    monkeypatch.setattr(SweepNotes, "numbers", watched)
    assert world.census.run() == []
    assert read == ["jobs"]


def test_each_pool_is_counted_for_itself() -> None:
    """Once, though two aliases may lead to it."""
    world = World(POOL_ID, OTHER_POOL, POOL_ID)
    world.has_job("console job", "Succeeded")
    assert world.census.run() == [PoolJobs(POOL_ID, 1, 0), PoolJobs(OTHER_POOL, 0, 0)]


def test_a_pool_that_is_not_there_does_not_hold_up_the_others() -> None:
    """A wrong setting, of which every drop into it is told."""
    world = World("us-east-1_Gone", POOL_ID)
    assert world.census.run() == [PoolJobs(POOL_ID, 0, 0)]


@pytest.mark.parametrize("error", [KeyError("x"), ClientError({"Error": {"Code": "Denied"}}, "ListUserImportJobs")])
def test_a_pool_that_cannot_be_counted_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch, log: io.StringIO, error: Exception
) -> None:
    """It is logged by its code, and counted by the next sweep."""
    world = World(OTHER_POOL, POOL_ID)
    counts = world.imports.all

    def broken(pool_id: str) -> Iterator[ImportJob]:
        if pool_id == OTHER_POOL:
            raise error
        return counts(pool_id)

    monkeypatch.setattr(world.imports, "all", broken)
    assert world.census.run() == [PoolJobs(POOL_ID, 0, 0)]
    assert ("Denied" if isinstance(error, ClientError) else "KeyError") in log.getvalue()
    monkeypatch.undo()
    assert world.census.run() == [PoolJobs(OTHER_POOL, 0, 0), PoolJobs(POOL_ID, 0, 0)]


@pytest.mark.parametrize(("seconds", "counted"), [(60, [POOL_ID, OTHER_POOL]), (61, [POOL_ID])])
def test_a_count_that_takes_long_is_gone_on_with_by_the_next_sweep(
    monkeypatch: pytest.MonkeyPatch, seconds: int, counted: list[str]
) -> None:
    """A hundred pools with a thousand jobs each take longer than a function may."""
    world = World(POOL_ID, OTHER_POOL)
    counts = world.imports.all

    def slow(pool_id: str) -> Iterator[ImportJob]:
        world.now += timedelta(seconds=seconds)
        return counts(pool_id)

    monkeypatch.setattr(world.imports, "all", slow)
    assert [pool.pool_id for pool in world.census.run()] == counted
    rest = {POOL_ID, OTHER_POOL} - set(counted)
    assert {pool.pool_id for pool in world.census.run()} == ({POOL_ID, OTHER_POOL} if rest else set())


def test_a_job_of_ours_whose_creation_is_not_reported_is_an_orphan(world: World) -> None:
    """The date is optional in Cognito's answer."""
    world.imports.add(POOL_ID, job("Created", name=OURS, created=None))
    assert world.census.run() == [PoolJobs(POOL_ID, 1, orphans=1)]


def test_pools_are_counted_one_by_one_and_the_answer_has_all_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fullest of them is measured, also when another one was counted just now."""
    world = World(POOL_ID, OTHER_POOL)
    world.has_job("console job", "Succeeded")
    assert world.census.run() == [PoolJobs(POOL_ID, 1, 0), PoolJobs(OTHER_POOL, 0, 0)]
    world.now += timedelta(hours=1)
    counts, asked = world.imports.all, list[str]()

    def slow(pool_id: str) -> Iterator[ImportJob]:
        asked.append(pool_id)
        world.now += timedelta(seconds=61)
        return counts(pool_id)

    monkeypatch.setattr(world.imports, "all", slow)
    for _ in range(2):
        assert world.census.run() == [PoolJobs(POOL_ID, 1, 0), PoolJobs(OTHER_POOL, 0, 0)]
    assert asked == [POOL_ID, OTHER_POOL]
