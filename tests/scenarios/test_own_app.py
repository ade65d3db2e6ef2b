"""An app of someone else: it is deployed, imports a file, changes, fails, and is destroyed."""

from __future__ import annotations

import json
import textwrap
import time
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.runs.drop import Drop
from tests.kept_stack import OBSERVED
from tests.patience import PATIENCE
from tools.deployment import DeploymentError, bootstrap, deploy_app, deployment_of, destroy_app
from tools.local_cloud import local_cloud
from tools.run_watch import RunWatch
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.local_cloud import LocalCloud

pytestmark = [pytest.mark.scenario, pytest.mark.nightly]

APP = """
import sys

sys.path.insert(0, {project!r})
from cognito_drop.cdk import CognitoDrop, ImportSettings, TargetPool

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito, aws_events as events, aws_events_targets as targets, aws_lambda as lambda_
from aws_cdk import aws_s3 as s3, aws_sns as sns, aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks

GONE = cdk.RemovalPolicy.DESTROY
app = cdk.App()
stack = cdk.Stack(app, "own")
pool = cognito.UserPool(stack, "Pool", auto_verify=cognito.AutoVerifiedAttrs(email=True), removal_policy=GONE)
bucket = s3.Bucket(stack, "Files", versioned=True, removal_policy=GONE)
layer = lambda_.LayerVersion(stack, "Words", code=lambda_.Code.from_asset("layer"))
greet = lambda_.Function(
    stack,
    "Greet",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_inline(
        "import words\\ndef handler(event, context):\\n    return {{'said': words.HELLO}}\\n"
    ),
    layers=[layer],
)
bus, queue = events.EventBus(stack, "Bus"), sqs.Queue(stack, "Heard")
events.Rule(
    stack, "Hear", event_bus=bus, event_pattern=events.EventPattern(source=["own"]), targets=[targets.SqsQueue(queue)]
)
entry = tasks.EventBridgePutEventsEntry(
    event_bus=bus,
    source="own",
    detail_type="Imported",
    detail=sfn.TaskInput.from_object(
        {{"run": sfn.JsonPath.string_at("$.run_id"), "said": sfn.JsonPath.string_at("$.said.said")}}
    ),
)
CognitoDrop(
    stack,
    "Import",
    ImportSettings(
        pools={{"people": TargetPool(pool)}},
        shortest_wait=5,
        retention_days=int(app.node.try_get_context("days") or 90),
    ),
    bucket=bucket,
    topic=sns.Topic(stack, "Topic"),
    before_import=sfn.Pass(stack, "Look at the file"),
    after_report=tasks.LambdaInvoke(
        stack, "Greet the users", lambda_function=greet, payload_response_only=True, result_path="$.said"
    ).next(tasks.EventBridgePutEvents(stack, "Tell the bus", entries=[entry])),
    removal_policy=GONE,
)
cdk.CfnOutput(stack, "Queue", value=queue.queue_url).override_logical_id("HeardQueue")
if app.node.try_get_context("broken"):
    sqs.CfnQueue(stack, "Broken", queue_name="x" * 81)
app.synth()
"""


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A prepared account."""
    with local_cloud(*OBSERVED, "--clock-factor", "300") as cloud:
        bootstrap(cloud)
        yield cloud


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The app's folder."""
    (tmp_path / "layer" / "python").mkdir(parents=True)
    (tmp_path / "layer" / "python" / "words.py").write_text("HELLO = 'hello'\n")
    (tmp_path / "app.py").write_text(textwrap.dedent(APP).format(project=str(PROJECT)))
    (tmp_path / "cdk.json").write_text(json.dumps({"app": "python3 app.py"}))
    return tmp_path


def test_an_app_lives_through_all_of_it(cloud: LocalCloud, folder: Path) -> None:
    """A failed change says why and leaves the stack as it was; after the end nothing is left."""
    outputs = deploy_app(cloud, folder, {})
    bucket, cognito = deployment_of(outputs).bucket, cloud.client("cognito-idp")
    assert _import(cloud, outputs) == {"run": _run_of(cloud, outputs), "said": "hello"}
    assert deploy_app(cloud, folder, {"days": "30"}) == outputs
    with pytest.raises(DeploymentError, match="1 to 80"):
        deploy_app(cloud, folder, {"days": "30", "broken": "yes"})
    (stack,) = cloud.client("cloudformation").describe_stacks(StackName="own")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert cognito.list_user_pools(MaxResults=10)["UserPools"]
    _empty(cloud, bucket)
    destroy_app(cloud, folder, {})
    assert cognito.list_user_pools(MaxResults=10)["UserPools"] == []
    assert bucket not in [each["Name"] for each in cloud.client("s3").list_buckets()["Buckets"]]
    assert cloud.client("dynamodb").list_tables()["TableNames"] == []


def _import(cloud: LocalCloud, outputs: Any) -> Any:  # noqa: ANN401  (JSON)
    """Drop a file, wait for the end of its run, and return what the bus has heard of it."""
    deployment, rows = deployment_of(outputs), "cognito:username,email,email_verified\na,a@example.com,true\n"
    key = "inbox/people/users.csv"
    answer = cloud.client("s3").put_object(Bucket=deployment.bucket, Key=key, Body=rows.encode())
    watch = RunWatch(cloud, deployment, Drop(deployment.bucket, key, answer["VersionId"]))
    *_, last = watch.views()
    assert last.status == "SUCCEEDED"
    assert watch.summary()["rows"]["imported"] == 1
    sqs, deadline = cloud.client("sqs"), time.monotonic() + PATIENCE
    while not (messages := sqs.receive_message(QueueUrl=outputs["HeardQueue"]).get("Messages")):
        assert time.monotonic() < deadline, "no event comes"
        time.sleep(0.2)
    return json.loads(messages[0]["Body"])["detail"]


def _run_of(cloud: LocalCloud, outputs: Any) -> str:  # noqa: ANN401  (JSON)
    states = cloud.client("stepfunctions")
    (execution,) = states.list_executions(stateMachineArn=deployment_of(outputs).state_machine)["executions"]
    return str(execution["name"])


def _empty(cloud: LocalCloud, bucket: str) -> None:
    s3 = cloud.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
