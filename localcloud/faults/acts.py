"""Who acts at the moment: an invocation of a function, or an execution of a state machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from localcloud.functions.definition import Definition


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


def folder_of(definition: Definition) -> str | None:
    """The folder in which the module of the function's handler lies; None for the top of the zip."""
    parts = definition.handler.replace("/", ".").split(".")
    return parts[-3] if len(parts) > 2 else None  # noqa: PLR2004  (folder, module, function)
