"""Stacks: order, events, failures, outputs, updates, deletion, and what is absent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud import cloudformation, moto_patches
from localcloud.cloudformation.order import CircularDependencyError, creation_order
from tests.localcloud.delivery_world import World, world
from tests.localcloud.stack_fixture import Stack, att, ref, resource, stack

__all__ = ["stack", "world"]

TOO_LONG = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "x" * 81}}


def test_what_a_resource_needs_comes_first() -> None:
    """Ref, GetAtt, Sub and DependsOn count, wherever they stand."""
    resources = {
        "A": {"Type": "T", "Properties": {"x": [{"Fn::Join": ["", [ref("B")]]}]}},
        "B": {"Type": "T", "Properties": {"x": {"Fn::Sub": "${C.Arn}-${AWS::Region}-${!Literal}"}}},
        "C": {"Type": "T", "DependsOn": "D"},
        "D": {"Type": "T", "Properties": {"x": att("E", "Arn")}, "DependsOn": ["E"]},
        "E": {"Type": "T"},
    }
    assert creation_order(resources) == ["E", "D", "C", "B", "A"]


def test_a_circle_is_refused() -> None:
    """Resources that need each other cannot be ordered."""
    with pytest.raises(CircularDependencyError):
        creation_order({"A": resource("T", x=ref("B")), "B": resource("T", x=ref("A"))})


def test_a_failed_creation_is_rolled_back(world: World, stack: Stack) -> None:
    """What was made is deleted again, and the events say which resource failed and why."""
    described = stack.deploy({"Q": resource("AWS::SQS::Queue", QueueName="a"), "X": TOO_LONG | {"DependsOn": "Q"}})
    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "X: " in described["StackStatusReason"]
    assert stack.statuses("X")[-1] == "CREATE_FAILED"
    assert "1 to 80" in stack.reasons("X")
    assert world.client("sqs").list_queues().get("QueueUrls", []) == []


def test_reading_a_stack_that_was_rolled_back_makes_nothing(world: World, stack: Stack) -> None:
    """Its outputs are gone with its resources."""
    failing = TOO_LONG | {"DependsOn": "Q"}
    outputs = {"Url": {"Value": ref("Q"), "Export": {"Name": "url"}}}
    stack.deploy({"Q": resource("AWS::SQS::Queue", QueueName="a"), "X": failing}, outputs)
    client = world.client("cloudformation")
    assert "Outputs" not in stack.described()
    for read in (
        client.describe_stack_resources,
        client.list_stack_resources,
        client.describe_stack_events,
        client.get_template,
        client.get_template_summary,
    ):
        read(StackName="s")
    assert client.list_exports()["Exports"] == client.describe_stack_resources(StackName="s")["StackResources"] == []
    assert world.client("sqs").list_queues().get("QueueUrls", []) == []


def test_yaml_has_no_dates_and_all_short_forms(world: World) -> None:
    """`Version: 2012-10-17` is a text without quotation marks, too, and functions may hold functions."""
    moto_patches.install()
    cloudformation.install()
    template = """
        Parameters: {Name: {Type: String, Default: r}}
        Conditions: {Always: !Equals [a, a], Really: !And [!Condition Always, !Equals [b, b]]}
        Resources:
          Role:
            Type: AWS::IAM::Role
            Condition: Really
            Properties:
              RoleName: !Join ["-", [!Ref Name, !Select [1, !Split [",", "a,b"]]]]
              AssumeRolePolicyDocument:
                Version: 2012-10-17
                Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
        Outputs:
          Arn: {Value: !GetAtt Role.Arn}
          Text: {Value: !Sub ["${One}-${Name}", {One: !Ref "AWS::Region"}]}
    """
    client = world.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
    described = client.describe_stacks(StackName="s")["Stacks"][0]
    assert described["StackStatus"] == "CREATE_COMPLETE"
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described["Outputs"]}
    assert outputs["Text"] == "us-east-1-r"
    role = world.client("iam").get_role(RoleName="r-b")["Role"]
    assert role["Arn"] == outputs["Arn"]
    assert role["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"
    for broken in ("Resources: [", '{"Resources": {', "text", "Resources: \x7f"):
        with pytest.raises(ClientError, match="Template format error") as caught:
            client.create_stack(StackName="broken", TemplateBody=broken)
        assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_a_failed_update_goes_back(world: World, stack: Stack) -> None:
    """The stack is again what it was before: changed resources changed back, new ones gone."""
    before = {"Q": resource("AWS::SQS::Queue", VisibilityTimeout=10)}
    stack.deploy(before, {"Url": {"Value": ref("Q")}})
    url = stack.outputs()["Url"]
    described = stack.deploy({"Q": resource("AWS::SQS::Queue", VisibilityTimeout=20), "X": TOO_LONG})
    assert described["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    sqs = world.client("sqs")
    timeout = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    assert timeout == {"VisibilityTimeout": "10"}
    assert stack.outputs() == {"Url": url}
    assert stack.deploy(before | {"N": resource("AWS::SQS::Queue")})["StackStatus"] == "UPDATE_COMPLETE"


def test_an_update_touches_only_what_differs(stack: Stack) -> None:
    """A resource that follows another one's replacement is updated, an unchanged one is left alone."""

    def resources(name: str) -> dict[str, Any]:
        return {
            "Q": resource("AWS::SQS::Queue", QueueName=name),
            "P": resource("AWS::SQS::QueuePolicy", Queues=[ref("Q")], PolicyDocument={"Statement": []}),
            "T": resource("AWS::SNS::Topic"),
        }

    stack.deploy(resources("a"))
    stack.deploy(resources("b"))
    assert stack.statuses("P")[-2:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]
    assert stack.statuses("T") == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    # The queue that was replaced is deleted at the end.
    assert stack.statuses("Q")[-2:] == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert stack.id_of("Q").endswith("/b")


