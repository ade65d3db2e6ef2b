"""Tags of a resource: as a template has them, and how an update changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.cloudformation.resource import Calls, Properties, Resource


@dataclass(frozen=True, slots=True)
class Tagging:
    """How the tags of a resource are changed: the operations, and what they take."""

    resource: str
    """The parameter that names the resource."""
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    tags: str = "Tags"
    keys: str = "TagKeys"
    members: tuple[str, str] | None = ("Key", "Value")
    """What key and value of a tag are called; None where the tags are a map."""
    by: str | None = None
    """The attribute by which the resource is named, if it is not what Ref gives."""

    def changes(self, resource: Resource) -> Calls:
        """The calls that make the tags those of the properties."""
        name = {self.resource: resource.attributes[self.by] if self.by else resource.id}
        wanted, had = _tags(resource.properties), _tags(resource.before)
        if gone := [key for key in had if key not in wanted]:
            yield self.untag, {**name, self.keys: gone}
        if new := {key: value for key, value in wanted.items() if had.get(key) != value}:
            names = self.members
            listed = [dict(zip(names, tag, strict=True)) for tag in new.items()] if names else new
            yield self.tag, {**name, self.tags: listed}


def tags_as_map(resource: Resource) -> dict[str, str] | None:
    """The property `Tags` as a map, as some APIs take it."""
    return _tags(resource.properties) or None


def _tags(properties: Properties) -> dict[str, str]:
    return {tag["Key"]: str(tag["Value"]) for tag in properties.get("Tags", [])}
