"""How an execution waits: in cloud time, and no longer than it runs.

Guarantees that a wait ends soon after its execution is stopped or times out, and that an execution's own work, unlike
its waits, goes at the pace of the wall clock. Which of the interpreter's waits use it is said in `interpreter`.
"""

from __future__ import annotations

import math
import threading
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.stepfunctions.parser.asl.eval.environment import Environment

_GLANCE = 0.05  # longest time on the wall clock between two polls at the execution
_SHORTEST_GLANCE = 0.002


class _ThreadState(threading.local):
    """What a thread of the interpreter knows of itself."""

    env: Environment | None = None
    execution: str | None = None
    works = False
    attempts = False


_thread = _ThreadState()


class StateInterruptedError(BaseException):
    """The execution ended while a state of it waited.

    Not an Exception, because the interpreter would take that for an error of the state and retry or catch it.
    """


class WorkingThread(threading.Thread):
    """A thread that keeps cloud time at the wall clock's pace, except where it waits.

    It acts for the execution for which the thread acts that makes it.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  (threading's own signature)
        super().__init__(*arguments, **named)
        self._execution = _thread.execution

    def run(self) -> None:
        """Work."""
        _thread.works = True
        _thread.execution = self._execution
        with current().clock.working():
            super().run()


class CloudEvent(threading.Event):
    """An event whose timeout is in cloud time. Made while a state is evaluated, it ends with the state's execution."""

    def __init__(self) -> None:
        super().__init__()
        self._env = _thread.env

    def wait(self, timeout: float | None = None) -> bool:
        """Wait like `threading.Event`. Raises StateInterruptedError when the execution ended meanwhile."""
        return wait(self, timeout, self._env)


class AttemptThread(WorkingThread):
    """A thread that makes an attempt at a state, and ends without an outcome when its execution does."""

    def run(self) -> None:
        """Work until the end of the attempt or of the execution."""
        _thread.attempts = True
        with suppress(StateInterruptedError):
            super().run()


def go_on(env: Environment) -> None:
    """Raise StateInterruptedError in a thread that makes an attempt when the execution has ended, or the attempt."""
    if _thread.attempts and not env.is_running():
        raise StateInterruptedError


@contextmanager
def evaluating(env: Environment) -> Iterator[None]:
    """Tie the events that this thread makes, its pauses and its calls to an execution."""
    before = _thread.env, _thread.execution
    context: Any = env.states.context_object
    _thread.env, _thread.execution = env, context.context_object_data["Execution"]["Id"]
    try:
        yield
    finally:
        _thread.env, _thread.execution = before


def execution_arn() -> str | None:
    """The execution for which this thread acts."""
    return _thread.execution


def pause(seconds: float) -> None:
    """Wait for so long, or raise StateInterruptedError when the execution ended meanwhile."""
    wait(threading.Event(), seconds, _thread.env)


def wait(event: threading.Event, seconds: float | None, env: Environment | None) -> bool:
    """Wait for the event, `seconds` of cloud time at most; return whether it is set.

    Raises StateInterruptedError when the execution ended meanwhile.
    """
    clock = current().clock
    deadline = math.inf if seconds is None else clock.now() + seconds
    with resting():
        while not event.is_set():
            if env is not None and not env.is_running():
                raise StateInterruptedError
            left = deadline - clock.now()
            if left <= 0:
                return False
            threading.Event.wait(event, glance(left))
    return True


def resting() -> AbstractContextManager[None]:
    """While the block runs, the thread waits and does not work."""
    return current().clock.resting() if _thread.works else nullcontext()


def glance(left: float) -> float:
    """Seconds of the wall clock until the next look at something that is over in `left` seconds of cloud time."""
    return min(_GLANCE, max(left / current().clock.factor, _SHORTEST_GLANCE))
