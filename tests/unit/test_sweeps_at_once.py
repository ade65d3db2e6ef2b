"""Two sweeps find the same execution dead: one execution comes of it."""

from __future__ import annotations

import pytest

from lambdas.adapters.ledger_items import run_key
from lambdas.core.run_record import RunState
from lambdas.core.sweeping import ExecutionStatus
from lambdas.sweep.run_sweep import RunSweep
from tests.ledger_table import TABLE
from tests.unit.turn_world import SCOPE, TurnWorld, run_id


@pytest.fixture
def world(aws: None) -> TurnWorld:  # noqa: ARG001
    """A run whose execution was aborted while the run was imported."""
    world = TurnWorld()
    world.checked("a")
    world.executions.start(world.run("a").drop)
    world.take("a")
    world.executions.statuses[run_id("a")] = ExecutionStatus.ABORTED
    return world


def _sweep(world: TurnWorld) -> RunSweep:
    return RunSweep(world.ledger, world.executions, world.turnstile, (SCOPE,), world.now.timestamp)


def test_one_execution_settles_a_run_that_two_sweeps_find(world: TurnWorld) -> None:
    """The first has asked for an execution before the second closes the run; two would tell people twice."""
    found = world.run("a")
    world.meanwhile.before("update_item", lambda: _sweep(world).treat(found))
    _sweep(world).treat(found)
    assert list(world.executions.started) == [run_id("a"), f"{run_id('a')}-2"]
    assert world.executions.settling == {f"{run_id('a')}-2"}


def test_no_execution_comes_of_a_run_that_has_just_ended(world: TurnWorld) -> None:
    """It was told of between the sweep's looks at the ledger and at the execution, which has succeeded by then."""
    found = world.run("a")
    world.executions.statuses[run_id("a")] = ExecutionStatus.SUCCEEDED
    world.client.update_item(
        TableName=TABLE,
        Key=run_key(run_id("a")),
        UpdateExpression="SET run_state = :ended",
        ExpressionAttributeValues={":ended": {"S": RunState.ENDED}},
    )
    _sweep(world).treat(found)
    assert list(world.executions.started) == [run_id("a")]
