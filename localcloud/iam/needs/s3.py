"""What operations of Amazon S3 need: actions are named otherwise than operations, and a version has actions of its own.

Deviations: deleting several objects is denied as a whole where S3 would answer for each; access points and object
Lambda are not known.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote

import xmltodict  # type: ignore[import-untyped]  # it comes with moto, without types
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from localcloud.iam.need import Need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.s3.models import FakeKey

    from localcloud.iam.operations import Operation

# Actions on an object that are not named like the operation; those in the second table are other ones for a version.
_OBJECT_ACTIONS: Final = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "HeadObject": "GetObject",
    "ListParts": "ListMultipartUploadParts",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_VERSION_ACTIONS: Final = {
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
}
_BUCKET_ACTIONS: Final = {
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_CONDITION_KEYS: Final = ("prefix", "delimiter", "max-keys")


def needs(operation: Operation) -> list[Need]:
    """Everything the operation needs of S3."""
    given = operation.parameters
    if "Key" in given:
        return list(_on_object(operation))
    if operation.name == "DeleteObjects":
        return [_of_object("DeleteObject", operation, entry) for entry in _deleted(given)]
    action = f"s3:{_BUCKET_ACTIONS.get(operation.name, operation.name)}"
    if "Bucket" not in given:
        return [Need(action)]
    context = {f"s3:{key}": str(given[key]) for key in _CONDITION_KEYS if key in given}
    return [Need(action, bucket_arn(operation, given["Bucket"]), context)]


def bucket_arn(operation: Operation, bucket: str) -> str:
    """The ARN of a bucket, which has neither region nor account."""
    return f"arn:{operation.partition}:s3:::{bucket}"


def stored_object(operation: Operation, bucket: str, key: str, version: str | None) -> FakeKey | None:
    """The object as moto has it; None for one that is not there, as for a delete marker."""
    try:
        found = s3_backends[operation.account_id][operation.partition].get_object(bucket, key, version_id=version)
    except MissingBucket:
        return None
    return found if hasattr(found, "etag") else None


def copy_source(operation: Operation) -> tuple[str, str, str | None] | None:
    """Bucket, key and version that the operation copies from, if it copies."""
    source = operation.parameters.get("x-amz-copy-source")
    if not source:
        return None
    path, _, query = str(source).lstrip("/").partition("?")
    bucket, _, key = unquote(path).partition("/")
    return bucket, key, parse_qs(query).get("versionId", [None])[0]


def _on_object(operation: Operation) -> Iterator[Need]:
    given, name = operation.parameters, operation.name
    entry = {"Key": given["Key"], "VersionId": given.get("versionId")}
    yield _of_object(_OBJECT_ACTIONS.get(name, name), operation, entry)
    if name == "GetObjectAttributes":
        yield _of_object("GetObject", operation, entry)
    if "x-amz-tagging" in given:
        yield _of_object("PutObjectTagging", operation, entry)
    if source := copy_source(operation):
        bucket, key, version = source
        yield _of_object("GetObject", operation, {"Key": key, "VersionId": version}, bucket)
    if name in ("GetObject", "HeadObject") and not stored_object(
        operation, given["Bucket"], given["Key"], entry["VersionId"]
    ):
        # A role that may not list the bucket does not learn that an object is missing.
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        yield Need("s3:ListBucket", bucket_arn(operation, given["Bucket"]))


def _of_object(action: str, operation: Operation, entry: dict[str, Any], bucket: str | None = None) -> Need:
    version = entry.get("VersionId")
    name = _VERSION_ACTIONS.get(action, action) if version else action
    place = bucket_arn(operation, bucket or operation.parameters["Bucket"])
    return Need(f"s3:{name}", f"{place}/{entry['Key']}", {"s3:versionid": version} if version else {})


def _deleted(given: Any) -> list[dict[str, Any]]:  # noqa: ANN401  (parameters of an operation)
    document = xmltodict.parse(given["body"], force_list=("Object",))
    return list(document["Delete"]["Object"])
