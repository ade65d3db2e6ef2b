"""S3's events on EventBridge, in the documented shape; `s3_destinations` has a bucket's other notifications.

moto 5.2.5 gives every event the same id and sequencer, numbers for times, `eTag` for `etag`, an event for the PUT
inside a multipart upload and none for delete markers, and asks every bus. The seams are functions of
moto.s3.notifications and `S3Backend.delete_object`. Not imitated: events for storage classes and
lifecycle, and what a restore's event says of them.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html, EventBridge.html
"""

from __future__ import annotations

import functools
import itertools
import secrets
import string
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request
from moto.s3 import notifications
from moto.s3.models import FakeDeleteMarker, S3Backend
from moto.s3.notifications import S3NotificationEvent
from moto.s3.responses import S3Response

from localcloud.cloud import current
from localcloud.delivery import malware_scans, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.common_types import TYPE_RESPONSE
    from moto.s3.models import FakeBucket

_REASONS = {
    S3NotificationEvent.OBJECT_CREATED_PUT_EVENT: "PutObject",
    S3NotificationEvent.OBJECT_CREATED_POST_EVENT: "POST Object",
    S3NotificationEvent.OBJECT_CREATED_COPY_EVENT: "CopyObject",
    S3NotificationEvent.OBJECT_CREATED_COMPLETE_MULTIPART_UPLOAD_EVENT: "CompleteMultipartUpload",
}
_DELETIONS = frozenset(
    event for event in S3NotificationEvent if event.startswith(("s3:ObjectRemoved", "s3:LifecycleExpiration"))
)
_WITHOUT_SIZE = frozenset(event for event in S3NotificationEvent if event.startswith(("s3:ObjectTag", "s3:ObjectAcl")))
_is_tagging: ContextVar[bool] = ContextVar("is_tagging", default=False)
"""Whether the request is one to tag an object."""
_sequence = itertools.count(secrets.randbelow(1 << 16))


def install() -> None:
    """Patch S3's events into moto; idempotent."""
    if hasattr(notifications.send_event, "__wrapped__"):
        return
    notifications.send_event = _without_inner_events(notifications.send_event)
    notifications._send_event_bridge_message = _happened  # type: ignore[assignment]  # noqa: SLF001
    S3Response.put_object_tagging = _tagging(S3Response.put_object_tagging)  # type: ignore[method-assign, assignment]
    S3Backend.delete_object = _deleting(S3Backend.delete_object)  # type: ignore[method-assign]
    S3Response.get_bucket_notification = _with_bridge(S3Response.get_bucket_notification)  # type: ignore[method-assign, assignment]


def _with_bridge(original: Callable[[S3Response], TYPE_RESPONSE]) -> Callable[[S3Response], TYPE_RESPONSE]:
    # moto leaves EventBridge out when it is asked for a bucket's configuration.
    @functools.wraps(original)
    def get_bucket_notification(self: S3Response) -> TYPE_RESPONSE:
        configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if configuration is None or configuration.event_bridge is None:
            return original(self)
        serialized = self.serialized

        def with_bridge(answer: Any) -> TYPE_RESPONSE:  # noqa: ANN401  (moto's ActionResult)
            answer.result["EventBridgeConfiguration"] = {}
            return serialized(answer)

        self.serialized = with_bridge  # type: ignore[method-assign, assignment]
        return original(self)

    return get_bucket_notification


def _without_inner_events(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def send_event(account_id: str, event_name: S3NotificationEvent, bucket: FakeBucket, key: Any) -> None:  # noqa: ANN401  (moto's signature)
        if event_name is S3NotificationEvent.OBJECT_CREATED_PUT_EVENT and key.multipart is not None:
            # moto stores a finished multipart upload by its own PutObject; the event for the upload follows.
            return
        if event_name is S3NotificationEvent.OBJECT_TAGGING_PUT_EVENT and not _is_tagging.get():
            # moto tags every object that it stores, if only with nothing.
            return
        original(account_id, event_name, bucket, key)

    return send_event


def _tagging(original: Callable[[S3Response], TYPE_RESPONSE]) -> Callable[[S3Response], TYPE_RESPONSE]:
    @functools.wraps(original)
    def put_object_tagging(self: S3Response) -> TYPE_RESPONSE:
        before = _is_tagging.set(True)
        try:
            return original(self)
        finally:
            _is_tagging.reset(before)

    return put_object_tagging


def _happened(account_id: str, bucket: FakeBucket, event_name: S3NotificationEvent, key: Any) -> None:  # noqa: ANN401  (moto's signature)
    if event_name in _DELETIONS:
        return  # delete_object publishes deletions, as it knows more
    described: dict[str, Any] = {"key": key.name, "etag": key.etag.strip('"')}
    if event_name not in _WITHOUT_SIZE:
        described["size"] = key.size
    if bucket.is_versioned:
        described["version-id"] = str(key.version_id)
    reason = _REASONS.get(event_name)
    if reason:
        malware_scans.stored(account_id, bucket, key)
    detail_type = notifications._detail_type(event_name)  # noqa: SLF001  (moto's names are AWS's)
    _publish(account_id, bucket, detail_type, described, {"reason": reason} if reason else {})


def _deleting(original: Callable[..., tuple[bool, dict[str, Any]]]) -> Callable[..., tuple[bool, dict[str, Any]]]:
    @functools.wraps(original)
    def delete_object(
        self: S3Backend,
        bucket_name: str,
        key_name: str,
        version_id: str | None = None,
        bypass: bool = False,
    ) -> tuple[bool, dict[str, Any]]:
        bucket = self.get_bucket(bucket_name)
        removed = self.get_object(bucket_name, key_name, version_id) if version_id else bucket.keys.get(key_name)
        done, headers = original(self, bucket_name, key_name, version_id, bypass)
        configuration = bucket.notification_configuration
        if done and removed is not None and configuration and configuration.event_bridge is not None:
            _deleted(self.account_id, bucket, removed, headers.get("version-id"), marker=not version_id)
        return done, headers

    return delete_object


def _deleted(account_id: str, bucket: FakeBucket, removed: Any, version_id: str | None, *, marker: bool) -> None:  # noqa: ANN401  (key or marker)
    described = {"key": removed.name}
    if not isinstance(removed, FakeDeleteMarker):
        described["etag"] = removed.etag.strip('"')
    if version_id:
        described["version-id"] = version_id
    marked = marker and version_id is not None
    kind = "Delete Marker Created" if marked else "Permanently Deleted"
    _publish(account_id, bucket, "Object Deleted", described, {"reason": "DeleteObject", "deletion-type": kind})


def _publish(
    account_id: str, bucket: FakeBucket, detail_type: str, described: dict[str, Any], ending: dict[str, str]
) -> None:
    described["sequencer"] = f"{int(current().clock.now()):08x}{next(_sequence):08x}"
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": described,
        "request-id": "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(16)),
        "requester": account_id,
        "source-ip-address": (request.remote_addr if has_request_context() else None) or "127.0.0.1",
        **ending,
    }
    rules.publish(
        account_id,
        str(bucket.region_name),
        source="aws.s3",
        detail_type=detail_type,
        detail=detail,
        resources=[bucket.arn],
    )
