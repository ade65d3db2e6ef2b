"""Event delivery: EventBridge, schedules, S3 events, SQS event source mappings, SNS.

moto 5.2.5 keeps what is to be delivered and to whom, and delivers little of it. Here deliveries happen on daemon
threads, in cloud time, with retries; none is swallowed. Left to localcloud.functions and localcloud.step_functions:
running what is started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BackendDict

from localcloud.cloud import current
from localcloud.delivery import invocations, pollers, queues, rules, s3_destinations, s3_events, topics
from localcloud.delivery.rules import publish
from localcloud.delivery.workers import timetable, until, workers

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["close", "drain", "install", "publish"]


def install() -> None:
    """Patch all deliveries into moto, and have the current cloud end them; idempotent."""
    current().endings.callback(close)
    invocations.install()
    rules.install()
    s3_events.install()
    s3_destinations.install()
    queues.install()
    pollers.install()
    topics.install()
    if BackendDict.reset.__func__ is not _reset:  # type: ignore[attr-defined]
        global _forget_backends  # noqa: PLW0603  (written once, here)
        _forget_backends = BackendDict.reset
        BackendDict.reset = classmethod(_reset)  # type: ignore[assignment]


def drain(seconds: float = 30.0) -> bool:
    """Wait up to that many wall seconds until nothing is on its way; return whether that came true.

    Retries that wait for their time, and messages that are hidden, do not count as being on their way.
    """
    return until(lambda: workers.idle() and pollers.idle() and workers.idle(), seconds)


def close() -> None:
    """Forget what is on its way and end the threads; what runs at this moment is left to end by itself."""
    timetable.forget()
    pollers.forget()
    workers.forget()


_forget_backends: Callable[[], None] = BackendDict.reset


def _reset(_cls: type[BackendDict[Any]]) -> None:
    # moto forgets everything (a new test, /moto-api/reset): nothing old may be delivered into the new world.
    close()
    _forget_backends()
