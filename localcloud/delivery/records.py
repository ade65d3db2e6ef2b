"""The event that a function receives for a batch of SQS messages, and what its answer says about them.

`pollers` receives, invokes and deletes.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, services-sqs-errorhandling.html
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from localcloud.delivery import patterns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moto.sqs.models import Message


def event(messages: Sequence[Message], queue_arn: str) -> dict[str, Any]:
    """The event of the batch."""
    return {"Records": [_record(message, queue_arn) for message in messages]}


def _record(message: Message, queue_arn: str) -> dict[str, Any]:
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    fifo = {
        "SequenceNumber": message.sequence_number,
        "MessageGroupId": message.group_id,
        "MessageDeduplicationId": message.deduplication_id,
    }
    attributes |= {name: value for name, value in fifo.items() if value}
    record: dict[str, Any] = {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {name: _attribute(value) for name, value in message.message_attributes.items()},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }
    if message.message_attributes:
        record["md5OfMessageAttributes"] = message.attribute_md5
    return record


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if value.get("StringValue") is not None:
        described["stringValue"] = value["StringValue"]
    if value.get("BinaryValue") is not None:
        raw = value["BinaryValue"]
        described["binaryValue"] = base64.b64encode(raw).decode() if isinstance(raw, bytes) else raw
    return described


def failed(payload: bytes, messages: Sequence[Message]) -> list[Message]:
    """Which messages a function with ReportBatchItemFailures reports as failed; all if its report cannot be read."""
    everything = list(messages)
    try:
        answer = json.loads(payload or b"null")
    except ValueError:
        return everything
    if not answer:
        return []
    reported = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not reported:
        return [] if isinstance(answer, dict) else everything
    names = [str(item.get("itemIdentifier")) if isinstance(item, dict) else "" for item in reported]
    known = {message.id: message for message in messages}
    if any(name not in known for name in names):
        return everything
    return [known[name] for name in dict.fromkeys(names)]


def wanted(message: Message, filters: dict[str, Any] | None) -> bool:
    """Whether the mapping's FilterCriteria let the message through."""
    patterns_as_text = [one["Pattern"] for one in (filters or {}).get("Filters", [])]
    if not patterns_as_text:
        return True
    try:
        body = json.loads(message.body)
    except ValueError:
        body = message.body
    return any(patterns.matches(json.loads(text), {"body": body}) for text in patterns_as_text)
