"""Runs whose items in the ledger are damaged are closed and brought to their end."""

from __future__ import annotations

from collections import Counter
from unittest.mock import Mock

import pytest

from cognito_drop.aws.run_ledger import LedgerDamagedError
from cognito_drop.contract.job_names import job_name
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.sweep_action import Action
from tests.unit.queue_world import run_id
from tests.unit.samples import POOL_ID, ROLE, drop
from tests.unit.sweep_world import SweepWorld


@pytest.fixture
def world(aws: None) -> SweepWorld:  # noqa: ARG001
    """No run yet."""
    return SweepWorld()


@pytest.mark.parametrize("attribute", ["file", "parts", "run_state", "executions", "dropped_at", "lease_until"])
def test_a_run_whose_item_is_damaged_comes_to_its_end(world: SweepWorld, attribute: str) -> None:
    """No job is recorded for it any more; what could not be read is kept, and all other runs go on."""
    world.started("a", "b")
    for letter in "ab":
        world.died(letter)
    damaged = {"file": '{"pool_id": "x', "parts": "none", "run_state": "odd", "executions": "x", "dropped_at": "noon",
               "lease_until": "x"}  # fmt: skip
    world.damage("a", attribute, damaged[attribute])
    # A state that is no known one is in none of the lists; the inbox finds that run.
    actions = world.sweep().actions + Counter([world.act_on("a")] if attribute == "run_state" else [])
    assert actions == {Action.RESUME: 2}
    record = world.run("a")
    assert (record.is_closing, record.damage, record.unreadable) == (True, (attribute,), ())
    assert world.item("a")["damage"] == {attribute: damaged[attribute]}
    assert not world.run("b").damage


def test_a_damaged_run_whose_execution_runs_is_left_to_it(world: SweepWorld) -> None:
    """The execution fails at the item, closes the run and reports it."""
    world.started("a")
    world.damage("a", "file", "{")
    assert world.sweep().actions == {Action.LEAVE: 1}
    assert not world.ledger.find(run_id("a")).is_closing  # type: ignore[union-attr]  # it is there


def test_a_run_whose_file_is_not_known_is_found_by_its_execution(world: SweepWorld) -> None:
    """The item has lost the key of the object."""
    world.started("a")
    world.died("a")
    world.damage("a", "key", 1)
    assert world.sweep().actions == {Action.RESUME: 1}
    assert world.run("a").drop.file_name == "a.csv"


def test_the_jobs_of_a_damaged_run_are_known_by_their_names(world: SweepWorld) -> None:
    """The lock is kept as long as one of them is active."""
    world.started("a")
    world.take("a")
    job_id = world.imports.create(POOL_ID, job_name(run_id("a"), 1), ROLE, None)[0].job_id
    world.imports.advance(job_id, "InProgress")
    world.died("a")
    world.damage("a", "parts", 7)
    assert world.sweep().actions == {Action.RESUME: 1}
    assert world.run("a").parts[1].job_id == job_id
    assert not world.locks.release(world.run("a").drop, "").released
    world.imports.advance(job_id, "Succeeded")
    assert world.locks.release(world.run("a").drop, "").released


def test_a_damaged_run_is_known_as_the_holder_of_its_lock_though_its_scope_is_damaged(world: SweepWorld) -> None:
    """Its lock would be freed while its job is active."""
    world.started("a")
    world.take("a")
    job_id = world.job("a", "InProgress")
    world.damage("a", "run_state", "odd")
    world.damage("a", "scope", "{")
    assert not world.locks.release(drop("inbox/people/a.csv"), "").released
    world.sweep()
    assert world.holder == "a"
    world.imports.advance(job_id, "Succeeded")
    assert world.locks.release(drop("inbox/people/a.csv"), "").released
    world.sweep()
    assert world.holder is None


@pytest.mark.parametrize(("attribute", "is_asked"), [("parts", False), ("run_state", True)])
def test_no_lock_is_asked_for_a_damaged_run_whose_state_can_be_read(
    world: SweepWorld, monkeypatch: pytest.MonkeyPatch, attribute: str, *, is_asked: bool
) -> None:
    """The holder counts only where the state has to be derived."""
    world.started("a")
    world.damage("a", attribute, "odd")
    head = Mock(wraps=world.import_queue.head)
    monkeypatch.setattr(world.import_queue, "head", head)
    record = world.ledger.find(run_id("a"))
    assert record is not None
    world.damaged.readable(record.drop, record)
    assert head.called is is_asked


@pytest.mark.parametrize("is_deployed", [True, False])
def test_the_jobs_of_a_damaged_run_are_waited_for_where_their_list_is_denied(
    world: SweepWorld, *, is_deployed: bool
) -> None:
    """For as long as its pool is in the deployment: otherwise it is denied for good, and the run ends without them."""
    if is_deployed:
        world.pools["people"] = PoolSettings(POOL_ID, jobs_in_reserve=0)
    world.started("a")
    world.died("a")
    world.damage("a", "parts", 7)
    world.imports.hides_lists = True
    seen = world.sweep()
    assert (len(seen.failures), seen.actions[Action.RESUME]) == ((1, 0) if is_deployed else (0, 1))
    record = world.ledger.find(run_id("a"))
    assert record is not None
    assert record.unreadable == (("parts",) if is_deployed else ())


def test_a_job_is_waited_for_where_a_damaged_item_does_not_say_until_when_it_may_be_started(world: SweepWorld) -> None:
    """A call of start_import would ask for ever, or start it when its run has no lock any more."""
    world.started("a")
    world.take("a")
    world.job("a", "Created")
    world.damage("a", "lease_until", "x")
    with pytest.raises(LedgerDamagedError):
        world.run("a")
    assert not world.locks.release(drop("inbox/people/a.csv"), "").released
    world.pass_by(900 + 60)
    assert world.locks.release(drop("inbox/people/a.csv"), "").released
