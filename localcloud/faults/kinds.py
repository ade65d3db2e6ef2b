"""The words of a plan: which calls and invocations a fault is for, and what it does to them.

Guarantees that a fault which was read is one that can strike. When it does is left to `plan`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class CallFault(enum.Enum):
    """What happens to an API call. All attempts that an SDK makes of one call fail; only the first can have an effect.

    `before` and `after`: before or after the call's effect.
    """

    FAIL_BEFORE = "fail_before"
    """An error of the service's, 500."""
    FAIL_AFTER = "fail_after"
    """The answer is lost: the connection ends without one."""
    THROTTLE = "throttle"
    """The service's own throttling error."""
    KILL_BEFORE = "kill_before"
    """The process that calls is killed."""
    KILL_AFTER = "kill_after"
    TIME_OUT_BEFORE = "time_out_before"
    """The function that calls has reached its timeout."""
    TIME_OUT_AFTER = "time_out_after"

    @property
    def needs_process(self) -> bool:
        """Whether it ends the process that calls, so that it cannot strike a state machine."""
        return self not in (CallFault.FAIL_BEFORE, CallFault.FAIL_AFTER, CallFault.THROTTLE)


class InvocationFault(enum.Enum):
    """What happens to an invocation of a function. `before` and `after`: before or after its handler runs."""

    FAIL_BEFORE = "fail_before"
    """Lambda answers ServiceException, 500, and does not run the function."""
    THROTTLE = "throttle"
    """Lambda answers TooManyRequestsException, 429."""
    KILL_BEFORE = "kill_before"
    """The execution environment ends with Runtime.ExitError."""
    KILL_AFTER = "kill_after"
    TIME_OUT_AFTER = "time_out_after"
    """The function's answer comes too late: Sandbox.Timedout."""
    ANSWER_LOST = "answer_lost"
    """The function has run and Lambda answers ServiceException, 500."""


class FaultError(ValueError):
    """A fault that cannot be understood; the text says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure that is to happen once."""

    caller: str
    """The name of a function, the folder of its handler, or the name of a state machine: who calls or is invoked."""
    kind: CallFault | InvocationFault
    service: str | None
    """As in the endpoint's name and the signature, for example `cognito-idp`; None for an invocation."""
    operation: str | None
    """As in the API reference; None for an invocation."""
    occurrence: int
    """Which of the calls or invocations that fit, counted from 1; the next one when another fault strikes that one."""
    correlation: str | None
    """Those with this correlation only; None for all."""

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Fault:
        """Read it from JSON. Raises FaultError."""
        unknown = given.keys() - {"caller", "kind", "service", "operation", "occurrence", "correlation"}
        if unknown:
            raise FaultError(f"A fault has no {', '.join(sorted(unknown))}.")
        service, operation = _text(given, "service"), _text(given, "operation")
        if (service is None) is not (operation is None):
            raise FaultError("A fault of a call names service and operation; one of an invocation names neither.")
        kinds: type[CallFault] | type[InvocationFault] = InvocationFault if service is None else CallFault
        caller, kind, occurrence = _text(given, "caller"), _text(given, "kind"), given.get("occurrence", 1)
        if caller is None:
            raise FaultError("A fault names its caller.")
        if kind not in {member.value for member in kinds}:
            raise FaultError(f"The kind is one of {', '.join(member.value for member in kinds)}, not {kind}.")
        if type(occurrence) is not int or occurrence < 1:
            raise FaultError(f"The occurrence is a number from 1, not {occurrence!r}.")
        return cls(caller, kinds(kind), service, operation, occurrence, _text(given, "correlation"))

    def to_json(self) -> dict[str, object]:
        """What `of` reads."""
        return {
            "caller": self.caller,
            "kind": self.kind.value,
            "service": self.service,
            "operation": self.operation,
            "occurrence": self.occurrence,
            "correlation": self.correlation,
        }


def _text(given: Mapping[str, object], name: str) -> str | None:
    value = given.get(name)
    if value is None or isinstance(value, str):
        return value
    raise FaultError(f"{name} is a text, not {value!r}.")
