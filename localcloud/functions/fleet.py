"""All execution environments of one emulator: who serves what, how many at once, and when they end.

Guarantees that an environment serves one invocation at a time, is used again while its definition is unchanged, and
ends when idle, outdated or with the cloud. What an environment does is left to `environment`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from moto.awslambda.exceptions import LambdaClientError

from localcloud.cloud import current
from localcloud.faults.kinds import InvocationFault
from localcloud.functions.environment import Environment
from localcloud.functions.forks import Forks
from localcloud.functions.leaps import Leaps

if TYPE_CHECKING:
    from localcloud.cloud import Cloud
    from localcloud.functions.definition import Definition
    from localcloud.functions.invocation import Invocation, Request


_PATIENCE = 60.0  # wall seconds within which an environment has been made, or has seen its end


class TooManyRequestsError(LambdaClientError):
    """As many environments of the function are busy as it may have."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


class ServiceError(LambdaClientError):
    """Lambda could not do its part."""

    code = 500

    def __init__(self) -> None:
        super().__init__("ServiceException", "Service encountered an internal error.")


class Fleet:
    """The environments of one cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lock = threading.Condition()
        self._is_closed = False
        self._being_made = 0
        self._idle: list[Environment] = []
        self._busy: list[Environment] = []
        self._reserved: Counter[tuple[str, str, str]] = Counter()  # environments in use or being made
        self._leaps = Leaps(cloud.clock)
        self._forks = Forks()
        cloud.endings.callback(self.close)
        threading.Thread(target=self._end_idle_ones, daemon=True).start()

    def invoke(self, definition: Definition, request: Request, concurrency: int | None) -> Invocation:
        """Serve the request.

        Raises TooManyRequestsError when `concurrency`, or the cloud's, is used up; this and ServiceError as a fault.
        """
        seen = self._cloud.watch.invoked(definition, request, self._cloud.clock.now())
        try:
            invocation = self._invoke(definition, request, concurrency, seen.fault)
        except LambdaClientError as error:
            seen.ended(error.error_type)
            raise
        seen.ended(invocation.error_type)
        return invocation

    def leap(self, seconds: float) -> None:
        """Let that much cloud time pass at once, while no function runs."""
        with self._leaps.running():
            self._leaps.leap_to(self._cloud.clock.now() + seconds)

    def close(self) -> None:
        """End every environment, and let no other one be made."""
        with self._lock:
            self._is_closed = True
            # The process of an environment that is being made is not known yet, and would outlive the cloud.
            self._lock.wait_for(lambda: not self._being_made, _PATIENCE)
            for environment in self._busy:
                environment.die()
            self._lock.wait_for(lambda: not self._busy, _PATIENCE)  # each is closed by its own invocation
            environments, self._idle = [*self._idle, *self._busy], []
        for environment in environments:
            environment.close()
        self._forks.close()

    def _invoke(
        self, definition: Definition, request: Request, concurrency: int | None, fault: InvocationFault | None
    ) -> Invocation:
        if fault is InvocationFault.THROTTLE:
            raise TooManyRequestsError
        if fault is InvocationFault.FAIL_BEFORE:
            raise ServiceError
        limit = self._cloud.settings.concurrency
        self._reserve(definition, limit if concurrency is None else min(limit, concurrency))
        try:
            with self._leaps.running(), self._cloud.clock.working():
                invocation = self._serve(definition, request, fault)
        finally:
            with self._lock:
                self._reserved[definition.key] -= 1
        if fault is InvocationFault.ANSWER_LOST:
            raise ServiceError
        return invocation

    def _reserve(self, definition: Definition, limit: int) -> None:
        with self._lock:
            if self._reserved[definition.key] >= limit:
                raise TooManyRequestsError
            self._reserved[definition.key] += 1

    def _serve(self, definition: Definition, request: Request, fault: InvocationFault | None) -> Invocation:
        environment = self._idle_one(definition) or self._new_one(definition)
        try:
            with self._cloud.watch.serving(environment.access_key_id, definition, request, environment):
                return environment.invoke(request, fault)
        finally:
            with self._lock:
                self._busy.remove(environment)
                if environment.is_alive:
                    self._idle.append(environment)
                self._lock.notify_all()

    def _new_one(self, definition: Definition) -> Environment:
        """Make an environment, busy from the start. Raises TooManyRequestsError when the cloud ends."""
        with self._lock:
            if self._is_closed:
                raise TooManyRequestsError
            self._being_made += 1
        try:
            environment = Environment(definition, self._leaps, self._forks)
            with self._lock:
                self._busy.append(environment)
        finally:
            with self._lock:
                self._being_made -= 1
                self._lock.notify_all()
        return environment

    def _idle_one(self, definition: Definition) -> Environment | None:
        """The environment used last, if one is free; those of an older definition end."""
        with self._lock:
            same = [environment for environment in self._idle if environment.definition == definition]
            outdated = [
                environment
                for environment in self._idle
                if environment.definition.arn == definition.arn and environment.definition != definition
            ]
            found = same[-1] if same else None
            self._busy += [found] if found else []
            self._idle = [one for one in self._idle if one is not found and one not in outdated]
        for environment in outdated:
            environment.close()
        return found

    def _end_idle_ones(self) -> None:
        while not self._cloud.ending.wait(1):
            too_old = time.monotonic() - self._cloud.settings.function_idle
            with self._lock:
                outworn = [environment for environment in self._idle if environment.idle_since < too_old]
                self._idle = [environment for environment in self._idle if environment not in outworn]
            for environment in outworn:
                environment.close()


_lock = threading.Lock()
_fleets: dict[int, Fleet] = {}  # by identity of the cloud; one entry, as a process has one cloud at a time


def current_fleet() -> Fleet:
    """The environments of the current cloud."""
    cloud = current()
    with _lock:
        if id(cloud) not in _fleets:
            _fleets.clear()
            _fleets[id(cloud)] = Fleet(cloud)
        return _fleets[id(cloud)]
