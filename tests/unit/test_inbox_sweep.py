"""What was dropped and not accepted is found, once, and neither too early nor for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.drops import DropBucket, DroppedVersion
from lambdas.sweep.inbox_sweep import InboxSweep
from lambdas.use_cases.acceptance import Acceptance
from tests.unit.fake_executions import InMemoryExecutions
from tests.unit.samples import drop
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.runs.drop import Drop

pytestmark = pytest.mark.usefixtures("aws")

NOW = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Listing(DropBucket):
    """A bucket of which the listing is all that is asked."""

    def __init__(self) -> None:
        self.dropped: list[DroppedVersion] = []

    def versions(self, bucket: str, prefix: str) -> Iterator[DroppedVersion]:
        """What is under the prefix."""
        assert bucket == "drops"
        return (each for each in self.dropped if each.drop.key.startswith(prefix))


class World:
    """A bucket that is swept now and then."""

    def __init__(self) -> None:
        self.bucket = Listing()
        self.ledger = WatchedLedger()
        self.executions = InMemoryExecutions()
        self.now = NOW

    def lies(self, dropped: Drop, at: datetime) -> None:
        """A version lies in the bucket since then."""
        self.bucket.dropped.append(DroppedVersion(dropped, 10, at))

    def sweep(self) -> int:
        """Go through the inbox."""
        acceptance = Acceptance(self.ledger, self.executions)
        return InboxSweep("drops", self.bucket, self.ledger, acceptance, self.now.timestamp).run()


@pytest.fixture
def world() -> World:
    """An empty bucket."""
    return World()


def test_a_drop_whose_event_was_lost_becomes_a_run(world: World) -> None:
    """For an import or for a check; the listing does not say who has dropped it."""
    for dropped in (drop(), drop("check/people/users.csv")):
        world.lies(dropped, NOW - 10 * MINUTE)
    assert world.sweep() == 2
    for dropped in (drop(), drop("check/people/users.csv")):
        run = world.ledger.read(dropped.run_id)
        assert (run.dropped_at, run.size, run.dropped_by) == ("2026-07-01T11:50:00Z", 10, "")
        assert world.executions.started[dropped.run_id] == dropped


def test_the_time_of_a_drop_is_written_as_events_write_it(world: World) -> None:
    """In UTC and without fractions, so that lock sort by it."""
    world.lies(drop(), datetime(2026, 7, 1, 8, 0, 0, 999_000, timezone(timedelta(hours=2))))
    world.sweep()
    assert world.ledger.read(drop().run_id).dropped_at == "2026-07-01T06:00:00Z"


def test_a_drop_that_was_accepted_is_left_alone(world: World) -> None:
    """Its run may be over long ago."""
    world.lies(drop(), NOW - DAY)
    world.ledger.accept(drop(), size=10, dropped_at="2026-06-30T12:00:00Z", dropped_by="somebody")
    assert world.sweep() == 0
    assert world.executions.started == {}


def test_a_second_sweep_finds_nothing(world: World) -> None:
    """What was missed is missed once."""
    world.lies(drop(), NOW - 10 * MINUTE)
    assert [world.sweep(), world.sweep()] == [1, 0]


def test_an_event_that_is_on_its_way_is_waited_for(world: World) -> None:
    """It says who has dropped the file; after two minutes it is late."""
    world.lies(drop(), NOW - 2 * MINUTE + timedelta(seconds=1))
    assert world.sweep() == 0
    world.now += timedelta(seconds=1)
    assert world.sweep() == 1


def test_the_first_sweep_polls_at_everything(world: World) -> None:
    """Whatever lies in the bucket since before the deployment."""
    world.lies(drop(), NOW - 80 * DAY)
    assert world.sweep() == 1


def test_later_sweeps_look_at_the_last_three_days(world: World) -> None:
    """A multipart upload is listed with the time at which it began, and may take two days and a night."""
    world.sweep()
    world.now += 5 * MINUTE
    world.lies(drop(), NOW - 3 * DAY + MINUTE)
    world.lies(drop(version_id="v2"), NOW - 3 * DAY - MINUTE)
    assert world.sweep() == 1
    assert world.ledger.run_ids == [drop().run_id]


def test_a_sweep_that_dies_leaves_the_rest_to_the_next(world: World) -> None:
    """What it did not come to is not taken for seen."""
    world.sweep()
    world.lies(drop(), NOW - MINUTE)
    world.now += 4 * DAY
    world.executions.is_broken = True
    with pytest.raises(ConnectionError):
        world.sweep()
    world.lies(drop(version_id="v2"), NOW - MINUTE)
    world.executions.is_broken = False
    assert world.sweep() == 1
    assert drop(version_id="v2").run_id in world.executions.started


def test_all_versions_of_a_file_become_runs(world: World) -> None:
    """Each is a file that someone wanted to be imported."""
    for version in ("v1", "v2"):
        world.lies(drop(version_id=version), NOW - 10 * MINUTE)
    assert world.sweep() == 2
