"""A plan of faults: counts what fits each of them, and says which one strikes.

Guarantees that a fault strikes once, and one fault at a time; that the attempts which an SDK makes of one call count as
one; and that a struck call stays struck however often it is attempted. What a strike does is left to `endpoint` and to
the functions' fleet.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.faults.kinds import CallFault, InvocationFault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.faults.acts import Act, Asked
    from localcloud.faults.kinds import Fault


@dataclass(slots=True)
class Entry:
    """A fault and the outcome of it."""

    number: int
    fault: Fault
    seen: int = 0
    """Calls or invocations that fitted."""
    struck: bool = False
    struck_call: str | None = None
    """The id of the call that it struck, if that has one."""
    _calls: set[str] = field(default_factory=set)

    def to_json(self) -> dict[str, object]:
        """The fault and whether it struck."""
        return {"id": self.number, **self.fault.to_json(), "seen": self.seen, "struck": self.struck}

    def strikes(self, *, is_free: bool) -> bool:
        """Count one more that fits; whether it is the one, or the first free one after it."""
        self.seen += 1
        if self.struck or not is_free or self.seen < self.fault.occurrence:
            return False
        self.struck = True
        return True

    def is_new(self, call_id: str | None) -> bool:
        """Whether the attempt is the first of its call."""
        if call_id is None:
            return True
        is_new = call_id not in self._calls
        self._calls.add(call_id)
        return is_new


@dataclass(frozen=True, slots=True)
class CallStrike:
    """A fault that strikes a call."""

    number: int
    kind: CallFault
    is_first: bool
    """Whether it is the call's first attempt: later ones have no effect."""


@dataclass(frozen=True, slots=True)
class InvocationStrike:
    """A fault that strikes an invocation."""

    number: int
    kind: InvocationFault


class Plan:
    """The faults that are to happen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._entries: dict[int, Entry] = {}

    def add(self, faults: Iterable[Fault]) -> list[int]:
        """Plan more faults and return their numbers; they count from now on."""
        with self._lock:
            entries = [Entry(next(self._numbers), fault) for fault in faults]
            self._entries |= {entry.number: entry for entry in entries}
        return [entry.number for entry in entries]

    def remove(self, number: int) -> bool:
        """Forget one fault; whether there was one of that number."""
        with self._lock:
            return self._entries.pop(number, None) is not None

    def is_empty(self) -> bool:
        """Whether there are no faults."""
        return not self._entries

    def to_json(self) -> list[dict[str, object]]:
        """Every fault and whether it struck."""
        with self._lock:
            return [entry.to_json() for entry in self._entries.values()]

    def strike_call(self, act: Act, asked: Asked) -> CallStrike | None:
        """The fault that strikes this attempt of a call, if any."""
        strike = None
        with self._lock:
            for entry in self._entries.values():
                kind = entry.fault.kind
                if not isinstance(kind, CallFault):
                    continue
                if asked.call_id is not None and entry.struck_call == asked.call_id:
                    strike = CallStrike(entry.number, kind, is_first=False)
                elif _fits_call(entry, kind, act, asked) and entry.strikes(is_free=strike is None):
                    entry.struck_call = asked.call_id
                    strike = CallStrike(entry.number, kind, is_first=True)
        return strike

    def strike_invocation(self, act: Act) -> InvocationStrike | None:
        """The fault that strikes this invocation, if any."""
        strike = None
        with self._lock:
            for entry in self._entries.values():
                kind = entry.fault.kind
                if not isinstance(kind, InvocationFault) or not _fits(entry.fault, act):
                    continue
                if entry.strikes(is_free=strike is None):
                    strike = InvocationStrike(entry.number, kind)
        return strike


def _fits_call(entry: Entry, kind: CallFault, act: Act, asked: Asked) -> bool:
    fault = entry.fault
    if (fault.service, fault.operation) != (asked.service, asked.operation):
        return False
    if kind.needs_process and act.process is None:
        return False
    return _fits(fault, act) and entry.is_new(asked.call_id)


def _fits(fault: Fault, act: Act) -> bool:
    return fault.caller in act.names and (fault.correlation is None or fault.correlation in act.correlations)
