"""Where a bucket's notifications go: S3 takes no queue, topic, or function that does not exist or does not admit it.

moto 5.2.5 takes any, and delivers whatever a policy says. The seam is what reads PutBucketNotificationConfiguration,
which CloudFormation calls too. With `enforce_delivery_policies` off, only what does
not exist is refused. Not imitated: the test event that S3 sends to a new destination.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html; public reports of
the texts, such as https://github.com/aws/aws-cli/issues/8162
"""

from __future__ import annotations

from typing import Any, Final

from moto.s3.exceptions import InvalidArgumentError
from moto.s3.responses import S3Response
from moto.utilities.arns import parse_arn

from localcloud.delivery import permissions
from localcloud.delivery.retries import UndeliverableError

S3: Final = "s3.amazonaws.com"
_REFUSED: Final = "Unable to validate the following destination configurations"
_KINDS: Final = {"Queue": "queue", "Topic": "topic", "CloudFunction": "function"}
_read: Final = S3Response._notification_config_from_body  # noqa: SLF001  (the seam)


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    S3Response._notification_config_from_body = _read_checked  # type: ignore[method-assign, assignment]  # noqa: SLF001


def _read_checked(response: S3Response) -> dict[str, Any]:
    found = _read(response)
    source = response.backend.get_bucket(response.bucket_name).arn
    if str(response.headers.get("x-amz-skip-destination-validation")).lower() != "true":
        for kind, name in _KINDS.items():
            for configuration in found.get(f"{kind}Configuration") or ():
                _check(configuration[kind], name, source)
    return found


def _check(arn: str, name: str, source: str) -> None:
    if not permissions.exists(parse_arn(arn), arn):
        raise InvalidArgumentError(_REFUSED, arn, f"The destination {name} does not exist")
    try:
        permissions.check(arn, S3, source)
    except UndeliverableError as error:
        reason = f"Permissions on the destination {name} do not allow S3 to publish notifications from this bucket"
        raise InvalidArgumentError(_REFUSED, arn, reason) from error
