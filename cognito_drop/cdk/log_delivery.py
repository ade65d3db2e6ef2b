"""What every state machine may do to deliver its log and its traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cdk.acknowledgement import acknowledge
from cognito_drop.cdk.grants import allow

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam


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
