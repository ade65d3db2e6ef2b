"""The notification of a run: a subject and a text for people, JSON for machines, in one SNS publish.

One file a reader: `email` for people, `json_body` for machines, `subject` for both; `message` puts them together.
"""

from __future__ import annotations

from cognito_drop.core.notification.message import Notification, notification_of
from cognito_drop.core.notification.subject import headline

__all__ = ["Notification", "headline", "notification_of"]
