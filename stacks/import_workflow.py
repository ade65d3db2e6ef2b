"""The state machine of a run, its role and its log; its states are in `workflow_states`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.cfn import run_after
from stacks.log_retention import log_retention
from stacks.workflow_states import WorkflowStates

if TYPE_CHECKING:
    from stacks.workflow_states import WorkflowFunctions

_RUN_TIMEOUT = Duration.days(30)  # fifty files of 500,000 users, one after the other, take ten days


class ImportWorkflow(Construct):
    """The state machine, its role and its log."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: WorkflowFunctions,
        table: dynamodb.ITable,
        topic: sns.ITopic,
        key: kms.IKey,
        retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        states = WorkflowStates(self, functions=functions, table=table, topic=topic)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        policy = self._policy(role, functions, table, topic, key)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            # Log delivery writes to groups under this prefix without a growing resource policy.
            log_group_name=f"/aws/vendedlogs/states/{Aws.STACK_NAME}",
            retention=log_retention(retention_days),
            encryption_key=key,
            # Its name is fixed: were it kept, the stack could not be created again. The ledger has every run.
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_chainable(states.chain()),
            role=role.without_policy_updates(),
            timeout=_RUN_TIMEOUT,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
        )
        run_after(self.state_machine, policy)

    def _policy(
        self, role: iam.Role, functions: WorkflowFunctions, table: dynamodb.ITable, topic: sns.ITopic, key: kms.IKey
    ) -> iam.Policy:
        policy = iam.Policy(
            self,
            "Policy",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    actions=["lambda:InvokeFunction"],
                    resources=[callee.function.function_arn for callee in functions.all],
                ),
                iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
                iam.PolicyStatement(actions=["dynamodb:UpdateItem"], resources=[table.table_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
                iam.PolicyStatement(
                    actions=[
                        "logs:CreateLogDelivery",
                        "logs:GetLogDelivery",
                        "logs:UpdateLogDelivery",
                        "logs:DeleteLogDelivery",
                        "logs:ListLogDeliveries",
                        "logs:PutResourcePolicy",
                        "logs:DescribeResourcePolicies",
                        "logs:DescribeLogGroups",
                        "xray:PutTraceSegments",
                        "xray:PutTelemetryRecords",
                        "xray:GetSamplingRules",
                        "xray:GetSamplingTargets",
                    ],
                    resources=["*"],
                ),
            ],
        )
        acknowledge(
            policy,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            "Log delivery and X-Ray have no resources that a policy could name; AWS's guide lists these actions.",
        )
        return policy
