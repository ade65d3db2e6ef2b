"""What was dropped and not accepted is found, once, and neither too early nor for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from cognito_drop.aws.drops import DropBucket, DroppedVersion, Place, VersionsPage
from cognito_drop.aws.dynamo_table import Change
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.core.pools.pool_settings import PoolSettings
from lambdas.sweep.inbox_sweep import InboxFindings, InboxSweep
from lambdas.use_cases.acceptance import Acceptance
from tests.unit.fake_executions import InMemoryExecutions
from tests.unit.samples import POOL_ID, drop
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
        self.page = 1000
        self.pages_read = 0

    def pages(self, bucket: str, prefix: str, after: Place | None = None) -> Iterator[VersionsPage]:
        """What is under the prefix, in the order of the keys."""
        assert bucket == "drops"
        under = sorted(
            (each for each in self.dropped if each.drop.key.startswith(prefix)),
            key=lambda each: (each.drop.key, each.drop.version_id),
        )
        rest = [each for each in under if not after or _place(each) > (after.key, after.version_id)]
        while True:
            page, rest = rest[: self.page], rest[self.page :]
            self.pages_read += 1
            yield VersionsPage(page, Place(*_place(page[-1])) if rest else None)
            if not rest:
                return


def _place(version: DroppedVersion) -> tuple[str, str]:
    return version.drop.key, version.drop.version_id


class World:
    """A bucket that is swept now and then."""

    def __init__(self) -> None:
        self.bucket = Listing()
        self.ledger = WatchedLedger()
        self.executions = InMemoryExecutions()
        self.pools: dict[str, PoolSettings] = {}
        self.now = NOW

    def lies(self, dropped: Drop, at: datetime) -> None:
        """A version lies in the bucket since then."""
        self.bucket.dropped.append(DroppedVersion(dropped, 10, at))

    def found(self, *, pages: int = 99) -> InboxFindings:
        """Go through the inbox, or through so many pages of it."""
        acceptance = Acceptance(self.ledger, self.executions, self.ledger.scans, self.pools, lambda: NOW)
        time = iter([True] * (pages - 1))
        sweep = InboxSweep("drops", self.bucket, self.ledger, self.ledger.notes, acceptance, self.now.timestamp)
        return sweep.run(has_time=lambda: next(time, False))

    def sweep(self) -> int:
        """Go through the inbox; how many drops were missed."""
        return self.found().missed


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


def test_a_drop_that_cannot_be_accepted_is_left_to_the_next_sweep(world: World) -> None:
    """What it did not come to is not taken for seen."""
    world.sweep()
    world.lies(drop(), NOW - MINUTE)
    world.now += 4 * DAY
    world.executions.is_broken = True
    assert [type(failure) for failure in world.found().failures] == [ConnectionError]
    world.lies(drop(version_id="v2"), NOW - MINUTE)
    world.executions.is_broken = False
    assert world.sweep() == 1
    assert drop(version_id="v2").run_id in world.executions.started


def test_all_versions_of_a_file_become_runs(world: World) -> None:
    """Each is a file that someone wanted to be imported."""
    for version in ("v1", "v2"):
        world.lies(drop(version_id=version), NOW - 10 * MINUTE)
    assert world.sweep() == 2


def test_a_drop_that_cannot_be_accepted_delays_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with it, each of the others becomes a run, and the next sweep tries it again."""
    for version in ("v1", "v2", "v3"):
        world.lies(drop(version_id=version), NOW - 10 * MINUTE)
    accept = world.ledger.accept

    def fails_for_one(dropped: Drop, **facts: Any) -> bool:  # noqa: ANN401  (as the ledger's)
        if dropped.version_id == "v2":
            raise ValueError
        return accept(dropped, **facts)

    monkeypatch.setattr(world.ledger, "accept", fails_for_one)
    found = world.found()
    assert (found.missed, len(found.failures)) == (2, 1)
    monkeypatch.undo()
    world.now += 4 * DAY
    assert world.sweep() == 1


