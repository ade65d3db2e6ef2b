"""What leads a drop to its run and its report to people: stack, bucket, rules, queue, key, subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.cli.doctor.finding import Finding, error, warning
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Surroundings

_DEPLOYED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
_DEPLOY = "Deploy the stack again: `cdk deploy` puts it right."


def stack_findings(around: Surroundings) -> list[Finding]:
    """Whether the last deployment came to its end."""
    status = around.deployment.stack_status
    if status in _DEPLOYED:
        return []
    if status.endswith("_IN_PROGRESS"):
        message = f"The stack {around.deployment.stack} is being changed ({status})."
        return [warning("stack_in_progress", message, "Look again when the deployment has ended.")]
    return [
        error(
            "stack_broken",
            f"The last deployment of the stack {around.deployment.stack} failed ({status}).",
            "CloudFormation's events of the stack say why; mend it and deploy again.",
        )
    ]


def bucket_findings(around: Surroundings) -> list[Finding]:
    """Whether the bucket tells of uploads, and keeps versions."""
    bucket, found = around.deployment.bucket, list[Finding]()
    try:
        told = around.aws.s3.get_bucket_notification_configuration(Bucket=bucket)
    except ClientError as problem:
        if error_code(problem) != "NoSuchBucket":
            raise
        return [error("bucket_gone", f"The drop bucket {bucket} does not exist.", _DEPLOY)]
    if told.get("EventBridgeConfiguration") is None:
        message = f"The drop bucket {bucket} does not tell EventBridge of uploads: no drop becomes a run."
        fix = "Turn on Amazon EventBridge in the bucket's properties; something else has replaced its notifications."
        found.append(error("bucket_silent", message, fix))
    if around.aws.s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        message = f"The drop bucket {bucket} keeps no versions: a file that is dropped over another one replaces it."
        found.append(error("bucket_unversioned", message, "Turn on versioning in the bucket's properties."))
    return found


def rule_findings(around: Surroundings) -> list[Finding]:
    """Whether the stack's event rules are there and on."""
    found = []
    for name in _resources(around, "AWS::Events::Rule"):
        try:
            state = around.aws.events.describe_rule(Name=name)["State"]
        except ClientError as problem:
            if error_code(problem) != "ResourceNotFoundException":
                raise
            found.append(error("rule_gone", f"The event rule {name} does not exist.", _DEPLOY))
            continue
        if state == "DISABLED":
            message = f"The event rule {name} is disabled: what it should pass on stays undone."
            found.append(error("rule_disabled", message, f"`aws events enable-rule --name {name}`"))
    return found


def key_findings(around: Surroundings) -> list[Finding]:
    """Whether the key can be used: everything is encrypted with it."""
    found = []
    for key_id in _resources(around, "AWS::KMS::Key"):
        state = around.aws.kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
        if state == "Enabled":
            continue
        fix = f"`aws kms enable-key --key-id {key_id}`"
        if state == "PendingDeletion":
            fix = f"At once, or all it encrypts is lost: `aws kms cancel-key-deletion --key-id {key_id}`, then {fix}"
        message = f"The key {key_id} is not enabled ({state}): no drop can be written, read or told."
        found.append(error("key_disabled", message, fix))
    return found


def queue_findings(around: Surroundings) -> list[Finding]:
    """Whether events could not be accepted, or notifications not be delivered."""
    found, deployment = [], around.deployment
    if count := _messages(around, deployment.dead_letters):
        name, lie = deployment.dead_letters.rpartition("/")[2], "lies" if count == 1 else "lie"
        found.append(
            error(
                "dead_letters",
                f"{counted(count, 'event')} could not be accepted and {lie} in the dead-letter queue.",
                "The log of the function accept_drop says why. When it is mended, move them back: SQS console, the "
                f"queue {name}, Start DLQ redrive.",
            )
        )
    if deployment.undelivered and (count := _messages(around, deployment.undelivered)):
        found.append(
            warning(
                "undelivered",
                f"{counted(count, 'notification')} could not be delivered to a program that has subscribed.",
                f"Read what was missed from {deployment.undelivered}; each message says why it was not taken.",
            )
        )
    return found


def _messages(around: Surroundings, url: str) -> int:
    attributes = around.aws.sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    return sum(map(int, attributes.values()))


def subscription_findings(around: Surroundings) -> list[Finding]:
    """Whether everybody who should be told has confirmed."""
    pages = around.aws.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=around.deployment.topic)
    return [
        warning(
            "subscription_unconfirmed",
            f"{entry['Endpoint']} ({entry['Protocol']}) has not confirmed the subscription, and is told nothing.",
            "Open the link in AWS's email `Subscription Confirmation`. If it is gone, subscribe again: "
            f"`aws sns subscribe --topic-arn {around.deployment.topic} --protocol {entry['Protocol']} "
            f"--notification-endpoint {entry['Endpoint']}`",
        )
        for page in pages
        for entry in page["Subscriptions"]
        if entry["SubscriptionArn"] == "PendingConfirmation"
    ]


def _resources(around: Surroundings, kind: str) -> list[str]:
    """The physical ids of the stack's resources of a type."""
    pages = around.aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=around.deployment.stack)
    return [
        entry["PhysicalResourceId"]
        for page in pages
        for entry in page["StackResourceSummaries"]
        if entry["ResourceType"] == kind and "PhysicalResourceId" in entry
    ]
