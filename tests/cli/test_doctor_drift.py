"""What the stack declares and is gone is found by `doctor`, for every kind of resource; its commands restore it."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.stage import Stage, users
from tests.kept_stack import OBSERVED, cloud_of_known_pools, deploy_kept
from tests.localcloud.command import eventually
from tests.open_queue import OPEN as OPEN_QUEUE
from tools.demo_pool import OPEN, create_demo_pool
from tools.deployment import STACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tools.local_cloud import LocalCloud


@pytest.fixture(scope="module")
def own() -> Iterator[Stage]:
    """A stack that loses what it is made of."""
    with cloud_of_known_pools(*OBSERVED, "--clock-factor", "30") as cloud:
        pool = create_demo_pool(cloud)
        url = cloud.client("sqs").create_queue(QueueName="machines", Attributes=OPEN_QUEUE)["QueueUrl"]
        arn = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        pools = {"people": {"id": pool, **OPEN}}
        context = {"pools": json.dumps(pools), "subscriptions": json.dumps([{"to": arn["QueueArn"]}])}
        deployment = deploy_kept(cloud, context)
        yield Stage(cloud, deployment, {"people": pool})


def _resources(cloud: LocalCloud) -> dict[str, list[str]]:
    """The stack's resources by type: physical ids."""
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    found: dict[str, list[str]] = {}
    for page in pages:
        for one in page["StackResourceSummaries"]:
            found.setdefault(one["ResourceType"], []).append(one["PhysicalResourceId"])
    return found


def _findings(stage: Stage) -> list[dict[str, Any]]:
    said = stage.run("doctor", "--output", "json")
    found = [one for check in said.data["checks"] for one in check["findings"]]
    assert said.code == (ExitCode.INCOMPLETE if found else ExitCode.CLEAN)
    return found


def _findings_without_letters(stage: Stage) -> list[dict[str, Any]]:
    """Those of the stack: the sweep's events may come late, or not at all, to the function that was gone."""
    return [one for one in _findings(stage) if one["code"] != "dead_letters"]


def _run(stage: Stage, command: str) -> None:
    """A command as a shell runs it that knows nothing but the credentials."""
    left_out = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION")
    env = {name: value for name, value in stage.cloud.environment.items() if name not in left_out}
    done = subprocess.run(["bash", "-c", command], env=env, check=False, text=True, capture_output=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def _take_role(cloud: LocalCloud, name: str) -> None:
    iam = cloud.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=name)


def _take_rule(cloud: LocalCloud, name: str) -> None:
    events = cloud.client("events")
    events.remove_targets(Rule=name, Ids=[one["Id"] for one in events.list_targets_by_rule(Rule=name)["Targets"]])
    events.delete_rule(Name=name)


def _take_bucket(cloud: LocalCloud, name: str) -> None:
    s3 = cloud.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            s3.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
    s3.delete_bucket(Bucket=name)


def _take_permission(cloud: LocalCloud, sid: str) -> None:
    function = next(name for name in _resources(cloud)["AWS::Lambda::Function"] if "Sweep" in name)
    cloud.client("lambda").remove_permission(FunctionName=function, StatementId=sid)


def _take_invoke_config(cloud: LocalCloud, _: str) -> None:
    function = next(name for name in _resources(cloud)["AWS::Lambda::Function"] if "Sweep" in name)
    cloud.client("lambda").delete_function_event_invoke_config(FunctionName=function)


def _take_table(cloud: LocalCloud, name: str) -> None:
    dynamodb = cloud.client("dynamodb")
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=name)


