"""How much history stays: `keep` bounds what would otherwise grow with everything that was ever done."""

from __future__ import annotations

import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager

from localcloud.access_log import Access, AccessLog
from localcloud.kept_logs import write_lines
from localcloud.moto_patches import object_memory
from localcloud.moto_patches.object_memory import Contents
from localcloud.step_functions import ended_history
from tests.localcloud.import_world import ImportWorld, opened_world
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = 3
OWN_ATTRIBUTES = 12
"""Of an object's 35, those that are another for each object."""
PLACE = ("123456789012", "us-east-1")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ImportWorld]:
    """A cloud that keeps little, where a pool may have one job more than three times that."""
    with opened_world(tmp_path, keep=KEPT, import_job_limit=3 * KEPT + 1) as world:
        yield world


def test_ended_jobs_of_a_pool_are_forgotten(world: ImportWorld) -> None:
    """The newest stay, and one that has not ended; those that are forgotten count in the pool's quota."""
    pool, other = world.make_pool(), world.make_pool("other")
    elsewhere = world.create(other)
    world.pass_time(86_400)
    first = world.create(pool)
    for _ in range(2 * KEPT):
        world.run(pool, b"not,its,header\n")
    last = [world.create(pool)["JobId"] for _ in range(KEPT)]
    listed = world.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=60)["UserImportJobs"]
    assert {job["JobId"] for job in listed} == {first["JobId"], *last}
    assert world.describe(elsewhere)["Status"] == "Expired"
    with pytest.raises(world.cognito.exceptions.LimitExceededException):
        world.create(pool)


def test_log_streams_of_a_group_are_forgotten(world: ImportWorld) -> None:
    """The newest stay, with all that a job has written of its rows."""
    assert world.cloud.settings.keep == KEPT
    for number in range(KEPT + 2):
        write_lines(PLACE, "group", f"stream-{number}", [{"timestamp": 1, "message": "x"}] * 100)
    streams = logs_backends[PLACE[0]][PLACE[1]].groups["group"].streams
    assert {name: len(stream.events) for name, stream in streams.items()} == {
        f"stream-{number}": 100 for number in range(2, KEPT + 2)
    }


def test_lines_of_a_function_are_forgotten(world: ImportWorld) -> None:
    """Its oldest ones, whichever of its environments has written them; what a client writes is not touched."""
    assert world.cloud.settings.keep == KEPT
    for number in range(KEPT * 10 + 5):
        write_lines(PLACE, "group", f"stream-{number % 3}", [_line(number)], is_endless=True)
    assert [line["message"] for line in _lines_in("group")] == [str(number) for number in range(5, KEPT * 10 + 5)]
    write_lines(PLACE, "group", "stream-0", [_line(number) for number in range(100, 100 + KEPT * 10)], is_endless=True)
    assert {line["logStreamName"] for line in _lines_in("group")} == {"stream-0"}
    logs = boto3.client("logs", region_name=PLACE[1])
    logs.create_log_group(logGroupName="other")
    logs.create_log_stream(logGroupName="other", logStreamName="other")
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName="other", logStreamName="other", logEvents=[_line(now + each) for each in range(KEPT * 10 + 5)]
    )
    assert len(_lines_in("other")) == KEPT * 10 + 5


@pytest.mark.parametrize("text", ["short", "x" * 1000, "\N{SNOWMAN}\ud800" * 200], ids=len)
def test_the_messages_of_a_log_are_kept_compressed(world: ImportWorld, text: str) -> None:
    """They read as they were written; long ones that are much alike take a fraction of their length."""
    assert world.cloud.settings.keep == KEPT
    line = f'{{"level": "INFO", "message": "{text}", "id": "'
    write_lines(PLACE, "group", "stream", [{"timestamp": number, "message": f"{line}{number}"} for number in range(9)])
    events = logs_backends[PLACE[0]][PLACE[1]].groups["group"].streams["stream"].events
    assert [event.message for event in events] == [f"{line}{number}" for number in range(9)]
    last: Any = events[-1]
    kept = last._kept  # noqa: SLF001  (the seam)
    assert kept == last.message if text == "short" else 10 * len(kept) < len(line)


def _line(number: int) -> Any:  # noqa: ANN401  (JSON)
    return {"timestamp": number, "message": str(number)}


def _lines_in(group: str) -> list[Any]:
    logs = boto3.client("logs", region_name=PLACE[1])
    return sorted(logs.filter_log_events(logGroupName=group)["events"], key=lambda line: line["timestamp"])


