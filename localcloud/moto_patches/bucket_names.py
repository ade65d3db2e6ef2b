"""Names of buckets: S3 refuses those that break its rules, with InvalidBucketName.

moto 5.2.5 checks their length only. The seam is the creation of a bucket in the backend, which CloudFormation uses too.
Names that end in `--x-s3` are those of directory buckets, which are left to moto; so is the rest of a name that ends in
`-an`, which only a bucket in the account's regional namespace has.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""

from __future__ import annotations

import re
from typing import Final

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


def _created(backend: S3Backend, bucket_name: str, region_name: str, bucket_namespace: str | None = None) -> FakeBucket:
    is_reserved = bucket_name.startswith(_STARTS) or bucket_name.endswith(_ENDS)
    is_out_of_place = bucket_name.endswith("-an") and bucket_namespace != "account-regional"
    if not _NAME.fullmatch(bucket_name) or _ADDRESS.fullmatch(bucket_name) or is_reserved or is_out_of_place:
        raise InvalidBucketName
    return _create(backend, bucket_name, region_name, bucket_namespace)
