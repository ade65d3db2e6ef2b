"""S3's events on EventBridge."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from localcloud import delivery
from tests.localcloud.delivery_world import ACCOUNT, REGION, World, world
from tests.patience import PATIENCE

__all__ = ["world"]

Take = Callable[[], list[Any]]

KEY = "inbox/pool a/ü+sers 1.csv"


@pytest.fixture
def events(world: World) -> Take:
    """Take the S3 events that arrive: everything the bucket `drops` tells EventBridge."""
    url, arn = world.queue("q")
    world.client("s3").create_bucket(Bucket="drops")
    world.client("s3").put_bucket_notification_configuration(
        Bucket="drops", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    world.client("events").put_rule(Name="r", EventPattern=json.dumps({"source": ["aws.s3"]}))
    world.client("events").put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])

    def take() -> list[Any]:
        assert delivery.drain(PATIENCE)
        return world.bodies(url)

    return take


def versioned(world: World) -> None:
    """Turn the bucket's versioning on."""
    world.client("s3").put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})


def test_a_put_gives_the_documented_event(world: World, events: Take) -> None:
    """Every member of the documented example is there, the key as it is, and no version in a plain bucket."""
    etag = world.client("s3").put_object(Bucket="drops", Key=KEY, Body=b"hello")["ETag"]
    (event,) = events()
    assert re.fullmatch(r"[0-9a-f-]{36}", event.pop("id"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event.pop("time"))
    assert re.fullmatch(r"[0-9A-Z]{16}", event["detail"].pop("request-id"))
    assert re.fullmatch(r"[0-9a-f]{16}", event["detail"]["object"].pop("sequencer"))
    assert event == {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": ACCOUNT,
        "region": REGION,
        "resources": ["arn:aws:s3:::drops"],
        "detail": {
            "version": "0",
            "bucket": {"name": "drops"},
            "object": {"key": KEY, "size": 5, "etag": etag.strip('"')},
            "requester": ACCOUNT,
            "source-ip-address": "127.0.0.1",
            "reason": "PutObject",
        },
    }


def test_every_version_has_its_event(world: World, events: Take) -> None:
    """Overwriting a key in a versioned bucket gives a second event with the second version and a later sequencer."""
    versioned(world)
    made = [world.client("s3").put_object(Bucket="drops", Key="k", Body=b"x" * n)["VersionId"] for n in (1, 2)]
    objects = sorted((event["detail"]["object"] for event in events()), key=lambda one: str(one["sequencer"]))
    assert [(one["version-id"], one["size"]) for one in objects] == [(made[0], 1), (made[1], 2)]


def test_a_multipart_upload_gives_one_event_for_the_whole(world: World, events: Take) -> None:
    """The event of a multipart upload has the size of the whole, its etag and version, and its own reason."""
    versioned(world)
    s3 = world.client("s3")
    upload = s3.create_multipart_upload(Bucket="drops", Key="big")["UploadId"]
    parts = []
    for number, body in ((1, b"a" * 5 * 1024 * 1024), (2, b"b")):
        part = s3.upload_part(Bucket="drops", Key="big", UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    done = s3.complete_multipart_upload(Bucket="drops", Key="big", UploadId=upload, MultipartUpload={"Parts": parts})
    (event,) = events()
    assert event["detail"]["reason"] == "CompleteMultipartUpload"
    described = event["detail"]["object"]
    assert (described["size"], described["version-id"]) == (5 * 1024 * 1024 + 1, done["VersionId"])
    assert described["etag"] == done["ETag"].strip('"')


def test_a_copy_gives_an_event_for_the_copy(world: World, events: Take) -> None:
    """CopyObject is told as such, with the new key, also when the source was a multipart upload."""
    s3 = world.client("s3")
    s3.put_object(Bucket="drops", Key="a", Body=b"hello")
    s3.copy_object(Bucket="drops", Key="b", CopySource={"Bucket": "drops", "Key": "a"})
    reasons = {event["detail"]["object"]["key"]: event["detail"]["reason"] for event in events()}
    assert reasons == {"a": "PutObject", "b": "CopyObject"}


def test_deletions_report_marker_from_removal(world: World, events: Take) -> None:
    """A delete without a version makes a marker, one with a version removes for good."""
    versioned(world)
    s3 = world.client("s3")
    version = s3.put_object(Bucket="drops", Key="k", Body=b"x")["VersionId"]
    marker = s3.delete_object(Bucket="drops", Key="k")["VersionId"]
    s3.delete_object(Bucket="drops", Key="k", VersionId=version)
    deleted = [event["detail"] for event in events() if event["detail-type"] == "Object Deleted"]
    assert {(one["deletion-type"], one["object"]["version-id"], one["reason"]) for one in deleted} == {
        ("Delete Marker Created", marker, "DeleteObject"),
        ("Permanently Deleted", version, "DeleteObject"),
    }


def test_tags_and_acls_have_events(world: World, events: Take) -> None:
    """With the object's key and version, and no reason."""
    versioned(world)
    s3 = world.client("s3")
    version = s3.put_object(Bucket="drops", Key="k", Body=b"x")["VersionId"]
    s3.put_object_tagging(Bucket="drops", Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object_tagging(Bucket="drops", Key="k")
    s3.put_object_acl(Bucket="drops", Key="k", ACL="private")
    found = {event["detail-type"]: event["detail"] for event in events()}
    assert set(found) == {"Object Created", "Object Tags Added", "Object Tags Deleted", "Object ACL Updated"}
    for detail_type, detail in found.items():
        assert detail["object"]["version-id"] == version
        assert ("size" in detail["object"]) is ("reason" in detail) is (detail_type == "Object Created")


def test_a_bucket_without_eventbridge_reports_nothing(world: World, events: Take) -> None:
    """Only buckets with the configuration send events, and removing it ends them."""
    s3 = world.client("s3")
    s3.create_bucket(Bucket="silent")
    s3.put_object(Bucket="silent", Key="k", Body=b"x")
    s3.put_bucket_notification_configuration(Bucket="drops", NotificationConfiguration={})
    s3.put_object(Bucket="drops", Key="k", Body=b"x")
    s3.delete_object(Bucket="drops", Key="k")
    assert delivery.drain(PATIENCE)
    assert world.waiting(world.client("sqs").get_queue_url(QueueName="q")["QueueUrl"]) == 0
    assert callable(events)


def test_a_bucket_notification_invokes_its_function(world: World) -> None:
    """The older way, a notification straight to a function, arrives in S3's own record shape."""
    seen: list[Any] = []
    arn = world.function("f", seen.append)
    s3 = world.client("s3")
    s3.create_bucket(Bucket="drops")
    s3.put_bucket_notification_configuration(
        Bucket="drops",
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    s3.put_object(Bucket="drops", Key="a b", Body=b"x")
    assert world.eventually(lambda: seen)
    assert seen[0]["Records"][0]["s3"]["object"]["key"] == "a+b"
