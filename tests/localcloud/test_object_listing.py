"""Listing the versions of a large object."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import boto3
import pytest
from botocore.utils import parse_to_aware_datetime
from moto import mock_aws
from moto.s3.utils import _VersionedKeyStore

from localcloud.moto_patches import object_listing, repeated_work

SIZE = 20 << 20  # above what moto keeps in memory


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted in /proc")
def test_a_listing_opens_no_file_and_leaves_the_content_alone() -> None:
    """Size, ETag and order are listed; the bytes stay where they are."""
    object_listing.install()
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="drops")
        s3.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
        first = s3.put_object(Bucket="drops", Key="k", Body=b"a" * SIZE)
        second = s3.put_object(Bucket="drops", Key="k", Body=b"b" * SIZE)
        deleted = s3.delete_object(Bucket="drops", Key="k")
        opened = _temporary_files()
        pages = [s3.list_object_versions(Bucket="drops") for _ in range(5)]
        assert _temporary_files() <= opened
        for page in pages:
            assert [(v["VersionId"], v["Size"], v["ETag"]) for v in page["Versions"]] == [
                (put["VersionId"], SIZE, put["ETag"]) for put in (second, first)
            ]
            assert [marker["VersionId"] for marker in page["DeleteMarkers"]] == [deleted["VersionId"]]
        body = s3.get_object(Bucket="drops", Key="k", VersionId=first["VersionId"])["Body"].read()
    assert body == b"a" * SIZE


def _temporary_files() -> set[str]:
    """Those that this process has open: they have no name any more, and a number each."""
    links = (os.path.realpath(entry) for entry in Path("/proc/self/fd").iterdir())
    return {link for link in links if link.endswith(" (deleted)")}


def test_an_object_may_be_deleted_while_it_is_listed() -> None:
    """The listing has what was there when it began."""
    object_listing.install()
    store = _VersionedKeyStore()
    store["a"], store["b"] = 1, 2
    store["b"] = 3
    for listing, expected in (
        (store.iterlists, [("a", [1]), ("b", [2, 3])]),
        (store.items, [("a", 1), ("b", 3)]),
        (store.values, [1, 3]),
    ):
        before = dict.copy(store)
        listed = listing()
        first = next(listed)
        dict.pop(store, "b")
        assert [first, *listed] == expected
        dict.update(store, before)


def test_a_timestamp_is_read_once() -> None:
    """However often the object is listed."""
    repeated_work.install()
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="drops")
        s3.put_object(Bucket="drops", Key="k", Body=b"")
        repeated_work._read_once.cache_clear()  # noqa: SLF001  (another test may have listed the same second)
        with patch.object(repeated_work, "parse_to_aware_datetime", wraps=parse_to_aware_datetime) as counted:
            pages = [s3.list_object_versions(Bucket="drops")["Versions"] for _ in range(3)]
    assert len([call for call in counted.call_args_list if isinstance(call.args[0], str)]) == 1
    assert pages[0] == pages[1] == pages[2]
