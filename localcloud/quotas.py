"""Sizes and numbers that IAM, Lambda, Systems Manager and CloudFormation refuse.

moto 5.2.5 takes policies, environments, parameters and templates of any size, and any number of policies on a role.
Here they are refused with AWS's errors. CloudFormation documents no size of an output that is not exported: the setting
`output_limit`.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
https://docs.aws.amazon.com/general/latest/gr/ssm.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.cloudformation.exceptions import ValidationError
from moto.iam.exceptions import LimitExceededException
from moto.iam.models import IAMBackend
from moto.ssm.exceptions import ValidationException
from moto.ssm.models import SimpleSystemManagerBackend

from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.iam.models import ManagedPolicy, PolicyVersion
    from moto.ssm.models import Parameter

MOST_INLINE: Final = 10_240
MOST_MANAGED: Final = 6_144
MOST_POLICIES: Final = 10
MOST_ENVIRONMENT: Final = 4_096
MOST_PARAMETER: Final = 4_096
MOST_RESOURCES: Final = 500
MOST_OUTPUTS: Final = 200
MOST_TEMPLATE: Final = 1_048_576
MOST_EXPORT: Final = 1_024

_put_role_policy: Final = IAMBackend.put_role_policy
_create_policy: Final = IAMBackend.create_policy
_create_policy_version: Final = IAMBackend.create_policy_version
_attach_role_policy: Final = IAMBackend.attach_role_policy
_put_parameter: Final = SimpleSystemManagerBackend.put_parameter


class LimitExceededError(LimitExceededException):
    """A quota of IAM."""

    status = 409


class OutputTooLongError(Exception):
    """A stack's output has a value that CloudFormation does not take."""


def install() -> None:
    """Plug the quotas of IAM and Systems Manager into moto; idempotent."""
    IAMBackend.put_role_policy = _checked_role_policy  # type: ignore[method-assign]
    IAMBackend.create_policy = _checked_policy  # type: ignore[method-assign]
    IAMBackend.create_policy_version = _checked_version  # type: ignore[method-assign]
    IAMBackend.attach_role_policy = _checked_attachment  # type: ignore[method-assign]
    SimpleSystemManagerBackend.put_parameter = _checked_parameter  # type: ignore[method-assign]


def policy_size(document: str) -> int:
    """Characters of a policy as IAM counts them: without white space."""
    return len(json.dumps(json.loads(document), separators=(",", ":"), ensure_ascii=False))


def check_environment(variables: Mapping[str, str]) -> None:
    """Raise moto's InvalidParameterValueException for variables of a function that are too long together."""
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > MOST_ENVIRONMENT:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided exceeded the 4KB limit. String measured: {measured}"
        )


def check_template(template: str, document: Mapping[str, Any]) -> None:
    """Raise moto's ValidationError for a template that is too long or has too much in it."""
    if len(template.encode()) > MOST_TEMPLATE:
        raise ValidationError(message=f"Template may not exceed {MOST_TEMPLATE} bytes in size.")
    resources, outputs = len(document.get("Resources") or {}), len(document.get("Outputs") or {})
    if resources > MOST_RESOURCES:
        raise ValidationError(
            message=f"Template format error: Number of resources, {resources}, "
            f"is greater than maximum allowed, {MOST_RESOURCES}"
        )
    if outputs > MOST_OUTPUTS:
        raise ValidationError(
            message=f"Template format error: Outputs count {outputs} is greater than max allowed {MOST_OUTPUTS}."
        )


def check_output(name: str, value: str, *, is_exported: bool) -> None:
    """Raise OutputTooLongError."""
    size, limit = len(value.encode()), current().settings.output_limit
    if is_exported and size > MOST_EXPORT:
        raise OutputTooLongError(
            f"Cannot export output {name} with length {size}. Max length of {MOST_EXPORT} exceeded."
        )
    if size > limit:
        raise OutputTooLongError(f"Output {name} has {size} bytes. Max length of {limit} exceeded.")


def _checked_role_policy(self: IAMBackend, role_name: str, policy_name: str, policy_json: str) -> None:
    others = (text for name, text in self.get_role(role_name).policies.items() if name != policy_name)
    if sum(map(policy_size, (policy_json, *others))) > MOST_INLINE:
        raise LimitExceededError(f"Maximum policy size of {MOST_INLINE} bytes exceeded for role {role_name}")
    _put_role_policy(self, role_name, policy_name, policy_json)


def _checked_policy(  # noqa: PLR0917  (moto's signature)
    self: IAMBackend, description: str, path: str, policy_document: str, policy_name: str, tags: list[dict[str, str]]
) -> ManagedPolicy:
    _check_managed(policy_document)
    return _create_policy(self, description, path, policy_document, policy_name, tags)


def _checked_version(self: IAMBackend, policy_arn: str, policy_document: str, set_as_default: bool) -> PolicyVersion:
    _check_managed(policy_document)
    return _create_policy_version(self, policy_arn, policy_document, set_as_default)


def _check_managed(document: str) -> None:
    if policy_size(document) > MOST_MANAGED:
        raise LimitExceededError(f"Cannot exceed quota for PolicySize: {MOST_MANAGED}")


def _checked_attachment(self: IAMBackend, policy_arn: str, role_name: str) -> None:
    attached = self.get_role(role_name).managed_policies
    if policy_arn not in attached and len(attached) >= MOST_POLICIES:
        raise LimitExceededError(f"Cannot exceed quota for PoliciesPerRole: {MOST_POLICIES}")
    _attach_role_policy(self, policy_arn, role_name)


def _checked_parameter(
    self: SimpleSystemManagerBackend,
    name: str,
    description: str,
    value: str,
    *rest: Any,  # noqa: ANN401  (moto's own)
    **more: Any,  # noqa: ANN401  (moto's own)
) -> Parameter:
    if more.get("tier") in (None, "Standard") and len(value) > MOST_PARAMETER:
        raise ValidationException(
            f"Standard tier parameters support a maximum parameter value of {MOST_PARAMETER} characters. To create a "
            "larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, "
            "see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
        )
    return _put_parameter(self, name, description, value, *rest, **more)
