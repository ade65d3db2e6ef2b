"""CloudFormation: every resource that a template names is created for real, or its absence is listed.

moto 5.2.5 skips many types with a warning and applies others in part. Here each type that matters has a provider
which calls the embedded AWS's own APIs; types that moto creates well stay with moto. What is still not created is
told by `absent()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.cloudformation import parsing
from moto.cloudformation.custom_model import CustomModel

from localcloud.cloudformation import (
    compute,
    identity,
    messaging,
    monitoring,
    parameters,
    stacks,
    storage,
)
from localcloud.cloudformation.absence import Absence, Metadata, absent, stand_in
from localcloud.cloudformation.provider import Provided, Provider, model_of

if TYPE_CHECKING:
    from moto.core.common_models import CloudFormationModel

__all__ = ["Absence", "absent", "install"]

_PROVIDERS: tuple[type[Provider], ...] = (
    compute.EventInvokeConfig,
    compute.EventSourceMapping,
    compute.Function,
    compute.Permission,
    compute.StateMachine,
    identity.Key,
    identity.Policy,
    identity.Role,
    identity.UserPool,
    identity.UserPoolClient,
    messaging.Queue,
    messaging.QueuePolicy,
    messaging.Subscription,
    messaging.Topic,
    messaging.TopicPolicy,
    monitoring.Alarm,
    monitoring.Dashboard,
    monitoring.LogGroup,
    monitoring.QueryDefinition,
    monitoring.Rule,
    parameters.ManagedPolicy,
    parameters.Parameter,
    storage.Bucket,
    storage.BucketPolicy,
    storage.Table,
)
_NOTHING_TO_CREATE = ("AWS::CDK::Metadata", "AWS::CloudFormation::WaitConditionHandle")
_models: dict[str, type[Provided]] = {}


def install() -> None:
    """Plug CloudFormation's providers and operations into moto; idempotent."""
    if not _models:
        _models.update({provider.type: model_of(provider()) for provider in _PROVIDERS})
        _models.update({type_: model_of(stand_in(type_, Metadata)) for type_ in _NOTHING_TO_CREATE})
    parsing.resource_class_from_type = _model
    parsing.resource_name_property_from_type = _name_property
    stacks.install()


def _model(resource_type: str) -> type[CloudFormationModel]:
    if resource_type in _models:
        return _models[resource_type]
    if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
        return CustomModel
    known = parsing.get_model_map().get(resource_type)
    if known is not None:
        return known
    return _models.setdefault(resource_type, model_of(stand_in(resource_type)))


def _name_property(resource_type: str) -> str | None:
    return _model(resource_type).cloudformation_name_type()
