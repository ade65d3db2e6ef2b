"""A notification that a function publishes by itself is what the state machine would publish."""

from __future__ import annotations

from unittest.mock import Mock

from cognito_drop.aws.notification_topic import NotificationTopic
from cognito_drop.core.notification.message import Notification


def test_a_notification_is_published_with_what_filters_read() -> None:
    """Each kind of subscriber gets its own text of it."""
    client = Mock()
    NotificationTopic(client, "arn:topic").publish(Notification("A subject", "{}", "completed", "people", "no"))
    client.publish.assert_called_once_with(
        TopicArn="arn:topic",
        Subject="A subject",
        Message="{}",
        MessageStructure="json",
        MessageAttributes={
            "outcome": {"DataType": "String", "StringValue": "completed"},
            "pool": {"DataType": "String", "StringValue": "people"},
            "has_failures": {"DataType": "String", "StringValue": "no"},
        },
    )
