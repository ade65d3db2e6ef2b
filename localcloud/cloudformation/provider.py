"""How a resource type is created, updated and deleted, and how moto's CloudFormation is told of it.

Promised: a type with a provider is created by it instead of by moto; a type that nobody creates gets a stand-in, so
that the stack deploys, and is listed as absent. Left to others: the providers themselves, and the order of things
(deployments.py).
"""

from __future__ import annotations

import json
import logging
import random
import string
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from localcloud.cloudformation.api import Place

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

Properties = dict[str, Any]
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Made:
    """A resource that exists: what Ref gives, and what GetAtt gives."""

    physical_id: str
    attributes: dict[str, Any] = field(default_factory=dict)


class Provider(ABC):
    """Everything about one resource type. The property names are those of the CloudFormation reference."""

    type: ClassVar[str]
    name_property: ClassVar[str | None] = None
    longest_name: ClassVar[int] = 255
    lower_case: ClassVar[bool] = False
    attributes: ClassVar[tuple[str, ...]] = ()
    replacing: ClassVar[frozenset[str]] = frozenset()
    """Properties whose change makes a new resource."""
    applied: ClassVar[frozenset[str]] = frozenset()
    """Properties that are applied; any other is told in the log."""

    @abstractmethod
    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the resource."""

    @abstractmethod
    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Bring the resource from `before` to `properties`, none of `replacing` being different."""

    @abstractmethod
    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """Delete the resource; that it is gone already is no error."""

    def name(self, stack: str, logical_id: str) -> str:
        """A name for a resource that the template leaves unnamed."""
        suffix = "".join(random.choices(string.ascii_letters + string.digits, k=12))  # noqa: S311  (a name, no secret)
        longest = self.longest_name - len(suffix) - 1
        stem = f"{stack}-{logical_id}"
        name = f"{stem if len(stem) <= longest else self.shortened(stack, logical_id, longest)}-{suffix}"
        return name.lower() if self.lower_case else name

    def shortened(self, stack: str, logical_id: str, longest: int) -> str:
        """The start of a name that would be too long."""
        return f"{stack}-{logical_id}"[:longest].rstrip("-")


class Provided(CloudFormationModel):
    """A resource of a provider, in the shape that moto gives its own. One subclass a type (see `model_of`)."""

    provider: ClassVar[Provider]

    def __init__(self, place: Place, made: Made, properties: Properties) -> None:
        self.place, self.made, self.properties = place, made, properties
        self.predecessor: Provided | None = None
        """What this one replaces and what has to be deleted when the stack's update is done."""

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.made.physical_id

    @classmethod
    def cloudformation_type(cls) -> str:
        """The resource type; of this class itself, which moto counts among its models, one that no template has."""
        return cls.provider.type if hasattr(cls, "provider") else "localcloud::Provided"

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property that holds the resource's name."""
        return (cls.provider.name_property or "") if hasattr(cls, "provider") else ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether GetAtt knows the attribute."""
        return attr in cls.provider.attributes

    def get_cfn_attribute(self, attribute_name: str) -> Any:  # noqa: ANN401  (moto's signature)
        """What GetAtt gives. Raises moto's exception for an attribute that does not exist."""
        if attribute_name not in self.made.attributes:
            raise UnformattedGetAttTemplateException
        return self.made.attributes[attribute_name]

    def is_created(self) -> bool:
        """Always: creation is synchronous."""
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **_kwargs: Any,  # noqa: ANN401  (moto's signature)
    ) -> Provided:
        """Create the resource."""
        place, properties = Place(account_id, region_name), cloudformation_json["Properties"]
        cls._tell_ignored(properties)
        return cls(place, cls.provider.create(place, resource_name, properties), properties)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Provided,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Provided:
        """Update the resource, or create its successor."""
        properties, before = cloudformation_json["Properties"], original_resource.properties
        if any(properties.get(name) != before.get(name) for name in cls.provider.replacing):
            successor = cls.create_from_cloudformation_json(
                new_resource_name, cloudformation_json, account_id, region_name
            )
            successor.predecessor = original_resource
            return successor
        cls._tell_ignored(properties)
        cls.provider.update(original_resource.place, original_resource.made, properties, before)
        original_resource.properties = properties
        return original_resource

    def delete(self, _account_id: str, _region_name: str) -> None:
        """Delete the resource."""
        self.provider.delete(self.place, self.made, self.properties)

    @classmethod
    def _tell_ignored(cls, properties: Properties) -> None:
        ignored = sorted(set(properties) - cls.provider.applied - {"Tags", cls.provider.name_property})
        if ignored and cls.provider.applied:
            _LOG.warning("%s: localcloud does not apply %s.", cls.provider.type, ", ".join(ignored))


def model_of(provider: Provider) -> type[Provided]:
    """The model class of the provider's type."""
    return type(provider.type.replace("::", ""), (Provided,), {"provider": provider, "__module__": __name__})


def as_json(document: object) -> str:
    """A policy or other document as the APIs take it: JSON text."""
    return document if isinstance(document, str) else json.dumps(document)


def tags_as_map(properties: Properties) -> dict[str, str] | None:
    """The property `Tags` as a map, as some APIs take it."""
    return {tag["Key"]: str(tag["Value"]) for tag in properties.get("Tags", [])} or None


def unless_gone(error: ClientError, *codes: str) -> None:
    """Raise the error unless its code says that what should be deleted is not there."""
    if error.response["Error"]["Code"] not in codes:
        raise error
