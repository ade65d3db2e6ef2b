"""The topic that tells people and machines what became of a run, and the alarms that tell when something is stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.subscription_config import SubscriptionConfig


class Notifications(Construct):
    """The topic, its subscriptions, and the alarms that publish to it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, subscribers: Sequence[SubscriptionConfig]
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        subscriptions = Subscriptions(self, "Subscriptions", topic=self.topic, key=key, subscribers=subscribers)
        self.undelivered = subscriptions.undelivered
        """What could not be delivered to programs; None where no program is subscribed."""
        if self.undelivered:
            self._alarm_on(
                "NotificationsNotDelivered",
                self.undelivered,
                "Notifications could not be delivered to a subscriber: see the page on notifications.",
            )

    def alarm_on(self, dead_letters: sqs.IQueue) -> cloudwatch.Alarm:
        """Tell the topic when a message lies in the dead-letter queue of the upload events."""
        return self._alarm_on(
            "EventsNotAccepted",
            dead_letters,
            "Upload events could not be accepted: see the runbook on the dead-letter queue.",
        )

    def _alarm_on(self, construct_id: str, dead_letters: sqs.IQueue, description: str) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            alarm_description=description,
            metric=dead_letters.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(5), statistic="Maximum"
            ),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        # A topic with a policy of its own has no longer the default one, which lets the account's alarms publish.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"{construct_id}Publishes",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"ArnEquals": {"aws:SourceArn": alarm.alarm_arn}},
            )
        )
        return alarm