def test_noncurrent_versions_of_an_object_are_forgotten(world: ImportWorld) -> None:
    """The newest stay, besides the current one; other objects keep theirs."""
    assert world.cloud.settings.keep == KEPT
    s3 = boto3.client("s3", region_name=PLACE[1])
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="bucket", Key="other", Body=b"")
    versions = [
        s3.put_object(Bucket="bucket", Key="key", Body=str(number).encode())["VersionId"] for number in range(KEPT + 3)
    ]
    listed = s3.list_object_versions(Bucket="bucket")["Versions"]
    assert {version["VersionId"] for version in listed if version["Key"] == "key"} == set(versions[-KEPT - 1 :])
    assert s3.get_object(Bucket="bucket", Key="key", VersionId=versions[-KEPT])["Body"].read() == b"3"
    assert any(version["Key"] == "other" for version in listed)


def test_tags_of_a_deleted_version_are_forgotten(world: ImportWorld) -> None:
    """They went with it; an object without tags has no entry, and a copy onto itself keeps its own."""
    assert world.cloud.settings.keep == KEPT
    s3, tagged = boto3.client("s3", region_name=PLACE[1]), s3_backends[PLACE[0]]["aws"].tagger.tags
    for name in ("plain", "versioned"):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="versioned", Key="untagged", Body=b"")
    assert tagged == {}
    version = s3.put_object(Bucket="versioned", Key="key", Body=b"", Tagging="a=b")["VersionId"]
    other = s3.put_object(Bucket="versioned", Key="key", Body=b"", Tagging="a=c")["VersionId"]
    s3.delete_object(Bucket="versioned", Key="key", VersionId=version)
    assert [arn.rpartition("/")[2] for arn in tagged] == [other]
    s3.put_object(Bucket="plain", Key="key", Body=b"", Tagging="a=d")
    s3.copy_object(Bucket="plain", Key="key", CopySource="plain/key", MetadataDirective="REPLACE")
    assert s3.get_object_tagging(Bucket="plain", Key="key")["TagSet"] == [{"Key": "a", "Value": "d"}]


def test_what_objects_have_alike_is_kept_once(world: ImportWorld) -> None:
    """An object that has nothing special has a third of moto's attributes, and what is special stays."""
    assert world.cloud.settings.keep == KEPT
    s3: Any = boto3.client("s3", region_name=PLACE[1])
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    for key, more in (("plain", {}), ("glacier", {"StorageClass": "GLACIER", "ChecksumAlgorithm": "SHA256"})):
        s3.put_object(Bucket="bucket", Key=key, Body=b"content", **more)
    objects = s3_backends[PLACE[0]]["aws"].buckets["bucket"].keys
    assert len(vars(objects["plain"])) <= OWN_ATTRIBUTES
    assert vars(objects["plain"])["bucket_name"] is vars(objects["glacier"])["bucket_name"]
    heads = {key: s3.head_object(Bucket="bucket", Key=key, ChecksumMode="ENABLED") for key in ("plain", "glacier")}
    assert (heads["plain"].get("StorageClass"), heads["glacier"]["StorageClass"]) == (None, "GLACIER")
    assert ("ChecksumSHA256" in heads["plain"], "ChecksumSHA256" in heads["glacier"]) == (False, True)
    grants = []
    for acl in ("public-read", "private"):
        s3.put_object_acl(Bucket="bucket", Key="plain", ACL=acl)
        grants.append(len(s3.get_object_acl(Bucket="bucket", Key="plain")["Grants"]))
    assert grants == [2, 1]


