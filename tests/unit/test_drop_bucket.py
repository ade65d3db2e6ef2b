"""Drops are read and tagged by version, results are written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cognito_drop.aws.drops import DropBucket, DroppedVersion, SourceGoneError, TagsFullError
from cognito_drop.core.runs.drop import Drop
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import TagTypeDef

KEY = "inbox/people/July + août.csv"


def _put(s3: S3Client, body: bytes) -> Drop:
    return Drop("drops", KEY, s3.put_object(Bucket="drops", Key=KEY, Body=body)["VersionId"])


def _versions(s3: S3Client) -> list[DroppedVersion]:
    return [version for page in DropBucket(s3).pages("drops", "inbox/") for version in page.versions]


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
    with pytest.raises(SourceGoneError, match=f"^{drop.run_id}$"):
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


def test_an_object_of_our_own_is_read_as_it_is_now(s3: S3Client) -> None:
    """Written twice by a function that was called twice."""
    for body in (b"first", b"second time"):
        s3.put_object(Bucket="drops", Key="staging/0/part-0001.csv", Body=body)
    source = DropBucket(s3).open_key("drops", "staging/0/part-0001.csv")
    assert (source.body.read(), source.size) == (b"second time", 11)
    with pytest.raises(SourceGoneError, match=r"^staging/0/part-0002\.csv$"):
        DropBucket(s3).open_key("drops", "staging/0/part-0002.csv")


def test_what_is_no_version_is_gone() -> None:
    """It may come from outside: the error names the object. Another error is S3's own."""
    with Stubber(boto3.client("s3", region_name="us-east-1")) as stub:
        bucket = DropBucket(cast("Any", stub.client))
        reads: list[Callable[[], object]] = [
            lambda: bucket.open_version("drops", KEY, "x"), lambda: bucket.read_version("drops", KEY, "x", 10),
        ]  # fmt: skip
        for read in reads:
            stub.add_client_error("get_object", "InvalidArgument")
            with pytest.raises(SourceGoneError, match=f"^{re.escape(KEY)}$"):
                read()
            stub.add_client_error("get_object", "AccessDenied")
            with pytest.raises(ClientError, match="AccessDenied"):
                read()


def test_the_very_version_is_tagged(s3: S3Client) -> None:
    """Not what was dropped over it; a second report puts the same tags there."""
    first, second = _put(s3, b"first"), _put(s3, b"the second")
    for _ in range(2):
        DropBucket(s3).tag(first, {"run_id": "0", "outcome": "imported"})

    assert _tags(s3, first) == {"run_id": "0", "outcome": "imported"}
    assert _tags(s3, second) == {}


def _tags(s3: S3Client, drop: Drop) -> dict[str, str]:
    answer = s3.get_object_tagging(Bucket=drop.bucket, Key=drop.key, VersionId=drop.version_id)
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def _tagged(s3: S3Client, drop: Drop, tags: dict[str, str]) -> None:
    tag_set: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in tags.items()]
    s3.put_object_tagging(Bucket=drop.bucket, Key=drop.key, VersionId=drop.version_id, Tagging={"TagSet": tag_set})


def test_tags_of_others_stay(s3: S3Client) -> None:
    """A scanner's verdict and a data owner's label are not ours; the run's own tags say what the newest report says."""
    dropped = _put(s3, b"first")
    _tagged(s3, dropped, {"owner": "hr", "outcome": "a guess"})
    DropBucket(s3).tag(dropped, {"run_id": "0", "outcome": "imported"})
    assert _tags(s3, dropped) == {"owner": "hr", "run_id": "0", "outcome": "imported"}


def test_tags_of_others_that_leave_no_room_stay_too(s3: S3Client) -> None:
    """S3 allows ten tags: the run's own are the ones that are left out."""
    dropped, others = _put(s3, b"first"), {f"tag{number}": "x" for number in range(9)}
    _tagged(s3, dropped, others)
    with pytest.raises(TagsFullError, match=f"^{dropped.run_id}$"):
        DropBucket(s3).tag(dropped, {"run_id": "0", "outcome": "imported"})
    assert _tags(s3, dropped) == others


