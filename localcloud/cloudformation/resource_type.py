"""How a resource type is created, updated and deleted, and the shape in which moto's CloudFormation takes it.

Guaranteed: a type with a row in the table is created by its calls instead of by moto. The rows are in the modules named
after what they are for; the order of resources is that of `deployments`.
"""

from __future__ import annotations

import json
import logging
import random
import string
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from botocore.exceptions import ClientError
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from localcloud.cloudformation.api import Place
from localcloud.cloudformation.resource import Calls, Properties, Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.cloudformation.tagging import Tagging

_LOG = logging.getLogger(__name__)
_TAKING_AWAY = ("delete_", "detach_", "remove_")


class FixedPropertyError(Exception):
    """A property was changed that cannot be changed."""


@dataclass(slots=True)
class Made:
    """A resource that exists: what Ref gives, and what GetAtt gives."""

    physical_id: str
    attributes: dict[str, Any] = field(default_factory=dict)


def _no_calls(_resource: Resource) -> Calls:
    yield from ()


def _start_of(stack: str, logical_id: str, longest: int) -> str:
    return f"{stack}-{logical_id}"[:longest].rstrip("-")


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """A row of the table of types. The property names are those of the CloudFormation reference."""

    type: str
    service: str = ""
    """Whose operations are called."""
    create: Callable[[Resource], Calls] = _no_calls
    update: Callable[[Resource], Calls] = _no_calls
    delete: Callable[[Resource], Calls] | tuple[str, str] = _no_calls
    """Calls, or the one operation and the parameter that takes what Ref gives."""
    ref: str | Callable[[Resource], str] = "{id}"
    """What Ref gives, as a template: see `made`."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What GetAtt gives, as templates."""
    gone: tuple[str, ...] = ()
    """Errors which say that what is to be taken away is gone already."""
    name_property: str | None = None
    longest_name: int = 255
    lower_case: bool = False
    shortened: Callable[[str, str, int], str] = _start_of
    """The start of a name that would be too long."""
    replacing: frozenset[str] = frozenset()
    """Properties whose change makes a new resource."""
    fixed: Mapping[str, object] = field(default_factory=dict)
    """Properties whose change fails the update, with their defaults."""
    fixed_reason: str = "Updates are not allowed for property - {name}."
    applied: frozenset[str] = frozenset()
    """Properties that are applied; any other is named in the log."""
    tagging: Tagging | None = None
    """How tags are changed by an update; without it they stay as they were created."""
    is_absent: bool = False
    """Whether a resource of this type is listed as absent."""

    def made(self, resource: Resource, answer: dict[str, Any]) -> Made:
        """What was created, from the answer to the first call; an attribute that it does not have is left out."""
        facts: dict[str, Any] = {"id": resource.id, "new_id": uuid.uuid4(), "properties": resource.properties}
        facts |= {"answer": answer, "region": resource.place.region, "account": resource.place.account_id}
        attributes = {}
        for name, template in self.attributes.items():
            with suppress(KeyError):
                attributes[name] = template.format(**facts)
        return Made(self.ref.format(**facts) if isinstance(self.ref, str) else self.ref(resource), attributes)

    def check_fixed(self, resource: Resource) -> None:
        """Raise FixedPropertyError if the update changes what cannot be changed."""
        for name, default in self.fixed.items():
            if resource.changes(name, default):
                raise FixedPropertyError(self.fixed_reason.format(name=name))

    def deletion(self, resource: Resource) -> Calls:
        """The calls that delete the resource."""
        if isinstance(self.delete, tuple):
            operation, parameter = self.delete
            yield operation, {parameter: resource.id}
        else:
            yield from self.delete(resource)

    def name(self, stack: str, logical_id: str) -> str:
        """A name for a resource that the template leaves unnamed."""
        suffix = "".join(random.choices(string.ascii_letters + string.digits, k=12))  # noqa: S311  (a name, no secret)
        longest = self.longest_name - len(suffix) - 1
        stem = f"{stack}-{logical_id}"
        name = f"{stem if len(stem) <= longest else self.shortened(stack, logical_id, longest)}-{suffix}"
        return name.lower() if self.lower_case else name

    def run(self, calls: Calls, resource: Resource, *, deletes: bool = False) -> dict[str, Any]:
        """Make the calls; return the answer to the first one. It is no error that what is taken away is gone."""
        first: dict[str, Any] | None = None
        answer: dict[str, Any] = {}
        with suppress(StopIteration):
            operation, parameters = next(calls)
            while True:
                try:
                    answer = resource.place.call(self.service, operation, **parameters)
                except ClientError as error:
                    takes_away = deletes or operation.startswith(_TAKING_AWAY)
                    if not takes_away or error.response["Error"]["Code"] not in self.gone:
                        raise
                first = answer if first is None else first
                operation, parameters = calls.send(answer)
        return first or {}


class Provided(CloudFormationModel):
    """A resource of a row, in the shape that moto gives its own. One subclass a type (see `model_of`)."""

    row: ClassVar[ResourceType]

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
        return cls.row.type if hasattr(cls, "row") else "localcloud::Provided"

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property that holds the resource's name."""
        return (cls.row.name_property or "") if hasattr(cls, "row") else ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether GetAtt knows the attribute."""
        return attr in cls.row.attributes

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
        cls._log_ignored(properties)
        resource = Resource(place, resource_name, properties)
        answer = cls.row.run(cls.row.create(resource), resource)
        return cls(place, cls.row.made(resource, answer), properties)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Provided,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Provided:
        """Update the resource, or create its successor. Raises FixedPropertyError."""
        properties = cloudformation_json["Properties"]
        resource = original_resource.resource(properties, original_resource.properties)
        cls.row.check_fixed(resource)
        if any(map(resource.changes, cls.row.replacing)):
            successor = cls.create_from_cloudformation_json(
                new_resource_name, cloudformation_json, account_id, region_name
            )
            successor.predecessor = original_resource
            return successor
        cls._log_ignored(properties)
        cls.row.run(cls.row.update(resource), resource)
        if cls.row.tagging is not None:
            cls.row.run(cls.row.tagging.changes(resource), resource)
        original_resource.properties = properties
        return original_resource

    def delete(self, _account_id: str, _region_name: str) -> None:
        """Delete the resource."""
        resource = self.resource(self.properties, {})
        self.row.run(self.row.deletion(resource), resource, deletes=True)

    def resource(self, properties: Properties, before: Properties) -> Resource:
        """The resource as its calls see it."""
        return Resource(self.place, self.made.physical_id, properties, before, self.made.attributes)

    @classmethod
    def _log_ignored(cls, properties: Properties) -> None:
        ignored = sorted(set(properties) - cls.row.applied - {"Tags", cls.row.name_property})
        if ignored and cls.row.applied:
            _LOG.warning("%s: localcloud does not apply %s.", cls.row.type, ", ".join(ignored))


def model_of(row: ResourceType) -> type[Provided]:
    """The model class of the row's type."""
    return type(row.type.replace("::", ""), (Provided,), {"row": row, "__module__": __name__})


def words(text: str) -> frozenset[str]:
    """The names of properties in a text."""
    return frozenset(text.split())


def as_json(document: object) -> str:
    """A policy or other document as the APIs take it: JSON text."""
    return document if isinstance(document, str) else json.dumps(document)
