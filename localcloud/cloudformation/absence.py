"""Resource types that are not created: a stand-in lets the stack deploy, and the absence is listed.

Guaranteed: one line in the log for each, a stack event that says so, and `absent()`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.resource_type import Made, ResourceType

if TYPE_CHECKING:
    from localcloud.cloudformation.resource import Resource

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Absence:
    """A resource of a template that does not exist here."""

    stack: str
    logical_id: str
    type: str

    def __str__(self) -> str:
        """The sentence for the log and the stack event."""
        return f"localcloud does not create {self.type}: {self.logical_id} of stack {self.stack} is absent."


_absences: dict[Absence, None] = {}


def absent() -> list[Absence]:
    """Every resource that some stack has in its template and that does not exist."""
    return list(_absences)


def note(absence: Absence) -> None:
    """List the absence, and log it the first time."""
    if absence not in _absences:
        _absences[absence] = None
        _LOG.warning("%s", absence)


def finish(stack: str, logical_id: str | None = None) -> None:
    """Take a deleted resource, or all of a deleted stack, from the list."""
    for absence in [one for one in _absences if one.stack == stack and logical_id in (None, one.logical_id)]:
        del _absences[absence]


class Unknown(dict[str, Any]):
    """The attributes of a stand-in: whatever is asked for, a text that shows where it came from.

    An ARN has the form of one, as policies of the same stack name it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> str:
        return f"arn:aws:absent:::{self._name}" if key == "Arn" else f"absent:{self._name}:{key}"


class StandIn(ResourceType):
    """A row whose resources have whatever attribute is asked for."""

    def made(self, resource: Resource, answer: dict[str, Any]) -> Made:  # noqa: ARG002
        """What stands in for a resource."""
        return Made(resource.id, Unknown(resource.id))


def stand_in(type_: str, *, is_absent: bool = True) -> ResourceType:
    """A row for a type that is not created: Ref gives a name, and no call is made."""
    return StandIn(type=type_, is_absent=is_absent)
