"""Attributes of queues: a number outside of the range that SQS documents is refused, and what is not set stays.

moto 5.2.5 takes any number, and drops the policy when other attributes are set. The seam is `Queue._set_attributes`.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.sqs.exceptions import InvalidAttributeValue
from moto.sqs.models import Queue

_RANGES: Final = {
    "DelaySeconds": range(901),
    "KmsDataKeyReusePeriodSeconds": range(60, 86_401),
    "MessageRetentionPeriod": range(60, 1_209_601),
    "ReceiveMessageWaitTimeSeconds": range(21),
    "VisibilityTimeout": range(43_201),
}
_set_attributes: Final = Queue._set_attributes  # noqa: SLF001  (the seam)


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    Queue._set_attributes = _set_these_attributes  # type: ignore[assignment, method-assign]  # noqa: SLF001


def _set_these_attributes(queue: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
    for name, allowed in _RANGES.items():
        if name in attributes and int(attributes[name]) not in allowed:
            raise InvalidAttributeValue(name)
    kept = {} if "Policy" in attributes else {"Policy": queue.policy}
    _set_attributes(queue, attributes | kept, now)
