"""Runs whose pool's import jobs Cognito does not list for the moment are held for a short time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from cognito_drop.contract.statuses import HoldReason
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.queue.job_budget import DAY
from cognito_drop.core.runs.hold import Hold
from lambdas.sweep.hold_sweep import HoldSweep
from lambdas.use_cases.import_gate import COUNT_AGAIN
from tests.unit.queue_world import SCOPE, QueueWorld
from tests.unit.samples import POOL_ID, checked, drop, job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.imports.import_job import ImportJob

TRANSIENT = [
    ClientError({"Error": {"Code": "TooManyRequestsException"}}, "ListUserImportJobs"),
    ClientError({"Error": {"Code": "InternalErrorException"}}, "ListUserImportJobs"),
    ReadTimeoutError(endpoint_url="https://cognito-idp.eu-west-1.amazonaws.com"),
]


class World(QueueWorld):
    """One job a day, and Cognito may be unwell."""

    def __init__(self) -> None:
        super().__init__()
        self.pools["people"] = PoolSettings(POOL_ID, jobs_per_day=1, jobs_in_reserve=0)
        self.sweeping = HoldSweep(self.ledger, self.import_queue, self.gate, lambda: self.now)
        self.failure: Exception | None = None
        """What listing the jobs of a pool ends with."""
        self.calls = 0
        listed = self.imports.all

        def counted(pool_id: str) -> Iterator[ImportJob]:
            self.calls += 1
            if self.failure:
                raise self.failure
            return listed(pool_id)

        self.imports.all = counted  # type: ignore[method-assign]


@pytest.fixture
def world(aws: None) -> World:  # noqa: ARG001
    """Two files of the pool are ready."""
    world = World()
    world.checked("a", "b")
    return world


def _uncounted(world: World) -> Hold:
    return Hold(HoldReason.JOBS_UNKNOWN, world.epoch() + COUNT_AGAIN)


def _used(world: World) -> ImportJob:
    """The job of an earlier file, created now."""
    return job("Succeeded", job_id="import-1", name=f"cognito-drop-{1:032}-1", created=world.now)


@pytest.mark.parametrize("failure", TRANSIENT, ids=lambda failure: type(failure).__name__)
def test_run_whose_pool_is_not_listed_for_the_moment_is_held(world: World, failure: Exception) -> None:
    """The rate of its pool would not be kept otherwise; a file of another pool gets the lock."""
    world.failure = failure
    assert world.take("a") == 0
    assert (world.holder, world.line) == (None, "")
    assert (world.run("a").hold, world.run("a").is_held) == (_uncounted(world), True)
    other = drop("inbox/other/x.csv")
    world.ledger.accept(other, size=1, dropped_at="2026-07-01T12:59:59Z", dropped_by="")
    world.ledger.keep_file(other.run_id, checked(1))
    world.locks.take(other.run_id, "token of x")
    assert world.import_queue.head(SCOPE).holder == other.run_id


def test_look_asks_once_for_all_held_runs(world: World) -> None:
    """None is released, and none is asked for again in the same look."""
    world.failure = TRANSIENT[0]
    world.take("a")
    world.take("b")
    world.pass_by(300)
    world.calls = 0
    assert world.sweeping.run().released == 0
    assert world.calls == 1
    assert [world.run(letter).hold for letter in "ab"] == [_uncounted(world)] * 2


def test_denied_list_is_asked_for_once_too(world: World) -> None:
    """Cognito itself keeps the quota of a pool that may not be listed: both runs are released."""
    world.failure = TRANSIENT[0]
    world.take("a")
    world.take("b")
    world.failure = ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListUserImportJobs")
    world.calls = 0
    assert (world.sweeping.run().released, world.calls, world.line) == (2, 1, "ab")


def test_run_is_released_when_its_pool_is_listed_again(world: World) -> None:
    """By the sweep, within the rate: the other one waits for its day."""
    world.pools["people"] = PoolSettings(POOL_ID, jobs_per_day=2, jobs_in_reserve=0)
    world.imports.add(POOL_ID, _used(world))
    world.failure = TRANSIENT[0]
    world.take("a")
    world.take("b")
    world.failure = None
    world.pass_by(300)
    assert (world.sweeping.run().released, world.line) == (1, "a")


def test_run_comes_back_by_itself_when_its_hold_is_due(world: World) -> None:
    """Where no sweep runs: it is held again as long as Cognito gives no answer, and then gets the lock."""
    world.failure = TRANSIENT[0]
    world.take("a")
    world.pass_by(COUNT_AGAIN)
    assert world.take("a", "second token") == 0
    assert (world.holder, world.run("a").hold) == (None, _uncounted(world))
    world.failure = None
    world.pass_by(COUNT_AGAIN)
    world.take("a", "third token")
    assert (world.holder, world.executions.woken) == ("a", ["third token"])


def test_run_beyond_its_rate_stays_held_while_its_pool_is_not_listed(world: World) -> None:
    """With the reason that is known at the moment, and later with the first one again."""
    world.imports.add(POOL_ID, _used(world))
    world.take("a")
    beyond = Hold(HoldReason.JOBS_PER_DAY, world.epoch() + DAY)
    assert world.run("a").hold == beyond
    world.failure = TRANSIENT[0]
    assert world.sweeping.run().released == 0
    assert world.run("a").hold == _uncounted(world)
    world.failure = None
    assert world.sweeping.run().released == 0
    assert world.run("a").hold == beyond
