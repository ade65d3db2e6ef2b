"""The cells: what fails in a run. Derived from the recording of a clean one.

A cell is named by its faults, so that it can be run again: `turn dynamodb.PutItem #2 kill_after`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.faults.kinds import CallFault, InvocationFault

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

Entry = dict[str, Any]
"""An entry of the recording."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """One fault of a cell, for whatever run it is planned."""

    caller: str
    is_function: bool
    service: str | None
    """None for an invocation."""
    operation: str | None
    occurrence: int
    kind: str
    of_run: bool = True
    """Whether it is for acts of the run alone; what sweeps all runs belongs to none."""

    @property
    def name(self) -> str:
        """Caller, call, which one, kind."""
        who = self.caller if self.is_function else "state machine"  # whose name differs from one deployment to the next
        what = f"{self.service}.{self.operation}" if self.service else "invocation"
        return f"{who} {what} #{self.occurrence} {self.kind}"

    def planned_for(self, key: str) -> dict[str, object]:
        """The fault as localcloud reads it, for the run of the object with that key."""
        call = {"service": self.service, "operation": self.operation} if self.service else {}
        correlation = {"correlation": key} if self.of_run else {}
        fault = {"caller": self.caller, "occurrence": self.occurrence, "kind": self.kind}
        return {**fault, **call, **correlation}


@dataclass(frozen=True, slots=True)
class Cell:
    """What fails in one run."""

    faults: tuple[CellFault, ...]

    @property
    def name(self) -> str:
        """The names of its faults."""
        return " + ".join(fault.name for fault in self.faults) or "nothing fails"


def cells_of(entries: Sequence[Entry], key: str) -> list[Cell]:
    """A cell for every way in which every call and invocation of a recorded run can fail.

    Of what belongs to no run, the first call of each kind: a clean run sees it as often as time has passed.
    """
    return [Cell((fault,)) for fault in dict.fromkeys(_faults(entries, key))]


def pairs_of(cells: Sequence[Cell], count: int, chance: random.Random) -> list[Cell]:
    """So many pairs of two different cells."""
    return [Cell(one.faults + other.faults) for one, other in (chance.sample(cells, 2) for _ in range(count))]


def _faults(entries: Sequence[Entry], key: str) -> Iterator[CellFault]:
    seen: Counter[tuple[str, bool, str | None, str | None]] = Counter()
    attempted = set()
    for entry in entries:
        call_id = entry.get("call_id")
        is_foreign = bool(entry["correlation"]) and key not in entry["correlation"]
        if is_foreign or (call_id and call_id in attempted) or _is_an_invocation_anyway(entry):
            continue
        attempted.add(call_id)
        place = (entry["caller"], entry["is_function"], entry.get("service"), entry.get("operation"))
        of_run = key in entry["correlation"]
        seen[place] += of_run
        occurrence = seen[place] if of_run else 1
        for kind in _kinds(entry):
            yield CellFault(*place, occurrence, kind, of_run)


def _is_an_invocation_anyway(entry: Entry) -> bool:
    """Whether it is a state machine's call of a function, which is recorded as an invocation too."""
    return not entry["is_function"] and entry.get("service") == "lambda"


def _kinds(entry: Entry) -> list[str]:
    if entry["kind"] == "invocation":
        return [kind.value for kind in InvocationFault]
    return [kind.value for kind in CallFault if entry["is_function"] or not kind.needs_process]
