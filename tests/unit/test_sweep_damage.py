"""Runs whose items in the ledger are damaged are closed and brought to their end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Never
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.pool_parameters import PoolParameters
from cognito_drop.aws.run_ledger import LedgerDamagedError
from cognito_drop.contract.job_names import job_name
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.sweep_action import Action
from tests.unit.handler_world import POOL
from tests.unit.parameters import PATH, Parameters, values_of
from tests.unit.queue_world import run_id
from tests.unit.samples import POOL_ID, ROLE, drop
from tests.unit.sweep_world import SweepWorld

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord


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


@pytest.mark.parametrize("attributes", [["bucket"], ["key"], ["version_id"], ["bucket", "key", "version_id", "alias"]])
def test_a_run_whose_file_is_not_known_is_found_by_its_execution(world: SweepWorld, attributes: list[str]) -> None:
    """The item does not say any more which version of which object the run is of; it does again from then on."""
    world.started("a")
    world.died("a")
    before = world.item("a")
    for attribute in attributes:
        world.damage("a", attribute, 1)
    assert world.sweep().actions == {Action.RESUME: 1}
    assert world.run("a").drop == drop("inbox/people/a.csv")
    assert {name: world.item("a")[name] for name in attributes} == {name: before[name] for name in attributes}


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
    world.damaged.readable(drop("inbox/people/a.csv"), _found(world))
    assert head.called is is_asked


@pytest.mark.parametrize("alias", ["people", "renamed", None])
def test_the_jobs_of_a_damaged_run_are_waited_for_where_their_list_is_denied(
    world: SweepWorld, alias: str | None
) -> None:
    """For as long as its pool is in the deployment: otherwise it is denied for good, and the run ends without them."""
    if alias:
        world.pools[alias] = PoolSettings(POOL_ID, jobs_in_reserve=0)
    world.started("a")
    world.died("a")
    world.damage("a", "parts", 7)
    world.imports.hides_lists = True
    seen = world.sweep()
    assert (len(seen.failures), seen.actions[Action.RESUME]) == ((1, 0) if alias else (0, 1))
    assert _found(world).unreadable == (("parts",) if alias else ())


@pytest.mark.parametrize("alias", ["people", "renamed"])
def test_a_pool_whose_settings_cannot_be_read_may_be_that_of_a_damaged_run(world: SweepWorld, alias: str) -> None:
    """Its denied list is no empty one: somebody has changed a parameter by hand."""
    parameters = Parameters({f"{PATH}/{alias}": "{"})
    damaged = replace(world.damaged, pools=PoolParameters(parameters, PATH))
    world.started("a")
    world.damage("a", "parts", 7)
    world.imports.hides_lists = True
    with pytest.raises(ClientError):
        damaged.readable(drop("inbox/people/a.csv"), _found(world))
    parameters.values |= values_of({alias: {**POOL, "id": "us-east-1_Other"}})
    assert damaged.readable(drop("inbox/people/a.csv"), _found(world)).damage == ("parts",)


@pytest.mark.parametrize(("code", "calls"), [("TooManyRequestsException", 0), ("AccessDeniedException", 2)])
def test_the_pools_are_only_asked_for_where_a_list_is_denied(
    world: SweepWorld, monkeypatch: pytest.MonkeyPatch, code: str, calls: int
) -> None:
    """What is throttled is tried again whatever they are."""

    def fails(*_: object) -> Never:
        raise ClientError({"Error": {"Code": code}}, "ListUserImportJobs")

    monkeypatch.setattr(world.imports, "of_run", fails)
    parameters = Parameters(values_of({"people": {**POOL, "id": POOL_ID}}))
    damaged = replace(world.damaged, pools=PoolParameters(parameters, PATH))
    world.started("a")
    world.damage("a", "parts", 7)
    with pytest.raises(ClientError):
        damaged.readable(drop("inbox/people/a.csv"), _found(world))
    assert len(parameters.calls) == calls


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


def _found(world: SweepWorld) -> RunRecord:
    record = world.ledger.find(run_id("a"))
    assert record is not None
    return record