def test_a_version_that_was_deleted_is_not_tagged() -> None:
    """It is gone; anything else that S3 says is an error."""
    with Stubber(boto3.client("s3", region_name="us-east-1")) as stub:
        stub.add_client_error("get_object_tagging", "NoSuchVersion")
        stub.add_response("get_object_tagging", {"TagSet": []})
        stub.add_client_error("put_object_tagging", "NoSuchVersion")
        stub.add_client_error("get_object_tagging", "AccessDenied")
        bucket = DropBucket(cast("Any", stub.client))
        for _ in range(2):
            with pytest.raises(SourceGoneError, match=f"^{Drop('drops', KEY, 'v1').run_id}$"):
                bucket.tag(Drop("drops", KEY, "v1"), {"run_id": "0"})
        with pytest.raises(ClientError, match="AccessDenied"):
            bucket.tag(Drop("drops", KEY, "v1"), {"run_id": "0"})


def test_a_page_is_shown_and_not_downloaded(s3: S3Client) -> None:
    """S3 gives it to a browser with the type that it was written with."""
    DropBucket(s3).write_text("drops", "results/0/summary.html", "<p>août", "text/html; charset=utf-8")
    answer = s3.get_object(Bucket="drops", Key="results/0/summary.html")
    assert (answer["Body"].read().decode(), answer["ContentType"]) == ("<p>août", "text/html; charset=utf-8")


def test_all_versions_of_all_files_are_listed(s3: S3Client) -> None:
    """Also those under another, and those that were deleted over; with size and time. Folders are no files."""
    first, second = _put(s3, b"first"), _put(s3, b"the second")
    s3.delete_object(Bucket="drops", Key=KEY)
    for other in ("inbox/people/", "check/people/users.csv", "results/0/summary.json"):
        s3.put_object(Bucket="drops", Key=other, Body=b"")
    found = _versions(s3)
    assert {(version.drop, version.size) for version in found} == {(first, 5), (second, 10)}
    assert all(version.dropped.tzinfo for version in found)


def test_a_listing_goes_on_over_pages(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 answers with a thousand versions at most, here with five."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "5")
    drops = {Drop("drops", KEY, s3.put_object(Bucket="drops", Key=KEY)["VersionId"]) for _ in range(12)}
    assert s3.list_object_versions(Bucket="drops")["IsTruncated"]
    assert {version.drop for version in _versions(s3)} == drops


def test_a_listing_goes_on_from_where_another_has_stopped(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the last version of a page, whether the next is of the same file or not."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "5")
    drops = {Drop("drops", KEY, s3.put_object(Bucket="drops", Key=KEY)["VersionId"]) for _ in range(12)}
    first = next(DropBucket(s3).pages("drops", "inbox/"))
    rest = [page.versions for page in DropBucket(s3).pages("drops", "inbox/", first.place)]
    assert {version.drop for page in [first.versions, *rest] for version in page} == drops
    assert [len(first.versions), *map(len, rest)] == [5, 5, 2]


def test_a_bucket_without_drops_has_none(s3: S3Client) -> None:
    """Nothing was dropped yet."""
    assert _versions(s3) == []


def test_sizes_are_those_under_the_prefix() -> None:
    """In the order of the keys, page after page; none where nothing is."""
    asked = {"Bucket": "drops", "Prefix": "results/a/"}
    first, second = ({"Key": f"results/a/{name}", "Size": size} for name, size in (("x.csv", 3), ("y.csv", 0)))
    with scripted_client("s3") as stub:
        bucket = DropBucket(cast("Any", stub.client))
        page = {"Contents": [first], "IsTruncated": True, "NextContinuationToken": "more"}
        stub.add_response("list_objects_v2", page, asked)
        stub.add_response("list_objects_v2", {"Contents": [second]}, {**asked, "ContinuationToken": "more"})
        assert list(bucket.sizes("drops", "results/a/")) == [("results/a/x.csv", 3), ("results/a/y.csv", 0)]
        stub.add_response("list_objects_v2", {}, asked)
        assert list(bucket.sizes("drops", "results/a/")) == []
