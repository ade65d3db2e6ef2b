"""What cdk-nag finds in the pipeline that CDK makes, with the reasons why it stays.

All of it is in constructs of CDK's own, which take no other policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_codebuild as codebuild

from cognito_drop.cdk.acknowledgement import acknowledge, acknowledge_checkov
from cognito_drop.cdk.cfn import cfn_resource

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3
    from aws_cdk import pipelines
    from constructs import IConstruct

_IAM5 = "AwsSolutions::AwsSolutions-IAM5"
_READS = ("s3:GetBucket*", "s3:GetObject*", "s3:List*")
_WRITES = ("s3:Abort*", "s3:DeleteObject*", "kms:GenerateDataKey*", "kms:ReEncrypt*")


def acknowledge_pipeline(pipeline: pipelines.CodePipeline, artifacts: s3.Bucket, tester: IConstruct) -> None:
    """Acknowledge the findings of a pipeline that is built, and of the role that its smoke tests run with."""
    stack = Stack.of(pipeline)
    for scope in (pipeline, tester):
        _acknowledge_artifacts(scope, stack.get_logical_id(cfn_resource(artifacts)))
        _acknowledge_projects(scope, stack)
    for place in ("Pipeline/Role", "UpdatePipeline/SelfMutation/Role", "Assets/FileRole"):
        acknowledge(
            _child(pipeline, place),
            f"{_IAM5}[Resource::*]",
            "CDK grants what the pipeline's parts need of each other; the actions have conditions or no resources.",
        )
    acknowledge(
        _child(pipeline, "UpdatePipeline/SelfMutation/Role"),
        f"{_IAM5}[Resource::arn:*:iam::{stack.account}:role/*]",
        "It may become the roles of the bootstrap only, which a condition names by their tags.",
    )
    for place in ("Pipeline/Role/DefaultPolicy", "Assets/FileRole/DefaultPolicy"):
        acknowledge_checkov(
            cfn_resource(_child(pipeline, place)),
            "CKV_AWS_111",
            "CDK grants it: what a build writes has no resources that are known before the build.",
        )
    for region, support in pipeline.pipeline.cross_region_support.items():
        bucket = support.replication_bucket
        name = stack.resolve(bucket.bucket_name)
        reason = f"CDK makes it. It holds templates on their way to {region}, no data."
        acknowledge(bucket, "AwsSolutions::AwsSolutions-S1", reason)
        for check in ("CKV_AWS_18", "CKV_AWS_21"):
            acknowledge_checkov(cfn_resource(bucket), check, reason)
        acknowledge(
            _child(pipeline, "Pipeline/Role"),
            f"{_IAM5}[Resource::arn:{stack.partition}:s3:::{name}/*]",
            "The pipeline copies its files into its own bucket of that region.",
        )


def _acknowledge_artifacts(scope: IConstruct, bucket: str) -> None:
    reason = "CDK grants the use of the pipeline's own bucket and key by these patterns."
    for action in (*_READS, *_WRITES):
        acknowledge(scope, f"{_IAM5}[Action::{action}]", reason)
    acknowledge(scope, f"{_IAM5}[Resource::<{bucket}.Arn>/*]", reason)


def _acknowledge_projects(scope: IConstruct, stack: Stack) -> None:
    """CodeBuild names the streams and the reports of a project after its builds."""
    reason = "The streams and reports of a project are named after its builds, which are not known before."
    place = f"{stack.region}:{stack.account}"
    projects = [found for found in stack.node.find_all() if isinstance(found, codebuild.CfnProject)]
    names = [f"<{stack.get_logical_id(project)}>" for project in projects]
    for logs, reports in [*((f"{name}:*", f"{name}-*") for name in names), ("*", "*")]:
        group = f"arn:{stack.partition}:logs:{place}:log-group:/aws/codebuild/{logs}"
        acknowledge(scope, f"{_IAM5}[Resource::{group}]", reason)
        report = f"arn:{stack.partition}:codebuild:{place}:report-group/{reports}"
        acknowledge(scope, f"{_IAM5}[Resource::{report}]", reason)


def _child(scope: IConstruct, path: str) -> IConstruct:
    for name in path.split("/"):
        scope = scope.node.find_child(name)
    return scope
