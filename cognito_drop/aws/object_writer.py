"""Objects that are written as they come: small ones by one PUT, large ones in parts, never whole in memory.

The SDK sends a checksum with every part by itself. S3 has refused it where the upload names no algorithm, and refuses
to complete one that names it without the checksums of all parts: so the upload names both.
Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html,
https://github.com/boto/botocore/issues/3216
"""

from __future__ import annotations

import base64
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

_BLOCK = 8 << 20  # at most 10,000 parts: enough for 80 GB


class ObjectWriter:
    """One object on its way. As a context manager it completes the object, or leaves nothing behind after an error."""

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        key: str,
        content_type: str = "text/csv; charset=utf-8",
        *,
        metadata: Mapping[str, str] | None = None,
        only_new: bool = False,
    ) -> None:
        """Write this object; `only_new`: not in the place of another one, which AWS answers with PreconditionFailed.

        Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        self._client = client
        self._bucket = bucket
        self._key = key
        self._new: dict[str, Any] = {"ContentType": content_type, **({"Metadata": metadata} if metadata else {})}
        self._when: dict[str, Any] = {"IfNoneMatch": "*"} if only_new else {}
        self._buffer = bytearray()
        self._upload_id = ""
        self._parts: list[CompletedPartTypeDef] = []
        self.size = 0
        self.version_id = ""
        """The version that was written, once it is complete; empty in a bucket that keeps none."""

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._buffer += data
        self.size += len(data)
        while len(self._buffer) >= _BLOCK:
            self._send(bytes(self._buffer[:_BLOCK]))
            del self._buffer[:_BLOCK]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._abort_quietly()
            return
        try:
            self.complete()
        except BaseException:
            self._abort_quietly()
            raise

    def complete(self) -> None:
        """Make the object appear."""
        if not self._upload_id:
            answer = self._client.put_object(
                Bucket=self._bucket, Key=self._key, Body=bytes(self._buffer), **self._new, **self._when
            )
            self.version_id = answer.get("VersionId", "")
            return
        if self._buffer:
            self._send(bytes(self._buffer))
        completed = self._client.complete_multipart_upload(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            MultipartUpload={"Parts": self._parts},
            **self._when,
        )
        self.version_id = completed.get("VersionId", "")

    def abort(self) -> None:
        """Give up what was sent; nothing of it appears."""
        if self._upload_id:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)

    def _abort_quietly(self) -> None:
        # The error that led here says what is wrong; what cannot be aborted now, the bucket's lifecycle removes.
        with suppress(ClientError, BotoCoreError):
            self.abort()

    def _send(self, block: bytes) -> None:
        if not self._upload_id:
            started = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=self._key, ChecksumAlgorithm="CRC32", **self._new
            )
            self._upload_id = started["UploadId"]
        number = len(self._parts) + 1
        checksum = base64.b64encode(zlib.crc32(block).to_bytes(4, "big")).decode()
        answer = self._client.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            PartNumber=number,
            Body=block,
            ChecksumCRC32=checksum,
        )
        self._parts.append({"ETag": answer["ETag"], "PartNumber": number, "ChecksumCRC32": checksum})
