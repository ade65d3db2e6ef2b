"""The calls of functions and state machines, and the invocations of functions, in the order in which they came."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.faults.acts import Act, Asked


@dataclass(slots=True)
class Entry:
    """One attempt of a call, or one invocation. What is not known (yet) is None."""

    sequence: int
    at: float
    """Cloud time."""
    act: Act
    asked: Asked | None
    """None for an invocation."""
    nth: int | None
    """Which invocation of the function it is; None for a call."""
    status: int | None = None
    """The HTTP status of the answer to a call; None when there was no answer."""
    error: str | None = None
    """How an invocation ended, when it did not end well: Lambda's word or the type of an error."""
    fault: int | None = None
    """The fault that struck."""

    def to_json(self) -> dict[str, object]:
        """The entry."""
        common = {"sequence": self.sequence, "at": self.at, **self.act.to_json(), "fault": self.fault}
        if self.asked is None:
            return {"kind": "invocation", **common, "nth": self.nth, "error": self.error}
        asked = {"service": self.asked.service, "operation": self.asked.operation, "call_id": self.asked.call_id}
        return {"kind": "call", **common, **asked, "status": self.status}


class Recording:
    """What was done since it was made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sequence = itertools.count(1)
        self._invocations: Counter[str] = Counter()
        self._entries: list[Entry] = []

    def call(self, act: Act, asked: Asked, at: float) -> Entry:
        """Record an attempt of a call."""
        with self._lock:
            entry = Entry(next(self._sequence), at, act, asked, None)
            self._entries.append(entry)
        return entry

    def invocation(self, act: Act, at: float) -> Entry:
        """Record an invocation."""
        with self._lock:
            self._invocations[act.name] += 1
            entry = Entry(next(self._sequence), at, act, None, self._invocations[act.name])
            self._entries.append(entry)
        return entry

    def to_json(self, correlation: str | None = None) -> list[dict[str, object]]:
        """The entries; those with a correlation only, if one is given."""
        with self._lock:
            entries = list(self._entries)
        return [entry.to_json() for entry in entries if correlation is None or correlation in entry.act.correlations]
