"""An undo whose execution is stopped, times out, or ends between its results and its notification."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cognito_drop.contract.function_names import FunctionName
from tests.faults.cells import Cell
from tests.faults.undo_trial import UndoTrial
from tests.faults.world import Course, fault_world, until
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.undoing import Undoing
    from tests.faults.world import FaultWorld

pytestmark = pytest.mark.faults

_LONGER_THAN_AN_UNDO = timedelta(days=8)
_ATTEMPTS_TO_NOTIFY = 9


@pytest.fixture(scope="module")
def world() -> Iterator[FaultWorld]:
    """A stack with undo."""
    with fault_world(3, course=Course.UNDONE) as world:
        yield world


def test_stopped_undo_is_notified_and_completes_when_it_is_started_again(world: FaultWorld) -> None:
    """The execution is stopped while its function may not run, so before the first call."""
    undo = _imported(world, 0)
    _let_run(world, 0)
    undo.start()
    undo.stop()
    _let_run(world, None)
    assert _notified(undo, 1)
    _completes(undo)


def test_undo_that_times_out_is_notified_and_completes_when_it_is_started_again(world: FaultWorld) -> None:
    """The time of an execution passes while its function may not run."""
    undo = _imported(world, 1)
    _let_run(world, 0)
    undo.start()
    world.control.ask("POST", "clock", {"seconds": _LONGER_THAN_AN_UNDO.total_seconds()})
    assert until(lambda: not undo.is_running, PATIENCE)
    _let_run(world, None)
    assert _notified(undo, 1)
    _completes(undo)


def test_undo_that_has_written_its_results_is_notified_though_its_execution_fails(world: FaultWorld) -> None:
    """SNS takes no call of the execution, as often as it tries."""
    undo = _imported(world, 2)
    refused = {"caller": world.undo_machine.rpartition(":")[2], "service": "sns", "operation": "Publish"}
    faults = [{**refused, "kind": "throttle", "occurrence": 1} for _ in range(_ATTEMPTS_TO_NOTIFY)]
    world.control.ask("PUT", "faults", {"faults": faults})
    undo.start()
    assert _notified(undo, 1)
    assert undo.status == "FAILED"
    assert world.control.struck
    world.control.ask("DELETE", "faults")
    undo.judge()
    assert undo.problems == []


def _imported(world: FaultWorld, lane: int) -> Undoing:
    trial = UndoTrial(world, world.lanes[lane], Cell(()), lane)
    return trial.imported()


def _let_run(world: FaultWorld, reserved: int | None) -> None:
    """Let the function of undos run so many times at once."""
    functions = world.client("lambda").get_paginator("list_functions").paginate()
    (name,) = (
        each["FunctionName"]
        for page in functions
        for each in page["Functions"]
        if FunctionName.UNDO_USERS.value in each["Handler"]
    )
    if reserved is None:
        world.client("lambda").delete_function_concurrency(FunctionName=name)
    else:
        world.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)


def _notified(undo: Undoing, times: int) -> bool:
    return until(lambda: undo.world.mailbox.counts[undo.undo_id] >= times, PATIENCE)


def _completes(undo: Undoing) -> None:
    assert undo.world.ledger.undo(undo.undo_id)["outcome"] == {"S": "failed"}
    undo.start()
    assert undo.complete() == "partly_undone"
    assert _notified(undo, 2)
    undo.judge()
    assert undo.problems == []
