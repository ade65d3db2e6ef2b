"""What a pipeline needs after a deploy: to drop a row as a dry run, and to read its outcome.

The stack is named before it exists, so its resources are named as CloudFormation will name them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack, Token
from aws_cdk import aws_iam as iam

from cognito_drop.cdk.acknowledgement import acknowledge
from cognito_drop.contract.object_keys import CHECK, RESULTS
from cognito_drop.contract.pool_names import pools_path

if TYPE_CHECKING:
    from constructs import IConstruct

    from stacks.config import Config

_STACK_PART = 24
"""Characters of a stack's name that CloudFormation keeps at least in the name of a bucket.

A name of at most 63 characters is put together from the stack's name, the logical id and 12 or 13 random characters.
Where these are more, CloudFormation shortens both of the first: seen are 24 characters of each. No page of AWS says so,
hence a longer name is matched whatever is kept beyond that.
"""

_REASON = (
    "The stack's bucket, table and key get their names when it is deployed, which this role is there for: stack, "
    "bucket and table are named by their fixed start, the key is used through S3 and DynamoDB only."
)


def smoke_test_statements(stack: Stack, config: Config) -> list[iam.PolicyStatement]:
    """For a role in `stack`'s account and region, on the stack that this configuration makes there."""
    prefix = config.name_prefix
    bucket = f"arn:{stack.partition}:s3:::{drop_bucket_pattern(prefix)}"
    services = [f"{service}.{stack.region}.{stack.url_suffix}" for service in ("s3", "dynamodb")]
    pools = [
        stack.format_arn(service="cognito-idp", resource="userpool", resource_name=pool_id)
        for pool_id in pool_ids(config)
    ]
    table = stack.format_arn(service="dynamodb", resource="table", resource_name=f"{prefix}-LedgerTable*")
    return [
        iam.PolicyStatement(
            actions=["cloudformation:DescribeStacks"],
            resources=[stack.format_arn(service="cloudformation", resource="stack", resource_name=f"{prefix}/*")],
        ),
        iam.PolicyStatement(
            actions=["ssm:GetParametersByPath"],
            resources=[
                stack.format_arn(service="ssm", resource="parameter", resource_name=pools_path(prefix).lstrip("/"))
            ],
        ),
        iam.PolicyStatement(
            actions=["cognito-idp:DescribeUserPool", "cognito-idp:GetCSVHeader"],
            resources=pools,
        ),
        iam.PolicyStatement(actions=["s3:PutObject"], resources=[f"{bucket}/{CHECK}*"]),
        iam.PolicyStatement(actions=["s3:GetObject"], resources=[f"{bucket}/{RESULTS}*"]),
        iam.PolicyStatement(actions=["dynamodb:GetItem"], resources=[table]),
        iam.PolicyStatement(
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=[stack.format_arn(service="kms", resource="key", resource_name="*")],
            conditions={"StringEquals": {"kms:ViaService": services}},
        ),
    ]


def pool_ids(config: Config) -> list[str]:
    """The pools that are tested, each once."""
    return list(dict.fromkeys(pool.id for pool in config.pools.values()))


def drop_bucket_pattern(prefix: str) -> str:
    """The names that the drop bucket of a stack with this name may get."""
    kept = prefix[:_STACK_PART].lower()
    if len(prefix) > _STACK_PART:
        kept = f"{kept.rstrip('-')}*"
    return f"{kept}-dropzonebucket*"


def acknowledge_patterns(scope: IConstruct, statements: list[iam.PolicyStatement]) -> None:
    """Acknowledge, on what has the policies with these statements, that they name resources by patterns."""
    stack = Stack.of(scope)
    named = {stack.partition: "<AWS::Partition>", stack.region: "<AWS::Region>", stack.account: "<AWS::AccountId>"}
    for resource in (resource for statement in statements for resource in statement.resources if "*" in resource):
        shown = resource
        for value, name in named.items():
            shown = shown.replace(value, name) if Token.is_unresolved(value) else shown
        acknowledge(scope, f"AwsSolutions::AwsSolutions-IAM5[Resource::{shown}]", _REASON)
