"""A resource whose calls are being made, and what these calls are."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.cloudformation.api import Place

Properties = dict[str, Any]


@dataclass(slots=True)
class Resource:
    """A resource that is being created, updated or deleted: what its calls are made from."""

    place: Place
    id: str
    """The name that it is created with; from then on what Ref gives."""
    properties: Properties
    before: Properties = field(default_factory=dict)
    """The properties before an update."""
    attributes: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  (any JSON)
        return self.properties[name]

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  (any JSON)
        """The property, or the default."""
        return self.properties.get(name, default)

    def some(self, *names: str) -> Properties:
        """These properties; None for those that the template does not have."""
        return {name: self.properties.get(name) for name in names}

    def changes(self, name: str, default: object = None) -> bool:
        """Whether the update changes the property."""
        return bool(self.properties.get(name, default) != self.before.get(name, default))


Calls = Generator[tuple[str, dict[str, Any]], dict[str, Any], None]
"""Operations, as boto3 names them, with their parameters; each call's answer is sent back."""
