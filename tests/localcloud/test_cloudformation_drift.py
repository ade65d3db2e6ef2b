"""Drift: what was changed by hand, as `cdk drift` shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.delivery_world import World, world
from tests.localcloud.stack_fixture import Resources, Stack, ref, resource, stack

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["stack", "world"]

ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
OPEN = {"Version": "2012-10-17", "Statement": [ALLOW]}
CLOSED = {"Version": "2012-10-17", "Statement": [ALLOW | {"Effect": "Deny"}]}
TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
EXPIRES = {"Status": "Enabled", "ExpirationInDays": 7, "Prefix": "x"}
MACHINE = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Name}", "End": True}}}
INLINE = {"PolicyName": "inline", "PolicyDocument": OPEN}
MANAGED = ["arn:aws:iam::aws:policy/ReadOnlyAccess", ref("Managed")]
RESOURCES: Resources = {
    "Key": resource("AWS::KMS::Key", KeyPolicy=OPEN, EnableKeyRotation=True, Description="d"),
    "Queue": resource("AWS::SQS::Queue", VisibilityTimeout=60),
    "QueuePolicy": resource("AWS::SQS::QueuePolicy", Queues=[ref("Queue")], PolicyDocument=OPEN),
    "Bucket": resource("AWS::S3::Bucket", LifecycleConfiguration={"Rules": [EXPIRES]}),
    "BucketPolicy": resource("AWS::S3::BucketPolicy", Bucket=ref("Bucket"), PolicyDocument=OPEN),
    "Managed": resource("AWS::IAM::ManagedPolicy", PolicyDocument=OPEN),
    "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST, Policies=[INLINE], ManagedPolicyArns=MANAGED),
    "Policy": resource("AWS::IAM::Policy", PolicyName="p", Roles=[ref("Role")], PolicyDocument=OPEN),
    "Function": resource(
        "AWS::Lambda::Function",
        Code={"ZipFile": "x = 1"},
        Handler="index.x",
        Runtime="python3.13",
        Role={"Fn::GetAtt": ["Role", "Arn"]},
        Environment={"Variables": {"LEVEL": "info"}},
    ),
    "Machine": resource(
        "AWS::StepFunctions::StateMachine",
        DefinitionString=json.dumps(MACHINE),
        DefinitionSubstitutions={"Name": "n"},
        RoleArn={"Fn::GetAtt": ["Role", "Arn"]},
    ),
}


def _detected(world: World) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """The state of a detection, and the drifts by the resources' names."""
    client = world.client("cloudformation")
    detection = client.detect_stack_drift(StackName="s")["StackDriftDetectionId"]
    status = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    assert status["DetectionStatus"] == "DETECTION_COMPLETE"
    drifts = client.describe_stack_resource_drifts(StackName="s")["StackResourceDrifts"]
    return status, {one["LogicalResourceId"]: one for one in drifts}


def test_what_is_changed_by_hand_is_named(world: World, stack: Stack) -> None:
    """With the path of each difference; what is as the template says is in sync."""
    stack.deploy(RESOURCES)
    assert stack.described()["DriftInformation"]["StackDriftStatus"] == "NOT_CHECKED"
    status, drifts = _detected(world)
    assert (status["StackDriftStatus"], status["DriftedStackResourceCount"]) == ("IN_SYNC", 0)
    assert {one["StackResourceDriftStatus"] for one in drifts.values()} == {"IN_SYNC"}
    assert set(drifts) == set(RESOURCES) - {"QueuePolicy", "Managed", "Policy"}

    closed = json.dumps(CLOSED)
    key, queue, role = (stack.id_of(name) for name in ("Key", "Queue", "Role"))
    world.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=closed)
    world.client("kms").disable_key_rotation(KeyId=key)
    changed = {"Policy": closed, "VisibilityTimeout": "30"}
    world.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes=changed)
    world.client("s3").delete_bucket_policy(Bucket=stack.id_of("Bucket"))
    world.client("iam").put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=closed)
    world.client("iam").delete_role_policy(RoleName=role, PolicyName="inline")
    world.client("iam").detach_role_policy(RoleName=role, PolicyArn=stack.id_of("Managed"))
    variables = {"Variables": {"LEVEL": "debug", "NEW": "1"}}
    world.client("lambda").update_function_configuration(FunctionName=stack.id_of("Function"), Environment=variables)

    world.client("s3").delete_bucket_lifecycle(Bucket=stack.id_of("Bucket"))
    other = json.dumps({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}})
    world.client("stepfunctions").update_state_machine(stateMachineArn=stack.id_of("Machine"), definition=other)

    status, drifts = _detected(world)
    assert (status["StackDriftStatus"], status["DriftedStackResourceCount"]) == ("DRIFTED", 7)
    assert stack.described()["DriftInformation"]["StackDriftStatus"] == "DRIFTED"
    paths = {
        name: [(one["PropertyPath"], one["DifferenceType"]) for one in drift.get("PropertyDifferences", [])]
        for name, drift in drifts.items()
    }
    assert paths == {
        "Key": [("/KeyPolicy/Statement/0/Effect", "NOT_EQUAL"), ("/EnableKeyRotation", "NOT_EQUAL")],
        "Queue": [("/VisibilityTimeout", "NOT_EQUAL")],
        "Bucket": [("/LifecycleConfiguration/Rules", "NOT_EQUAL")],
        "BucketPolicy": [],
        "Role": [("/Policies", "NOT_EQUAL"), ("/ManagedPolicyArns", "NOT_EQUAL")],
        "Function": [("/Environment/Variables/LEVEL", "NOT_EQUAL"), ("/Environment/Variables/NEW", "ADD")],
        "Machine": [("/DefinitionString", "NOT_EQUAL")],
    }
    assert drifts["BucketPolicy"]["StackResourceDriftStatus"] == "DELETED"
    assert drifts["Role"]["StackResourceDriftStatus"] == "MODIFIED"


