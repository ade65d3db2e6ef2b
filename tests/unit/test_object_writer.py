"""Objects that are written as they come, into S3 and into its imitation in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cognito_drop.aws import object_writer
from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.object_writer import ObjectWriter
from tests.unit.fake_s3 import InMemoryS3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BLOCK = 8 << 20
KEY = "results/0/imported.csv"


class WriteFailedError(Exception):
    """Something went wrong between two writes."""


def _in_memory() -> S3Client:
    return InMemoryS3().client


def _moto() -> S3Client:
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="drops")
    return client


@pytest.fixture(params=[_moto, _in_memory], ids=["moto", "in memory"])
def client(request: pytest.FixtureRequest, aws: None) -> S3Client:  # noqa: ARG001
    """A bucket called `drops`."""
    made: S3Client = request.param()
    return made


def _body(client: S3Client) -> bytes:
    return client.get_object(Bucket="drops", Key=KEY)["Body"].read()


@pytest.mark.parametrize(
    "sizes",
    [
        [],
        [0],
        [1],
        [3, 0, 5],
        [BLOCK - 1],
        [BLOCK],
        [BLOCK + 1],
        [BLOCK - 1, 2],
        [2 * BLOCK],
        [2 * BLOCK + 7],
        [BLOCK // 2] * 5,
    ],
    ids=lambda sizes: "+".join(f"{size / BLOCK:.3g}" for size in sizes) or "nothing",
)
def test_what_is_written_is_the_object(client: S3Client, sizes: list[int]) -> None:
    """Empty, small, a block to the byte, and several blocks, in writes of any length."""
    pieces = [bytes([65 + number]) * size for number, size in enumerate(sizes)]
    with ObjectWriter(client, "drops", KEY) as writer:
        for piece in pieces:
            writer.write(piece)
    assert _body(client) == b"".join(pieces)
    assert writer.size == sum(sizes)


@pytest.mark.parametrize("size", [10, BLOCK, BLOCK + 1])
def test_an_error_leaves_nothing(client: S3Client, size: int) -> None:
    """No object, and no parts that would be paid for."""

    def write() -> None:
        with DropBucket(client).writer("drops", KEY) as writer:
            writer.write(b"x" * size)
            raise WriteFailedError

    with pytest.raises(WriteFailedError):
        write()
    with pytest.raises(ClientError, match="NoSuchKey"):
        _body(client)


def test_an_error_leaves_no_parts(s3: S3Client) -> None:
    """S3 knows of no upload that is still going on."""

    def write() -> None:
        with ObjectWriter(s3, "drops", KEY) as writer:
            writer.write(b"x" * (2 * BLOCK))
            assert len(s3.list_multipart_uploads(Bucket="drops")["Uploads"]) == 1
            raise WriteFailedError

    with pytest.raises(WriteFailedError):
        write()
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="drops")


def test_a_part_that_cannot_be_uploaded_leaves_nothing() -> None:
    """S3 itself fails in the middle, or at the very last part."""
    for number in (1, 2, 3):
        bucket = InMemoryS3()
        bucket.breaks_at_upload_part = number
        with pytest.raises(ClientError, match="InternalError"), ObjectWriter(bucket.client, "drops", KEY) as writer:
            writer.write(b"x" * (2 * BLOCK + 1))
        assert not bucket.objects
        assert not bucket.uploads


def test_an_abort_that_fails_does_not_hide_what_was_wrong() -> None:
    """The first error says whether the call may be tried again; the bucket's lifecycle removes the parts."""
    with Stubber(boto3.client("s3", region_name="us-east-1")) as stub:
        stub.add_response("create_multipart_upload", {"UploadId": "1"})
        stub.add_client_error("upload_part", "SlowDown", http_status_code=503)
        stub.add_client_error("abort_multipart_upload", "NoSuchUpload", http_status_code=404)
        writer = ObjectWriter(cast("Any", stub.client), "drops", KEY)
        with pytest.raises(ClientError, match="SlowDown"), writer:
            writer.write(b"x" * BLOCK)


@pytest.mark.parametrize("size", [10, BLOCK + 1])
def test_the_type_is_written_with_the_object(s3: S3Client, size: int) -> None:
    """Whether it came in one piece or in several."""
    with ObjectWriter(s3, "drops", KEY, "application/x-ndjson") as writer:
        writer.write(b"x" * size)
    assert s3.head_object(Bucket="drops", Key=KEY)["ContentType"] == "application/x-ndjson"


@pytest.mark.parametrize("answer", [{}, {"VersionId": "v7"}])
@pytest.mark.parametrize("size", [10, BLOCK + 1])
def test_the_version_that_was_written_is_known_if_the_bucket_keeps_versions(size: int, answer: dict[str, Any]) -> None:
    """Whether it came in one piece or in several."""
    with Stubber(boto3.client("s3", region_name="us-east-1")) as stub:
        if size > BLOCK:
            stub.add_response("create_multipart_upload", {"UploadId": "upload"})
            for _ in range(2):
                stub.add_response("upload_part", {"ETag": "tag"})
        stub.add_response("complete_multipart_upload" if size > BLOCK else "put_object", answer)
        with ObjectWriter(cast("Any", stub.client), "drops", KEY) as writer:
            assert writer.version_id == ""
            writer.write(b"x" * size)
    assert writer.version_id == answer.get("VersionId", "")


def test_no_more_than_a_block_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is written goes on as soon as there is a block of it."""
    monkeypatch.setattr(object_writer, "_BLOCK", 1_000)
    bucket = InMemoryS3()
    with ObjectWriter(bucket.client, "drops", KEY) as writer:
        for _ in range(100):
            writer.write(b"x" * 99)
            (parts,) = bucket.uploads.values() or ({},)
            assert writer.size - sum(len(body) for body, _ in parts.values()) < 1_000
    assert len(bucket.body(KEY)) == 9_900
