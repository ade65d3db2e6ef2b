"""Outputs, exports, and imports across stacks."""

from __future__ import annotations

import json

from tests.localcloud.delivery_world import World, world
from tests.localcloud.stack_fixture import Stack, att, ref, resource, stack

__all__ = ["stack", "world"]


def test_outputs_exports_and_imports_hold_across_stacks(world: World, stack: Stack) -> None:
    """Outputs follow an update, exports carry their own names, another stack can import them until they are gone."""
    export = {"One": {"Value": att("Q", "Arn"), "Export": {"Name": "one"}}, "Two": {"Value": att("Q", "Arn")}}
    stack.deploy({"Q": resource("AWS::SQS::Queue", QueueName="a")}, export)
    described = {one["OutputKey"]: one.get("ExportName") for one in stack.described()["Outputs"]}
    assert described == {"One": "one", "Two": None}
    client = world.client("cloudformation")
    imported = {
        "Resources": {"T": resource("AWS::SNS::Topic", DisplayName={"Fn::ImportValue": "one"})},
        "Outputs": {"Topic": {"Value": ref("T")}},
    }
    client.create_stack(StackName="other", TemplateBody=json.dumps(imported))
    topic = client.describe_stacks(StackName="other")["Stacks"][0]["Outputs"][0]["OutputValue"]
    name = world.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"]
    assert name == stack.outputs()["One"]
    client.delete_stack(StackName="other")
    stack.deploy({"Q": resource("AWS::SQS::Queue", QueueName="b")}, export)
    assert [one["Value"][-1] for one in client.list_exports()["Exports"]] == ["b"]
    assert stack.delete() == "DELETE_COMPLETE"
    assert client.list_exports()["Exports"] == []


def test_an_export_in_use_is_neither_deleted_nor_changed(world: World, stack: Stack) -> None:
    """The stack stays, and goes back, before anything of it is deleted; when nothing imports it, both are done."""
    export = {"One": {"Value": att("Q", "Arn"), "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-one"}}}}
    stack.deploy({"Q": resource("AWS::SQS::Queue", QueueName="a")}, export)
    name = {"Fn::ImportValue": {"Fn::Sub": "${Of}-one"}}
    imported = {
        "Parameters": {"Of": {"Type": "String", "Default": "s"}},
        "Resources": {"T": resource("AWS::SNS::Topic", DisplayName=name)},
    }
    client = world.client("cloudformation")
    client.create_stack(StackName="other", TemplateBody=json.dumps(imported))
    mentions = {"Resources": {"T": resource("AWS::SNS::Topic", DisplayName="s-one")}}
    client.create_stack(StackName="third", TemplateBody=json.dumps(mentions))

    assert stack.delete() == "CREATE_COMPLETE"
    for resources, outputs, reason in (
        ({"Q": resource("AWS::SQS::Queue", QueueName="b")}, export, "Update canceled. Cannot update export s-one"),
        ({"R": resource("AWS::SQS::Queue", QueueName="r")}, {}, "Delete canceled. Cannot delete export s-one"),
    ):
        described = stack.deploy(resources, outputs)
        assert described["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
        assert described["StackStatusReason"] == f"{reason} as it is in use by other."
        assert [url[-1] for url in world.client("sqs").list_queues()["QueueUrls"]] == ["a"]
        assert [one["Value"][-1] for one in client.list_exports()["Exports"]] == ["a"]
    assert stack.delete() == "UPDATE_ROLLBACK_COMPLETE"

    client.delete_stack(StackName="other")
    assert stack.delete() == "DELETE_COMPLETE"
    assert client.list_exports()["Exports"] == []


def test_all_stacks_that_import_are_named(world: World, stack: Stack) -> None:
    """Those that import in their outputs, too; one whose creation was rolled back imports nothing."""
    export = {"One": {"Value": ref("Q"), "Export": {"Name": "one"}}}
    stack.deploy({"Q": resource("AWS::SQS::Queue", QueueName="a")}, export)
    client = world.client("cloudformation")
    imported = {"Fn::ImportValue": "one"}
    topic = resource("AWS::SNS::Topic", DisplayName=imported)
    too_long = resource("AWS::SQS::Queue", QueueName="x" * 81) | {"DependsOn": "T"}
    client.create_stack(StackName="back", TemplateBody=json.dumps({"Resources": {"T": topic, "X": too_long}}))
    assert client.describe_stacks(StackName="back")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    plain = {"Resources": {"T": resource("AWS::SNS::Topic")}, "Outputs": {"One": {"Value": imported}}}
    for name in ("other", "third", "fourth"):
        client.create_stack(StackName=name, TemplateBody=json.dumps(plain))

    assert stack.delete() == "CREATE_COMPLETE"
    named = "Delete canceled. Cannot delete export one as it is in use by fourth, other and third."
    assert stack.described()["StackStatusReason"] == named
    for name in ("other", "third", "fourth"):
        client.delete_stack(StackName=name)
    assert stack.delete() == "DELETE_COMPLETE"
