"""A state machine with its log and traces, what it may do to deliver them, and the events of its executions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn

from cognito_drop.cdk.acknowledgement import acknowledge
from cognito_drop.cdk.grants import allow
from cognito_drop.cdk.log_retention import log_retention
from cognito_drop.contract.statuses import ExecutionStatus

if TYPE_CHECKING:
    from aws_cdk import Duration
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_kms as kms
    from constructs import Construct


def log_group(scope: Construct, name: str, *, key: kms.IKey, retention_days: int) -> logs.LogGroup:
    """Make a log group of this name for state machines; it never has data of executions."""
    return logs.LogGroup(
        scope,
        "Logs",
        # Log delivery writes to groups under this prefix without a growing resource policy.
        log_group_name=f"/aws/vendedlogs/states/{name}",
        retention=log_retention(retention_days),
        encryption_key=key,
        # Its name is fixed: were it kept, the stack could not be created again. The ledger has every run.
        removal_policy=RemovalPolicy.DESTROY,
    )


def logged_machine(
    scope: Construct, definition: sfn.IChainable, *, log: logs.ILogGroup, role: iam.Role, timeout: Duration
) -> sfn.StateMachine:
    """Make a state machine in the scope that writes into this log."""
    return sfn.StateMachine(
        scope,
        "StateMachine",
        state_machine_type=sfn.StateMachineType.STANDARD,
        definition_body=sfn.DefinitionBody.from_chainable(definition),
        role=role.without_policy_updates(),
        timeout=timeout,
        tracing_enabled=True,
        logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL, include_execution_data=False),
    )


def ended_early(state_machine: sfn.IStateMachine) -> events.EventPattern:
    """Match the events of its executions that have failed, timed out, or were stopped."""
    ends = (ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT, ExecutionStatus.ABORTED)
    return events.EventPattern(
        source=["aws.states"],
        detail_type=["Step Functions Execution Status Change"],
        detail={"status": [end.value for end in ends], "stateMachineArn": [state_machine.state_machine_arn]},
    )


def log_delivery() -> iam.PolicyStatement:
    """Deliver logs and traces of a state machine."""
    return allow(
        [
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
        "*",
    )


def acknowledge_log_delivery(policy: iam.Policy) -> None:
    """Say why that statement names no resource."""
    acknowledge(
        policy,
        "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
        "Log delivery and X-Ray have no resources that a policy could name; AWS's guide lists these actions.",
    )
