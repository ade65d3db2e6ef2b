"""Drops are read by version, results written as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.adapters.drops import DropBucket, SourceGoneError
from lambdas.core.drop import Drop

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "inbox/people/July + août.csv"


@pytest.fixture
def s3(aws: None) -> S3Client:  # noqa: ARG001
    """A versioned bucket called `drops`."""
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="drops")
    client.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
    return client


def _put(s3: S3Client, body: bytes) -> Drop:
    return Drop("drops", KEY, s3.put_object(Bucket="drops", Key=KEY, Body=body)["VersionId"])


def test_a_drop_is_read_by_its_version(s3: S3Client) -> None:
    """Whatever is dropped over it, and even after the newest was deleted."""
    first, second = _put(s3, b"first"), _put(s3, b"the second")
    s3.delete_object(Bucket="drops", Key=KEY)
    bucket = DropBucket(s3)
    assert [bucket.open(drop).body.read() for drop in (first, second)] == [b"first", b"the second"]
    assert [bucket.open(drop).size for drop in (first, second)] == [5, 10]


def test_a_version_that_was_deleted_is_gone(s3: S3Client) -> None:
    """The version itself, not only the newest."""
    drop = _put(s3, b"x")
    s3.delete_object(Bucket="drops", Key=KEY, VersionId=drop.version_id)
    with pytest.raises(SourceGoneError):
        DropBucket(s3).open(drop)


@pytest.mark.parametrize("code", ["NoSuchVersion", "NoSuchKey", "NoSuchBucket", "404"])
def test_all_of_s3s_words_for_gone_are_known(code: str) -> None:
    """S3 has one for each thing that may be missing."""
    with Stubber(boto3.client("s3", region_name="us-east-1")) as stub:
        stub.add_client_error("get_object", code)
        with pytest.raises(SourceGoneError):
            DropBucket(cast("Any", stub.client)).open(Drop("drops", KEY, "v1"))


def test_a_drop_that_may_not_be_read_is_not_gone() -> None:
    """A missing permission is a refusal, not the user's deed."""
    with Stubber(boto3.client("s3", region_name="us-east-1")) as stub:
        stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
        with pytest.raises(ClientError, match="AccessDenied"):
            DropBucket(cast("Any", stub.client)).open(Drop("drops", KEY, "v1"))


def test_a_result_is_readable_json(s3: S3Client) -> None:
    """UTF-8, indented, with its content type."""
    DropBucket(s3).write_json("drops", "results/0/summary.json", {"name": "août"})
    answer = s3.get_object(Bucket="drops", Key="results/0/summary.json")
    text = answer["Body"].read().decode()
    assert json.loads(text) == {"name": "août"}
    assert "août" in text
    assert answer["ContentType"] == "application/json"
