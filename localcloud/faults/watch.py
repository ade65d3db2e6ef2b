"""What of a cloud is watched: the recording and the plan, if there are any, and who acts at the moment.

Guarantees that nothing is looked at while there is neither recording nor plan. An access key belongs to one process,
which serves one invocation at a time: so a call is known to be that invocation's.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.faults.acts import Act, folder_of
from localcloud.faults.correlation import Path, correlations
from localcloud.faults.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.faults.acts import Event, Function, Mortal
    from localcloud.faults.kinds import InvocationFault
    from localcloud.faults.recording import Entry, Recording


@dataclass(frozen=True, slots=True)
class _Running:
    """An invocation and the process that serves it."""

    function: Function
    event: Event
    process: Mortal


@dataclass(slots=True)
class SeenInvocation:
    """An invocation that is under way; what strikes it, and where it is recorded."""

    fault: InvocationFault | None = None
    _entry: Entry | None = None

    def ended(self, error: str | None) -> None:
        """Record how it ended."""
        if self._entry:
            self._entry.error = error


@dataclass(slots=True)
class Watch:
    """What one cloud is asked to look at."""

    paths: tuple[Path, ...] = ()
    """Where in events and inputs of executions the correlations are."""
    recording: Recording | None = None
    plan: Plan = field(default_factory=Plan)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: dict[str, _Running] = field(default_factory=dict)
    """By access key."""
    _uploaders: dict[str, str] = field(default_factory=dict)
    """Import job → access key of the process that got its upload URL last."""

    @property
    def is_on(self) -> bool:
        """Whether there is a recording or a plan."""
        return self.recording is not None or not self.plan.is_empty()

    def invoked(self, function: Function, event: Event, now: float) -> SeenInvocation:
        """See that a function is invoked, at that cloud time."""
        if not self.is_on:
            return SeenInvocation()
        act = self._act(function, event)
        entry = self.recording.invocation(act, now) if self.recording else None
        strike = self.plan.strike_invocation(act)
        if strike is None:
            return SeenInvocation(None, entry)
        if entry:
            entry.fault = strike.number
        return SeenInvocation(strike.kind, entry)

    @contextmanager
    def serving(self, access_key: str, function: Function, event: Event, process: Mortal) -> Iterator[None]:
        """While the block runs, calls with that access key are those of the event."""
        with self._lock:
            self._running[access_key] = _Running(function, event, process)
        try:
            yield
        finally:
            with self._lock:
                del self._running[access_key]

    def act_with(self, access_key: str) -> Act | None:
        """The invocation whose process has that key."""
        with self._lock:
            running = self._running.get(access_key)
        return self._act(running.function, running.event, running.process) if running else None

    def act_of_execution(self, state_machine: str, execution_arn: str, given: str) -> Act:
        """An execution of a state machine with its input."""
        return Act(state_machine, None, execution_arn, correlations(self.paths, given), is_function=False)

    def url_given(self, job_id: str, access_key: str) -> None:
        """Remember who got the upload URL of an import job: an upload is not signed by its caller."""
        with self._lock:
            self._uploaders[job_id] = access_key

    def uploader(self, job_id: str) -> str | None:
        """The access key that got the job's upload URL last."""
        with self._lock:
            return self._uploaders.get(job_id)

    def _act(self, function: Function, event: Event, process: Mortal | None = None) -> Act:
        found = correlations(self.paths, event.payload)
        return Act(function.name, folder_of(function), event.request_id, found, process)
