"""A delivery that is tried until it succeeds, is worn out, or cannot succeed; never swallowed.

Guaranteed: every failed attempt is logged; attempts back off in cloud time; the end of a delivery that failed for good
is handed to its `give_up` (a dead-letter queue, or the log). The sender says what an attempt does.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html (24 hours, 185 retries,
exponential backoff; a target that is gone or forbidden is not retried).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.cloud import current
from localcloud.delivery.workers import timetable, workers

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_LONGEST_PAUSE = 480.0  # seconds; 185 attempts spread over 24 hours are 467 s apart
_LONGEST_REFUSED = 300.0  # seconds between attempts that the target refuses for now


class UndeliverableError(Exception):
    """The target cannot take this delivery, now or later; `code` is what AWS writes into a dead letter."""

    def __init__(self, message: str, code: str = "SDK_CLIENT_ERROR") -> None:
        super().__init__(message)
        self.code = code


class RefusedForNowError(Exception):
    """The target takes no delivery now: it is tried again until its age ends, and no retry is counted."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long a delivery is repeated; seconds are cloud time."""

    retries: int = 185
    max_age: float = 86400.0
    pauses: tuple[float, ...] = ()

    def pause(self, retries: int) -> float:
        """Seconds before the retry that follows that many retries."""
        if self.pauses:
            return self.pauses[min(retries, len(self.pauses) - 1)]
        return float(min(2.0**retries, _LONGEST_PAUSE))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a delivery failed for good."""

    error: Exception
    retries: int
    exhausted: str | None
    """`MaximumRetryAttempts`, `MaximumEventAgeInSeconds`, or None if it was not worth repeating."""


def log_failure(failure: Failure) -> None:
    """Give up without a dead-letter queue: the attempt's error is in the log already."""
    _LOG.error("Given up after %d retries, and there is no dead-letter queue: %s", failure.retries, failure.error)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something to deliver. `what` names it in the log."""

    what: str
    attempt: Callable[[], None]
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    give_up: Callable[[Failure], None] = log_failure

    def post(self) -> None:
        """Begin to deliver, on another thread."""
        born = current().clock.now()
        workers.send(lambda: self._try(0, born))

    def _try(self, retries: int, born: float, refused: int = 0) -> None:
        try:
            self.attempt()
        except UndeliverableError as error:
            _LOG.error("%s cannot be delivered: %s", self.what, error)
            self.give_up(Failure(error, retries, None))
        except RefusedForNowError as error:
            _LOG.warning("%s was refused (time %d): %s", self.what, refused + 1, error)
            due = current().clock.now() + min(2.0**refused, _LONGEST_REFUSED)
            if due - born > self.policy.max_age:
                self.give_up(Failure(error, retries, "MaximumEventAgeInSeconds"))
            else:
                timetable.at(due, lambda: self._try(retries, born, refused + 1))
        except Exception as error:  # noqa: BLE001  (a delivery survives whatever its target raises)
            _LOG.exception("%s was not delivered (attempt %d).", self.what, retries + 1)
            self._again(error, retries, born)

    def _again(self, error: Exception, retries: int, born: float) -> None:
        due = current().clock.now() + self.policy.pause(retries)
        if retries >= self.policy.retries:
            self.give_up(Failure(error, retries, "MaximumRetryAttempts"))
        elif due - born > self.policy.max_age:
            self.give_up(Failure(error, retries, "MaximumEventAgeInSeconds"))
        else:
            timetable.at(due, lambda: self._try(retries + 1, born))
