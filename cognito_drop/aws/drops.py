"""The drop bucket: reads drops by version, writes results."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypedDict

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import AdapterError, error_code
from cognito_drop.aws.object_writer import ObjectWriter
from cognito_drop.aws.resumed_stream import resumed
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.text.console import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, TagTypeDef

_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "NoSuchBucket"})


_BAD_VERSION: Final = "InvalidArgument"
"""S3's answer to what is no id of a version."""
MOST_TAGS: Final = 10
"""Of an object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""


class SourceGoneError(AdapterError):
    """The drop's version does not exist any more."""


class TagsFullError(AdapterError):
    """The drop's version has so many tags that no others can be added."""


class _VersionOfObject(TypedDict):
    Bucket: str
    Key: str
    VersionId: str


class _Start(TypedDict, total=False):
    KeyMarker: str
    VersionIdMarker: str


@dataclass(frozen=True, slots=True)
class DroppedVersion:
    """What a listing says of a drop; `size` is in bytes."""

    drop: Drop
    size: int
    dropped: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a listing of versions."""

    key: str
    version_id: str


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """A page of a listing, and the place behind it; None behind the last."""

    versions: list[DroppedVersion]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Source:
    """An opened drop: its bytes as a stream, and how many there are."""

    body: StreamingBody
    size: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What was said of the object when it was uploaded."""


class DropBucket:
    """The objects of the drop bucket."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    @property
    def site(self) -> Site:
        """The partition and the region that the bucket is in: the functions run in the same."""
        meta = self._client.meta
        return Site(meta.partition, meta.region_name)

    def pages(self, bucket: str, prefix: str, after: Place | None = None) -> Iterator[VersionsPage]:
        """All versions of all files under a prefix, 1,000 a page, from behind a place on."""
        place = after
        while True:
            start: _Start = {"KeyMarker": place.key, "VersionIdMarker": place.version_id} if place else {}
            page = self._client.list_object_versions(Bucket=bucket, Prefix=prefix, **start)
            dropped = [
                DroppedVersion(drop, entry["Size"], entry["LastModified"])
                for entry in page.get("Versions", [])
                if (drop := Drop(bucket, entry["Key"], entry["VersionId"])).is_file(entry["Size"])
            ]
            is_last = not page.get("IsTruncated", False)
            place = None if is_last else Place(page["NextKeyMarker"], page["NextVersionIdMarker"])
            yield VersionsPage(dropped, place)
            if place is None:
                return

    def open(self, drop: Drop) -> Source:
        """Open this very version for reading. Raises SourceGoneError."""
        version: _VersionOfObject = {"Bucket": drop.bucket, "Key": drop.key, "VersionId": drop.version_id}
        answer = self._get(drop.run_id, **version)
        body = resumed(answer, lambda etag, start: self._get(drop.run_id, **version, IfMatch=etag, Range=_from(start)))
        return Source(body, answer["ContentLength"], answer.get("Metadata", {}))

    def read_version(self, bucket: str, key: str, version_id: str, most: int) -> bytes:
        """The content of this very version of an object, or the start of it that has one byte more than `most`.

        Raises SourceGoneError, also for what is no version id: it may come from outside.
        """
        try:
            return self.open(Drop(bucket, key, version_id)).body.read(most + 1)
        except ClientError as error:
            if error_code(error) == _BAD_VERSION:
                raise SourceGoneError(key) from error
            raise

    def open_key(self, bucket: str, key: str, start: int = 0) -> Source:
        """Open the newest version of an object of our own, from a byte on that it has. Raises SourceGoneError."""
        newest = {"Bucket": bucket, "Key": key}
        # S3 has no range of an empty object.
        answer = self._get(key, **newest, **({"Range": _from(start)} if start else {}))
        body = resumed(answer, lambda etag, more: self._get(key, **newest, IfMatch=etag, Range=_from(start + more)))
        return Source(body, answer["ContentLength"])

    def open_version(self, bucket: str, key: str, version_id: str, start: int = 0) -> StreamingBody:
        """Open this very version of an object of our own, from a byte on that it has.

        Raises SourceGoneError.
        """
        version: _VersionOfObject = {"Bucket": bucket, "Key": key, "VersionId": version_id}
        try:
            answer = self._get(key, **version, **({"Range": _from(start)} if start else {}))
        except ClientError as error:
            if error_code(error) == _BAD_VERSION:
                raise SourceGoneError(key) from error
            raise
        return resumed(answer, lambda etag, more: self._get(key, **version, IfMatch=etag, Range=_from(start + more)))

    def delete_version(self, bucket: str, key: str, version_id: str) -> None:
        """Delete this very version of an object of our own: the one before it is the newest then."""
        self._client.delete_object(Bucket=bucket, Key=key, VersionId=version_id)

    def sizes(self, bucket: str, prefix: str) -> Iterator[tuple[str, int]]:
        """The keys of the objects under a prefix, in their order, with the bytes of each."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from ((entry["Key"], entry["Size"]) for entry in page.get("Contents", []))

    def tag(self, drop: Drop, tags: dict[str, str]) -> None:
        """Add tags to those of this very version: tags of the same keys are replaced, all others stay.

        Raises SourceGoneError, and TagsFullError where others have left no room.
        """
        version: _VersionOfObject = {"Bucket": drop.bucket, "Key": drop.key, "VersionId": drop.version_id}
        try:
            found = {tag["Key"]: tag["Value"] for tag in self._client.get_object_tagging(**version)["TagSet"]} | tags
            if len(found) > MOST_TAGS:
                raise TagsFullError(drop.run_id)
            tag_set: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in found.items()]
            self._client.put_object_tagging(**version, Tagging={"TagSet": tag_set})
        except ClientError as error:
            if error_code(error) in _GONE:
                raise SourceGoneError(drop.run_id) from error
            raise

    def write_json(self, bucket: str, key: str, data: Mapping[str, object]) -> None:
        """Write a result."""
        self.write_text(bucket, key, json.dumps(data, indent=2, ensure_ascii=False), "application/json")

    def write_text(self, bucket: str, key: str, text: str, content_type: str) -> None:
        """Write a text in UTF-8."""
        self._client.put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType=content_type)

    def writer(self, bucket: str, key: str) -> ObjectWriter:
        """An object that is written as it comes."""
        return ObjectWriter(self._client, bucket, key)

    def _get(self, name: str, **request: Any) -> GetObjectOutputTypeDef:  # noqa: ANN401  (of GetObject)
        try:
            return self._client.get_object(**request)
        except ClientError as error:
            if error_code(error) in _GONE:
                raise SourceGoneError(name) from error
            raise


def _from(start: int) -> str:
    return f"bytes={start}-"
