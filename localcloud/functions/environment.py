"""An execution environment: one process that serves one invocation after the other.

Guarantees Lambda's life cycle (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html): init,
invocations, the end at a timeout, a crash or too much memory, and START, END and REPORT lines. Between invocations
the process is not frozen.
"""

from __future__ import annotations

import math
import queue
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.cloud import current
from localcloud.faults.kinds import InvocationFault
from localcloud.functions.invocation import FunctionFailure, Invocation
from localcloud.functions.logs import LogStream
from localcloud.functions.memory import PeakMemory
from localcloud.functions.process import Folders, Process
from localcloud.functions.runtime_api import Answer, RuntimeApi

if TYPE_CHECKING:
    from localcloud.functions.definition import Definition
    from localcloud.functions.forks import Forks
    from localcloud.functions.invocation import Request
    from localcloud.functions.leaps import Leaps

_INIT_TIMEOUT = 10.0  # seconds; after them the invocation's own timeout begins to run
_GLANCE = 0.05  # wall seconds between two polls at the process


@dataclass(frozen=True, slots=True)
class _Death:
    """Why the environment ended during an invocation."""

    failure: FunctionFailure
    log: tuple[str, ...]
    status: str
    is_early_timeout: bool = False
    """Whether it is a timeout that was declared before its time."""


class Environment:
    """One environment of one definition. Not usable any more once `is_alive` is false.

    Raises InvalidZipFileError when the code cannot be unpacked.
    """

    def __init__(self, definition: Definition, leaps: Leaps, forks: Forks) -> None:
        self.definition = definition
        self._leaps = leaps
        self._is_out_of_time = threading.Event()
        self.is_alive = True
        self.idle_since = time.monotonic()
        folders = Folders(definition)
        homes = current().settings.data_dir.absolute() / "homes"
        homes.mkdir(parents=True, exist_ok=True)
        self._home = Path(tempfile.mkdtemp(dir=homes))
        self._log = LogStream(definition)
        self._api = RuntimeApi(definition.arn)
        self._log.write([f"INIT_START Runtime Version: {definition.runtime}"])
        self._started = time.perf_counter()
        self._process = Process(definition, folders, self._api.address, log=self._log, home=self._home, forks=forks)
        self._memory = PeakMemory(self._process.pid)
        self._init_duration: float | None = None  # milliseconds, until the first REPORT has it
        self._has_been_invoked = False

    @property
    def access_key_id(self) -> str:
        """The key with which this environment, and no other, signs its calls."""
        return self._process.access_key_id

    def invoke(self, request: Request, fault: InvocationFault | None = None) -> Invocation:
        """Serve the request and return what came of it, also when that is the end of the environment.

        Of the faults those count that end an environment.
        """
        self._log.begin_invocation()
        self._await_init()
        self._log.write([f"START RequestId: {request.request_id} Version: {self.definition.version}"])
        began = time.perf_counter()
        deadline = current().clock.now() + self.definition.timeout
        self._process.update_time()
        if fault is InvocationFault.KILL_BEFORE:
            self.die()
        else:
            self._api.hand_out(request, deadline)
        outcome = self._await_outcome(request, began + self.definition.timeout)
        if not isinstance(outcome, _Death):
            outcome = _spoilt(outcome, request, fault, self.definition.timeout)
        if isinstance(outcome, _Death) and outcome.is_early_timeout:
            self._process.strike()
            self._leaps.leap_to(deadline)
        duration = (time.perf_counter() - began) * 1000
        self._process.drain()
        if isinstance(outcome, _Death) or outcome.request_id is None:
            self.close()
        self._report(request, outcome, duration)
        self.idle_since = time.monotonic()
        return self._invocation(request, outcome)

    def die(self) -> None:
        """End the process as the system may do at any moment; the invocation under way finds out."""
        self._process.strike()

    def time_out(self) -> None:
        """Let the time of the invocation under way be up."""
        self._is_out_of_time.set()
        self._process.strike()

    def close(self) -> None:
        """End the process; calling it again changes nothing."""
        if not self.is_alive:
            return
        self.is_alive = False
        self._memory.megabytes()
        self._process.kill()
        self._api.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _await_init(self) -> None:
        """Wait for the first poll of a new environment. Whether it fails is found by the invocation."""
        if self._has_been_invoked:
            return
        self._has_been_invoked = True
        deadline = self._started + _INIT_TIMEOUT
        while time.perf_counter() < deadline and self._api.answers.empty() and self._process.exit_status() is None:
            if self._api.is_ready.wait(_GLANCE):
                break
        self._init_duration = (time.perf_counter() - self._started) * 1000

    def _await_outcome(self, request: Request, deadline: float) -> Answer | _Death:
        while True:
            exit_status = self._process.exit_status()
            answer = self._next_answer(request)
            if self._is_out_of_time.is_set():
                return _timed_out(request, self.definition.timeout, is_early=True)
            if self._memory.megabytes() > self.definition.memory:
                error = current().settings.function_memory_error.value
                return _exited(request, "exited with error: signal: killed", error)
            if answer:
                return answer
            if exit_status is not None:
                return _exited(request, _described(exit_status))
            if time.perf_counter() >= deadline:
                return _timed_out(request, self.definition.timeout)

    def _next_answer(self, request: Request) -> Answer | None:
        """What the runtime said of this request within a glance."""
        try:
            answer = self._api.answers.get(timeout=_GLANCE)
        except queue.Empty:
            return None
        return answer if answer.request_id in (request.request_id, None) else None

    def _report(self, request: Request, outcome: Answer | _Death, duration: float) -> None:
        if isinstance(outcome, _Death):
            self._log.write(outcome.log)
        used = min(math.ceil(self._memory.megabytes()), self.definition.memory)
        report = [
            f"REPORT RequestId: {request.request_id}",
            f"Duration: {duration:.2f} ms",
            f"Billed Duration: {math.ceil(duration + (self._init_duration or 0))} ms",
            f"Memory Size: {self.definition.memory} MB",
            f"Max Memory Used: {used} MB",
        ]
        if self._init_duration is not None:
            report.append(f"Init Duration: {self._init_duration:.2f} ms")
            self._init_duration = None
        if isinstance(outcome, _Death):
            report.append(outcome.status)
        self._log.write([f"END RequestId: {request.request_id}", "\t".join([*report, ""])])

    def _invocation(self, request: Request, outcome: Answer | _Death) -> Invocation:
        if isinstance(outcome, _Death):
            payload, is_error = outcome.failure.payload(), True
        else:
            payload, is_error = outcome.payload, outcome.is_error
        return Invocation(
            request_id=request.request_id,
            payload=payload,
            function_error="Unhandled" if is_error else None,
            log=self._log.tail(),
            executed_version=self.definition.version,
        )


