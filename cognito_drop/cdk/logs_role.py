"""The role with which Amazon Cognito writes an import job's log.

Trust and permissions are AWS's own text, without a condition on the source: projects that added one saw imports fail.
Source:
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-cli-cloudwatch-iam-role.html
"""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from constructs import Construct

from cognito_drop.cdk.acknowledgement import acknowledge

_ACTIONS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
_GROUPS_FOUND = "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/cognito/*"


class CognitoLogsRole(Construct):
    """The CloudWatch Logs role of every import job."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        groups = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:/aws/cognito/*"
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("cognito-idp.amazonaws.com"),
            description="Amazon Cognito writes the logs of user import jobs with this role",
            inline_policies={
                "WriteImportLogs": iam.PolicyDocument(
                    statements=[iam.PolicyStatement(actions=_ACTIONS, resources=[groups])]
                )
            },
        )
        acknowledge(
            self.role,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::{_GROUPS_FOUND}]",
            "Cognito names the group after the pool and the stream after the job: known only at run time.",
        )
