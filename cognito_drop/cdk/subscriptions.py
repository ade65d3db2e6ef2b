"""The subscriptions of the topic: who is notified, of which runs, and where that goes which cannot be delivered.

Guarantees a dead-letter queue with an alarm for programs, and that a function of this account and region may be called.
The policy of a subscribed queue, and resources in another account or Region, are managed by their owner.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from aws_cdk import Aws, CfnCondition, CfnOutput, Duration, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cognito_drop.cdk.acknowledgement import acknowledge
from cognito_drop.cdk.subscription_config import Protocol
from cognito_drop.contract.event_names import MessageAttribute
from cognito_drop.contract.stack_outputs import StackOutput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.cdk.subscription_config import Subscription

_PROTOCOLS = {
    Protocol.EMAIL: sns.SubscriptionProtocol.EMAIL,
    Protocol.HTTPS: sns.SubscriptionProtocol.HTTPS,
    Protocol.SQS: sns.SubscriptionProtocol.SQS,
    Protocol.LAMBDA: sns.SubscriptionProtocol.LAMBDA,
}


class Subscriptions(Construct):
    """One subscription for each subscriber; `undelivered` is the queue of what programs could not be told."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: sns.ITopic,
        key: kms.IKey,
        subscribers: Sequence[Subscription],
    ) -> None:
        super().__init__(scope, construct_id)
        has_machines = any(subscriber.is_for_machines for subscriber in subscribers)
        self.undelivered = self._undelivered(key) if has_machines else None
        for subscriber in subscribers:
            self._subscribe(topic, subscriber)

    def _undelivered(self, key: kms.IKey) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "Undelivered",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        for finding in ("AwsSolutions::AwsSolutions-SQS3", "Serverless::Serverless-SQSRedrivePolicy"):
            reason = "It is the dead-letter queue of the subscriptions, which the rule does not look at."
            acknowledge(queue, finding, reason)
        description = "Notifications that could not be delivered to programs"
        CfnOutput(
            Stack.of(self), StackOutput.UNDELIVERED_QUEUE_URL.value, value=queue.queue_url, description=description
        )
        # By the topic's pattern and not by its ARN: the topic is encrypted with this key, so it comes after it.
        topics = f"arn:{Aws.PARTITION}:sns:{Aws.REGION}:{Aws.ACCOUNT_ID}:*"
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="undelivered",
                principals=[iam.ServicePrincipal("sns.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],  # in a key's own policy, `*` is this key
                conditions={"ArnLike": {"aws:SourceArn": topics}},
            )
        )
        return queue

    def _subscribe(self, topic: sns.ITopic, subscriber: Subscription) -> None:
        name = hashlib.sha256(subscriber.to.encode()).hexdigest()[:8]
        subscription = sns.Subscription(
            self,
            f"{subscriber.protocol.value.capitalize()}{name}",
            topic=topic,
            protocol=_PROTOCOLS[subscriber.protocol],
            endpoint=subscriber.to,
            filter_policy=_filter_policy(subscriber) or None,
            dead_letter_queue=self.undelivered if subscriber.is_for_machines else None,
        )
        if not subscriber.is_for_machines:
            acknowledge(
                subscription,
                "Serverless::Serverless-SNSRedrivePolicy",
                "The report lies in the results and the ledger, whether or not a mailbox takes the mail.",
            )
        if subscriber.protocol is Protocol.LAMBDA:
            self._let_invoke(topic, subscriber, name)

    def _let_invoke(self, topic: sns.ITopic, subscriber: Subscription, name: str) -> None:
        """Let the topic call the function, where it is one that this stack can give permissions for."""
        account, region = subscriber.owner
        is_ours = CfnCondition(
            self,
            f"IsOurs{name}",
            expression=Fn.condition_and(
                Fn.condition_equals(Aws.ACCOUNT_ID, account), Fn.condition_equals(Aws.REGION, region)
            ),
        )
        permission = lambda_.CfnPermission(
            self,
            f"Permission{name}",
            action="lambda:InvokeFunction",
            function_name=subscriber.to,
            principal="sns.amazonaws.com",
            source_arn=topic.topic_arn,
        )
        permission.cfn_options.condition = is_ours


def _filter_policy(subscriber: Subscription) -> dict[str, sns.SubscriptionFilter]:
    wanted = {MessageAttribute.POOL: subscriber.pools, MessageAttribute.OUTCOME: subscriber.outcomes}
    return {
        attribute.value: sns.SubscriptionFilter.string_filter(allowlist=list(values))
        for attribute, values in wanted.items()
        if values
    }
