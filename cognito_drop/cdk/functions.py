"""The Lambda functions: each its own role, log group, memory and timeout; all from one code asset.

What a function may do and what it finds in its environment is given by the one who composes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cognito_drop.cdk.acknowledgement import acknowledge, acknowledge_checkov
from cognito_drop.cdk.cfn import cfn_resource, run_after
from cognito_drop.cdk.log_retention import log_retention
from cognito_drop.cdk.role_policies import allow_role
from cognito_drop.contract.environment import MONITORING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.cdk.role_policies import Sizes
    from cognito_drop.contract.function_names import FunctionName
    from cognito_drop.contract.metric_names import Monitoring

SYNCHRONOUS = "It is invoked synchronously only: the queue's mapping and Step Functions handle failures."


class ImportFunction(Construct):
    """One function of the import, named after its folder in `lambdas/`.

    `on_failure` says why a call that fails needs no queue of its own.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: FunctionName,
        code: lambda_.Code,
        key: kms.IKey,
        retention_days: int,
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        sizes: Sizes,
        memory_mb: int,
        timeout: Duration,
        on_failure: str,
        monitoring: Monitoring,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = name.value
        self.timeout = timeout
        self.log_group = group = logs.LogGroup(
            self,
            "Logs",
            retention=log_retention(retention_days),
            encryption_key=key,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self._role = role
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=code,
            handler=name.handler,
            role=role.without_policy_updates(),
            environment={
                **environment,
                "POWERTOOLS_SERVICE_NAME": name.value,
                "POWERTOOLS_METRICS_NAMESPACE": Aws.STACK_NAME,
                MONITORING: monitoring.value,
            },
            memory_size=memory_mb,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
        )
        self.policies = self._allow(role, group, statements, sizes)
        """What the role may do; what is allowed besides comes later."""
        self._acknowledge(on_failure)

    def allow_besides(self, construct_id: str, statement: iam.PolicyStatement) -> None:
        """Allow what stands apart: it names a resource that needs the function first, or has a reason of its own."""
        iam.Policy(self, construct_id, roles=[self._role], statements=[statement])

    def _allow(
        self, role: iam.Role, group: logs.LogGroup, statements: Sequence[iam.PolicyStatement], sizes: Sizes
    ) -> Sequence[iam.Policy | iam.ManagedPolicy]:
        logging = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.log_group_arn]
        )
        tracing = iam.PolicyStatement(actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"])
        policies = allow_role(self, role, self.name, [logging, tracing, *statements], sizes)
        for policy in policies:
            run_after(self.function, policy)
        acknowledge(
            policies[0],
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            "X-Ray has no resources that a policy could name.",
        )
        return policies

    def _acknowledge(self, on_failure: str) -> None:
        resource = cfn_resource(self.function)
        acknowledge_checkov(
            resource,
            "CKV_AWS_117",
            "It calls public AWS endpoints only; a VPC would add NAT costs while idle and protect nothing.",
        )
        acknowledge_checkov(
            resource,
            "CKV_AWS_115",
            "Reserved concurrency takes from the account's pool; one run per drop bounds it.",
        )
        acknowledge_checkov(resource, "CKV_AWS_116", on_failure)
        acknowledge(self.function, "Serverless::Serverless-LambdaDLQ", on_failure)
        acknowledge_checkov(
            resource,
            "CKV_AWS_173",
            "The environment holds names and ARNs, no secret; AWS encrypts it at rest with its own key.",
        )


class FunctionFactory:
    """Makes functions of one code in one scope, with one key and one retention for their logs."""

    def __init__(
        self,
        scope: Construct,
        *,
        code: lambda_.Code,
        key: kms.IKey,
        retention_days: int,
        sizes: Sizes,
        monitoring: Monitoring,
    ) -> None:
        self._scope = scope
        self._code = code
        self._key = key
        self._retention_days = retention_days
        self._sizes = sizes
        self._monitoring = monitoring

    def make(
        self,
        construct_id: str,
        name: FunctionName,
        *,
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        memory_mb: int = 256,
        timeout: Duration = Duration.seconds(60),  # noqa: B008  (immutable)
        on_failure: str = SYNCHRONOUS,
    ) -> ImportFunction:
        """The function of this name; `timeout` is what one call may take."""
        return ImportFunction(
            self._scope,
            construct_id,
            name=name,
            code=self._code,
            key=self._key,
            retention_days=self._retention_days,
            environment=environment,
            statements=statements,
            sizes=self._sizes,
            memory_mb=memory_mb,
            timeout=timeout,
            on_failure=on_failure,
            monitoring=self._monitoring,
        )
