"""The drop bucket and the way of its events into the queue.

Drops are under `inbox/` or, to be checked only, `check/`; results under `results/`; what a run needs on its way under
`staging/`. An upload becomes an EventBridge event, the event a message in the queue; what cannot be delivered or
accepted ends in the dead-letter queue. The results of malware scans come the same way, where a pool asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import Aspects, Aws, Duration, IAspect, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cognito_drop.cdk.acknowledgement import acknowledge, acknowledge_checkov
from cognito_drop.cdk.cfn import cfn_resource
from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.contract.object_keys import CHECK, HASHES_TAG, INBOX, MAPPINGS, RESULTS, STAGING

if TYPE_CHECKING:
    from constructs import IConstruct

_MAX_RECEIVES = 5
_OLD_VERSION_DAYS = 7
_UPLOAD_DAYS = 2
_OLD_HASHES_DAYS = 1
_WORK_DAYS = 32
"""Longer than a run can take."""


class DropZone(Construct):
    """Bucket, event rule, queue and dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        retention_days: int,
        hash_retention_days: int,
        visibility_timeout: Duration,
        scans_malware: bool,
        bucket: s3.IBucket | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = (
            self._own_bucket(key, retention_days, hash_retention_days) if bucket is None else _prepared(bucket)
        )
        self.other_key = bucket.encryption_key if bucket else None
        """The key of a bucket that was given, where that has one."""
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        acknowledge(
            self.dead_letters,
            "Serverless::Serverless-SQSRedrivePolicy",
            "It is the dead-letter queue; an alarm watches it.",
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(4),
            visibility_timeout=visibility_timeout,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=_MAX_RECEIVES),
        )
        self.rule = self._rule()
        self.scan_rule = self._scan_rule() if scans_malware else None

    def _access_logs(self, retention_days: int) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,  # S3 delivers access logs to no other
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="old-logs",
                    expiration=Duration.days(retention_days),
                    noncurrent_version_expiration=Duration.days(_OLD_VERSION_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(_UPLOAD_DAYS),
                )
            ],
        )
        acknowledge_checkov(
            cfn_resource(bucket),
            "CKV_AWS_18",
            "This is the bucket of the access logs; logging it into itself would never end.",
        )
        return bucket

    def _own_bucket(self, key: kms.IKey, retention_days: int, hash_retention_days: int) -> s3.Bucket:
        access_logs = self._access_logs(retention_days)
        drop_days = max(_WORK_DAYS, retention_days)
        bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,  # a run reads its own version, whatever is dropped over it
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="drops/",
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=[
                # A run reads its own version, and that may wait for weeks below another one.
                *(_lifecycle(prefix, drop_days, _WORK_DAYS) for prefix in (INBOX, CHECK)),
                # Each drop with a mapping uploads it anew; `retry` and `verify` name the version of their run.
                _lifecycle(MAPPINGS, drop_days, drop_days),
                _lifecycle(RESULTS, retention_days, _OLD_VERSION_DAYS),
                _lifecycle(STAGING, _WORK_DAYS, _WORK_DAYS),
                _lifecycle_of_hashes(hash_retention_days),
            ],
        )
        _notify_event_bridge(bucket)
        return bucket

    def _rule(self) -> events.Rule:
        rule = events.Rule(
            self,
            "Dropped",
            description="A file was dropped into the inbox",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [self.bucket.bucket_name]},
                    "object": {"key": [{"prefix": INBOX}, {"prefix": CHECK}]},
                },
            ),
        )
        rule.add_target(targets.SqsQueue(self.queue, dead_letter_queue=self.dead_letters))
        return rule

    def _scan_rule(self) -> events.Rule:
        rule = events.Rule(
            self,
            "Scanned",
            description="GuardDuty has scanned a file in the inbox for malware",
            event_pattern=events.EventPattern(
                source=["aws.guardduty"],
                detail_type=["GuardDuty Malware Protection Object Scan Result"],
                account=[Aws.ACCOUNT_ID],  # a bus may take events of other accounts
                detail={
                    "s3ObjectDetails": {
                        "bucketName": [self.bucket.bucket_name],
                        "objectKey": [{"prefix": INBOX}, {"prefix": CHECK}],
                    },
                },
            ),
        )
        rule.add_target(targets.SqsQueue(self.queue, dead_letter_queue=self.dead_letters))
        return rule


def _lifecycle(prefix: str, days: int, old_days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id=prefix.rstrip("/"),
        prefix=prefix,
        expiration=Duration.days(days),
        noncurrent_version_expiration=Duration.days(old_days),
        abort_incomplete_multipart_upload_after=Duration.days(_UPLOAD_DAYS),
    )


def _lifecycle_of_hashes(days: int) -> s3.LifecycleRule:
    """Of versions that a run's end has tagged. Where rules overlap, the earlier end applies.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
    """
    tag, value = HASHES_TAG
    return s3.LifecycleRule(
        id="password-hashes",
        tag_filters={tag: value},
        expiration=Duration.days(days),
        noncurrent_version_expiration=Duration.days(_OLD_HASHES_DAYS),
    )


def _prepared(bucket: s3.IBucket) -> s3.IBucket:
    """A bucket that was given: its events go to EventBridge. Raises ConfigError for one that keeps no versions.

    A bucket that is only named cannot be looked at: docs/construct.md says what its owner must have set.
    """
    if isinstance(bucket, s3.Bucket):
        resource: Any = cfn_resource(bucket)
        if resource.versioning_configuration is None:
            raise ConfigError(f"The bucket {bucket.node.path} must be versioned: a run reads its own version.")
        _notify_event_bridge(bucket)
        Aspects.of(bucket).add(_BesideOtherNotifications())
    return bucket


def _notify_event_bridge(bucket: s3.Bucket) -> None:
    """Set what CloudFormation can set itself; the bucket's own switch deploys a helper function for it."""
    cfn_resource(bucket).add_property_override(
        "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", value=True
    )


@jsii.implements(IAspect)
class _BesideOtherNotifications:
    """Uses the bucket's own switch where its helper function sets other notifications: it would undo what we set."""

    def visit(self, node: IConstruct) -> None:
        """Called for the bucket and everything in it, when the app is complete."""
        if isinstance(node, s3.Bucket) and node.node.try_find_child("Notifications") is not None:
            node.enable_event_bridge_notification()
