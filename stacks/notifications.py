"""The topic that tells people and machines what became of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.acknowledgement import acknowledge

if TYPE_CHECKING:
    from collections.abc import Sequence


class Notifications(Construct):
    """The topic and its email subscriptions."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, emails: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        for email in emails:
            subscription = self.topic.add_subscription(subscriptions.EmailSubscription(email))
            acknowledge(
                subscription,
                "Serverless::Serverless-SNSRedrivePolicy",
                "The report lies in the results and the ledger, whether or not a mailbox takes the mail.",
            )
