"""The topic that tells people and machines what became of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.subscription_config import SubscriptionConfig


class Notifications(Construct):
    """The topic and its subscriptions."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, subscribers: Sequence[SubscriptionConfig]
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.apply_removal_policy(RemovalPolicy.DESTROY)  # it holds nothing: notifications are in the results too
        subscriptions = Subscriptions(self, "Subscriptions", topic=self.topic, key=key, subscribers=subscribers)
        self.undelivered = subscriptions.undelivered
        """What could not be delivered to programs; None where no program is subscribed."""
