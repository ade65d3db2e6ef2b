"""Goes through every world that some runs can come to with a number of faults, and looks for what must not be.

Worlds are explored in the order of the faults that they take, so that each is met first with the most faults left. A
world that was met already need not be explored again, and a counterexample has the fewest faults, and for these the
fewest steps.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.model.worlds import Worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Scope:
    """How much is explored."""

    files: int
    faults: int
    parts: int = 1
    holds: bool = False
    """Whether the pool of the first file is held at first; that it ends and begins again are faults."""
    scans: bool = False
    """Whether the pool of the first file asks for malware scans; that one is lost, and that the run is stopped, are
    faults."""
    decides: bool = False
    """Whether too many rows of the first file's first part may fail; that an operator continues the run is a fault."""

    def __str__(self) -> str:
        parts = "1 part" if self.parts == 1 else f"{self.parts} parts"
        pool = ", the first one's pool held" if self.holds else ""
        pool += ", the first one to be scanned" if self.scans else ""
        pool += ", too many rows of its first part may fail" if self.decides else ""
        return f"{self.files} file{'s' if self.files > 1 else ''} of {parts}{pool}, up to {self.faults} faults"


@dataclass(slots=True)
class Result:
    """What an exploration has found."""

    scope: Scope
    states: int = 0
    transitions: int = 0
    run_values: int = 0
    """Different values of one run among the states."""
    seconds: float = 0.0
    broken: str = ""
    """The invariant that falls, with a sentence; empty when all hold and no state is stuck."""
    trace: list[str] = field(default_factory=list)
    """The way there."""


def explore(protocol: Protocol, scope: Scope) -> Result:
    """Go through all worlds; end at the first that breaks an invariant, or with the search for stuck ones."""
    return _Explorer(protocol, scope).explore()


class _Explorer:
    def __init__(self, protocol: Protocol, scope: Scope) -> None:
        self._worlds = Worlds(protocol, scope)
        self._result = Result(scope)
        self._parents: dict[int, int] = {}

    def explore(self) -> Result:
        begun, result = time.monotonic(), self._result
        bad = self._search()
        if bad is None:
            bad = self._stuck()
        if bad is not None:
            result.broken = self._worlds.broken(bad) or "I5: with no further fault, some run never ends"
            result.trace = self._trace(bad)
        result.states, result.run_values = len(self._parents), self._worlds.run_values
        result.seconds = time.monotonic() - begun
        return result

    def _search(self) -> int | None:
        """Meet every world; return one that breaks an invariant, None when none does."""
        frontier = {self._worlds.start: -1}
        for faults_left in range(self._result.scope.faults, -1, -1):
            queue: deque[int] = deque()
            for world, parent in frontier.items():
                if self._is_new(world, parent, queue) and self._worlds.is_bad(world):
                    return world
            frontier = {}
            bad = self._search_on(queue, frontier if faults_left else None)
            if bad is not None:
                return bad
        return None

    def _search_on(self, queue: deque[int], after_a_fault: dict[int, int] | None) -> int | None:
        """Meet what the queue leads to without a fault, and keep what one fault more leads to, where one is left."""
        worlds, transitions = self._worlds, 0
        while queue:
            world = queue.popleft()
            for is_fault, after in worlds.steps(world):
                if is_fault and after_a_fault is None:
                    continue
                transitions += 1
                if is_fault and after_a_fault is not None:
                    after_a_fault.setdefault(after, world)
                elif self._is_new(after, world, queue) and worlds.is_bad(after):
                    return after
        self._result.transitions += transitions
        return None

    def _is_new(self, world: int, parent: int, queue: deque[int]) -> bool:
        """Whether the world was not met before; it is to be gone on from then."""
        if world in self._parents:
            return False
        self._parents[world] = parent
        queue.append(world)
        return True

    def _stuck(self) -> int | None:
        """A world from which no way without faults leads to the end of all runs; None when there is none.

        From each world a way is followed until it meets one that is known to come to the end. While a pool is held,
        that is the end of all other runs: no way relies on the end of the hold.
        """
        good: set[int] = set()
        for world in self._parents:
            if world in good:
                continue
            path, ways, seen = [world], [self._free_steps(world)], {world}
            while path and not self._worlds.is_end(path[-1]):
                after = next((after for after in ways[-1] if after in good or after not in seen), None)
                if after is None:
                    path.pop()
                    ways.pop()
                elif after in good:
                    break
                else:
                    path.append(after)
                    ways.append(self._free_steps(after))
                    seen.add(after)
            if not path:
                return world
            good.update(path)
        return None

    def _free_steps(self, world: int) -> Iterator[int]:
        return (after for is_fault, after in self._worlds.steps(world) if not is_fault)

    def _trace(self, world: int) -> list[str]:
        way = [world]
        while (parent := self._parents[way[-1]]) != -1:
            way.append(parent)
        return [self._worlds.label(before, after) for before, after in pairwise(reversed(way))]
