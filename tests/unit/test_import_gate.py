"""Runs that are held, refused, and released before they get the import lock, while others go on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.aws.pauses import ALL_POOLS
from cognito_drop.contract.ledger_keys import jobs_note
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.pools.pool_settings import PoolSettingError, PoolSettings
from cognito_drop.core.queue.job_budget import DAY
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.text.problem import ProblemCode
from lambdas.sweep.hold_sweep import HoldSweep
from tests.unit.fakes import InMemoryImports
from tests.unit.queue_world import QUOTA, SCOPE, QueueWorld, run_id
from tests.unit.samples import POOL_ID, checked, drop, job

if TYPE_CHECKING:
    import io

OTHER = "other"
"""The alias of a pool without settings: its runs are never held."""


class World(QueueWorld):
    """Three of the files of `people` may be imported a day."""

    def __init__(self) -> None:
        super().__init__()
        self.choose()
        self.sweeping = HoldSweep(self.ledger, self.import_queue, self.gate, lambda: self.now)

    def choose(self, **chosen: Any) -> None:  # noqa: ANN401  (settings of many types)
        """What is deployed for the pool from now on."""
        self.pools["people"] = PoolSettings(POOL_ID, **{"jobs_per_day": 3, "jobs_in_reserve": 5, **chosen})

    def used(self, *hours: float) -> None:
        """Jobs of earlier files, created so many hours ago."""
        for age in hours:
            number = len(self.imports.jobs)
            made = job(
                "Succeeded", job_id=f"import-{number}", name=f"cognito-drop-{number:032}-1",
                created=self.now - timedelta(hours=age),
            )  # fmt: skip
            self.imports.add(POOL_ID, made)

    def other(self) -> str:
        """A file of another pool, dropped last, which waits; return its run's id."""
        dropped = drop(f"inbox/{OTHER}/x.csv")
        self.ledger.accept(dropped, size=1, dropped_at="2026-07-01T12:59:59Z", dropped_by="")
        self.ledger.keep_file(dropped.run_id, checked(1))
        self.locks.take(dropped.run_id, "token of x")
        return dropped.run_id

    def holds(self, letters: str) -> list[Hold | None]:
        """The holds of some runs."""
        return [self.run(letter).hold for letter in letters]


@pytest.fixture
def world(aws: None) -> World:  # noqa: ARG001
    """No one waits, no one has the lock."""
    return World()


def _until(world: World, hours: float) -> Hold:
    return Hold(HoldReason.JOBS_PER_DAY, (world.now + timedelta(hours=hours)).timestamp())


def test_a_file_within_the_rate_is_imported(world: World) -> None:
    """Two jobs of the last day, and one of the day before, leave room for one more."""
    world.used(30, 3, 2)
    world.checked("a")
    assert world.take("a") == 0
    assert (world.holder, world.holds("a")) == ("a", [None])


def test_a_file_beyond_the_rate_is_held_and_the_next_one_gets_the_lock(world: World) -> None:
    """It has no entry in the queue, and its execution sleeps."""
    world.used(23, 3, 2)
    world.checked("a")
    assert world.take("a") == 0
    assert (world.holder, world.line, world.run("a").is_held) == (None, "", True)
    assert world.holds("a") == [_until(world, 1)]
    other = world.other()
    assert world.import_queue.head(SCOPE).holder == other
    assert world.executions.woken == ["token of x"]


def test_a_file_at_the_head_of_the_queue_is_held_when_the_lock_is_free(world: World) -> None:
    """The rate was kept when it was queued, and is used up when it is to get the lock."""
    world.checked("a", "b")
    world.take("a")
    assert world.take("b") == 1
    world.used(3, 2, 1)
    world.locks.release(drop("inbox/people/a.csv"), "")
    assert (world.holder, world.holds("b")) == (None, [_until(world, 21)])


def test_a_held_run_looks_without_coming_back_before_its_time(world: World) -> None:
    """Its new token is kept; when its hold is due it comes back by itself, in the order of the drops."""
    world.used(23, 3, 2)
    world.checked("a")
    world.checked("b", second=1)
    world.take("a")
    world.take("b")
    world.pass_by(900)
    assert world.take("a", "second token") == 0
    assert (world.holder, world.run("a").token) == (None, "second token")
    world.pass_by(2700)
    world.take("b", "late token")
    assert world.holder == "b", "its own hold is due as well, and it has come first"
    world.take("a", "third token")
    assert (world.holds("ab"), world.line) == ([None, None], "a")


