"""What leads a drop to its run and its report to people: stack, bucket, rules, queue, key, subscriptions.

That a resource of the stack exists is up to `resources`.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.cli.doctor.finding import Finding, error, warning
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context

_DEPLOYED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})


def stack_findings(context: Context) -> list[Finding]:
    """Whether the last deployment came to its end."""
    status = context.deployment.stack_status
    if status in _DEPLOYED:
        return []
    if status.endswith("_IN_PROGRESS"):
        message = f"The stack {context.deployment.stack} is being updated ({status})."
        return [warning("stack_in_progress", message, "Check again after the deployment ends.")]
    return [
        error(
            "stack_broken",
            f"The last deployment of the stack {context.deployment.stack} failed ({status}).",
            "The stack's CloudFormation events show why; fix the problem and deploy again:",
            command=f"aws cloudformation describe-stack-events --stack-name {context.deployment.stack} --query "
            "\"StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]\" "
            "--output text",
        )
    ]


def bucket_findings(context: Context) -> list[Finding]:
    """Whether the bucket sends upload events and is versioned."""
    bucket, found = context.deployment.bucket, list[Finding]()
    try:
        shown = context.aws.s3.get_bucket_notification_configuration(Bucket=bucket)
    except ClientError as problem:
        if error_code(problem) != "NoSuchBucket":
            raise
        if bucket in _resources(context, "AWS::S3::Bucket"):
            return []
        fix = "Create the bucket again, or deploy the stack with another one."
        return [error("bucket_gone", f"The drop bucket {bucket} does not exist.", fix)]
    if shown.get("EventBridgeConfiguration") is None:
        message = f"The drop bucket {bucket} does not send upload events to EventBridge: only the sweep finds drops."
        fix = "Another tool replaced the bucket's notification configuration. Add EventBridge to it:"
        kept = {name: value for name, value in shown.items() if name != "ResponseMetadata"}
        wanted = shlex.quote(json.dumps({**kept, "EventBridgeConfiguration": {}}))
        command = f"aws s3api put-bucket-notification-configuration --bucket {bucket} --notification-configuration"
        found.append(
            error(
                "bucket_silent",
                message,
                fix,
                command=f"{command} {wanted}",
                resource=bucket,
                properties=("NotificationConfiguration",),
            )
        )
    if context.aws.s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        message = f"The drop bucket {bucket} is not versioned: a file that is dropped over another one replaces it."
        command = f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
        wrong = ("VersioningConfiguration",)
        fix = "Turn on versioning:"
        found.append(error("bucket_unversioned", message, fix, command=command, resource=bucket, properties=wrong))
    return found


def rule_findings(context: Context) -> list[Finding]:
    """Whether the stack's event rules are on."""
    found = []
    for name in _resources(context, "AWS::Events::Rule"):
        try:
            state = context.aws.events.describe_rule(Name=name)["State"]
        except ClientError as problem:
            if error_code(problem) != "ResourceNotFoundException":
                raise
            continue
        if state == "DISABLED":
            message = f"The event rule {name} is disabled: its events are not delivered."
            command = f"aws events enable-rule --name {name}"
            fix, wrong = "Enable it:", ("State",)
            found.append(error("rule_disabled", message, fix, command=command, resource=name, properties=wrong))
    return found


def key_findings(context: Context) -> list[Finding]:
    """Whether the key can be used: everything is encrypted with it."""
    found = []
    for key_id in _resources(context, "AWS::KMS::Key"):
        state = context.aws.kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
        if state == "Enabled":
            continue
        fix, command = "Enable it:", f"aws kms enable-key --key-id {key_id}"
        if state == "PendingDeletion":
            fix = "Keep it immediately, or all data encrypted with the key is lost:"
            command = f"aws kms cancel-key-deletion --key-id {key_id} && {command}"
        message = f"The key {key_id} is not enabled ({state}): no drop can be written, read, or reported."
        found.append(error("key_disabled", message, fix, command=command, resource=key_id, properties=("Enabled",)))
    return found


def queue_findings(context: Context) -> list[Finding]:
    """Whether events could not be delivered or accepted, or notifications not be delivered."""
    found, deployment = [], context.deployment
    if count := _messages(context, deployment.dead_letters):
        are, them = ("is", "it") if count == 1 else ("are", "them")
        found.append(
            error(
                "dead_letters",
                f"{counted(count, 'event')} {are} in the dead-letter queue: EventBridge could not deliver {them}, or "
                "the function accept_drop failed five times.",
                "No file is lost: the sweep accepts each one that has no run. docs/runbook.md says what to do under "
                "`Drops are not accepted`. See what the queue holds:",
                command=f"aws sqs receive-message --queue-url {deployment.dead_letters} --max-number-of-messages 10 "
                "--visibility-timeout 0 --query 'Messages[].[Body]' --output text",
            )
        )
    if deployment.undelivered and (count := _messages(context, deployment.undelivered)):
        found.append(
            warning(
                "undelivered",
                f"{counted(count, 'notification')} could not be delivered to a subscribed program.",
                f"Read the missed notifications from {deployment.undelivered}; each message shows why it was not "
                "delivered.",
            )
        )
    return found


def _messages(context: Context, url: str) -> int:
    attributes = context.aws.sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    return sum(map(int, attributes.values()))


def subscription_findings(context: Context) -> list[Finding]:
    """Whether everybody who should be told has confirmed."""
    return [
        warning(
            "subscription_unconfirmed",
            f"{entry['Endpoint']} ({entry['Protocol']}) has not confirmed the subscription and receives no "
            "notifications.",
            "Open the link in AWS's email `Subscription Confirmation`. If it is gone, subscribe again:",
            command=f"aws sns subscribe --topic-arn {context.deployment.topic} --protocol {entry['Protocol']} "
            f"--notification-endpoint {shlex.quote(entry['Endpoint'])}",
        )
        for entry in context.subscriptions
        if entry["SubscriptionArn"] == "PendingConfirmation"
    ]


def _resources(context: Context, kind: str) -> list[str]:
    """The physical ids of the stack's resources of a type."""
    pages = context.aws.cloudformation.get_paginator("list_stack_resources").paginate(
        StackName=context.deployment.stack
    )
    return [
        entry["PhysicalResourceId"]
        for page in pages
        for entry in page["StackResourceSummaries"]
        if entry["ResourceType"] == kind and "PhysicalResourceId" in entry
    ]
