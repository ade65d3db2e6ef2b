"""The bucket, its events, the queue and the mapping to the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.template import denies_plain_http

if TYPE_CHECKING:
    from tests.infra.template import Resource, StackTemplate

DAY = 24 * 60 * 60


@pytest.fixture(params=["drop_bucket", "access_logs"])
def bucket(request: pytest.FixtureRequest, stack: StackTemplate) -> Resource:
    """Each of the two buckets."""
    found: Resource = getattr(stack, request.param)
    return found


def test_a_bucket_is_private_and_versioned(bucket: Resource) -> None:
    """No public access of any kind, no ACLs, old versions kept."""
    assert bucket.properties["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert bucket.properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}


def test_a_bucket_is_reached_over_tls_only(stack: StackTemplate, bucket: Resource) -> None:
    """Plain HTTP is denied to everybody, and so is TLS before 1.2."""
    policy = stack.one("AWS::S3::BucketPolicy", lambda properties: properties["Bucket"] == bucket.ref)
    assert denies_plain_http(policy)
    old = {"NumericLessThan": {"s3:TlsVersion": 1.2}}
    statements = policy.properties["PolicyDocument"]["Statement"]
    assert any(each["Effect"] == "Deny" and each["Condition"] == old for each in statements)


def test_a_bucket_outlives_the_stack(bucket: Resource) -> None:
    """Deleting or replacing it keeps it."""
    assert (bucket.body["DeletionPolicy"], bucket.body["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_drops_are_encrypted_with_the_key(stack: StackTemplate) -> None:
    """With a bucket key, so that a file costs no request to KMS each."""
    (rule,) = stack.drop_bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"] is True
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": stack.key.arn}


def test_every_prefix_has_a_lifecycle(stack: StackTemplate) -> None:
    """Drops and results are kept for the retention, what runs need on their way for longer than a run can take.

    That includes old versions of drops and of staging: a run reads its own. A version of a mapping is kept as long as
    the results of its runs, which name it for a retry. Unfinished uploads stay for two days.
    """
    rules = stack.drop_bucket.properties["LifecycleConfiguration"]["Rules"]
    by_prefix = [rule for rule in rules if "Prefix" in rule]
    kept = {rule["Prefix"]: rule["ExpirationInDays"] for rule in by_prefix}
    assert kept == {"inbox/": 90, "check/": 90, "mappings/": 90, "results/": 90, "staging/": 32}
    for rule in by_prefix:
        assert rule["Status"] == "Enabled"
        old_days = {"results/": 7, "mappings/": 90}.get(rule["Prefix"], 32)
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": old_days}
        assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}


def test_files_with_hashes_expire_early_by_their_tag(stack: StackTemplate) -> None:
    """In all folders, current and older versions. The end of a run tags them; of two rules the earlier end applies."""
    rules = stack.drop_bucket.properties["LifecycleConfiguration"]["Rules"]
    assert [rule for rule in rules if "Prefix" not in rule] == [
        {
            "Id": "password-hashes",
            "Status": "Enabled",
            "TagFilters": [{"Key": "password_hashes", "Value": "yes"}],
            "ExpirationInDays": 7,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        }
    ]


def test_access_is_logged_into_the_other_bucket(stack: StackTemplate) -> None:
    """Where the logging service may write, for this bucket and account only, and logs expire."""
    logs = stack.access_logs
    assert stack.drop_bucket.properties["LoggingConfiguration"]["DestinationBucketName"] == logs.ref
    policy = stack.one("AWS::S3::BucketPolicy", lambda properties: properties["Bucket"] == logs.ref)
    (allowed,) = [each for each in policy.properties["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    assert (allowed["Action"], allowed["Principal"]) == ("s3:PutObject", {"Service": "logging.s3.amazonaws.com"})
    assert allowed["Condition"] == {
        "ArnLike": {"aws:SourceArn": stack.drop_bucket.arn},
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }
    assert [rule["ExpirationInDays"] for rule in logs.properties["LifecycleConfiguration"]["Rules"]] == [90]


def test_uploads_are_reported_without_a_helper_function(stack: StackTemplate) -> None:
    """CloudFormation itself turns the events on: nothing custom is deployed."""
    shown = stack.drop_bucket.properties["NotificationConfiguration"]
    assert shown == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    kinds = {resource["Type"] for resource in stack.body["Resources"].values()}
    assert not {kind for kind in kinds if kind.startswith("Custom::") or "CustomResource" in kind}


def test_the_rule_takes_drops_to_the_queue(stack: StackTemplate) -> None:
    """From the inbox and for a check, of this bucket only; what runs and reports write starts nothing."""
    rule = stack.upload_rule.properties
    assert rule["State"] == "ENABLED"
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [stack.drop_bucket.ref]},
            "object": {"key": [{"prefix": "inbox/"}, {"prefix": "check/"}]},
        },
    }
    (target,) = rule["Targets"]
    assert target["Arn"] == stack.queue.arn
    assert target["DeadLetterConfig"] == {"Arn": stack.dead_letters.arn}


def test_scans_of_malware_reach_the_queue_where_a_pool_waits_for_them(
    stack: StackTemplate, subscribed_stack: StackTemplate
) -> None:
    """Those of this account and bucket only, by GuardDuty; they go the way of uploads, with its dead-letter queue."""
    rules = subscribed_stack.all("AWS::Events::Rule")
    (rule,) = (each for each in rules if each.properties.get("EventPattern", {}).get("source") == ["aws.guardduty"])
    assert rule.properties["EventPattern"] == {
        "account": [{"Ref": "AWS::AccountId"}],
        "source": ["aws.guardduty"],
        "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
        "detail": {
            "s3ObjectDetails": {
                "bucketName": [subscribed_stack.drop_bucket.ref],
                "objectKey": [{"prefix": "inbox/"}, {"prefix": "check/"}],
            },
        },
    }
    (target,), (beside,) = rule.properties["Targets"], subscribed_stack.upload_rule.properties["Targets"]
    assert (target["Arn"], target["DeadLetterConfig"]) == (beside["Arn"], beside["DeadLetterConfig"])
    assert len(rules) == len(stack.all("AWS::Events::Rule")) + 1


def test_the_queue_gives_up_after_five_receives(stack: StackTemplate) -> None:
    """Its dead-letter queue keeps messages as long as SQS can, longer than the queue itself."""
    queue, dead_letters = stack.queue.properties, stack.dead_letters.properties
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": stack.dead_letters.arn, "maxReceiveCount": 5}
    assert queue["MessageRetentionPeriod"] == 4 * DAY
    assert dead_letters["MessageRetentionPeriod"] == 14 * DAY


def test_the_queues_are_encrypted_and_reached_over_tls_only(stack: StackTemplate) -> None:
    """With the one key, which EventBridge may use; a policy for each."""
    for queue in (stack.queue, stack.dead_letters):
        assert queue.properties["KmsMasterKeyId"] == stack.key.arn
        policy = stack.one("AWS::SQS::QueuePolicy", lambda properties, queue=queue: properties["Queues"] == [queue.ref])  # type: ignore[misc]
        assert denies_plain_http(policy)


def test_only_our_rules_may_send_to_the_queues(stack: StackTemplate) -> None:
    """EventBridge, of this account into the queue, for each of the stack's rules into the dead-letter queue."""
    conditions = {
        str(stack.queue.arn): [{"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}],
        str(stack.dead_letters.arn): [
            {"ArnEquals": {"aws:SourceArn": rule.arn}} for rule in stack.all("AWS::Events::Rule")
        ],
    }
    for policy in stack.all("AWS::SQS::QueuePolicy"):
        for allowed in policy.properties["PolicyDocument"]["Statement"]:
            if allowed["Effect"] == "Allow":
                assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
                conditions[str(allowed["Resource"])].remove(allowed["Condition"])
    assert not any(conditions.values())


def test_a_message_that_fails_does_not_bring_back_its_batch(stack: StackTemplate) -> None:
    """Partial failures are reported; a message stays hidden for six times the function's timeout."""
    mapping = stack.one("AWS::Lambda::EventSourceMapping").properties
    function = stack.function("accept_drop")
    assert mapping["EventSourceArn"] == stack.queue.arn
    assert mapping["FunctionName"] == function.ref
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "ScalingConfig" not in mapping, "with a maximum concurrency Lambda reads an idle queue more often"
    assert stack.queue.properties["VisibilityTimeout"] == 6 * function.properties["Timeout"]
