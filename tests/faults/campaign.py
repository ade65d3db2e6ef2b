"""Runs cells, several at once, each in a lane of its own, and gathers the verdicts."""

from __future__ import annotations

import itertools
import queue
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.faults.cells import Cell, cells_of
from tests.faults.secrets import leaks
from tests.faults.trial import Trial
from tests.faults.undo_trial import UndoTrial
from tests.faults.world import Course

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.faults.world import FaultWorld, Lane

_CLEAN_RUNS = 3  # in the first ones the sweep does what it does once after a deployment


class CampaignError(Exception):
    """Cells cannot be derived or run."""


@dataclass(slots=True)
class Campaign:
    """Cells in a deployed world."""

    world: FaultWorld
    trials: list[Trial] = field(default_factory=list)
    """Those that have been run."""
    clean: list[Trial] = field(default_factory=list)
    """Those in which nothing failed, from which the cells are."""
    seconds: float = 0.0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _lanes: queue.SimpleQueue[Lane] = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        for lane in self.world.lanes:
            self._lanes.put(lane)

    def cells(self) -> list[Cell]:
        """The cells of a clean run, which is done first. Raises CampaignError when it does not end well."""
        for _ in range(_CLEAN_RUNS):
            self.world.record()
            trial = self._try(Cell(()))
            self.clean.append(trial)
            if trial.problems or trial.outcome != self.world.course:
                raise CampaignError(f"A run ended as {trial.outcome} though nothing fails: {trial.problems}")
        return cells_of(list(filter(trial.concerns, self.world.control.entries())), trial.correlation)

    def run(self, cells: Sequence[Cell], jobs: int, tell: Callable[[Trial], None]) -> None:
        """Run the cells, so many at once, and tell each verdict."""
        start = time.monotonic()
        with ThreadPoolExecutor(jobs) as pool:
            for done in as_completed([pool.submit(self._try, cell) for cell in cells]):
                self.trials.append(done.result())
                tell(done.result())
        self.seconds += time.monotonic() - start
        for trial in self.trials:
            trial.judge_repeats()

    def leaks(self) -> list[str]:
        """Where secrets have got to, in all that was run."""
        return leaks(self.world)

    def _try(self, cell: Cell) -> Trial:
        try:
            lane = self._lanes.get_nowait()
        except queue.Empty:
            lane = self.world.lanes[0]
            return Trial(self.world, lane, cell, 0, ["not run: every lane is held by a run that did not end"])
        kind = UndoTrial if self.world.course is Course.UNDONE else Trial
        trial = kind(self.world, lane, cell, next(self._numbers))
        trial.run()
        if trial.has_ended:  # otherwise the lane's turn is not free
            self._lanes.put(lane)
        return trial
