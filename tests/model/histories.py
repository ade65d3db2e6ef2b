"""Random histories: drops, steps, faults and time in any order, and then nothing but time until all is over.

What the explorations cannot look at is looked at here: numbers. Fences and deadlines in seconds, the pauses of the
sweep, more files, more faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.model.clock import LONGEST_CALL, SLOW_POLL, SWEEP_EVERY, Timed
from tests.model.moves import Actor
from tests.model.protocol import Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.model.state import Move

_MOST_FILES = 4
_STEPS = 60
_USUAL = (Actor.EXECUTION, Actor.LOCK, Actor.EVENT)
_SECONDS = st.one_of(
    st.integers(1, 90),
    st.sampled_from([LONGEST_CALL, LONGEST_CALL + 60, SLOW_POLL, SWEEP_EVERY]),
    st.integers(1, 4 * 3600),
)


@dataclass
class Figures:
    """Sums over all histories."""

    histories: int = 0
    hours: float = 0.0
    faults: int = 0
    moves: int = 0
    drops: int = 0

    def add(self, timed: Timed, moves: int) -> None:
        """One more history has come to its end."""
        self.histories += 1
        self.hours += timed.hours
        self.faults += timed.faults
        self.moves += moves
        self.drops += len(timed.runs)

    def __str__(self) -> str:
        return (
            f"{self.histories:,} histories of {self.drops:,} drops, {self.hours:,.0f} simulated hours, "
            f"{self.moves:,} random moves, {self.faults:,} faults: all came to their end, no invariant broken"
        )


FIGURES = Figures()


class Histories(RuleBasedStateMachine):
    """Whatever may happen, drawn by hypothesis; the invariants are checked after each move."""

    protocol = Protocol()

    def __init__(self) -> None:
        super().__init__()
        self._timed = Timed(self.protocol)
        self._made = 0

    @initialize(parts=st.lists(st.integers(1, 2), min_size=1, max_size=3))
    def drop_some(self, parts: list[int]) -> None:
        """There are files from the beginning."""
        for number in parts:
            self._timed.drop(number)

    @rule(parts=st.integers(1, 2), asks_for_scan=st.booleans())
    @precondition(lambda self: len(self._timed.runs) < _MOST_FILES)
    def drop(self, parts: int, *, asks_for_scan: bool) -> None:
        """A file is dropped, maybe one that has to be scanned."""
        self._timed.drop(parts, asks_for_scan=asks_for_scan)

    @rule(draws=st.lists(st.integers(0, 1000), min_size=10, max_size=40))
    def go_on(self, draws: list[int]) -> None:
        """Some steps of executions, of turns and of events, which may come again and late."""
        self._make(draws, _USUAL)

    @rule(draws=st.lists(st.integers(0, 1000), min_size=1, max_size=3))
    def step_of_zombie(self, draws: list[int]) -> None:
        """Calls without a caller go on, or die."""
        self._make(draws, (Actor.ZOMBIE,))

    @rule(draws=st.lists(st.integers(0, 1000), min_size=1, max_size=4))
    def sweep(self, draws: list[int]) -> None:
        """A sweep does some of what it would do, and may die in between."""
        self._make(draws, (Actor.SWEEP,))

    @rule(draw=st.integers(0, 1000))
    def job(self, draw: int) -> None:
        """A job ends, or expires."""
        self._make([draw], (Actor.COGNITO,))

    @rule(draws=st.lists(st.integers(0, 1000), min_size=1, max_size=2))
    def fault(self, draws: list[int]) -> None:
        """An execution is aborted, a call is lost, an event is lost."""
        self._make(draws, (Actor.FAULT,))

    @rule()
    def job_from_outside(self) -> None:
        """Someone else's job begins or ends."""
        timed = self._timed
        if timed.is_foreign_active or not any(run.has_active_job for run in timed.runs):
            timed.is_foreign_active = not timed.is_foreign_active
            timed.faults += timed.is_foreign_active

    @rule()
    def hold(self) -> None:
        """A hold on the pool of the first file begins or ends."""
        self._timed.is_held = not self._timed.is_held

    @rule(seconds=_SECONDS)
    def advance(self, seconds: int) -> None:
        """Time passes."""
        self._timed.advance(seconds)

    def teardown(self) -> None:
        """Nothing fails any more: everything must come to its end."""
        self._timed.finish()
        if self.protocol == Protocol():
            FIGURES.add(self._timed, self._made)

    def _make(self, draws: Sequence[int], actors: tuple[Actor, ...]) -> None:
        for draw in draws:
            found: list[tuple[int, Move]] = self._timed.moves(*actors)
            if found:
                self._made += 1
                self._timed.make(*found[draw % len(found)])


def explore_histories(number: int) -> Figures:
    """Go through random histories; return their sums. Raises BrokenPromiseError, with the shortest history found."""
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=number,
            stateful_step_count=_STEPS,
            deadline=None,
            database=None,
            derandomize=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return FIGURES