def test_removed_resources_are_deleted_last(world: World, stack: Stack) -> None:
    """A resource that is no longer in the template goes, unless it is to be retained."""
    kept = resource("AWS::SQS::Queue", QueueName="kept") | {"DeletionPolicy": "Retain"}
    stack.deploy({"A": resource("AWS::SQS::Queue", QueueName="a"), "K": kept})
    stack.deploy({"B": resource("AWS::SQS::Queue", QueueName="b")})
    names = [url.rsplit("/", 1)[-1] for url in world.client("sqs").list_queues()["QueueUrls"]]
    assert sorted(names) == ["b", "kept"]


EXCEPT_ON_CREATE = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
KEPT = {
    "Key": resource("AWS::KMS::Key", KeyPolicy={"Statement": []}) | EXCEPT_ON_CREATE,
    "Logs": resource("AWS::Logs::LogGroup", LogGroupName="logs") | EXCEPT_ON_CREATE,
    "Bucket": resource("AWS::S3::Bucket", BucketName="bucket") | EXCEPT_ON_CREATE,
}


def _what_is_there(world: World) -> tuple[list[str], list[str], list[str]]:
    kms = world.client("kms")
    keys = [kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"]["KeyState"] for each in kms.list_keys()["Keys"]]
    groups = [each["logGroupName"] for each in world.client("logs").describe_log_groups()["logGroups"]]
    return keys, groups, [each["Name"] for each in world.client("s3").list_buckets()["Buckets"]]


def test_a_failed_first_deploy_leaves_nothing_behind(world: World, stack: Stack) -> None:
    """`RetainExceptOnCreate`: the key waits for its deletion, all else is gone, and the next try has the names."""
    failing = TOO_LONG | {"DependsOn": list(KEPT)}
    assert stack.deploy({**KEPT, "X": failing})["StackStatus"] == "ROLLBACK_COMPLETE"
    assert _what_is_there(world) == (["PendingDeletion"], [], [])


def test_a_deletion_retains_what_the_creation_would_not(world: World, stack: Stack) -> None:
    """And so does an update that no longer has them."""
    stack.deploy({**KEPT, "Q": resource("AWS::SQS::Queue")})
    without_logs = {name: each for name, each in KEPT.items() if name != "Logs"}
    assert stack.deploy(without_logs)["StackStatus"] == "UPDATE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE"
    assert _what_is_there(world) == (["Enabled"], ["logs"], ["bucket"])


def test_a_failed_update_deletes_what_it_has_created(world: World, stack: Stack) -> None:
    """Unless it is to be retained always."""
    always = resource("AWS::SQS::Queue", QueueName="always") | {"DeletionPolicy": "Retain"}
    stack.deploy({"T": resource("AWS::SNS::Topic")})
    failing = TOO_LONG | {"DependsOn": [*KEPT, "A"]}
    described = stack.deploy({"T": resource("AWS::SNS::Topic"), **KEPT, "A": always, "X": failing})
    assert described["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert _what_is_there(world) == (["PendingDeletion"], [], [])
    assert [url.rsplit("/", 1)[-1] for url in world.client("sqs").list_queues()["QueueUrls"]] == ["always"]


def test_a_bucket_that_is_not_empty_fails_the_deletion(world: World, stack: Stack) -> None:
    """The bucket and the key that it needs stay; a second try, with the bucket empty, works."""
    default = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": att("K", "Arn")}}
    stack.deploy(
        {
            "K": resource("AWS::KMS::Key", KeyPolicy={"Statement": []}),
            "B": resource(
                "AWS::S3::Bucket",
                VersioningConfiguration={"Status": "Enabled"},
                BucketEncryption={"ServerSideEncryptionConfiguration": [default]},
            ),
            "Q": resource("AWS::SQS::Queue"),
        }
    )
    s3, bucket, key = world.client("s3"), stack.id_of("B"), stack.id_of("K")
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    assert stack.delete() == "DELETE_FAILED"
    assert "[B]" in stack.described()["StackStatusReason"]
    assert "not empty" in stack.reasons("B")
    assert world.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
    assert world.client("sqs").list_queues().get("QueueUrls", []) == []
    for one in (version, marker):
        s3.delete_object(Bucket=bucket, Key="k", VersionId=one)
    assert stack.delete() == "DELETE_COMPLETE"
    assert s3.list_buckets()["Buckets"] == []


def test_a_protected_stack_cannot_be_deleted(world: World, stack: Stack) -> None:
    """Termination protection is set by the operation that the CDK uses, and respected."""
    stack.deploy({"Q": resource("AWS::SQS::Queue")})
    client = world.client("cloudformation")
    client.update_termination_protection(StackName="s", EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="TerminationProtection"):
        client.delete_stack(StackName="s")
    client.update_termination_protection(StackName="s", EnableTerminationProtection=False)
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_type_that_is_not_created_is_listed(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    """The stack deploys, Ref works, and the absence is in the log, in an event and in the list."""
    stack.deploy(
        {
            "S": resource("AWS::Scheduler::Schedule", Name="n"),
            "M": resource("AWS::CDK::Metadata", Analytics="v2"),
            "Q": resource("AWS::SQS::Queue", Tags=[{"Key": "of", "Value": ref("S")}]),
        }
    )
    listed = [(one.stack, one.logical_id, one.type) for one in cloudformation.absent()]
    assert listed == [("s", "S", "AWS::Scheduler::Schedule")]
    assert "does not create AWS::Scheduler::Schedule" in caplog.text
    assert "absent" in stack.reasons("S")
    assert stack.delete() == "DELETE_COMPLETE"
    assert cloudformation.absent() == []


def test_conditions_and_no_value_are_respected(world: World, stack: Stack) -> None:
    """A resource whose condition is false is not created, and AWS::NoValue leaves no trace, in a list neither."""
    stack.deploy(
        {
            "Q": resource("AWS::SQS::Queue") | {"Condition": "No"},
            "T": resource(
                "AWS::SNS::Topic",
                TopicName={"Fn::If": ["No", "x", ref("AWS::NoValue")]},
                Subscription=[{"Fn::If": ["No", {"Protocol": "sqs"}, ref("AWS::NoValue")]}],
            ),
        },
        Conditions={"No": {"Fn::Equals": ["a", "b"]}},
    )
    assert stack.described()["StackStatus"] == "CREATE_COMPLETE"
    assert world.client("sqs").list_queues().get("QueueUrls", []) == []
    assert stack.id_of("T").rsplit(":", 1)[-1].startswith("s-T-")


def test_a_stack_created_without_a_change_set_is_the_same(world: World) -> None:
    """CreateStack and UpdateStack go the same way as change sets, parameters included."""
    cloudformation.install()
    client = world.client("cloudformation")
    template = json.dumps(
        {
            "Parameters": {"Seconds": {"Type": "Number", "Default": 10}},
            "Resources": {"Q": resource("AWS::SQS::Queue", VisibilityTimeout=ref("Seconds"))},
            "Outputs": {"Url": {"Value": ref("Q")}},
        }
    )
    client.create_stack(StackName="s", TemplateBody=template)
    client.update_stack(
        StackName="s", TemplateBody=template, Parameters=[{"ParameterKey": "Seconds", "ParameterValue": "20"}]
    )
    described = client.describe_stacks(StackName="s")["Stacks"][0]
    assert described["StackStatus"] == "UPDATE_COMPLETE"
    url = described["Outputs"][0]["OutputValue"]
    sqs = world.client("sqs")
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"] == {
        "VisibilityTimeout": "20"
    }
