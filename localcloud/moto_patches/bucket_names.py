"""Names of buckets: S3 refuses those that break its rules, with InvalidBucketName.

moto 5.2.5 checks their length only. The seam is the creation of a bucket in the backend, which CloudFormation uses too.
Names that end in `--x-s3` are those of directory buckets, which are left to moto.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from moto.s3.exceptions import InvalidBucketName
from moto.s3.models import FakeBucket, S3Backend

_NAME: Final = re.compile(r"(?=[a-z0-9])(?:[a-z0-9-]|\.(?!\.))+(?<=[a-z0-9])", re.ASCII)
_ADDRESS: Final = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
_STARTS: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_ENDS: Final = ("-s3alias", "--ol-s3", ".mrap", "--table-s3")
_create: Final = S3Backend.create_bucket


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    S3Backend.create_bucket = _created  # type: ignore[method-assign, assignment]


def is_name(text: str) -> bool:
    """Whether a bucket may have this name, but for its length."""
    is_reserved = text.startswith(_STARTS) or text.endswith(_ENDS)
    return bool(_NAME.fullmatch(text)) and not _ADDRESS.fullmatch(text) and not is_reserved


def _created(backend: S3Backend, bucket_name: str, *arguments: Any, **named: Any) -> FakeBucket:  # noqa: ANN401  (moto's)
    if not is_name(bucket_name):
        raise InvalidBucketName
    return _create(backend, bucket_name, *arguments, **named)
