"""A versioned bucket in memory: as much of boto3's S3 client as the adapters call.

`test_object_writer` and `test_drop_bucket` hold it and moto against the same promises.
"""

from __future__ import annotations

import base64
import io
import zlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from cognito_drop.core.runs.drop import Drop


@dataclass(slots=True)
class Stored:
    """One version of an object."""

    version_id: str
    body: bytes
    content_type: str
    tags: dict[str, str] = field(default_factory=dict)


class InMemoryS3:
    """Objects of one bucket by key, the newest version last."""

    def __init__(self) -> None:
        self.objects: dict[str, list[Stored]] = {}
        self.uploads: dict[str, dict[int, tuple[bytes, str]]] = {}
        """Multipart uploads that are neither completed nor aborted: parts with their checksums."""
        self.opened: list[str] = []
        self.metadata: dict[str, str] = {}
        """Of all objects."""
        self.breaks_at_upload_part = 0
        """The number of the part at which an upload fails; 0 for none."""

    @property
    def meta(self) -> SimpleNamespace:
        """Where the client is."""
        return SimpleNamespace(partition="aws", region_name="us-east-1")

    @property
    def client(self) -> S3Client:
        """Itself, as what the adapters take."""
        return cast("S3Client", self)

    def drop(self, drop: Drop, body: bytes) -> None:
        """Someone drops a file."""
        self.objects.setdefault(drop.key, []).append(Stored(drop.version_id, body, "text/csv"))

    def body(self, key: str) -> bytes:
        """The newest version's bytes."""
        return self.objects[key][-1].body

    def delete(self, key: str) -> None:
        """All versions of an object are lost."""
        del self.objects[key]

    def under(self, prefix: str) -> set[str]:
        """The names of the objects under a prefix, without it."""
        return {key.removeprefix(prefix) for key in self.objects if key.startswith(prefix)}

    def get_paginator(self, operation: str) -> SimpleNamespace:
        """All objects under a prefix in one page."""
        assert operation == "list_objects_v2"

        def paginate(*, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: ARG001, N803
            keys = sorted(key for key in self.objects if key.startswith(Prefix))
            return [{"Contents": [{"Key": key, "Size": len(self.body(key))} for key in keys]}]

        return SimpleNamespace(paginate=paginate)

    def get_object(
        self,
        *,
        Bucket: str,  # noqa: ARG002, N803  (S3's names)
        Key: str,  # noqa: N803
        VersionId: str = "",  # noqa: N803
        Range: str = "",  # noqa: N803
        IfMatch: str = "",  # noqa: N803
    ) -> dict[str, Any]:
        """Read a version, or the newest; whole, or from a byte on; if it still has this ETag."""
        found = self._found("GetObject", Key, VersionId)
        if IfMatch not in ("", found.version_id):
            raise _error("PreconditionFailed", "GetObject", 412)
        self.opened.append(Key)
        body = found.body[int(Range.removeprefix("bytes=").removesuffix("-") or 0) :]
        content = StreamingBody(io.BytesIO(body), len(body))
        return {"Body": content, "ContentLength": len(body), "ETag": found.version_id, "Metadata": self.metadata}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str = "") -> dict[str, Any]:  # noqa: ARG002, N803
        """Write a new version."""
        versions = self.objects.setdefault(Key, [])
        versions.append(Stored(f"v{len(versions) + 1}", bytes(Body), ContentType))
        return {"VersionId": versions[-1].version_id}

    def delete_object(self, *, Bucket: str, Key: str, VersionId: str) -> None:  # noqa: ARG002, N803
        """Delete a version."""
        self.objects[Key].remove(self._found("DeleteObject", Key, VersionId))

    def put_object_tagging(self, *, Bucket: str, Key: str, VersionId: str, Tagging: dict[str, Any]) -> None:  # noqa: ARG002, N803
        """Put tags in place of those that a version has."""
        found = self._found("PutObjectTagging", Key, VersionId)
        found.tags = {tag["Key"]: tag["Value"] for tag in Tagging["TagSet"]}

    def get_object_tagging(self, *, Bucket: str, Key: str, VersionId: str) -> dict[str, Any]:  # noqa: ARG002, N803
        """The tags of a version."""
        tags = self._found("GetObjectTagging", Key, VersionId).tags
        return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def create_multipart_upload(
        self, *, Bucket: str, Key: str, ContentType: str, ChecksumAlgorithm: str  # noqa: ARG002, N803
    ) -> dict[str, Any]:  # fmt: skip
        """Begin an upload, of parts with these checksums."""
        if ChecksumAlgorithm != "CRC32":
            raise _error("InvalidRequest", "CreateMultipartUpload", 400)
        upload_id = f"{Key} {ContentType} {len(self.uploads)}"
        self.uploads[upload_id] = {}
        return {"UploadId": upload_id}

    def upload_part(
        self, *, Bucket: str, Key: str, UploadId: str, PartNumber: int, Body: bytes, ChecksumCRC32: str  # noqa: ARG002, N803
    ) -> dict[str, Any]:  # fmt: skip
        """Take a part that has its checksum."""
        if ChecksumCRC32 != _crc32(Body):
            raise _error("BadDigest", "UploadPart", 400)
        if PartNumber == self.breaks_at_upload_part:
            raise _error("InternalError", "UploadPart", 500)
        self.uploads[UploadId][PartNumber] = bytes(Body), ChecksumCRC32
        return {"ETag": f"etag-{PartNumber}"}

    def complete_multipart_upload(
        self, *, Bucket: str, Key: str, UploadId: str, MultipartUpload: dict[str, Any]  # noqa: N803
    ) -> dict[str, Any]:  # fmt: skip
        """Make an object of the parts that are named, in their order."""
        parts = self.uploads.pop(UploadId)
        named = {part["PartNumber"]: part.get("ChecksumCRC32") for part in MultipartUpload["Parts"]}
        if any(parts[number][1] != checksum for number, checksum in named.items()):
            raise _error("InvalidRequest", "CompleteMultipartUpload", 400)
        body = b"".join(parts[number][0] for number in named)
        return self.put_object(Bucket=Bucket, Key=Key, Body=body, ContentType=UploadId.removeprefix(f"{Key} ")[:-2])

    def abort_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str) -> None:  # noqa: ARG002, N803
        """Throw the parts away."""
        del self.uploads[UploadId]

    def _found(self, operation: str, key: str, version_id: str) -> Stored:
        versions = self.objects.get(key, [])
        found = [each for each in versions if version_id in ("", each.version_id)]
        if not found:
            raise _error("NoSuchVersion" if version_id else "NoSuchKey", operation, 404)
        return found[-1]


def _crc32(body: bytes) -> str:
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


def _error(code: str, operation: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)