def _described(exit_status: int) -> str:
    """How a runtime ended, in Lambda's words."""
    if exit_status == 0:
        return "exited without providing a reason"
    if exit_status < 0:
        return "exited with error: signal: killed"
    return f"exited with error: exit status {exit_status}"


def _exited(request: Request, how: str, error: str = "Runtime.ExitError") -> _Death:
    message = f"RequestId: {request.request_id} Error: Runtime {how}"
    return _Death(FunctionFailure(error, message), (f"{message}\n{error}",), f"Status: error\tError Type: {error}")


def _spoilt(answer: Answer, request: Request, fault: InvocationFault | None, timeout: int) -> Answer | _Death:
    """A function's answer, or its end, under a fault."""
    match fault:
        case InvocationFault.KILL_AFTER:
            return _exited(request, "exited with error: signal: killed")
        case InvocationFault.TIME_OUT_AFTER:
            return _timed_out(request, timeout, is_early=True)
        case _:
            return answer


def _timed_out(request: Request, timeout: int, *, is_early: bool = False) -> _Death:
    now = datetime.fromtimestamp(current().clock.now(), UTC)
    sentence = f"Task timed out after {timeout:.2f} seconds"
    return _Death(
        FunctionFailure("Sandbox.Timedout", f"RequestId: {request.request_id} Error: {sentence}"),
        (f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z {request.request_id} {sentence}\n",),
        "Status: timeout",
        is_early,
    )
