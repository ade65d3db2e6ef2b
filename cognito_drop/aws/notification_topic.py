"""The topic of the notifications, for the one that a function publishes: all others are the state machine's.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.event_names import MessageAttribute

if TYPE_CHECKING:
    from cognito_drop.core.notification import Notification


class NotificationTopic:
    """One topic."""

    def __init__(self, client: Any, topic_arn: str) -> None:  # noqa: ANN401  (its types are not installed)
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, notification: Notification) -> None:
        """Publish a notification, each kind of subscriber its own text. Raises ClientError."""
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=notification.subject,
            Message=notification.message,
            MessageStructure="json",
            MessageAttributes={
                name.value: {"DataType": "String", "StringValue": getattr(notification, name.value)}
                for name in MessageAttribute
            },
        )