def test_the_sweep_releases_as_many_as_the_rate_allows_in_their_order(world: World) -> None:
    """The others get the times at which they may start; `released_at` is where their age begins again."""
    world.used(23, 3, 2)
    world.checked("a", "b")
    world.checked("c", second=1)
    for letter in "cba":
        world.take(letter)
    world.choose(jobs_per_day=4)
    assert world.sweeping.run().released == 1
    assert world.line == "a"
    assert world.holds("abc") == [None, _until(world, 1), _until(world, 21)]
    assert world.run("a").released_at == world.now.isoformat()
    world.locks.serve(SCOPE)
    assert (world.holder, world.executions.woken) == ("a", ["token of a"])


def test_a_run_that_is_stopped_while_it_is_held_ends(world: World) -> None:
    """Nothing of the hold is left."""
    world.used(3, 2, 1)
    world.checked("a")
    world.take("a")
    world.ledger.close(run_id("a"), stopped=True)
    with pytest.raises(RefusedError):
        world.take("a")
    assert world.sweeping.run().released == 0
    assert world.locks.release(drop("inbox/people/a.csv"), "").released
    assert (world.run("a").state, world.holds("a")) == (RunState.REPORTING, [None])


def test_a_pool_may_refuse_what_is_beyond_its_rate(world: World) -> None:
    """The run is woken, may not go on, and has the problem from then on."""
    world.used(3, 2, 1)
    world.choose(over_rate="refuse")
    world.checked("a")
    world.take("a")
    _is_refused(world, ProblemCode.TOO_MANY_JOBS)


def test_a_refusal_that_comes_late_leaves_a_run_alone_that_imports(world: World) -> None:
    """Its caller has given it up, another call has granted the lock, and the job is active by the time it writes."""
    world.used(3, 2, 1)
    world.choose(over_rate="refuse")
    world.checked("a")
    world.enqueue("a")

    def is_imported() -> None:
        assert world.import_queue.serve(SCOPE, world.epoch()) == run_id("a")
        world.job("a", "InProgress")

    world.meanwhile.before("update_item", is_imported)
    world.locks.serve(SCOPE)
    record = world.run("a")
    assert (world.holder, record.is_closing, world.executions.woken) == ("a", False, [])
    assert record.file == checked(1)


def _is_refused(world: World, code: ProblemCode) -> None:
    record = world.run("a")
    assert (world.holder, world.line, world.executions.woken) == (None, "", ["token of a"])
    assert record.file is not None
    assert record.file.problem is not None
    assert (record.file.problem.code, record.file.part_rows, record.is_closing) == (code, (), True)
    with pytest.raises(RefusedError):
        world.take("a")
    assert world.locks.release(drop("inbox/people/a.csv"), "RefusedError: it is not imported").released
    assert (world.run("a").state, world.run("a").error) == (RunState.REPORTING, "")


def test_a_file_that_would_need_the_reserve_is_refused(world: World) -> None:
    """Jobs of other programs and old ones count; the quota has 20, and 5 of them are kept."""
    for number in range(QUOTA - 5):
        world.imports.add(POOL_ID, job("Succeeded", job_id=f"import-{number}", created=world.now - timedelta(days=300)))
    world.checked("a")
    world.take("a")
    _is_refused(world, ProblemCode.NO_JOBS_LEFT)


def test_jobs_are_counted_from_the_last_count_of_the_sweep(world: World) -> None:
    """Only those that are newer are listed: a pool may have a thousand."""
    world.notes.keep(jobs_note(POOL_ID), counted_at=world.epoch() - 600, jobs_used=14.0, orphans=0.0)
    world.imports.add(POOL_ID, job("Succeeded", job_id="import-old", created=world.now - timedelta(days=2)))
    world.imports.add(POOL_ID, job("Succeeded", job_id="import-new", created=world.now))
    world.checked("a")
    world.take("a")
    _is_refused(world, ProblemCode.NO_JOBS_LEFT)


@pytest.mark.parametrize(("used", "holder"), [(13, "a"), (14, None)])
def test_a_job_that_the_sweep_has_counted_is_not_counted_again(world: World, used: int, holder: str | None) -> None:
    """Three are listed, for the rate of the last day; only the one since the count takes one more of the quota."""
    world.notes.keep(jobs_note(POOL_ID), counted_at=world.epoch() - 600, jobs_used=used, orphans=0)
    for seconds in (3_600, 600, 599):
        age = timedelta(seconds=seconds)
        world.imports.add(POOL_ID, job("Succeeded", job_id=f"import-{seconds}", created=world.now - age))
    world.checked("a")
    world.take("a")
    assert world.holder == holder


