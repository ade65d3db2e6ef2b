"""The model with a clock: deadlines, pauses and leases are numbers here, and calls die when their time is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cognito_drop.core.runs.start_decision import LEASE_MARGIN
from tests.model.invariants import broken_by_itself, broken_with_lock, is_over, is_torn
from tests.model.moves import Actor, Moves, again
from tests.model.state import FIRST_STEPS, At, Context, Lock, Move, Run, Scan

if TYPE_CHECKING:
    from tests.model.protocol import Protocol

LONGEST_CALL = 600
"""Seconds after which a function is ended, and with it whatever it was about to do."""
SLOW_POLL = 900
SWEEP_EVERY = 300
LONGEST_JOB = 3600
MOST_HOURS = 24
"""Within which all must be over when nothing fails any more; four jobs and a pause of the sweep take far less."""

_TICK = 60
_STEPS_A_TICK = 20


class BrokenPromiseError(AssertionError):
    """The history has come to what must not be."""


@dataclass
class Timed:
    """Some runs, the lock of their scope, someone else's job, and the time."""

    protocol: Protocol
    now: float = 1_000_000.0
    runs: list[Run] = field(default_factory=list)
    holder: int | None = None
    is_foreign_active: bool = False
    is_held: bool = False
    """Whether the pool of the first file is held."""
    faults: int = 0
    begun: float = 1_000_000.0

    def __post_init__(self) -> None:
        """What may happen follows from the protocol."""
        self._moves = Moves(self.protocol)

    @property
    def hours(self) -> float:
        """How long the history has lasted."""
        return (self.now - self.begun) / 3600

    def drop(self, parts: int, *, asks_for_scan: bool = False) -> None:
        """A file is dropped."""
        self.runs.append(Run(parts=Run().parts * parts, scan=Scan() if asks_for_scan else None))

    def moves(self, *actors: Actor) -> list[tuple[int, Move]]:
        """What these may do now, each with the place of the run."""
        return [
            (place, move)
            for place, run in enumerate(self.runs)
            for actor in actors
            if not (actor is Actor.EXECUTION and self._is_asleep(run))
            for move in self._moves.by(actor, run, self._context(place))
        ]

    def make(self, place: int, move: Move) -> None:
        """Let it happen."""
        self.faults += move.is_fault
        self.runs[place] = _with_deadline(move.run, self.now)
        if move.lock is not None:
            self.holder = place if move.lock is Lock.MINE else None
        self._check()

    def advance(self, seconds: float) -> None:
        """Let time pass: calls die, and executions whose call has died call again."""
        self.now += seconds
        self.runs = [self._aged(run) for run in self.runs]
        self._check()

    def finish(self) -> None:
        """Let no further fault happen, and the clock run, until everything is over."""
        begun, ticks, self.is_held = self.now, 0, False
        while not all(map(is_over, self.runs)) or self.holder is not None:
            if self.now - begun > MOST_HOURS * 3600:
                open_runs = [run for run in self.runs if not is_over(run)]
                raise BrokenPromiseError(f"I5: {MOST_HOURS} hours without a fault do not end these: {open_runs}")
            ticks += 1
            self._tick(ticks * _TICK)
            self.advance(_TICK)

    def _tick(self, elapsed: int) -> None:
        actors = [Actor.EXECUTION, Actor.LOCK, Actor.EVENT]
        if elapsed % SWEEP_EVERY == 0:
            actors.append(Actor.SWEEP)
        if elapsed % LONGEST_JOB == 0:
            self.is_foreign_active = False
            actors.append(Actor.COGNITO)
        for place in range(len(self.runs)):
            for _ in range(_STEPS_A_TICK):
                found = [move for at, move in self.moves(*actors) if at == place and not move.is_fault]
                changes = [move for move in found if move.run != self.runs[place] or move.lock is not None]
                if not changes:
                    break
                self.make(place, changes[0])

    def _context(self, place: int) -> Context:
        others = [run for at, run in enumerate(self.runs) if at != place]
        lock = Lock.FREE if self.holder is None else Lock.MINE if self.holder == place else Lock.OTHERS
        is_first = not any(run.has_entry for run in self.runs[:place])
        is_active = self.is_foreign_active or any(run.has_active_job for run in others)
        return Context(lock, is_first, is_active, self.now, self.is_held and place == 0)

    def _is_asleep(self, run: Run) -> bool:
        call = run.newest.call
        return call is not None and call.at is At.ASLEEP and self.now < call.until

    def _aged(self, run: Run) -> Run:
        zombies = tuple(zombie for zombie in run.zombies if self.now < zombie.until - LEASE_MARGIN)
        call, newest = run.newest.call, run.newest
        if call is not None and call.at in FIRST_STEPS:
            newest = newest._replace(call=call._replace(until=0.0))  # it is called now, not before
        elif call is not None and call.at is not At.ASLEEP and self.now >= call.until - LEASE_MARGIN:
            self.faults += 1  # the function was too slow
            newest = again(call)
        return _with_deadline(run._replace(newest=newest, zombies=zombies), self.now)

    def _check(self) -> None:
        for place, run in enumerate(self.runs):
            is_holder = self.holder == place
            broken = broken_by_itself(run) or broken_with_lock(run, is_holder=is_holder)
            if not broken and is_torn(run, is_holder=is_holder):
                broken = "lock: it does not name a run exactly while that run is importing"
            if broken:
                raise BrokenPromiseError(f"{broken}: {run}")


def _with_deadline(run: Run, now: float) -> Run:
    """A call that has just been made ends by itself some time; an execution that sleeps looks again some time."""
    call = run.newest.call
    if call is None or call.until:
        return run
    until = now + (SLOW_POLL if call.at is At.ASLEEP else LONGEST_CALL + LEASE_MARGIN)
    return run._replace(newest=run.newest._replace(call=call._replace(until=until)))
