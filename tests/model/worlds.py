"""Worlds: the runs, the lock of their scope, someone else's import job, and a hold on a pool, as one integer.

The integer holds the number of each run's value, the hold, the holder, the foreign job. What a run can do follows from
its value and from the little that it sees of the rest, so that is worked out once for each pair and looked up from then
on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.model.canonical import canonical, latest_now
from tests.model.invariants import broken_by_itself, broken_with_lock, is_over, is_torn
from tests.model.moves import Moves
from tests.model.protocol import Protocol
from tests.model.state import Context, Decision, Lock, Move, Part, Run, Scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.exploration import Scope

_RUN_BITS = 20
_RUN_MASK = (1 << _RUN_BITS) - 1
_RUNS_SHIFT = 4
_HOLD = 8
_HOLDER_SHIFT = 1
_HOLDER_MASK = 3
_FOREIGN_MASK = 1
_LOCKS = (Lock.FREE, Lock.MINE, Lock.OTHERS)


class _Facts(NamedTuple):
    """What is asked of a run's value all the time."""

    has_entry: bool
    is_active: bool
    is_over: bool
    is_bad_without_lock: bool
    """Whether it breaks an invariant while the lock does not name it."""
    is_bad_with_lock: bool


class _Change(NamedTuple):
    """A move of the run at a place, by numbers."""

    is_fault: bool
    difference: int
    """What is added to the world."""
    holder: int
    """Who holds the lock then; -1 when that stays."""


