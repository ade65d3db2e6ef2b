"""Text sent to the queue or topic that an ARN names, with the errors that mean "gone" apart from the others.

The sender decides when to send, and what to do on failure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.sns.exceptions import TopicNotFound
from moto.sns.models import sns_backends
from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import sqs_backends
from moto.utilities.arns import parse_arn

from localcloud.delivery.retries import UndeliverableError

if TYPE_CHECKING:
    from moto.sqs.models import Message


def send_message(
    queue_arn: str, body: str, *, group_id: str | None = None, attributes: dict[str, Any] | None = None
) -> Message:
    """Send the body to the queue. Raises UndeliverableError if the queue does not exist."""
    arn = parse_arn(queue_arn)
    try:
        return sqs_backends[arn.account][arn.region].send_message(
            arn.resource_id, body, message_attributes=attributes, group_id=group_id
        )
    except QueueDoesNotExist as error:
        raise UndeliverableError(f"The queue {queue_arn} does not exist.", "NO_RESOURCE") from error


def publish(topic_arn: str, message: str, subject: str | None = None) -> None:
    """Publish the message to the topic. Raises UndeliverableError if the topic does not exist."""
    arn = parse_arn(topic_arn)
    backend = sns_backends[arn.account][arn.region]
    try:
        backend.get_topic(topic_arn)
    except TopicNotFound as error:
        raise UndeliverableError(f"The topic {topic_arn} does not exist.", "NO_RESOURCE") from error
    backend.publish(message, arn=topic_arn, subject=subject)


def send_text(destination: str, text: str) -> None:
    """Send the text to the queue or topic that the ARN names. Raises UndeliverableError for any other."""
    match parse_arn(destination).service:
        case "sqs":
            send_message(destination, text)
        case "sns":
            publish(destination, text)
        case other:
            raise UndeliverableError(f"{destination}: {other} takes no text here.")