def test_a_bucket_with_more_versions_than_a_sweep_can_list_is_gone_through_by_several(world: World) -> None:
    """Each goes on where the one before it stopped, and lists no page twice."""
    world.bucket.page = 10
    for number in range(100):
        world.lies(drop(f"inbox/people/{number:03}.csv"), NOW - 10 * MINUTE)
    for number in range(55):
        world.lies(drop(f"check/people/{number:03}.csv"), NOW - 10 * MINUTE)
    missed = [world.found(pages=3) for _ in range(5)]
    assert [found.missed for found in missed] == [30, 30, 30, 40, 25]
    assert [found.is_complete for found in missed] == [False, False, False, False, True]
    assert world.bucket.pages_read == 16
    assert world.sweep() == 0
    assert world.bucket.pages_read == 32, "the next sweep begins with the first page"


def test_what_is_dropped_behind_the_place_of_a_listing_is_found_by_the_next(world: World) -> None:
    """The listing counts from when it began, not from when it ended."""
    world.bucket.page = 1
    world.sweep()
    world.now += 5 * DAY
    for name in "bc":
        world.lies(drop(f"inbox/people/{name}.csv"), world.now - 10 * MINUTE)
    assert world.found(pages=1).missed == 1
    world.lies(drop("inbox/people/a.csv"), world.now)
    world.now += 5 * DAY
    assert world.found().is_complete
    assert world.sweep() == 1


def test_a_drop_that_failed_before_a_sweep_stopped_is_left_to_a_later_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep that goes on from there does not take it for seen."""
    world.bucket.page = 1
    for name in "ab":
        world.lies(drop(f"inbox/people/{name}.csv"), NOW - 10 * MINUTE)
    world.now += 4 * DAY
    monkeypatch.setattr(world.ledger, "accept", Mock(side_effect=ValueError))
    assert len(world.found(pages=1).failures) == 1
    monkeypatch.undo()
    assert [world.found().missed for _ in range(3)] == [1, 1, 0]


def test_a_run_that_the_ledger_has_lost_is_noted_as_such(world: World) -> None:
    """Its execution knows it: what is recorded again is not taken for the whole truth."""
    world.lies(drop(), NOW - 10 * MINUTE)
    world.executions.start(drop())
    assert world.sweep() == 1
    assert world.ledger.read(drop().run_id).damage == ("item",)


@pytest.mark.parametrize("had_execution", [True, False])
def test_a_lost_run_is_not_recorded_as_one_that_waits_for_its_scan(world: World, *, had_execution: bool) -> None:
    """The sweep would resume it as a new run, and report it again without its earlier results."""
    world.pools["people"] = PoolSettings(POOL_ID, malware_scan="guardduty")
    world.lies(drop(), NOW - 10 * MINUTE)
    if had_execution:
        world.executions.start(drop())
    assert world.sweep() == 1
    record = world.ledger.read(drop().run_id)
    assert (record.damage, record.is_held) == ((("item",), False) if had_execution else ((), True))
    assert len(world.executions.started) == had_execution


def test_runs_in_an_unknown_state_are_found_by_their_files(world: World) -> None:
    """A version of the stack that was deployed before this one has written them."""
    world.lies(drop(), NOW - 10 * MINUTE)
    world.ledger.accept(drop(), size=10, dropped_at="2026-06-30T12:00:00Z", dropped_by="somebody")
    world.ledger.items.update(run_key(drop().run_id), Change(sets={"run_state": "transmogrifying"}))
    found = world.found()
    assert (found.missed, found.odd) == (0, [drop()])


@pytest.mark.parametrize(
    "damage", [{"prefix": "outbox/"}, {"key": 1}, {"begun": "noon"}, {"version": None}, {"has_failed": True}]
)
def test_a_damaged_place_is_the_start(world: World, damage: dict[str, Any]) -> None:
    """The inbox would not be gone through any more."""
    whole = {"prefix": "inbox/", "key": "inbox/people/z.csv", "version": "v1", "begun": NOW.timestamp()}
    world.ledger.notes.keep_place("inbox_place", **({**whole, **damage} if "has_failed" not in damage else damage))
    world.lies(drop(), NOW - 10 * MINUTE)
    assert world.sweep() == 1
