"""The removal policy of the resources that hold data: what happens to them when their stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import CfnResource, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb

if TYPE_CHECKING:
    from constructs import IConstruct

_WITH_DATA: Final = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Logs::LogGroup")


def apply_removal(scope: IConstruct, policy: RemovalPolicy) -> None:
    """Give all resources that hold data this policy. CloudFormation deletes no bucket that has objects."""
    for resource in scope.node.find_all():
        if isinstance(resource, CfnResource) and resource.cfn_resource_type in _WITH_DATA:
            resource.apply_removal_policy(policy)
            if isinstance(resource, dynamodb.CfnTable):
                resource.deletion_protection_enabled = policy is not RemovalPolicy.DESTROY
