"""SNS: what a publish must look like, who must confirm, and who gets which text.

moto 5.2.5 delivers nothing by email, confirms every subscription, accepts any subject, asks for "default" only where
it is needed, gives up after one attempt, and lets a publisher fail when a subscriber does. The seams are
`SNSBackend.publish`, `SNSBackend.subscribe`, `Subscription.publish` and two methods of `SNSResponse`. Left to others:
subscribers.py delivers; moto writes to queues and matches filter policies.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, API_Subscribe.html, API_ConfirmSubscription.html
"""

from __future__ import annotations

import functools
import json
import re
import secrets
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription
from moto.sns.responses import SNSResponse

from localcloud.cloud import current
from localcloud.delivery import outbox, subscribers
from localcloud.delivery.subscribers import Notification

if TYPE_CHECKING:
    from collections.abc import Callable

_EMAIL = ("email", "email-json")
_URLS = ("http", "https")
_LONGEST_SUBJECT = 99  # "less than 100 characters"
_SUBJECT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TOKEN = "localcloud_token"  # noqa: S105  (the name of an attribute)


def install() -> None:
    """Patch topics into moto; idempotent."""
    if hasattr(SNSBackend.publish, "__wrapped__"):
        return
    SNSBackend.publish = _checked(SNSBackend.publish)  # type: ignore[method-assign]
    SNSBackend.subscribe = _asking(SNSBackend.subscribe)  # type: ignore[method-assign]
    Subscription.publish = _delivering(Subscription.publish)  # type: ignore[method-assign]
    # moto's serializer asks the object for the member's own name before it falls back to `arn`.
    Subscription.SubscriptionArn = property(_listed_arn)  # type: ignore[attr-defined]
    SNSResponse.subscribe = _answering(SNSResponse.subscribe)  # type: ignore[method-assign, assignment]
    SNSResponse.confirm_subscription = _confirm  # type: ignore[method-assign]


def _checked(original: Callable[..., str]) -> Callable[..., str]:
    @functools.wraps(original)
    def publish(
        self: SNSBackend,
        message: str,
        arn: str | None,
        phone_number: str | None = None,
        subject: str | None = None,
        *args: Any,  # noqa: ANN401  (moto's signature)
        **kwargs: Any,  # noqa: ANN401
    ) -> str:
        if subject is not None and not (_SUBJECT.fullmatch(subject) and len(subject) <= _LONGEST_SUBJECT):
            raise SNSInvalidParameter("Invalid parameter: Subject")
        if not message:
            raise SNSInvalidParameter("Invalid parameter: Empty message")
        if kwargs.get("message_structure") == "json" and ":endpoint/" not in str(arn):
            _check_structure(message)
        return original(self, message, arn, phone_number, subject, *args, **kwargs)

    return publish


def _check_structure(message: str) -> None:
    try:
        parsed = json.loads(message)
    except ValueError as error:
        raise SNSInvalidParameter("Invalid parameter: Message Structure - JSON message body failed to parse") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("default"), str):
        raise SNSInvalidParameter("Invalid parameter: Message Structure - No default entry in JSON message body")


def _delivering(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def publish(
        self: Subscription,
        message: str,
        message_id: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        **kwargs: Any,  # noqa: ANN401  (moto's signature)
    ) -> None:
        matcher = self._filter_policy_matcher
        is_wanted = matcher is None or matcher.matches(message_attributes, message)
        if self.attributes.get("PendingConfirmation") or not is_wanted:
            return
        text = message
        if kwargs.get("message_structure") == "json":
            versions = json.loads(message)
            text = str(versions.get(self.protocol) or versions["default"])
        to_queue = functools.partial(original, self, message, message_id, subject, message_attributes, **kwargs)
        Notification(self, text, message_id, subject, message_attributes or {}).post(to_queue)

    return publish


def _asking(original: Callable[..., Subscription]) -> Callable[..., Subscription]:
    @functools.wraps(original)
    def subscribe(self: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
        if protocol in _EMAIL and not re.fullmatch(r"[^@\s]+@[^@\s]+", endpoint):
            raise SNSInvalidParameter("Invalid parameter: Email address")
        known = self._find_subscription(topic_arn, endpoint, protocol)
        subscription = original(self, topic_arn, endpoint, protocol)
        if protocol in (*_EMAIL, *_URLS) and known is None:
            token = secrets.token_hex(96)
            setattr(subscription, _TOKEN, token)
            subscription.attributes["PendingConfirmation"] = True
            if protocol in _EMAIL:
                outbox.ask_to_confirm(endpoint, topic_arn, token)
            else:
                subscribers.ask_to_confirm(subscription, token)
            if current().settings.confirm_subscriptions:
                _mark_confirmed(subscription)
        return subscription

    return subscribe


def _mark_confirmed(subscription: Subscription) -> None:
    subscription.attributes["PendingConfirmation"] = False
    subscription.attributes["ConfirmationWasAuthenticated"] = False
    subscription.confirmed = True


def _listed_arn(subscription: Subscription) -> str:
    return "PendingConfirmation" if subscription.attributes.get("PendingConfirmation") else subscription.arn


def _answering(original: Callable[[SNSResponse], ActionResult]) -> Callable[[SNSResponse], ActionResult]:
    @functools.wraps(original)
    def subscribe(self: SNSResponse) -> ActionResult:
        answer = original(self)
        wants_arn = str(self._get_param("ReturnSubscriptionArn", "false")).lower() == "true"
        result: dict[str, str] = answer.result  # type: ignore[assignment]
        subscription = self.backend.subscriptions.get(result["SubscriptionArn"])
        if subscription is not None and subscription.attributes.get("PendingConfirmation") and not wants_arn:
            return ActionResult({"SubscriptionArn": "pending confirmation"})
        return answer

    return subscribe


def _confirm(self: SNSResponse) -> ActionResult:
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    token = self._get_param("Token")
    for subscription in self.backend.subscriptions.values():
        if subscription.topic is topic and token and getattr(subscription, _TOKEN, None) == token:
            _mark_confirmed(subscription)
            return ActionResult({"SubscriptionArn": subscription.arn})
    raise SNSInvalidParameter("Invalid parameter: Token")
