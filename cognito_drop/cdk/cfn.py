"""The CloudFormation resources behind CDK's constructs, for what the constructs have no word for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnResource

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam
    from constructs import IConstruct


def cfn_resource(construct: IConstruct) -> CfnResource:
    """The resource that a construct is made of. Raises TypeError for a construct that has no single one."""
    resource = construct.node.default_child
    if not isinstance(resource, CfnResource):
        raise TypeError(f"{construct.node.path} is not made of a single CloudFormation resource.")
    return resource


def run_after(construct: IConstruct, policy: iam.Policy | iam.ManagedPolicy) -> None:
    """Create or change what needs a policy after it."""
    cfn_resource(construct).add_resource_dependency(cfn_resource(policy))