def test_a_pool_whose_jobs_cannot_be_listed_delays_no_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cognito itself keeps the quota: the file goes on, and its job is refused where it is one too many."""

    def denied(*_: object) -> Any:  # noqa: ANN401  (it only raises)
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListUserImportJobs")

    monkeypatch.setattr(InMemoryImports, "all", denied)
    world.checked("a")
    world.take("a")
    assert world.holder == "a"


def test_a_pool_that_is_not_deployed_any_more_holds_nothing(world: World) -> None:
    """The run goes on with what it has kept."""
    world.used(3, 2, 1)
    world.checked("a")
    world.take("a")
    del world.pools["people"]
    assert world.sweeping.run().released == 1


class Unreadable:
    """Pools whose parameters somebody has changed by hand."""

    def get(self, alias: str) -> PoolSettings | None:  # noqa: ARG002
        """Raise what reading one raises."""
        raise PoolSettingError("groups", 1, "a list")


def test_a_pool_whose_settings_cannot_be_read_holds_up_no_run(world: World) -> None:
    """Its run is at the head of the queue: the lock could be given to no run of any pool."""
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    gate = replace(world.gate, rules=replace(world.gate.rules, pools=Unreadable()))
    assert replace(world.locks, gate=gate).release(drop("inbox/people/a.csv"), "").released
    assert world.holder == "b"


@pytest.mark.parametrize("paused", ["people", ALL_POOLS])
def test_a_paused_pool_holds_its_files_until_it_is_resumed(world: World, paused: str) -> None:
    """No time is known; the sweep releases them, and so does the run itself when it looks again."""
    world.pauses[paused] = "2026-07-01T12:00:00+00:00"
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    assert world.holds("ab") == [Hold(HoldReason.PAUSED)] * 2
    assert world.sweeping.run().released == 0
    world.take("a", "second token")
    assert (world.holder, world.holds("a")) == (None, [Hold(HoldReason.PAUSED)])
    world.pauses.clear()
    world.take("a", "third token")
    assert (world.holder, world.executions.woken) == ("a", ["third token"])
    assert (world.sweeping.run().released, world.line) == (1, "b")


def test_a_pause_of_another_pool_holds_nothing(world: World) -> None:
    """Neither does one of the alias of a pool that shares the user pool."""
    world.pauses["guests"] = "2026-07-01T12:00:00+00:00"
    world.checked("a")
    world.take("a")
    assert world.holder == "a"


def test_a_file_waits_for_its_pools_import_window(world: World) -> None:
    """It is 13:00 in UTC, and 15:00 in Berlin; a run that has been released by its time is imported."""
    world.choose(import_window="22:00-05:00 Europe/Berlin")
    world.checked("a")
    world.take("a")
    assert world.holds("a") == [Hold(HoldReason.IMPORT_WINDOW, (world.now + timedelta(hours=7)).timestamp())]
    world.pass_by(7 * 3600)
    world.take("a")
    assert world.holder == "a"


def test_a_window_in_a_time_zone_that_the_function_does_not_know_is_always_open(world: World) -> None:
    """A file must not wait for ever for what only the synth could have refused."""
    world.choose(import_window="22:00-05:00 Europe/Berlim")
    world.checked("a")
    world.take("a")
    assert world.holder == "a"


def test_a_held_run_that_fails_in_the_sweep_delays_none_of_the_others(world: World, log: io.StringIO) -> None:
    """The failure is raised by the sweep, after it has gone through everything; the log says which run it was."""
    world.used(3, 2, 1)
    world.checked("a", "b")
    world.take("a")
    world.take("b")
    world.pass_by(DAY)
    world.meanwhile.before("transact_write_items", _die)
    seen = world.sweeping.run()
    assert (seen.released, [type(error) for error in seen.failures]) == (1, [TransientError])
    assert world.line == "b"
    (failed,) = [line for line in map(json.loads, log.getvalue().splitlines()) if line["level"] == "ERROR"]
    assert (failed["error"], failed["run_id"]) == ("TransientError", run_id("a"))


def _die() -> None:
    raise TransientError("TransactWriteItems: TransactionConflict")
