"""What S3 refuses of a bucket: names that break its rules, and notifications to what does not take them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.handlers import validate_bucket_name
from moto import mock_aws

from localcloud.delivery import drain
from localcloud.moto_patches import bucket_names
from tests.localcloud.delivery_world import ACCOUNT, REGION, World, make_world
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LONGEST = 63
TAKEN = ["abc", "0-drops.of.2026-9", "1.2.3", "1.2.3.4.5", "my.xn--bucket", "x" * LONGEST]
REFUSED = [
    *("ab", "x" * (LONGEST + 1), "Drops", "dröps", "drops_2026", "a b"),
    *(".drops", "drops.", "-drops", "drops-", "drops..2026", "192.168.5.4"),
    *("xn--drops", "sthree-drops", "amzn-s3-demo-drops"),
    *("drops-s3alias", "drops--ol-s3", "drops.mrap", "drops--table-s3", "drops-an"),
]
REFUSED_TARGETS = ("InvalidArgument", "Unable to validate the following destination configurations")
ARNS = {
    "Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:gone",
    "Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:gone",
    "LambdaFunction": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:gone",
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world with the bucket `drops`."""
    for made in make_world(tmp_path, monkeypatch, 1.0):
        made.client("s3").create_bucket(Bucket="drops")
        yield made


def refusal(call: Callable[[], object]) -> dict[str, Any]:
    """The error of a call."""
    with pytest.raises(ClientError) as caught:
        call()
    return dict(caught.value.response["Error"])


@pytest.mark.parametrize("name", [*TAKEN, *REFUSED])
def test_a_bucket_has_a_name_that_s3_takes(name: str) -> None:
    """The client's own check of names, which is wider, is left out."""
    bucket_names.install()
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        s3.meta.events.unregister("before-parameter-build.s3", validate_bucket_name)
        if name in TAKEN:
            s3.create_bucket(Bucket=name)
            return
        said = refusal(lambda: s3.create_bucket(Bucket=name))
        assert (said["Code"], said["Message"]) == ("InvalidBucketName", "The specified bucket is not valid.")
        assert s3.list_buckets()["Buckets"] == []


def test_a_bucket_of_the_accounts_regional_namespace_has_its_suffix() -> None:
    """Which no other bucket may have."""
    bucket_names.install()
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        name = f"drops-{ACCOUNT}-{REGION}-an"
        assert refusal(lambda: s3.create_bucket(Bucket=name))["Code"] == "InvalidBucketName"
        s3.create_bucket(Bucket=name, BucketNamespace="account-regional")
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [name]


def configured(
    world: World,
    target: str,
    arn: str,
    event: str = "s3:ObjectCreated:*",
    **more: Any,  # noqa: ANN401  (any parameter of the call)
) -> dict[str, Any]:
    """Let the bucket notify a target."""
    chosen = {f"{target}Configurations": [{f"{target}Arn": arn, "Events": [event]}]}
    s3 = world.client("s3")
    return dict(s3.put_bucket_notification_configuration(Bucket="drops", NotificationConfiguration=chosen, **more))


@pytest.mark.parametrize("target", ARNS)
def test_a_target_that_does_not_exist_is_refused(world: World, target: str) -> None:
    """The bucket keeps the configuration that it had; a client may ask for no check."""
    said = refusal(lambda: configured(world, target, ARNS[target]))
    assert (said["Code"], said["Message"]) == REFUSED_TARGETS
    assert (said["ArgumentName1"], said["ArgumentValue1"]) == {
        "Queue": (ARNS["Queue"], "The destination queue does not exist"),
        "Topic": (ARNS["Topic"], "The destination topic does not exist"),
        "LambdaFunction": not_invoked(ARNS["LambdaFunction"]),
    }[target]
    kept = world.client("s3").get_bucket_notification_configuration(Bucket="drops")
    assert f"{target}Configurations" not in kept
    configured(world, target, ARNS[target], SkipDestinationValidation=True)


