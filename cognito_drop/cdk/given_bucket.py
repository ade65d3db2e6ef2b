"""A bucket that was given: what is set on it where it is of the same app, and what is held against it.

A bucket that is only named cannot be looked at: docs/construct.md says what its owner must have set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import Aspects, IAspect
from aws_cdk import aws_s3 as s3

from cognito_drop.cdk.cfn import cfn_resource
from cognito_drop.cdk.config_error import ConfigError

if TYPE_CHECKING:
    from constructs import IConstruct


def prepared(bucket: s3.IBucket) -> s3.IBucket:
    """The bucket, telling EventBridge of its objects. Raises ConfigError for one that keeps no versions."""
    if isinstance(bucket, s3.Bucket):
        resource: Any = cfn_resource(bucket)
        if resource.versioning_configuration is None:
            raise ConfigError(f"The bucket {bucket.node.path} must be versioned: a run reads its own version.")
        tell_event_bridge(bucket)
        Aspects.of(bucket).add(_BesideOtherNotifications())
    return bucket


def tell_event_bridge(bucket: s3.Bucket) -> None:
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
