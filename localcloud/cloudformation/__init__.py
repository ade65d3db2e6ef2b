"""CloudFormation: every resource that a template names is created for real, or its absence is listed.

moto 5.2.5 skips many types with a warning and applies others in part. Here each type that matters is a row of a table
with the calls of the emulator's own APIs that create, update and delete it; types that moto creates well stay with
moto. What is still not created is listed by `absent()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.cloudformation import parsing

from localcloud.cloudformation import (
    change_sets,
    compute,
    custom,
    drift,
    identity,
    messaging,
    monitoring,
    stacks,
    storage,
)
from localcloud.cloudformation.absence import Absence, absent, stand_in
from localcloud.cloudformation.resource_type import Provided, model_of

if TYPE_CHECKING:
    from moto.core.common_models import CloudFormationModel

__all__ = ["Absence", "absent", "install"]

_TYPES = (*compute.TYPES, *identity.TYPES, *messaging.TYPES, *monitoring.TYPES, *storage.TYPES)
_NOTHING_TO_CREATE = ("AWS::CDK::Metadata", "AWS::CloudFormation::WaitConditionHandle")
_models: dict[str, type[Provided]] = {}


def install() -> None:
    """Let moto's CloudFormation use the table of types and our operations; calling it again changes nothing."""
    if not _models:
        _models.update({row.type: model_of(row) for row in _TYPES})
        _models.update({type_: model_of(stand_in(type_, is_absent=False)) for type_ in _NOTHING_TO_CREATE})
    parsing.resource_class_from_type = _model
    parsing.resource_name_property_from_type = _name_property
    stacks.install()
    change_sets.install()
    drift.install()
    custom.install()


def _model(resource_type: str) -> type[CloudFormationModel]:
    if resource_type in _models:
        return _models[resource_type]
    if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
        return custom.CustomResource
    known = parsing.get_model_map().get(resource_type)
    if known is not None:
        return known
    return _models.setdefault(resource_type, model_of(stand_in(resource_type)))


def _name_property(resource_type: str) -> str | None:
    return _model(resource_type).cloudformation_name_type()
