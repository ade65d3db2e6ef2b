"""One SNS message on its way to one subscriber: email, function, queue or URL, with retries and a dead-letter queue.

Guaranteed: what a subscriber refuses for good, or does not take in all the attempts that AWS makes, goes to the
subscription's RedrivePolicy, else to the log; the publisher hears nothing of it. Left to others: who is subscribed and
what a publish must look like (topics.py), the emails (outbox.py), queues as subscribers (moto).

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html, sns-dead-letter-queues.html,
sns-message-and-json-formats.html, https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
"""

from __future__ import annotations

import functools
import json
import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import requests
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.sqs.exceptions import QueueDoesNotExist

from localcloud.delivery import arns, invocations, outbox, permissions
from localcloud.delivery.retries import Delivery, Failure, RetryPolicy, UndeliverableError, log_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.sns.models import Subscription

_LOG = logging.getLogger(__name__)
_SERVICE = "sns.amazonaws.com"
_DAY = 86400.0
_AWS_ENDPOINT = RetryPolicy(
    retries=100_015,
    max_age=23 * _DAY,
    pauses=(0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.4, 1.9, 2.7, 3.8, 5.3, 7.4, 10.3, 14.3, 20.0),
)
_MAILBOX = RetryPolicy(
    retries=49, max_age=_DAY, pauses=(10.0, 10.0, 10.0, 16.0, 25.0, 39.0, 62.0, 97.0, 153.0, 241.0, 380.0, 600.0)
)
_URL = RetryPolicy(retries=3, max_age=3600.0, pauses=(20.0,))
_POLICIES = {"email": _MAILBOX, "email-json": _MAILBOX, "http": _URL, "https": _URL}
_PATIENCE = 15.0  # seconds that SNS waits for the answer of a URL
_TOO_MANY_REQUESTS = 429
_CLIENT_ERRORS = range(400, 500)


class NotTakenError(Exception):
    """The subscriber answered with an error that may pass."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One message for one subscription; `text` is the body for the subscription's protocol."""

    subscription: Subscription
    text: str
    message_id: str
    subject: str | None
    attributes: dict[str, Any]

    def post(self, to_queue: Callable[[], None]) -> None:
        """Begin to deliver; `to_queue` is how a queue is written to."""
        Delivery(
            f"The notification {self.message_id} to {self.subscription.endpoint}",
            lambda: self._deliver(to_queue),
            _POLICIES.get(self.subscription.protocol, _AWS_ENDPOINT),
            self._give_up,
        ).post()

    def _deliver(self, to_queue: Callable[[], None]) -> None:
        endpoint = self.subscription.endpoint
        if endpoint.startswith("arn:"):
            permissions.check(endpoint, _SERVICE, self.subscription.topic_arn)
        match self.subscription.protocol:
            case "email":
                outbox.notify(endpoint, self.subject, self.text, self.subscription.arn)
            case "email-json":
                outbox.notify_as_json(endpoint, self.subject, json.dumps(self._document(), indent=2))
            case "lambda":
                _, _, _, region, account_id, *_ = endpoint.split(":")
                invocations.post(account_id, region, endpoint, json.dumps(self._lambda_event()).encode())
            case "http" | "https":
                body = self.text if self._is_raw else json.dumps(self._document(), indent=2)
                call(self.subscription, "Notification", self.message_id, body, is_raw=self._is_raw)
            case _:
                try:
                    to_queue()
                except QueueDoesNotExist as error:
                    raise UndeliverableError(f"The queue {endpoint} does not exist.", "NO_RESOURCE") from error

    @property
    def _is_raw(self) -> bool:
        return str(self.subscription.attributes.get("RawMessageDelivery")).lower() == "true"

    def _document(self) -> dict[str, Any]:
        return self.subscription.get_post_data(self.text, self.message_id, self.subject, self.attributes)

    def _lambda_event(self) -> dict[str, Any]:
        signed = self.subscription.get_post_data(self.text, self.message_id, self.subject)
        return {
            "Records": [
                {
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": self.subscription.arn,
                    "EventSource": "aws:sns",
                    "Sns": {
                        "Type": "Notification",
                        "MessageId": self.message_id,
                        "TopicArn": self.subscription.topic_arn,
                        "Subject": self.subject,
                        "Message": self.text,
                        "Timestamp": iso_8601_datetime_with_milliseconds(),
                        "SignatureVersion": signed["SignatureVersion"],
                        "Signature": signed["Signature"],
                        "SigningCertUrl": signed["SigningCertURL"],
                        "UnsubscribeUrl": signed["UnsubscribeURL"],
                        "MessageAttributes": self.attributes,
                    },
                }
            ]
        }

    def _give_up(self, failure: Failure) -> None:
        policy = self.subscription.attributes.get("RedrivePolicy")
        if not policy:
            log_failure(failure)
            return
        queue = json.loads(policy)["deadLetterTargetArn"]
        facts = {
            "RequestID": str(uuid.uuid4()),
            "ErrorCode": getattr(failure.error, "code", None) or type(failure.error).__name__,
            "ErrorMessage": str(failure.error) or type(failure.error).__name__,
        }
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in facts.items()}
        try:
            permissions.check(queue, _SERVICE, self.subscription.topic_arn)
            arns.send_message(queue, self.text if self._is_raw else json.dumps(self._document()), attributes=attributes)
        except UndeliverableError:
            _LOG.exception("The dead letter of notification %s is lost.", self.message_id)


def ask_to_confirm(subscription: Subscription, token: str) -> None:
    """Send the message that asks a URL to confirm its subscription; its answer does not matter."""
    message_id, topic_arn = str(uuid.uuid4()), subscription.topic_arn
    query = urlencode({"Action": "ConfirmSubscription", "TopicArn": topic_arn, "Token": token})
    text = (
        f"You have chosen to subscribe to the topic {topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message."
    )
    signed = subscription.get_post_data(text, message_id, None)
    kept = ("MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL")
    document = {
        "Type": "SubscriptionConfirmation",
        "Token": token,
        "SubscribeURL": f"https://sns.{topic_arn.split(':')[3]}.amazonaws.com/?{query}",
        **{name: signed[name] for name in kept},
    }
    body = json.dumps(document, indent=2)
    attempt = functools.partial(call, subscription, "SubscriptionConfirmation", message_id, body)
    Delivery(f"The request to confirm {subscription.endpoint}", attempt, _URL).post()


def call(subscription: Subscription, kind: str, message_id: str, body: str, *, is_raw: bool = False) -> None:
    """POST to a subscribed URL. Raises UndeliverableError where it is refused for good, else what may pass."""
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
        "x-amz-sns-message-type": kind,
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": subscription.topic_arn,
    }
    if kind == "Notification":
        headers["x-amz-sns-subscription-arn"] = subscription.arn
    if is_raw:
        headers["x-amz-sns-rawdelivery"] = "true"
    answer = requests.post(subscription.endpoint, data=body.encode(), headers=headers, timeout=_PATIENCE)
    said = f"{subscription.endpoint} answered {answer.status_code}."
    if answer.status_code in _CLIENT_ERRORS and answer.status_code != _TOO_MANY_REQUESTS:
        raise UndeliverableError(said, str(answer.status_code))
    if not answer.ok:
        raise NotTakenError(said)