def test_access_log_of_a_bucket_is_forgotten(world: ImportWorld) -> None:
    """Of the objects with its records the newest stay, also when many ask at once; nothing else is touched."""
    assert world.cloud.settings.keep == KEPT
    s3 = boto3.client("s3", region_name=PLACE[1])
    for name in ("bucket", "records"):
        s3.create_bucket(Bucket=name)
    s3.put_object(Bucket="records", Key="mine", Body=b"")
    allowed = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": "arn:aws:s3:::records/*"}]}
    s3.put_bucket_policy(Bucket="records", Policy=json.dumps(policy))
    s3.put_bucket_logging(
        Bucket="bucket", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "records", "TargetPrefix": "of/"}}
    )
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: s3.list_objects_v2(Bucket="bucket"), range(10 * KEPT)))
    keys = list(s3_backends[PLACE[0]]["aws"].buckets["records"].keys)
    assert (len(keys), "mine" in keys) == (KEPT + 1, True)


def test_messages_of_a_topic_are_forgotten(world: ImportWorld) -> None:
    """They have been delivered."""
    assert world.cloud.settings.keep == KEPT
    sns = boto3.client("sns", region_name=PLACE[1])
    topic = sns.create_topic(Name="topic")["TopicArn"]
    for _ in range(KEPT + 2):
        sns.publish(TopicArn=topic, Message="text")
    assert len(sns_backends[PLACE[0]][PLACE[1]].topics[topic].sent_notifications) == KEPT


def test_resources_of_a_role_are_forgotten() -> None:
    """Those that were asked for longest ago, for each role and action."""
    log = AccessLog(KEPT)
    for number in range(KEPT + 2):
        log.allowed("role", "s3:GetObject", f"key-{number}")
        log.allowed("role", "s3:GetObject", "always")
    log.allowed("role", "s3:PutObject", "key-0")
    log.denied("role", "s3:GetObject", "key-0")
    assert log.all_allowed() == {
        Access("role", "s3:GetObject", "always"): KEPT + 2,
        Access("role", "s3:GetObject", "key-3"): 1,
        Access("role", "s3:GetObject", "key-4"): 1,
        Access("role", "s3:PutObject", "key-0"): 1,
    }
    assert log.all_denied() == {Access("role", "s3:GetObject", "key-0"): 1}


def test_the_history_of_an_ended_execution_is_kept_compressed() -> None:
    """It reads as it was, in new objects; what a task says after the end does not become part of it."""
    ended_history.install()
    manager, context = EventManager(), EventHistoryContext.of_program_start()
    for number in range(60):
        entered = {
            "stateEnteredEventDetails": {"name": "Wait", "input": json.dumps({"state": "x" * 500 + str(number)})}
        }
        manager.add_event(context, HistoryEventType.WaitStateEntered, entered)  # type: ignore[arg-type]  # as moto does
    manager.add_event(context, HistoryEventType.ExecutionSucceeded)
    before = manager.get_event_history()
    ended_history.pack(manager)
    manager.add_event(context, HistoryEventType.TaskSucceeded)
    assert (manager.get_event_history(), manager.get_event_history() is manager.get_event_history()) == (before, False)
    packed: object = manager._history_event_list  # noqa: SLF001  (the seam)
    assert isinstance(packed, ended_history.EndedHistory)
    assert 10 * packed.size < len(json.dumps(before))


@pytest.mark.parametrize("content", [b"", b"a line of a table\n" * 1000, os.urandom((1 << 20) + 1)], ids=len)
def test_the_contents_of_an_object_are_kept_compressed(world: ImportWorld, content: bytes) -> None:
    """They read as they were written, whole and in part; long ones stay as they are."""
    assert world.cloud.settings.keep == KEPT
    s3: Any = boto3.client("s3", region_name=PLACE[1])
    place = {"Bucket": "compressed", "Key": "k"}
    s3.create_bucket(Bucket="compressed")
    tag = s3.put_object(**place, Body=content)["ETag"]
    assert tag == f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
    answer = s3.get_object(**place)
    assert (answer["Body"].read(), answer["ContentLength"], answer["ETag"]) == (content, len(content), tag)
    if content:
        assert s3.get_object(**place, Range="bytes=1-9")["Body"].read() == content[1:10]
    s3.copy_object(Bucket="compressed", Key="copy", CopySource=place)
    assert s3.get_object(Bucket="compressed", Key="copy")["Body"].read() == content
    kept: Any = s3_backends[PLACE[0]]["aws"].buckets["compressed"].keys["k"]
    taken = kept._value_buffer.packed_size  # noqa: SLF001  (the seam)
    assert taken * 10 < len(content) + 100
    s3.delete_object(**place)
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(**place)


def test_contents_that_are_alike_are_kept_beside_each_other() -> None:
    """They read as they were written, also when samples of other kinds have followed."""
    page = b"".join(hashlib.sha256(b"%d" % line).digest() for line in range(500))
    written = [b"the same start! " + page + b"%d" % number for number in range(3)]
    alike = [Contents(1) for _ in written]
    for contents, text in zip(alike, written, strict=True):
        contents.write(text)
    assert alike[0].packed_size > len(page) > 50 * alike[2].packed_size
    for number in range(1000):
        Contents(1).write(b"another kind %d" % number + page)
    assert len(object_memory._samples._found) < 100  # noqa: SLF001  (the seam)
    for contents, text in zip(alike, written, strict=True):
        contents.seek(3)
        assert contents.read() == text[3:]


def test_objects_are_stamped_in_cloud_time(world: ImportWorld) -> None:
    """However far that is ahead of the machine: the sweep looks for objects by it."""
    s3: Any = boto3.client("s3", region_name=PLACE[1])
    s3.create_bucket(Bucket="stamped")
    for _ in range(2):
        world.pass_time(86_400)
        s3.put_object(Bucket="stamped", Key="k", Body=b"")
        (listed,) = s3.list_objects_v2(Bucket="stamped")["Contents"]
        assert abs(listed["LastModified"].timestamp() - world.cloud.clock.now()) < PATIENCE