class Worlds:
    """The worlds of some runs under a protocol."""

    def __init__(self, protocol: Protocol, scope: Scope) -> None:
        files = scope.files
        self._moves = Moves(protocol)
        self._holds = scope.holds
        self._is_whole = protocol == Protocol()
        self._numbers: dict[Run, int] = {}
        self._runs: list[Run] = []
        self._facts: list[_Facts] = []
        self._changes: list[dict[int, tuple[_Change, ...]]] = [{} for _ in range(files)]
        self._shifts = [_RUNS_SHIFT + place * _RUN_BITS for place in range(files)]
        any_run = Run(parts=(Part(),) * scope.parts)
        first = any_run._replace(scan=Scan() if scope.scans else None, decision=Decision() if scope.decides else None)
        runs = [self._number(run) for run in (first, *[any_run] * (files - 1))]
        self.start = sum(run << shift for run, shift in zip(runs, self._shifts, strict=True)) + _HOLD * scope.holds

    @property
    def run_values(self) -> int:
        """How many different values of a run were met."""
        return len(self._runs)

    def steps(self, world: int) -> Iterator[tuple[bool, int]]:
        """Whether a step is a fault, and the world after it."""
        holder = world >> _HOLDER_SHIFT & _HOLDER_MASK
        if self._holds:
            yield True, world ^ _HOLD
        for place, seen in enumerate(self._seen(world)):
            changes = self._changes[place].get(seen)
            if changes is None:
                changes = self._changes_at(place, seen)
            for is_fault, difference, new_holder in changes:
                after = world + difference
                yield is_fault, after if new_holder < 0 else after + ((new_holder - holder) << _HOLDER_SHIFT)
        if world & _FOREIGN_MASK:
            yield False, world - 1
        else:
            active = any(self._facts[world >> shift & _RUN_MASK].is_active for shift in self._shifts)
            if not active:
                yield True, world + 1

    def is_end(self, world: int) -> bool:
        """Whether no one has the lock, and every run has ended but the first while its pool is held."""
        is_free = not world >> _HOLDER_SHIFT & _HOLDER_MASK
        shifts = self._shifts[1:] if world & _HOLD else self._shifts
        return is_free and all(self._facts[world >> shift & _RUN_MASK].is_over for shift in shifts)

    def is_bad(self, world: int) -> bool:
        """Whether an invariant is broken."""
        holder = (world >> _HOLDER_SHIFT & _HOLDER_MASK) - 1
        for place, shift in enumerate(self._shifts):
            facts = self._facts[world >> shift & _RUN_MASK]
            if facts.is_bad_with_lock if place == holder else facts.is_bad_without_lock:
                return True
        return False

    def broken(self, world: int) -> str:
        """The invariant that is broken in a world, with a sentence; empty when none is."""
        holder = (world >> _HOLDER_SHIFT & _HOLDER_MASK) - 1
        for place, shift in enumerate(self._shifts):
            run, is_holder = self._runs[world >> shift & _RUN_MASK], place == holder
            broken = broken_by_itself(run) or broken_with_lock(run, is_holder=is_holder)
            if broken:
                return broken
            if self._is_whole and is_torn(run, is_holder=is_holder):
                return "lock: it does not name a run exactly while that run is importing"
        return ""

    def label(self, before: int, after: int) -> str:
        """What happens between a world and the one after it."""
        if before ^ after == _FOREIGN_MASK:
            return "outside: an import job ends" if before & _FOREIGN_MASK else "outside: an import job begins"
        if before ^ after == _HOLD:
            return f"outside: the pool of file 1 is {'no longer held' if before & _HOLD else 'held'}   [fault]"
        holder = before >> _HOLDER_SHIFT & _HOLDER_MASK
        for place, seen in enumerate(self._seen(before)):
            for move, change in self._found_at(place, seen):
                moved = before + change.difference
                if change.holder >= 0:
                    moved += (change.holder - holder) << _HOLDER_SHIFT
                if moved == after:
                    return f"file {place + 1}: {move.label}" + ("   [fault]" if move.is_fault else "")
        raise ValueError("No step leads from the one to the other")

    def _seen(self, world: int) -> list[int]:
        """For each run its value and what it sees of the rest, as one integer."""
        holder = world >> _HOLDER_SHIFT & _HOLDER_MASK
        facts, numbers = self._facts, [world >> shift & _RUN_MASK for shift in self._shifts]
        active = (world & _FOREIGN_MASK) + sum([facts[number].is_active for number in numbers])
        seen, is_first = [], True
        for place, number in enumerate(numbers, 1):
            own = facts[number]
            lock = 0 if holder == 0 else 1 if holder == place else 2
            is_held = place == 1 and world & _HOLD > 0
            seen.append((((number * 3 + lock) * 2 + is_first) * 2 + (active > own.is_active)) * 2 + is_held)
            is_first = is_first and not own.has_entry
        return seen

    def _changes_at(self, place: int, seen: int) -> tuple[_Change, ...]:
        """What the run at a place may do with what it sees; kept, as it is asked for again and again."""
        found = (change for _, change in self._found_at(place, seen))
        changes = tuple(dict.fromkeys(change for change in found if change.difference or change.holder >= 0))
        self._changes[place][seen] = changes
        return changes

    def _found_at(self, place: int, seen: int) -> list[tuple[Move, _Change]]:
        rest, is_held = divmod(seen, 2)
        rest, is_other_active = divmod(rest, 2)
        rest, is_first = divmod(rest, 2)
        number, lock = divmod(rest, 3)
        run = self._runs[number]
        context = Context(_LOCKS[lock], bool(is_first), bool(is_other_active), latest_now(run), bool(is_held))
        holders = {None: -1, Lock.FREE: 0, Lock.MINE: place + 1}
        shift = self._shifts[place]
        return [
            (
                move,
                _Change(move.is_fault, (self._number(canonical(move.run)) - number) << shift, holders[move.lock]),
            )
            for move in self._moves.of(run, context)
        ]

    def _number(self, run: Run) -> int:
        """The number of a run's value, a new one for a value that was not met before."""
        number = self._numbers.get(run)
        if number is None:
            number = self._numbers[run] = len(self._runs)
            if number > _RUN_MASK:
                raise OverflowError("More values of a run than the world's integer has room for")
            self._runs.append(run)
            self._facts.append(
                _Facts(
                    has_entry=run.has_entry,
                    is_active=run.has_active_job,
                    is_over=is_over(run),
                    is_bad_without_lock=self._is_bad_run(run, is_holder=False),
                    is_bad_with_lock=self._is_bad_run(run, is_holder=True),
                )
            )
        return number

    def _is_bad_run(self, run: Run, *, is_holder: bool) -> bool:
        is_bad = bool(broken_by_itself(run) or broken_with_lock(run, is_holder=is_holder))
        return is_bad or (self._is_whole and is_torn(run, is_holder=is_holder))
