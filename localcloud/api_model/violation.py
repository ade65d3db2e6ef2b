"""One constraint of the service model that a request breaks, in the words of AWS's services."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.model import ListShape, MapShape

if TYPE_CHECKING:
    from botocore.model import Shape


@dataclass(frozen=True, slots=True)
class Violation:
    """One constraint that a value breaks."""

    path: str
    """The member's name, such as `userAttributes.1.member.name`."""
    sentence: str
    value: object
    shape: Shape

    def inside(self, prefix: str) -> Violation:
        """The same, seen from the structure or list that holds the value."""
        return replace(self, path=f"{prefix}.{self.path}" if self.path else prefix)

    def __str__(self) -> str:
        shown = " null" if self.value is None else "" if _is_sensitive(self.shape) else f" '{_shown(self.value)}'"
        return f"Value{shown} at '{self.path}' failed to satisfy constraint: {self.sentence}"


def lower_first(name: str) -> str:
    """A member's name as a violation's path has it."""
    return name[:1].lower() + name[1:]


def _is_sensitive(shape: Shape) -> bool:
    inner = shape.member if isinstance(shape, ListShape) else shape.value if isinstance(shape, MapShape) else shape
    return bool(shape.metadata.get("sensitive") or inner.metadata.get("sensitive"))


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}={_shown(item)}' for name, item in value.items())}}}"
    return str(value)