def test_a_drift_aware_change_set_takes_back_what_was_changed_by_hand(world: World, stack: Stack) -> None:
    """With the template as it is; what is gone is created again, and what refers to it follows."""
    resources = {name: RESOURCES[name] for name in ("Queue", "QueuePolicy", "Bucket")}
    stack.deploy(resources)
    client, old = world.client("cloudformation"), stack.id_of("Queue")
    given = {"StackName": "s", "UsePreviousTemplate": True, "DeploymentMode": "REVERT_DRIFT"}
    client.create_change_set(ChangeSetName="none", **given)
    assert client.describe_change_set(StackName="s", ChangeSetName="none")["Status"] == "FAILED"
    world.client("sqs").delete_queue(QueueUrl=old)
    versioned = {"Status": "Enabled"}
    world.client("s3").put_bucket_versioning(Bucket=stack.id_of("Bucket"), VersioningConfiguration=versioned)
    client.create_change_set(ChangeSetName="plain", StackName="s", UsePreviousTemplate=True)
    assert client.describe_change_set(StackName="s", ChangeSetName="plain")["Status"] == "FAILED"
    client.create_change_set(ChangeSetName="revert", **given)
    changes = client.describe_change_set(StackName="s", ChangeSetName="revert")["Changes"]
    assert [
        (one["ResourceChange"]["LogicalResourceId"], one["ResourceChange"]["ResourceDriftStatus"]) for one in changes
    ] == [("Queue", "DELETED")], "the template says nothing of versions"
    client.execute_change_set(StackName="s", ChangeSetName="revert")
    assert stack.described()["StackStatus"] == "UPDATE_COMPLETE"
    assert stack.id_of("Queue") != old
    read = world.client("sqs").get_queue_attributes(QueueUrl=stack.id_of("Queue"), AttributeNames=["Policy"])
    assert json.loads(read["Attributes"]["Policy"]) == OPEN


def test_a_definition_and_the_rules_of_a_bucket_are_taken_back(world: World, stack: Stack) -> None:
    """Each in the resource that is there."""
    stack.deploy({name: RESOURCES[name] for name in ("Managed", "Role", "Machine", "Bucket")})
    machine, bucket = stack.id_of("Machine"), stack.id_of("Bucket")
    states, s3 = world.client("stepfunctions"), world.client("s3")
    other = json.dumps({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}})
    states.update_state_machine(stateMachineArn=machine, definition=other)
    s3.delete_bucket_lifecycle(Bucket=bucket)
    client = world.client("cloudformation")
    client.create_change_set(
        ChangeSetName="revert", StackName="s", UsePreviousTemplate=True, DeploymentMode="REVERT_DRIFT"
    )
    client.execute_change_set(StackName="s", ChangeSetName="revert")
    assert _detected(world)[0]["StackDriftStatus"] == "IN_SYNC"
    definition = json.loads(states.describe_state_machine(stateMachineArn=machine)["definition"])
    assert definition["States"]["A"]["Result"] == "n"
    assert len(s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]) == 1


def test_one_resource_is_asked_for(world: World, stack: Stack) -> None:
    """A type that is not checked says so."""
    stack.deploy({name: RESOURCES[name] for name in ("Queue", "QueuePolicy")})
    client = world.client("cloudformation")
    found = client.detect_stack_resource_drift(StackName="s", LogicalResourceId="Queue")["StackResourceDrift"]
    assert found["StackResourceDriftStatus"] == "IN_SYNC"
    with pytest.raises(ClientError, match="does not check QueuePolicy"):
        client.detect_stack_resource_drift(StackName="s", LogicalResourceId="QueuePolicy")
    with pytest.raises(ClientError, match="does not exist"):
        client.describe_stack_drift_detection_status(StackDriftDetectionId="none")
