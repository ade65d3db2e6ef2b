"""The example apps, synthesized as their folders say: a file is dropped into each."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.runs.drop import Drop
from tests.kept_stack import OBSERVED, deploy_kept_app
from tests.patience import PATIENCE
from tools.deployment import bootstrap, deploy_app, deployment_of
from tools.local_cloud import local_cloud
from tools.run_watch import RunWatch
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.scenario

EXAMPLES = {"own_pool": "club-members", "several_pools": "school-users"}
"""Folder → its one stack."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A cloud for both."""
    with local_cloud(*OBSERVED, "--clock-factor", "300", "--enforce-delivery-policies") as cloud:
        yield cloud


def _deploy(cloud: LocalCloud, example: str) -> Mapping[str, str]:
    return deploy_kept_app(cloud, PROJECT / "examples" / example, EXAMPLES[example])


def _drop(cloud: LocalCloud, outputs: Mapping[str, str], alias: str, users: int) -> RunWatch:
    """Drop a file of so many users for a pool, and wait for the end of its run."""
    deployment = deployment_of(outputs)
    addresses = [f"{alias}{number}@example.com" for number in range(users)]
    rows = "".join(f"{address},{address},true\n" for address in addresses)
    key = f"inbox/{alias}/users.csv"
    answer = cloud.client("s3").put_object(
        Bucket=deployment.bucket, Key=key, Body=f"cognito:username,email,email_verified\n{rows}".encode()
    )
    watch = RunWatch(cloud, deployment, Drop(deployment.bucket, key, answer["VersionId"]))
    *_, last = watch.views()
    assert last.status == "SUCCEEDED"
    return watch


def _users(cloud: LocalCloud, outputs: Mapping[str, str], alias: str) -> list[dict[str, Any]]:
    parameter = cloud.client("ssm").get_parameter(Name=f"{outputs['PoolsPath']}/{alias}")["Parameter"]
    pool = json.loads(parameter["Value"])["id"]
    found: list[dict[str, Any]] = cloud.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    return found


def _next_message(cloud: LocalCloud, queue: str) -> dict[str, Any]:
    """The body of the next message in a queue, which may come a moment later."""
    sqs, deadline = cloud.client("sqs"), time.monotonic() + PATIENCE
    while not (messages := sqs.receive_message(QueueUrl=queue).get("Messages")):
        assert time.monotonic() < deadline, "no message comes"
        time.sleep(0.1)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=messages[0]["ReceiptHandle"])
    body: dict[str, Any] = json.loads(messages[0]["Body"])
    return body


def test_an_app_with_its_own_user_pool(cloud: LocalCloud) -> None:
    """The pool is made in the same deployment as its import."""
    outputs = _deploy(cloud, "own_pool")
    watch = _drop(cloud, outputs, "members", 3)
    assert watch.summary()["rows"]["imported"] == 3, watch.summary()
    assert {user["UserStatus"] for user in _users(cloud, outputs, "members")} == {"RESET_REQUIRED"}


def test_an_app_with_several_pools_a_bucket_a_subscriber_and_hooks(cloud: LocalCloud) -> None:
    """A file passes the first hook, is imported and notified, and the second hook runs; another does not pass."""
    outputs = _deploy(cloud, "several_pools")
    good = _drop(cloud, outputs, "pupils", 4)
    assert (len(_users(cloud, outputs, "pupils")), _users(cloud, outputs, "teachers")) == (4, [])
    refused = _drop(cloud, outputs, "teachers", 1_001)
    assert _users(cloud, outputs, "teachers") == []
    assert refused.summary()["error"] == "BeforeImportFailed: TooManyUsers"

    expected = {(good.run_id, "imported"), (refused.run_id, "failed")}
    for queue in ("NotifiedQueueUrl", "ToWelcomeQueueUrl"):
        messages = [_next_message(cloud, outputs[queue]) for _ in expected]
        assert {(message["run_id"], message["outcome"]) for message in messages} == expected, queue


@pytest.mark.nightly
def test_the_cdk_cli_deploys_every_example() -> None:
    """As their READMEs say, with the functions' bundle; both in one account."""
    with local_cloud(*OBSERVED, "--clock-factor", "300", "--enforce-delivery-policies") as cloud:
        bootstrap(cloud)
        for example in EXAMPLES:
            outputs = deploy_app(cloud, PROJECT / "examples" / example, {})
            assert deployment_of(outputs).bucket in {it["Name"] for it in cloud.client("s3").list_buckets()["Buckets"]}
