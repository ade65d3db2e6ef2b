"""An object is read to its end, however often its connection breaks; it is one content, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, FlexibleChecksumError, IncompleteReadError, ResponseStreamingError
from botocore.response import StreamingBody

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.aws.resumed_stream import MOST_BREAKS
from cognito_drop.core.runs.drop import Drop

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

LINES = [f"user{number}".encode() for number in range(100)]
CONTENT = b"\n".join(LINES)
KEY = "inbox/people/users.csv"


class BreakingBody:
    """An answer that breaks off after so many bytes, or has an error behind its last one."""

    def __init__(self, body: StreamingBody, most: int, error: Exception | None) -> None:
        self._body = body
        self._left = most
        self._error = error

    def read(self, amount: int | None = None) -> bytes:
        """What comes before the break."""
        if self._error and self._left == 0:
            raise self._error
        data = bytes(self._body.read(min(self._left, amount if amount is not None else self._left)))
        self._left -= len(data)
        return data

    def close(self) -> None:
        """End the connection."""
        self._body.close()


class BreakingS3:
    """Reads with moto, and lets the first answers break off."""

    def __init__(self, s3: S3Client, *breaks: int, error: Exception | None = None) -> None:
        self._s3 = s3
        self._breaks = iter(breaks)
        self._error = error
        self.asked: list[dict[str, str]] = []
        self.before_next: Callable[[], object] = dict

    def get_object(self, **request: str) -> dict[str, Any]:
        """Ask moto."""
        if self.asked:
            self.before_next()
        self.asked.append(request)
        answer: dict[str, Any] = dict(self._s3.get_object(**request))  # type: ignore[arg-type]
        if (most := next(self._breaks, None)) is not None:
            body = BreakingBody(answer["Body"], most, self._error)
            answer["Body"] = StreamingBody(cast("Any", body), answer["ContentLength"])
        return answer


@pytest.fixture
def drop(s3: S3Client) -> Drop:
    """A file."""
    return Drop("drops", KEY, s3.put_object(Bucket="drops", Key=KEY, Body=CONTENT)["VersionId"])


def _bucket(breaking: BreakingS3) -> DropBucket:
    return DropBucket(cast("Any", breaking))


SHORT = None
"""The answer is shorter than it said; the SDK has an error for it."""


@pytest.mark.parametrize("error", [SHORT, ConnectionResetError(), ResponseStreamingError(error="reset")])
def test_a_version_is_read_to_its_end(s3: S3Client, drop: Drop, error: Exception | None) -> None:
    """The rest is asked for, of the same version and content, from behind the last byte that came."""
    breaking = BreakingS3(s3, 10, 7, 0, error=error)
    reading = _bucket(breaking)
    s3.put_object(Bucket="drops", Key=KEY, Body=b"another version")
    assert b"".join(reading.open(drop).body.iter_chunks(64)) == CONTENT
    assert [asked.get("Range") for asked in breaking.asked] == [None, "bytes=10-", "bytes=17-", "bytes=17-"]
    assert {asked["VersionId"] for asked in breaking.asked} == {drop.version_id}


def test_an_object_of_our_own_is_read_from_a_byte_on(s3: S3Client, drop: Drop) -> None:
    """Line by line, as the report reads it; what is asked for again counts from the start of the object."""
    breaking = BreakingS3(s3, 11)
    source = _bucket(breaking).open_key(drop.bucket, drop.key, start=6)
    assert (list(source.body.iter_lines(16)), source.size) == (LINES[1:], len(CONTENT) - 6)
    assert [asked["Range"] for asked in breaking.asked] == ["bytes=6-", "bytes=17-"]


def test_a_connection_that_brings_nothing_is_an_error_at_last(s3: S3Client, drop: Drop) -> None:
    """A break after some bytes is none of those in a row."""
    lasting = BreakingS3(s3, *[1] * 20)
    assert b"".join(_bucket(lasting).open(drop).body.iter_chunks(64)) == CONTENT
    breaking = BreakingS3(s3, 5, *[0] * (MOST_BREAKS + 1))
    with pytest.raises(IncompleteReadError):
        b"".join(_bucket(breaking).open(drop).body.iter_chunks(64))
    assert len(breaking.asked) == 1 + MOST_BREAKS


def test_an_error_behind_the_last_byte_is_no_break(s3: S3Client, drop: Drop) -> None:
    """The content came whole and was another one."""
    wrong = FlexibleChecksumError(error_msg="other")
    breaking = BreakingS3(s3, len(CONTENT), error=wrong)
    with pytest.raises(FlexibleChecksumError):
        list(_bucket(breaking).open(drop).body.iter_chunks(64))
    assert len(breaking.asked) == 1


def test_no_content_is_put_together_of_two(s3: S3Client, drop: Drop) -> None:
    """The object was written anew in the meantime, or deleted."""
    breaking = BreakingS3(s3, 10)
    breaking.before_next = lambda: s3.put_object(Bucket="drops", Key=KEY, Body=CONTENT.upper())
    with pytest.raises(ClientError, match="PreconditionFailed"):
        _bucket(breaking).open_key(drop.bucket, drop.key).body.read()
    breaking = BreakingS3(s3, 10)
    breaking.before_next = lambda: s3.delete_object(Bucket="drops", Key=KEY, VersionId=drop.version_id)
    with pytest.raises(SourceGoneError):
        _bucket(breaking).open(drop).body.read()
