"""An app with several user pools, a bucket of its own, a queue that is told, and steps before and after an import."""

from __future__ import annotations

from cognito_drop.cdk import CognitoDrop, ImportSettings, TargetPool

import aws_cdk as cdk  # isort: skip  (after `cognito_drop`, which finds the Node that CDK starts)
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

MOST_ROWS = 1_000


class SchoolStack(cdk.Stack):
    """Teachers and pupils have pools of their own, and files for both come into the school's bucket."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        drop = CognitoDrop(
            self,
            "Import",
            ImportSettings(
                pools={
                    "teachers": TargetPool(self._pool("Teachers"), rejected_rows="refuse"),
                    "pupils": TargetPool(self._pool("Pupils"), rejected_rows="5%"),
                }
            ),
            bucket=s3.Bucket(
                self,
                "Files",
                versioned=True,
                enforce_ssl=True,
                # Drops and results are kept as long as the bucket's owner says, not as long as the settings do.
                lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(30))],
            ),
            before_import=self._small_files_only(),
            after_report=self._welcome(),
        )
        notified = sqs.Queue(self, "Told", enforce_ssl=True)
        drop.topic.add_subscription(subscriptions.SqsSubscription(notified, raw_message_delivery=True))
        cdk.CfnOutput(self, "NotifiedQueueUrl", value=notified.queue_url)

    def _pool(self, name: str) -> cognito.UserPool:
        return cognito.UserPool(self, name, auto_verify=cognito.AutoVerifiedAttrs(email=True))

    def _small_files_only(self) -> sfn.IChainable:
        """A drop of more users than this is probably in the wrong folder."""
        return (
            sfn.Choice(self, "Few enough?")
            .when(
                sfn.Condition.number_greater_than("$.file.rows", MOST_ROWS),
                sfn.Fail(self, "Too many users", error="TooManyUsers"),
            )
            .otherwise(sfn.Succeed(self, "Few enough"))
        )

    def _welcome(self) -> sfn.IChainable:
        """The school's own program reads from a queue whose users it has to welcome."""
        to_welcome = sqs.Queue(self, "ToWelcome", enforce_ssl=True)
        cdk.CfnOutput(self, "ToWelcomeQueueUrl", value=to_welcome.queue_url)
        return tasks.SqsSendMessage(
            self,
            "Welcome",
            queue=to_welcome,
            message_body=sfn.TaskInput.from_object(
                {"run_id": sfn.JsonPath.string_at("$.run_id"), "outcome": sfn.JsonPath.string_at("$.report.outcome")}
            ),
        )


app = cdk.App()
SchoolStack(app, "school-users")
app.synth()
