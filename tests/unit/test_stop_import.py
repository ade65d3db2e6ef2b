"""The end of the import of a run that was stopped, wherever it was by then."""

from __future__ import annotations

import pytest

from cognito_drop.contract.statuses import PartStatus, RunState
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.run_state import JobProgress
from lambdas.stop_import.import_stop import ImportStop
from tests.unit.fakes import InMemoryImports
from tests.unit.samples import JOB_ID, POOL_ID, checked, drop, job, pool
from tests.unit.watched_ledger import WatchedLedger

pytestmark = pytest.mark.usefixtures("aws")

RUN = drop().run_id
NOW, WAIT = 1_000.0, 10


class World:
    """A run that was stopped while it had the lock."""

    def __init__(self) -> None:
        self.imports = InMemoryImports(pool())
        self.ledger = WatchedLedger()
        self.ledger.accept(drop(), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
        self.ledger.put(RUN, state=RunState.IMPORTING, file=checked(3, 2))

    def has_job(self, status: str, part: int = 1, job_id: str = JOB_ID, imported: int = 0) -> None:
        """A part has a job in this status."""
        self.imports.add(POOL_ID, job(status, imported, job_id=job_id))
        parts = {**self.ledger.read(RUN).parts, part: PartJob(job_id)}
        self.ledger.put(RUN, parts=parts)

    def stop(self) -> JobProgress:
        """What the function answers."""
        return ImportStop(self.imports, self.ledger, WAIT, lambda: NOW).stop(RUN)


@pytest.fixture
def world() -> World:
    """No job was made yet."""
    return World()


@pytest.mark.parametrize("status", ["Pending", "InProgress"])
def test_an_active_job_is_reported_to_stop(world: World, status: str) -> None:
    """It is followed to its end, with the rows that it has done so far; no other job begins."""
    world.has_job(status, imported=2)
    assert world.stop() == JobProgress(1, JOB_ID, "Stopping", WAIT, done=2)
    record = world.ledger.read(RUN)
    assert (record.is_closing, record.is_stopped) == (True, True)


def test_a_job_that_stops_already_is_left_to_it(world: World) -> None:
    """Cognito would refuse a second stop."""
    world.has_job("Stopping")
    world.imports.meanwhile.before("stop", lambda: pytest.fail("it was told twice"))
    assert world.stop().status == "Stopping"


@pytest.mark.parametrize("status", ["Succeeded", "Stopped", "Failed"])
def test_a_job_that_ends_before_it_is_reported_is_answered_with(world: World, status: str) -> None:
    """It was faster: the job itself knows how it has ended."""
    world.has_job("InProgress")
    world.imports.meanwhile.before("stop", lambda: world.imports.advance(JOB_ID, status))
    assert world.stop() == JobProgress(1, JOB_ID, status, WAIT)


@pytest.mark.parametrize("status", ["Succeeded", "Stopped", "Failed", "Expired", "Paused"])
def test_a_job_that_is_over_is_answered_with(world: World, status: str) -> None:
    """Its log may have to be read yet."""
    world.has_job(status)
    assert world.stop() == JobProgress(1, JOB_ID, status, WAIT)


def test_a_job_whose_end_is_recorded_is_not_collected_again(world: World) -> None:
    """Days after a first part its log may be gone, and what was read of it would be replaced by nothing."""
    world.has_job("Succeeded")
    world.ledger.record_end(RUN, 1, world.imports.jobs[JOB_ID])
    assert world.stop() == JobProgress(1, JOB_ID, PartStatus.NOT_STARTED, WAIT)
    assert world.ledger.read(RUN).is_closing


def test_the_job_of_the_newest_part_is_the_one_to_stop(world: World) -> None:
    """Those before it have ended, or the newest would not have begun."""
    world.has_job("Succeeded", 9, "import-nine")
    world.has_job("InProgress", 10, "import-ten")
    assert world.stop() == JobProgress(10, "import-ten", "Stopping", WAIT)


def test_a_run_without_a_job_has_nothing_to_stop(world: World) -> None:
    """And gets no job any more."""
    assert world.stop() == JobProgress(0, "", PartStatus.NOT_STARTED, WAIT)
    assert world.ledger.read(RUN).is_closing


def test_a_run_that_was_not_checked_has_nothing_to_stop(world: World) -> None:
    """It was stopped at the very beginning."""
    world.ledger.put(RUN, state=RunState.ACCEPTED, file=None)
    assert world.stop() == JobProgress(0, "", PartStatus.NOT_STARTED, WAIT)


def test_a_job_that_is_gone_has_nothing_to_stop(world: World) -> None:
    """Its pool was deleted."""
    world.has_job("InProgress")
    world.imports.pool_of.clear()
    assert world.stop() == JobProgress(1, JOB_ID, PartStatus.NOT_STARTED, WAIT)


def test_a_job_that_was_created_only_will_not_start(world: World) -> None:
    """No one is there who could start it: it is not waited for until it expires, a day later."""
    world.has_job("Created")
    assert world.stop() == JobProgress(1, JOB_ID, PartStatus.NOT_STARTED, WAIT)


def test_a_job_that_a_call_could_still_start_is_looked_at_again(world: World) -> None:
    """That call may have outlived the execution that was stopped; when its time is over, the job will not start."""
    world.has_job("Created")
    world.ledger.put(RUN, lease_until=NOW + 1)
    assert world.stop() == JobProgress(1, JOB_ID, PartStatus.WAITING, WAIT)
    world.ledger.put(RUN, lease_until=NOW)
    assert world.stop().status == PartStatus.NOT_STARTED


def test_a_second_call_stops_the_same(world: World) -> None:
    """The answer was lost."""
    world.has_job("InProgress")
    assert world.stop() == world.stop()