TAKEN: dict[str, Callable[[LocalCloud, str], object]] = {
    "AWS::CloudWatch::Alarm": lambda cloud, id_: cloud.client("cloudwatch").delete_alarms(AlarmNames=[id_]),
    "AWS::CloudWatch::Dashboard": lambda cloud, id_: cloud.client("cloudwatch").delete_dashboards(DashboardNames=[id_]),
    "AWS::DynamoDB::Table": _take_table,
    "AWS::Events::Rule": _take_rule,
    "AWS::IAM::Role": _take_role,
    "AWS::Lambda::Permission": _take_permission,
    "AWS::Lambda::EventInvokeConfig": _take_invoke_config,
    "AWS::Lambda::EventSourceMapping": lambda cloud, id_: cloud.client("lambda").delete_event_source_mapping(UUID=id_),
    "AWS::Lambda::Function": lambda cloud, id_: cloud.client("lambda").delete_function(FunctionName=id_),
    "AWS::Logs::LogGroup": lambda cloud, id_: cloud.client("logs").delete_log_group(logGroupName=id_),
    "AWS::Logs::QueryDefinition": lambda cloud, id_: cloud.client("logs").delete_query_definition(
        queryDefinitionId=id_
    ),
    "AWS::S3::BucketPolicy": lambda cloud, id_: cloud.client("s3").delete_bucket_policy(Bucket=id_),
    "AWS::S3::Bucket": _take_bucket,
    "AWS::SNS::Subscription": lambda cloud, id_: cloud.client("sns").unsubscribe(SubscriptionArn=id_),
    "AWS::SNS::Topic": lambda cloud, id_: cloud.client("sns").delete_topic(TopicArn=id_),
    "AWS::SQS::Queue": lambda cloud, id_: cloud.client("sqs").delete_queue(QueueUrl=id_),
    "AWS::SSM::Parameter": lambda cloud, id_: cloud.client("ssm").delete_parameter(Name=id_),
    "AWS::StepFunctions::StateMachine": lambda cloud, id_: cloud.client("stepfunctions").delete_state_machine(
        stateMachineArn=id_
    ),
}
"""How somebody deletes a resource of each kind; what comes first hides nothing that comes later."""
POLICIES = {"AWS::IAM::Policy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"}
KEPT = {"AWS::KMS::Key", "AWS::CloudFormation::WaitConditionHandle"}
"""A key waits for its deletion, which is a check of its own; the other type is no resource of an account."""


def test_every_kind_of_resource_that_is_gone_is_found_and_restored(own: Stage) -> None:
    """One of each kind is deleted. After the command, doctor finds nothing, and a file is imported."""
    cloud, resources = own.cloud, _resources(own.cloud)
    assert resources.keys() == TAKEN.keys() | POLICIES | KEPT
    assert _findings(own) == []
    taken = {}
    for kind, take in TAKEN.items():
        taken[kind] = next(one for one in reversed(resources[kind]))
        take(cloud, taken[kind])
    logs_role = own.deployment.logs_role.rpartition("/")[2]
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("iam").update_assume_role_policy(RoleName=logs_role, PolicyDocument=trust)
    found = _findings(own)
    (of_logs,) = (one for one in found if one["code"] == "logs_role_trust")
    assert of_logs["fixed_by"] == "resources"
    gone = " ".join(one["message"] for one in found if one["code"] == "resource_gone")
    assert {kind for kind, name in taken.items() if name not in gone} == set()
    (command,) = (one["command"] for one in found if "REVERT_DRIFT" in one.get("command", ""))
    _run(own, command)
    assert {one["code"] for one in _findings(own)} <= {"dead_letters"}, "events for the function that was gone"
    eventually(lambda: not _findings_without_letters(own))


def test_what_stands_in_the_way_of_files_is_found_and_restored(own: Stage) -> None:
    """A queue that nothing reads, a state machine that does something else, and drops that never expire."""
    cloud, resources = own.cloud, _resources(own.cloud)
    (mapping,), machines = resources["AWS::Lambda::EventSourceMapping"], resources["AWS::StepFunctions::StateMachine"]
    cloud.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    other = json.dumps({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}})
    for machine in machines:
        cloud.client("stepfunctions").update_state_machine(stateMachineArn=machine, definition=other)
    for bucket in resources["AWS::S3::Bucket"]:
        cloud.client("s3").delete_bucket_lifecycle(Bucket=bucket)
    found = [one for one in _findings(own) if one["code"] == "resource_changed"]
    paths = Counter(one["message"].rpartition(": ")[2] for one in found)
    assert paths == {"/LifecycleConfiguration/Rules.": 2, "/DefinitionString.": len(machines), "/Enabled.": 1}
    (command,) = (one["command"] for one in found if "command" in one)
    _run(own, command)
    eventually(lambda: not _findings_without_letters(own))


def test_policies_that_cloudformation_cannot_check_are_found_and_restored(own: Stage, tmp_path: Path) -> None:
    """Of a role, a queue, and a topic: gone, or without a statement; each has its own command."""
    cloud, resources = own.cloud, _resources(own.cloud)
    iam, queue, (topic,) = cloud.client("iam"), resources["AWS::SQS::Queue"][0], resources["AWS::SNS::Topic"]
    role = next(name for name in resources["AWS::IAM::Role"] if "Preflight" in name)
    (policy, *_) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    cloud.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
    shown = cloud.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    short = json.loads(shown)
    short["Statement"].pop()
    cloud.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(short))
    found = [one for one in _findings(own) if one["code"] == "policy_gone"]
    assert [shlex.split(one["command"])[5] for one in found] == ["iam", "sqs", "sns"]
    assert "lacks what the stack declares" in found[-1]["message"]
    for one in found:
        _run(own, one["command"])
    eventually(lambda: not _findings_without_letters(own))
    file = tmp_path / "users.csv"
    file.write_text(users("restored", 2))
    assert own.ended(file)["outcome"] == "imported"
