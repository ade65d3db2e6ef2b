"""Runs that have executions, and the sweep that goes through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import ExecutionStatus
from lambdas.sweep.run_sweep import OpenRuns, RunSweep
from tests.unit.queue_world import LETTERS, SCOPE, QueueWorld, run_id

if TYPE_CHECKING:
    from cognito_drop.core.runs.sweep_action import Action


class SweepWorld(QueueWorld):
    """Runs that have executions, and a sweep."""

    def __init__(self) -> None:
        super().__init__()
        self.sweeping = RunSweep(
            self.ledger, self.executions, self.import_queue, self.gate, self.damaged, (SCOPE,), self.epoch
        )

    def started(self, *letters: str, second: int = 0) -> None:
        """These files were dropped, accepted and checked, and their executions run."""
        self.checked(*letters, second=second)
        for letter in letters:
            self.executions.start(self.run(letter).drop)

    def died(self, letter: str, status: ExecutionStatus = ExecutionStatus.FAILED) -> None:
        """The run's newest execution has ended so."""
        self.executions.statuses[self.run(letter).execution_name] = status

    def act_on(self, letter: str) -> Action:
        """What the sweep does with a run, damaged or not."""
        record = self.ledger.find(run_id(letter))
        assert record is not None
        return self.sweeping.act_on(record)

    def sweep(self, *, runs: int = 99) -> OpenRuns:
        """Go through everything, or as far as the time for so many runs suffices."""
        time = iter([True] * runs)
        return self.sweeping.run(has_time=lambda: next(time, False))

    @property
    def names(self) -> list[str]:
        """The executions that were started, by letter and number."""
        return [f"{LETTERS[name[:32]]}{name[32:]}" for name in self.executions.started]
