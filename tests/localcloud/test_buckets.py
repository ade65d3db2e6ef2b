"""What S3 refuses of a bucket: names that break its rules, and notifications to what does not take them."""

from __future__ import annotations

import json
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
    *("drops-s3alias", "drops--ol-s3", "drops.mrap", "drops--table-s3"),
]
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


def configured(world: World, target: str, arn: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  (boto3's answers)
    """Let the bucket notify a target."""
    chosen = {f"{target}Configurations": [{f"{target}Arn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3 = world.client("s3")
    return dict(s3.put_bucket_notification_configuration(Bucket="drops", NotificationConfiguration=chosen, **more))


@pytest.mark.parametrize("target", ARNS)
def test_a_target_that_does_not_exist_is_refused(world: World, target: str) -> None:
    """The bucket keeps the configuration that it had; a client may ask for no check."""
    said = refusal(lambda: configured(world, target, ARNS[target]))
    assert (said["Code"], said["ArgumentName"]) == ("InvalidArgument", ARNS[target])
    assert said["Message"] == "Unable to validate the following destination configurations"
    assert said["ArgumentValue"].endswith(" does not exist")
    kept = world.client("s3").get_bucket_notification_configuration(Bucket="drops")
    assert f"{target}Configurations" not in kept
    configured(world, target, ARNS[target], SkipDestinationValidation=True)


def test_a_target_that_does_not_admit_s3_is_refused(world: World) -> None:
    """A queue without a policy, and one whose policy names another bucket."""
    url, arn = world.queue("closed", is_open=False)
    for source in ("", "arn:aws:s3:::other"):
        if source:
            world.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(arn, source)})
        said = refusal(lambda: configured(world, "Queue", arn))
        assert "do not allow S3 to publish" in said["ArgumentValue"]
    function = world.function("closed", lambda _: None, is_open=False)
    assert refusal(lambda: configured(world, "LambdaFunction", function))["Code"] == "InvalidArgument"


def test_a_policy_that_is_taken_away_ends_the_notifications(world: World) -> None:
    """The bucket's configuration stays."""
    url, arn = world.queue("q", is_open=False)
    sqs, s3 = world.client("sqs"), world.client("s3")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(arn, "arn:aws:s3:::drops")})
    configured(world, "Queue", arn)
    s3.put_object(Bucket="drops", Key="first", Body=b"x")
    (seen,) = world.bodies(url)
    assert seen["Records"][0]["s3"]["object"]["key"] == "first"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    s3.put_object(Bucket="drops", Key="second", Body=b"x")
    assert drain(PATIENCE)
    assert world.receive(url, seconds=0.1) == []


def policy(queue: str, bucket: str) -> str:
    """One that lets S3 send for a bucket."""
    condition = {"ArnEquals": {"aws:SourceArn": bucket}}
    allow = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": queue, "Condition": condition}]})
