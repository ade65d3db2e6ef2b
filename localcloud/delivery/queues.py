"""SQS in cloud time, safe for many threads, and with a bell that rings when a message may be received.

moto 5.2.5 measures visibility and delays by the wall clock, loses a message that arrives while another is deleted,
and invokes Lambda functions from within SendMessage. The seams are `Queue` and `SQSBackend`. Left to others:
pollers.py receives for Lambda.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

from moto.sqs import models
from moto.sqs.models import Queue, SQSBackend

from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_bells: dict[str, set[threading.Event]] = {}
_bells_lock = threading.Lock()


def listen(queue_arn: str, bell: threading.Event) -> None:
    """Set the bell whenever a message of that queue arrives, leaves or changes its visibility."""
    with _bells_lock:
        _bells.setdefault(queue_arn, set()).add(bell)


def unlisten(queue_arn: str, bell: threading.Event) -> None:
    """Ring that bell no more."""
    with _bells_lock:
        _bells.get(queue_arn, set()).discard(bell)


def seconds_to_next(queue: Queue) -> float | None:
    """Seconds of cloud time until a hidden or delayed message of the queue comes up; None if there is none."""
    now = current().clock.now() * 1000
    with queue._messages_lock:  # noqa: SLF001  (moto's own lock)
        moments = [max(message.visible_at, message.delayed_until) for message in queue._messages]  # noqa: SLF001
    later = [moment for moment in moments if moment >= now]
    return (min(later) - now) / 1000 if later else None


def install() -> None:
    """Patch queues into moto; idempotent."""
    if hasattr(Queue.add_message, "__wrapped__"):
        return
    models.unix_time = _now  # type: ignore[attr-defined, assignment]
    models.unix_time_millis = _now_millis  # type: ignore[attr-defined, assignment]
    Queue.wait_for_messages = _wait_for_messages  # type: ignore[method-assign]
    Queue.add_message = _ringing(Queue.add_message)  # type: ignore[method-assign]
    Queue.delete_message = _ringing(_locked(Queue.delete_message))  # type: ignore[method-assign]
    for name in ("receive_message", "purge_queue"):
        setattr(SQSBackend, name, _locked_by_name(getattr(SQSBackend, name)))
    SQSBackend.change_message_visibility = _ringing_by_name(SQSBackend.change_message_visibility)  # type: ignore[method-assign]


def _now(_moment: datetime | None = None) -> float:
    return current().clock.now()


def _now_millis(_moment: datetime | None = None) -> float:
    return current().clock.now() * 1000.0


def _wait_for_messages(self: Queue, timeout: int) -> None:
    with self._messages_lock:
        if not self.messages:
            # Hidden messages come up by the clock, without a notification; a fast clock needs short naps.
            self._messages_lock.wait(min(timeout, 1) / current().clock.factor)


def _ring(queue_arn: str) -> None:
    with _bells_lock:
        for bell in _bells.get(queue_arn, ()):
            bell.set()


def _locked(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def method(self: Queue, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  (moto's signatures)
        with self._messages_lock:
            return original(self, *args, **kwargs)

    return method


def _ringing(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def method(self: Queue, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  (moto's signatures)
        result = original(self, *args, **kwargs)
        _ring(self.queue_arn)
        return result

    return method


def _locked_by_name(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def method(self: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  (moto's signatures)
        # A receiver that waits for messages gives the lock up while it waits.
        with self.get_queue(queue_name)._messages_lock:  # noqa: SLF001  (moto's own lock)
            return original(self, queue_name, *args, **kwargs)

    return method


def _ringing_by_name(original: Callable[..., Any]) -> Callable[..., Any]:
    locked = _locked_by_name(original)

    @functools.wraps(original)
    def method(self: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  (moto's signatures)
        result = locked(self, queue_name, *args, **kwargs)
        _ring(self.get_queue(queue_name).queue_arn)
        return result

    return method
