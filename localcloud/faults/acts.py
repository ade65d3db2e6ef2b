"""Who acts at the moment, an invocation of a function or an execution of a state machine, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Function(Protocol):
    """A function, as far as it is named in a recording and a plan."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def handler(self) -> str:
        """Module and function, with dots."""


class Event(Protocol):
    """What a function is invoked with."""

    @property
    def request_id(self) -> str:
        """The id of the invocation."""

    @property
    def payload(self) -> bytes:
        """JSON."""


class Mortal(Protocol):
    """The process of a function, which a fault can end."""

    def die(self) -> None:
        """End as if the system had killed it."""

    def time_out(self) -> None:
        """End as if the function's time were up."""


@dataclass(frozen=True, slots=True)
class Act:
    """An invocation or an execution."""

    name: str
    """Of the function or of the state machine."""
    folder: str | None
    """The folder that the function's handler names: `accept` of `app.accept.handler.lambda_handler`."""
    act_id: str
    """The invocation's request id or the execution's ARN."""
    correlations: frozenset[str]
    process: Mortal | None = None
    """What serves the invocation, once something does."""
    is_function: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """What it goes by in a plan."""
        return (self.name, self.folder) if self.folder else (self.name,)

    def to_json(self) -> dict[str, object]:
        """Who, in a recording."""
        return {
            "caller": self.folder or self.name,
            "name": self.name,
            "is_function": self.is_function,
            "act_id": self.act_id,
            "correlation": sorted(self.correlations),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    service: str
    operation: str
    call_id: str | None
    """The same for all attempts that an SDK makes of one call; None when the client does not say it."""


def folder_of(function: Function) -> str | None:
    """The folder in which the module of the function's handler lies; None for the top of the zip."""
    parts = function.handler.replace("/", ".").split(".")
    return parts[-3] if len(parts) > 2 else None  # noqa: PLR2004  (folder, module, function)
