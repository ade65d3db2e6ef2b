"""The topic that tells people and machines the result of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.encryption import let_alarms_use
from cognito_drop.cdk.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.cdk.subscription_config import Subscription


class Notifications(Construct):
    """The topic and its subscriptions. Raises ConfigError for a FIFO topic."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        subscribers: Sequence[Subscription],
        topic: sns.ITopic | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        if topic is not None and topic.fifo:
            # Each message would need a group, which neither the state machine nor an alarm gives:
            # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
            raise ConfigError(f"The topic {topic.node.path} must be a standard topic, not a FIFO topic.")
        self.topic = topic or self._own_topic(key)
        self.is_own = topic is None
        self.other_key = topic.master_key if topic else None
        """The key of a topic that was given, where that has one."""
        if self.other_key:
            let_alarms_use(self.other_key)
        subscriptions = Subscriptions(self, "Subscriptions", topic=self.topic, key=key, subscribers=subscribers)
        self.undelivered = subscriptions.undelivered
        """What could not be delivered to programs; None where no program is subscribed."""

    def _own_topic(self, key: kms.IKey) -> sns.Topic:
        topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        topic.apply_removal_policy(RemovalPolicy.DESTROY)  # it holds nothing: what it tells is in the results too
        return topic
