"""The drop bucket: reads drops by version, writes results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.adapters.errors import error_code

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

    from lambdas.core.drop import Drop

_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "NoSuchBucket"})


class SourceGoneError(Exception):
    """The drop's version does not exist any more."""


@dataclass(frozen=True, slots=True)
class Source:
    """An opened drop: its bytes as a stream, and how many there are."""

    body: StreamingBody
    size: int


class DropBucket:
    """The objects of the drop bucket."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def open(self, drop: Drop) -> Source:
        """Open this very version for reading. Raises SourceGoneError."""
        try:
            answer = self._client.get_object(Bucket=drop.bucket, Key=drop.key, VersionId=drop.version_id)
        except ClientError as error:
            if error_code(error) in _GONE:
                raise SourceGoneError(drop.run_id) from error
            raise
        return Source(answer["Body"], answer["ContentLength"])

    def write_json(self, bucket: str, key: str, data: dict[str, Any]) -> None:
        """Write a result."""
        body = json.dumps(data, indent=2, ensure_ascii=False).encode()
        self._client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
