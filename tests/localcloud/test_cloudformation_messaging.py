"""Queues, topics and rules of stacks, asked through the services they belong to: created, updated, deleted."""

from __future__ import annotations

import json
from typing import Any

from tests.localcloud.delivery_world import ACCOUNT, REGION, World, world
from tests.localcloud.stack_fixture import Resources, Stack, att, ref, resource, stack

__all__ = ["stack", "world"]


def test_queues_have_redrive_encryption_and_policies(world: World, stack: Stack) -> None:
    """The attributes are those of the template; an update keeps the policy and takes back what is gone."""
    deny = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}

    def resources(**queue: Any) -> Resources:  # noqa: ANN401  (properties of a template)
        return {
            "D": resource("AWS::SQS::Queue", SqsManagedSseEnabled=True, MessageRetentionPeriod=1209600),
            "Q": resource("AWS::SQS::Queue", **queue),
            "P": resource("AWS::SQS::QueuePolicy", Queues=[ref("Q")], PolicyDocument=deny),
        }

    redrive = {"deadLetterTargetArn": att("D", "Arn"), "maxReceiveCount": 3}
    stack.deploy(resources(RedrivePolicy=redrive, VisibilityTimeout=360, KmsMasterKeyId="alias/aws/sqs"))
    sqs, url = world.client("sqs"), stack.id_of("Q")
    assert url.startswith(f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/s-Q-")

    def attributes() -> dict[str, str]:
        return dict(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])

    assert json.loads(attributes()["RedrivePolicy"])["maxReceiveCount"] == 3
    assert (attributes()["VisibilityTimeout"], attributes()["KmsMasterKeyId"]) == ("360", "alias/aws/sqs")
    assert attributes()["SqsManagedSseEnabled"] == "false"
    stack.deploy(resources(VisibilityTimeout=60))
    assert (attributes()["VisibilityTimeout"], stack.id_of("Q")) == ("60", url)
    assert "RedrivePolicy" not in attributes()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "5"})
    assert json.loads(attributes()["Policy"])["Statement"][0]["Effect"] == "Deny"


def test_a_number_out_of_its_range_is_refused_for_a_queue(world: World, stack: Stack) -> None:
    """The change is rolled back, and the queue stays as it was."""
    stack.deploy({"Q": resource("AWS::SQS::Queue", VisibilityTimeout=60)})
    changed = stack.deploy({"Q": resource("AWS::SQS::Queue", VisibilityTimeout=43_201)})
    assert changed["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "VisibilityTimeout" in stack.reasons("Q")
    asked = {"QueueUrl": stack.id_of("Q"), "AttributeNames": ["VisibilityTimeout"]}
    assert world.client("sqs").get_queue_attributes(**asked)["Attributes"] == {"VisibilityTimeout": "60"}
    added = {"Q": resource("AWS::SQS::Queue", VisibilityTimeout=60), "R": resource("AWS::SQS::Queue", DelaySeconds=901)}
    stack.deploy(added)
    assert "DelaySeconds" in stack.reasons("R")


def test_topics_have_policies_and_subscriptions(world: World, stack: Stack) -> None:
    """Key, policy, an email subscription with its filter; an update keeps the topic and its subscribers."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": ref("T"), "Sid": "x"}

    def resources(key: str) -> Resources:
        return {
            "T": resource("AWS::SNS::Topic", KmsMasterKeyId=key, DisplayName="d"),
            "P": resource("AWS::SNS::TopicPolicy", Topics=[ref("T")], PolicyDocument={"Statement": [statement]}),
            "S": resource(
                "AWS::SNS::Subscription",
                TopicArn=ref("T"),
                Protocol="email",
                Endpoint="ops@example.com",
                FilterPolicy={"outcome": ["failed"]},
            ),
        }

    stack.deploy(resources("alias/one"), {"Name": {"Value": att("T", "TopicName")}})
    sns, topic = world.client("sns"), stack.id_of("T")
    assert topic == f"arn:aws:sns:{REGION}:{ACCOUNT}:{stack.outputs()['Name']}"
    stack.deploy(resources("alias/two"))
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["KmsMasterKeyId"], attributes["DisplayName"]) == ("alias/two", "d")
    assert json.loads(attributes["Policy"])["Statement"][0]["Sid"] == "x"
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (listed["SubscriptionArn"], listed["Endpoint"]) == (stack.id_of("S"), "ops@example.com")
    filtered = sns.get_subscription_attributes(SubscriptionArn=listed["SubscriptionArn"])["Attributes"]
    assert json.loads(filtered["FilterPolicy"]) == {"outcome": ["failed"]}


def test_a_rule_is_updated_in_place(world: World, stack: Stack) -> None:
    """State, targets with their dead-letter queue and transformer; what is gone from the template is gone."""

    def resources(state: str, ids: str) -> Resources:
        targets = [
            {
                "Id": one,
                "Arn": att("Q", "Arn"),
                "DeadLetterConfig": {"Arn": att("Q", "Arn")},
                "RetryPolicy": {"MaximumRetryAttempts": 2},
                "InputTransformer": {"InputPathsMap": {"k": "$.detail"}, "InputTemplate": '{"k": <k>}'},
            }
            for one in ids
        ]
        pattern = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "inbox/"}]}}}
        return {
            "Q": resource("AWS::SQS::Queue"),
            "R": resource("AWS::Events::Rule", EventPattern=pattern, State=state, Targets=targets),
        }

    stack.deploy(resources("ENABLED", "ab"), {"Arn": {"Value": att("R", "Arn")}})
    events, name = world.client("events"), stack.id_of("R")
    stack.deploy(resources("DISABLED", "bc"))
    rule = events.describe_rule(Name=name)
    assert (rule["State"], json.loads(rule["EventPattern"])["source"]) == ("DISABLED", ["aws.s3"])
    targets = {one["Id"]: one for one in events.list_targets_by_rule(Rule=name)["Targets"]}
    assert sorted(targets) == ["b", "c"]
    assert targets["b"]["RetryPolicy"] == {"MaximumRetryAttempts": 2}
    assert targets["b"]["InputTransformer"]["InputTemplate"] == '{"k": <k>}'
    assert stack.delete() == "DELETE_COMPLETE"
    assert events.list_rules()["Rules"] == []


def test_an_update_replaces_the_subscriptions_in_a_topic(world: World, stack: Stack) -> None:
    """Those that the template lists are there afterwards, others of the topic stay."""

    def listed(*addresses: str) -> Resources:
        subscriptions = [{"Protocol": "email", "Endpoint": address} for address in addresses]
        return {"T": resource("AWS::SNS::Topic", Subscription=subscriptions)}

    stack.deploy(listed("a@example.com", "b@example.com"))
    sns, topic = world.client("sns"), stack.id_of("T")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="own@example.com")
    stack.deploy(listed("b@example.com", "c@example.com"))
    endpoints = [one["Endpoint"] for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]
    assert sorted(endpoints) == ["b@example.com", "c@example.com", "own@example.com"]