def test_targets_that_do_not_admit_s3_are_refused_together(world: World) -> None:
    """A queue without a policy, one whose policy names another bucket, and a function; none is sent a test event."""
    (url, arn), (other_url, other) = (world.queue(name, is_open=False) for name in ("closed", "others"))
    world.client("sqs").set_queue_attributes(
        QueueUrl=other_url, Attributes={"Policy": policy(other, "arn:aws:s3:::other")}
    )
    function = world.function("closed", lambda _: None, is_open=False)
    queues = [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]} for queue in (arn, other)]
    functions = [{"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}]
    chosen = {"QueueConfigurations": queues, "LambdaFunctionConfigurations": functions}
    said = refusal(
        lambda: world.client("s3").put_bucket_notification_configuration(
            Bucket="drops", NotificationConfiguration=chosen
        )
    )
    closed = "Permissions on the destination queue do not allow S3 to publish notifications from this bucket"
    assert [(said[f"ArgumentName{number}"], said[f"ArgumentValue{number}"]) for number in (1, 2, 3)] == [
        (arn, closed), (other, closed), not_invoked(function),
    ]  # fmt: skip
    assert drain(PATIENCE)
    assert [world.waiting(queue) for queue in (url, other_url)] == [0, 0]


def test_a_target_in_another_region_is_refused(world: World) -> None:
    """And the bucket keeps the configuration that it had."""
    elsewhere = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"
    boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName="q")
    said = refusal(lambda: configured(world, "Queue", elsewhere))
    assert said["Message"].startswith("The notification destination service region is not valid")
    assert "QueueConfigurations" not in world.client("s3").get_bucket_notification_configuration(Bucket="drops")


def test_queues_and_topics_are_sent_a_test_event(world: World) -> None:
    """Once, in the documented shape, when the configuration is taken; unless a client asks for no check."""
    url, arn = world.queue("q")
    configured(world, "Queue", arn, SkipDestinationValidation=True)
    assert drain(PATIENCE)
    assert world.waiting(url) == 0
    configured(world, "Queue", arn)
    assert drain(PATIENCE)
    (event,) = world.bodies(url)
    assert datetime.fromisoformat(event.pop("Time")).tzinfo is UTC
    assert (len(event.pop("RequestId")), len(event.pop("HostId"))) == (16, 76)
    assert event == {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "drops"}
    sns = world.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy(topic, "arn:aws:s3:::drops"))
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    configured(world, "Topic", topic)
    (letter,) = world.bodies(url)
    assert (letter["Subject"], json.loads(letter["Message"])["Event"]) == ("Amazon S3 Notification", "s3:TestEvent")


def test_each_configuration_is_sent_a_test_event(world: World) -> None:
    """Two that name the same queue are sent two."""
    url, arn = world.queue("q")
    events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    chosen = {"QueueConfigurations": [{"QueueArn": arn, "Events": [event]} for event in events]}
    world.client("s3").put_bucket_notification_configuration(Bucket="drops", NotificationConfiguration=chosen)
    assert drain(PATIENCE)
    assert world.waiting(url) == 2


def test_an_event_that_s3_does_not_have_is_refused_first(world: World) -> None:
    """Whether or not the queue exists; none is sent a test event."""
    url, arn = world.queue("q")
    for queue in (arn, ARNS["Queue"]):
        said = refusal(partial(configured, world, "Queue", queue, "s3:ObjectRead"))
        assert (said["Code"], said["Message"].partition(".")[0]) == (
            "InvalidArgument", "The event 's3:ObjectRead' is not supported for notifications",
        )  # fmt: skip
    assert drain(PATIENCE)
    assert world.waiting(url) == 0


def test_a_policy_that_is_taken_away_ends_the_notifications(world: World) -> None:
    """The bucket's configuration stays."""
    url, arn = world.queue("q", is_open=False)
    sqs, s3 = world.client("sqs"), world.client("s3")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(arn, "arn:aws:s3:::drops")})
    configured(world, "Queue", arn)
    assert drain(PATIENCE)
    assert world.bodies(url)[0]["Event"] == "s3:TestEvent"
    s3.put_object(Bucket="drops", Key="first", Body=b"x")
    (seen,) = world.bodies(url)
    assert seen["Records"][0]["s3"]["object"]["key"] == "first"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    s3.put_object(Bucket="drops", Key="second", Body=b"x")
    assert drain(PATIENCE)
    assert world.waiting(url) == 0


def not_invoked(function: str) -> tuple[str, str]:
    """What S3 says of a function that is missing, or does not admit it."""
    return f"{function}, null", f"Not authorized to invoke function [{function}]"


def policy(arn: str, bucket: str) -> str:
    """One that lets S3 send to a queue or topic for a bucket."""
    condition = {"ArnEquals": {"aws:SourceArn": bucket}}
    action = "sqs:SendMessage" if ":sqs:" in arn else "sns:Publish"
    allow = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": arn, "Condition": condition}]})
