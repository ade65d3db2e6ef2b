"""Policies that are too long, and too many on a role: IAM refuses them.

moto 5.2.5 takes policies of any size, and any number of policies on a role.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from moto.iam.exceptions import LimitExceededException
from moto.iam.models import IAMBackend

if TYPE_CHECKING:
    from moto.iam.models import ManagedPolicy, PolicyVersion

_MOST_INLINE: Final = 10_240
_MOST_MANAGED: Final = 6_144
_MOST_POLICIES: Final = 10

_put_role_policy: Final = IAMBackend.put_role_policy
_create_policy: Final = IAMBackend.create_policy
_create_policy_version: Final = IAMBackend.create_policy_version
_attach_role_policy: Final = IAMBackend.attach_role_policy


class LimitExceededError(LimitExceededException):
    """A quota of IAM."""

    status = 409


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    IAMBackend.put_role_policy = _checked_role_policy  # type: ignore[method-assign]
    IAMBackend.create_policy = _checked_policy  # type: ignore[method-assign]
    IAMBackend.create_policy_version = _checked_version  # type: ignore[method-assign]
    IAMBackend.attach_role_policy = _checked_attachment  # type: ignore[method-assign]


def _size(document: str) -> int:
    """Characters of a policy as IAM counts them: without white space."""
    return len(json.dumps(json.loads(document), separators=(",", ":"), ensure_ascii=False))


def _checked_role_policy(self: IAMBackend, role_name: str, policy_name: str, policy_json: str) -> None:
    others = (text for name, text in self.get_role(role_name).policies.items() if name != policy_name)
    if sum(map(_size, (policy_json, *others))) > _MOST_INLINE:
        raise LimitExceededError(f"Maximum policy size of {_MOST_INLINE} bytes exceeded for role {role_name}")
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
    if _size(document) > _MOST_MANAGED:
        raise LimitExceededError(f"Cannot exceed quota for PolicySize: {_MOST_MANAGED}")


def _checked_attachment(self: IAMBackend, policy_arn: str, role_name: str) -> None:
    attached = self.get_role(role_name).managed_policies
    if policy_arn not in attached and len(attached) >= _MOST_POLICIES:
        raise LimitExceededError(f"Cannot exceed quota for PoliciesPerRole: {_MOST_POLICIES}")
    _attach_role_policy(self, policy_arn, role_name)
