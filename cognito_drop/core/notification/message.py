"""What is published for a run: a body for each kind of subscriber, and the attributes that filter policies see.

Guarantees what SNS asks for: a subject of less than 100 characters, all of them printable ASCII, a message of 256 KiB,
no empty attribute.
Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.core.notification.email import email_text
from cognito_drop.core.notification.json_body import body, has_failures
from cognito_drop.core.notification.subject import pool_alias, subject

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary


@dataclass(frozen=True, slots=True)
class Notification:
    """What is published: `message` is the JSON that SNS wants with MessageStructure=json.

    It has a text for `email`, a line for `sms`, and the JSON for machines once: as `default` it goes to all other
    protocols, which are email-json, http, https, sqs, lambda and firehose.
    """

    subject: str
    message: str
    outcome: str
    pool: str
    has_failures: str


def notification_of(summary: Summary) -> Notification:
    """The notification that tells people and machines of this run."""
    line = subject(summary)
    return Notification(
        subject=line,
        message=json.dumps({"default": json.dumps(body(summary)), "email": email_text(summary), "sms": line}),
        outcome=summary.outcome.value,
        pool=pool_alias(summary) or "unknown",  # SNS refuses an empty attribute
        has_failures="true" if has_failures(summary) else "false",
    )
