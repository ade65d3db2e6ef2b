"""The one customer-managed key: drops, results, queue, topic, ledger and logs are encrypted with it."""

from __future__ import annotations

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct


class EncryptionKey(Construct):
    """A rotated key that outlives the stack, usable by the AWS services that write on our behalf."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description="cognito-drop: drops, results, queue, topic, ledger and logs",
            enable_key_rotation=True,
            pending_window=Duration.days(30),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        log_groups = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:*"
        _let(
            self.key,
            "logs",
            f"logs.{Aws.REGION}.{Aws.URL_SUFFIX}",  # in China it ends with .amazonaws.com.cn
            "kms:Encrypt*",
            "kms:Decrypt*",
            "kms:ReEncrypt*",
            "kms:GenerateDataKey*",
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
        )
        # The grant for EventBridge and its queue comes from the rule's target.
        let_alarms_use(self.key)


def let_alarms_use(key: kms.IKey) -> None:
    """Alarms publish to a topic that is encrypted with the key."""
    _let(
        key,
        "alarms",
        "cloudwatch.amazonaws.com",
        "kms:Decrypt",
        "kms:GenerateDataKey*",
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )


def _let(key: kms.IKey, sid: str, service: str, *actions: str, conditions: dict[str, dict[str, str]]) -> None:
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid=sid,
            principals=[iam.ServicePrincipal(service)],
            actions=list(actions),
            resources=["*"],  # in a key's own policy, `*` is this key
            conditions=conditions,
        )
    )
