"""Findings of the template checks that were looked at and stay as they are, each where it is and with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, CfnResource, Validations

if TYPE_CHECKING:
    from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """Acknowledge one finding of cdk-nag, such as `AwsSolutions::AwsSolutions-S1`, on this construct."""
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def acknowledge_checkov(resource: CfnResource, check: str, reason: str) -> None:
    """Skip one check of checkov, such as `CKV_AWS_18`, on this resource."""
    metadata = resource.get_metadata("checkov") or {"skip": []}
    resource.add_metadata("checkov", {"skip": [*metadata["skip"], {"id": check, "comment": reason}]})
