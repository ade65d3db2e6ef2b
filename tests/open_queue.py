"""The policy of a queue to which EventBridge, S3, and SNS may send, as the emulator enforces it."""

from __future__ import annotations

import json
from typing import Final

SERVICES: Final = ("events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com")
_SEND = {"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sqs:SendMessage", "Resource": "*"}
OPEN: Final = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [_SEND]})}
"""Attributes of such a queue."""
