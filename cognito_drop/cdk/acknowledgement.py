"""Findings of the template checks that were looked at and stay as they are, each where it is and with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations

if TYPE_CHECKING:
    from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """Acknowledge one finding of cdk-nag, such as `AwsSolutions::AwsSolutions-S1`, on this construct."""
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def acknowledge_wildcard(construct: IConstruct, arn: str, reason: str, *, of: IConstruct | str) -> None:
    """Acknowledge that the construct may use every resource of this ARN, which has a wildcard.

    `of` is what the ARN belongs to. Where that is of another stack, the name that cdk-nag finds is made when the app is
    complete: acknowledging it is left to the app.
    """
    stack = Stack.of(construct)
    if isinstance(of, str) or Stack.of(of) == stack:
        acknowledge(construct, f"AwsSolutions::AwsSolutions-IAM5[Resource::{_flat(stack.resolve(arn))}]", reason)


def _flat(value: Any) -> str:  # noqa: ANN401  (a resolved value is JSON)
    """A resolved value as cdk-nag writes it: `<LogicalId>`, `<LogicalId.Attribute>`, and joined texts."""
    match value:
        case str():
            return value
        case {"Fn::Join": [str(delimiter), [*parts]]}:
            return delimiter.join(map(_flat, parts))
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"<{logical_id}.{attribute}>"
        case {"Ref": logical_id}:
            return f"<{logical_id}>"
    raise TypeError(f"{value!r} is not a known value of a cdk-nag finding.")


def acknowledge_checkov(resource: CfnResource, check: str, reason: str) -> None:
    """Skip one check of checkov, such as `CKV_AWS_18`, on this resource."""
    metadata = resource.get_metadata("checkov") or {"skip": []}
    resource.add_metadata("checkov", {"skip": [*metadata["skip"], {"id": check, "comment": reason}]})
