"""A round: so many files at once, what their fates have for them, and the judgment of it all."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.chaos.acts import Acts
from tests.chaos.plan import STATES, Act, Fate, fates
from tests.chaos.undos import Undos
from tests.faults.campaign import Campaign
from tests.faults.cells import Cell
from tests.faults.secrets import leaks
from tests.faults.trial import Trial
from tests.faults.world import until
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.faults.world import FaultWorld


@dataclass(frozen=True, slots=True)
class Run:
    """A file of a round, and the acts that are to come."""

    trial: Trial
    planned: list[int]
    acts: list[Act]
    done: list[Act] = field(default_factory=list)

    @property
    def is_damaged(self) -> bool:
        """Whether what the stack knows of the run was damaged: such a run may not be undone."""
        return any(act.kind.is_damage for act in self.done)

    def __str__(self) -> str:
        faults, acts = self.trial.cell.name, ", ".join(act.name for act in self.done) or "nothing is done"
        return f"{self.trial.key} (run {self.trial.run_id}): {faults}; {acts}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a round has shown."""

    seed: str
    problems: list[str]
    outcomes: Counter[str]
    acts: Counter[str]
    struck: int
    """Planned faults that happened."""


@dataclass(slots=True)
class Chaos:
    """Rounds in one deployed world."""

    world: FaultWorld
    cells: Sequence[Cell]
    acts: Acts
    undos: Undos
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1_000))

    @classmethod
    def of(cls, world: FaultWorld) -> Chaos:
        """Chaos in a world, in which a file is imported first: its calls are those that can fail."""
        campaign, acts = Campaign(world), Acts(world)
        cells = campaign.cells()
        return cls(world, cells, acts, Undos.of(world, acts, campaign.clean[-1]))

    def round(self, seed: str, files: int) -> Verdict:
        """Do and judge one round."""
        dice = random.Random(seed)  # noqa: S311  (chance that can be repeated)
        self.world.record()
        callers = sorted(self.acts.roles)
        runs = [self._drop(fate) for fate in fates(dice, files, len(self.world.lanes), self.cells, callers)]
        until(lambda: not self._act_on(runs), PATIENCE)
        self.acts.calm()
        for run in runs:
            run.trial.await_end()
        struck = [fault["struck"] for fault in self.world.control.ask("GET", "faults")["faults"]]
        self.world.control.ask("DELETE", "faults")
        problems = self._judge(runs)
        outcomes = Counter(run.trial.outcome for run in runs)
        acts = Counter(act.kind.value for run in runs for act in run.done)
        whole = [run.trial for run in runs if not run.is_damaged and not run.trial.problems and run.trial.is_whole]
        broken, acts["of an undo"], struck_undos = self.undos.judged(dice, whole)
        outcomes["undone"] = len(whole)
        return Verdict(seed, [*problems, *broken, *leaks(self.world)], outcomes, acts, sum(struck) + struck_undos)

    def _drop(self, fate: Fate) -> Run:
        trial = Trial(self.world, self.world.lanes[fate.lane], Cell(fate.faults), next(self._numbers))
        planned = trial.plan()
        trial.drop()
        return Run(trial, planned, list(fate.acts))

    def _act_on(self, runs: Iterable[Run]) -> int:
        """Do what is due; return how many acts are left.

        A pause ends where all acts that are left are of runs that wait: none of these would come.
        """
        left = set()
        for run in runs:
            state = self.world.ledger.state(run.trial.run_id) if run.acts else ""
            if state == "ended":
                run.acts.clear()
            while run.acts and _is_due(run.acts[0], state):
                act = run.acts.pop(0)
                self.acts.do(act, run.trial)
                run.done.append(act)
            left |= {state} if run.acts else set()
        if left == {"waiting"}:
            self.acts.resume()
        return sum(len(run.acts) for run in runs)

    def _judge(self, runs: Sequence[Run]) -> list[str]:
        denials = sum(act.kind == "deny" for run in runs for act in run.done)
        for run in runs:
            run.trial.judge(run.planned, len(run.done) + denials, is_damaged=run.is_damaged)
        found = [f"{problem}: {run}" for run in runs for problem in run.trial.problems]
        jobs = [job for run in runs for job in run.trial.jobs() if "StartDate" in job]
        if (most := _most_active(jobs)) > 1:
            found.append(f"I1: {most} jobs were active at the same time")
        scopes = sorted({self.world.scope_of(lane) for lane in self.world.lanes})
        return [*found, *(f"I5: {scope} has a holder or a queue" for scope in scopes if not self._is_empty(scope))]

    def _is_empty(self, scope: str) -> bool:
        return until(lambda: not self.world.ledger.queue(scope), PATIENCE)


def _is_due(act: Act, state: str) -> bool:
    return state in STATES and STATES.index(state) >= STATES.index(act.state)


def _most_active(jobs: Sequence[dict[str, Any]]) -> int:
    """How many jobs were between start and completion at once."""
    changes: Counter[Any] = Counter()
    for job in jobs:
        changes[job["StartDate"], 1] += 1
        if "CompletionDate" in job:
            changes[job["CompletionDate"], 0] -= 1
    active, most = 0, 0
    for moment in sorted(changes):
        active += changes[moment]
        most = max(most, active)
    return most
