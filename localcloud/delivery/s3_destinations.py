"""A bucket's notifications to queues, topics, and functions: S3 takes only those that exist and admit it.

moto 5.2.5 takes any, keeps a configuration that it refuses, delivers whatever a policy says, and swallows what fails.
The seams are what reads PutBucketNotificationConfiguration, which CloudFormation calls too, and the functions of
moto.s3.notifications that deliver. A configuration is taken or refused whole, and S3 sends a test event to each queue
and topic of it. With `enforce_delivery_policies` off, only what does not exist is refused.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html; answers of S3 in
https://github.com/localstack/localstack, tests/aws/services/s3/test_s3_notifications_*.snapshot.json
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from moto.s3 import notifications
from moto.s3.exceptions import InvalidNotificationDestination, InvalidNotificationEvent
from moto.s3.responses import S3Response
from moto.utilities.arns import parse_arn
from werkzeug.exceptions import HTTPException

from localcloud.cloud import current
from localcloud.delivery import arns, invocations, permissions
from localcloud.delivery.retries import Delivery, UndeliverableError
from localcloud.s3_answer import error_answer, new_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.s3.models import FakeBucket

S3: Final = "s3.amazonaws.com"
_KINDS: Final = {"Queue": "queue", "Topic": "topic", "CloudFunction": "function"}
_SUBJECT: Final = "Amazon S3 Notification"
_REFUSAL: Final = "Unable to validate the following destination configurations"
_read: Final = S3Response._notification_config_from_body  # noqa: SLF001  (the seam)


class RefusedDestinationsError(HTTPException):
    """Each destination that is refused, and why; moto's errors have room for one."""

    code = 400

    def __init__(self, refused: list[tuple[str, str]]) -> None:
        super().__init__()
        details: dict[str, str] = {}
        for number, (name, reason) in enumerate(refused, 1):
            details |= {f"ArgumentName{number}": name, f"ArgumentValue{number}": reason}
        self._answer = error_answer(HTTPStatus.BAD_REQUEST, "InvalidArgument", _REFUSAL, details)

    def get_body(self, *_: object) -> str:
        """S3's XML."""
        return self._answer.body.decode()

    def get_headers(self, *_: object) -> list[tuple[str, str]]:
        """S3's."""
        return list(self._answer.headers)


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    S3Response._notification_config_from_body = _read_checked  # type: ignore[method-assign, assignment]  # noqa: SLF001
    notifications.send_test_event = _nothing  # type: ignore[assignment]  # it is sent before the configuration is kept
    notifications._send_sqs_message = _to_queue  # noqa: SLF001
    notifications._send_sns_message = _to_topic  # noqa: SLF001
    notifications._invoke_awslambda = _to_function  # noqa: SLF001


def _nothing(**_: object) -> None:
    pass


def _read_checked(response: S3Response) -> dict[str, Any]:
    found = _read(response)
    bucket = response.backend.get_bucket(response.bucket_name)
    chosen = [(kind, one) for kind in _KINDS for one in found.get(f"{kind}Configuration") or ()]
    for event in (event for _, one in chosen for event in one["Event"]):
        if not notifications.S3NotificationEvent.is_event_valid(event):
            raise InvalidNotificationEvent(event)
    named = [(kind, one[kind]) for kind, one in chosen]
    if any(arn.split(":")[3] != bucket.region_name for _, arn in named):
        raise InvalidNotificationDestination
    if str(response.headers.get("x-amz-skip-destination-validation")).lower() != "true":
        refused = [refusal for kind, arn in named if (refusal := _refusal(kind, arn, bucket))]
        if refused:
            raise RefusedDestinationsError(refused)
        for arn in (arn for kind, arn in named if kind != "CloudFunction"):
            _notify(arn, bucket.arn, _test_event(bucket))
    return found


def _refusal(kind: str, arn: str, bucket: FakeBucket) -> tuple[str, str] | None:
    """The name of the destination, and why it is refused; S3 says the same of a function that is missing."""
    noun, name, reason = _KINDS[kind], arn, ""
    try:
        permissions.check(arn, S3, bucket.arn)
    except UndeliverableError:
        reason = f"Permissions on the destination {noun} do not allow S3 to publish notifications from this bucket"
    if not permissions.exists(parse_arn(arn), arn):
        reason = f"The destination {noun} does not exist"
    if reason and kind == "CloudFunction":
        name, reason = f"{arn}, null", f"Not authorized to invoke function [{arn}]"
    return (name, reason) if reason else None


def _test_event(bucket: FakeBucket) -> dict[str, str]:
    now = datetime.fromtimestamp(current().clock.now(), UTC)
    request_id, host_id = new_ids()
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": f"{now.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z",
        "Bucket": bucket.name,
        "RequestId": request_id,
        "HostId": host_id,
    }


def _to_queue(account_id: str, event_body: Any, queue_name: str, region_name: str) -> None:  # noqa: ANN401  (moto's signature)
    _notify(f"arn:aws:sqs:{region_name}:{account_id}:{queue_name}", _bucket_in(event_body), event_body)


def _to_topic(account_id: str, event_body: Any, topic_arn: str, region_name: str) -> None:  # noqa: ANN401, ARG001  (moto's signature)
    _notify(topic_arn, _bucket_in(event_body), event_body)


def _to_function(account_id: str, event_body: Any, fn_arn: str, region_name: str) -> None:  # noqa: ANN401, ARG001  (moto's signature)
    _notify(fn_arn, _bucket_in(event_body), event_body)


def _bucket_in(event_body: Any) -> str:  # noqa: ANN401  (moto's own)
    return str(event_body["Records"][0]["s3"]["bucket"]["arn"])


def _notify(target: str, bucket_arn: str, event: Any) -> None:  # noqa: ANN401  (moto's own)
    """Deliver to the target if its policy lets S3; it may have changed since the bucket's configuration was taken."""
    text, send = json.dumps(event), _SENDERS[parse_arn(target).service]

    def attempt() -> None:
        permissions.check(target, S3, bucket_arn)
        send(target, text)

    Delivery(f"S3's notification to {target}", attempt).post()


def _invoke(function: str, text: str) -> None:
    arn = parse_arn(function)
    invocations.post(arn.account, arn.region, function, text.encode())


_SENDERS: Final[dict[str, Callable[[str, str], object]]] = {
    "sqs": arns.send_message,
    "sns": lambda topic, text: arns.publish(topic, text, _SUBJECT),
    "lambda": _invoke,
}
