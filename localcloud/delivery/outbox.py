"""Emails, and text messages of Cognito, as .eml files in the outbox folder.

moto 5.2.5 delivers email subscriptions and codes nowhere. Guaranteed: one RFC 5322 file a message, complete when it
appears, named so that names sort by the time of sending. `topics` and `localcloud.cognito_sign_in` decide who is
written to.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html; the fixed sentences are those of the
emails that SNS sends.
"""

from __future__ import annotations

import email.policy
import itertools
import re
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from localcloud.cloud import current

if TYPE_CHECKING:
    from pathlib import Path

SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
DEFAULT_SUBJECT = "AWS Notification Message"
CONFIRMATION_SUBJECT = "AWS Notification - Subscription Confirmation"
_count = itertools.count(1)
# Readable as it lies in the folder: no line of text is folded or quoted-printable.
_POLICY = email.policy.default.clone(max_line_length=998, cte_type="8bit")


def notify(address: str, subject: str | None, text: str, subscription_arn: str) -> Path:
    """Send a notification; `text` is followed by the way to unsubscribe. Return the email's file."""
    link = _link(subscription_arn, "unsubscribe.html", SubscriptionArn=subscription_arn, Endpoint=address)
    body = (
        f"{text}\n\n--\n"
        "If you wish to stop receiving notifications from this topic, "
        "please click or visit the link below to unsubscribe:\n"
        f"{link}\n\n"
        "Please do not reply directly to this email. If you have any questions or comments regarding this email, "
        "please contact us at https://aws.amazon.com/support\n"
    )
    return send(address, subject or DEFAULT_SUBJECT, body)


def notify_as_json(address: str, subject: str | None, document: str) -> Path:
    """Send a notification to an email-json subscription: the JSON document alone. Return the email's file."""
    return send(address, subject or DEFAULT_SUBJECT, document + "\n")


def ask_to_confirm(address: str, topic_arn: str, token: str) -> Path:
    """Send the email that asks to confirm a subscription. Return the email's file."""
    link = _link(topic_arn, "confirmation.html", TopicArn=topic_arn, Token=token, Endpoint=address)
    body = (
        f"You have chosen to subscribe to the topic:\n{topic_arn}\n\n"
        "To confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n"
        f"{link}\n\n"
        "Please do not reply directly to this email.\n"
    )
    return send(address, CONFIRMATION_SUBJECT, body)


def _link(arn: str, page: str, **query: str) -> str:
    return f"https://sns.{arn.split(':')[3]}.amazonaws.com/{page}?{urlencode(query, safe=':@')}"


def send(address: str, subject: str, body: str, sender: str = SENDER) -> Path:
    """Send a message to an email address or a phone number. Return its file."""
    now = current().clock.now()
    message = EmailMessage(_POLICY)
    message["From"] = sender
    message["To"] = address
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.fromtimestamp(now, tz=UTC))
    message.set_content(body)
    folder = current().settings.outbox
    folder.mkdir(parents=True, exist_ok=True)
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}"
    recipient = re.sub(r"[^A-Za-z0-9@._+-]", "_", address)
    file = folder / f"{stamp}-{next(_count):06d}-{recipient}.eml"
    unfinished = file.with_suffix(".tmp")
    unfinished.write_bytes(message.as_bytes())
    unfinished.rename(file)
    return file
