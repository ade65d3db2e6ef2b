"""What was replaced or sent long ago is forgotten, by `Settings.keep`.

moto 5.2.5 keeps every noncurrent version of an object, which in AWS is a lifecycle rule's matter
(NewerNoncurrentVersions), every message that a topic has sent, which nothing but its own tests reads, and an object for
each request to a bucket with access logging, where S3 writes many records into one object
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from moto.s3.models import S3Backend
from moto.s3.utils import _VersionedKeyStore
from moto.sns.models import Topic

from localcloud.cloud import current

_set_versions = _VersionedKeyStore.setlist
_publish = Topic.publish
_log_request = S3Backend.log_incoming_request


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    _VersionedKeyStore.setlist = _set_newest_versions  # type: ignore[assignment, method-assign]
    Topic.publish = _publish_and_forget  # type: ignore[assignment, method-assign]
    S3Backend.log_incoming_request = _log_request_and_forget  # type: ignore[assignment, method-assign]


def _set_newest_versions(store: _VersionedKeyStore, key: str, versions: list[Any]) -> None:
    _set_versions(store, key, versions[-current().settings.keep - 1 :])


def _publish_and_forget(topic: Topic, *arguments: Any, **named: Any) -> str:  # noqa: ANN401  (moto's signature)
    message_id = _publish(topic, *arguments, **named)
    del topic.sent_notifications[: -current().settings.keep]
    return message_id


def _log_request_and_forget(backend: S3Backend, request: Any, bucket_name: str) -> None:  # noqa: ANN401  (moto's own)
    _log_request(backend, request, bucket_name)
    bucket, keep = backend.buckets.get(bucket_name), current().settings.keep
    target = backend.buckets.get(bucket.logging.get("TargetBucket", "")) if bucket else None
    if bucket and target and len(target.keys) > keep:
        logged = [key for key in list(target.keys) if key.startswith(bucket.logging.get("TargetPrefix", ""))]
        for key in logged[:-keep]:
            with suppress(KeyError):  # another request has forgotten it
                target.keys.pop(key)
