"""AWS::SQS::Queue and QueuePolicy, AWS::SNS::Topic, TopicPolicy and Subscription.

moto 5.2.5 has no policies and no subscriptions, updates two properties of a queue, and replaces a topic on every
update, which loses its subscriptions.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html and its
neighbors
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.cloudformation.resource_type import ResourceType, as_json, words
from localcloud.cloudformation.tagging import Tagging, tags_as_map

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.cloudformation.resource import Calls, Properties, Resource

_QUEUE_URL = "https://sqs.{region}.amazonaws.com/{account}/{id}"
"""The path is all that the emulator reads of it."""
_NO_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_QUEUE_DEFAULTS = {
    "DelaySeconds": 0,
    "KmsDataKeyReusePeriodSeconds": 300,
    "KmsMasterKeyId": "",
    "MessageRetentionPeriod": 345600,
    "ReceiveMessageWaitTimeSeconds": 0,
    "RedrivePolicy": "",
    "VisibilityTimeout": 30,
}
_QUEUE_ATTRIBUTES = frozenset(_QUEUE_DEFAULTS) | words(
    "ContentBasedDeduplication DeduplicationScope FifoQueue FifoThroughputLimit MaximumMessageSize SqsManagedSseEnabled"
)
_TOPIC_ATTRIBUTES = ("ContentBasedDeduplication", "DisplayName", "KmsMasterKeyId")
_SUBSCRIPTION_ATTRIBUTES = words("DeliveryPolicy FilterPolicyScope FilterPolicy RawMessageDelivery RedrivePolicy")


def _texts(properties: Properties, names: Iterable[str]) -> dict[str, Any]:
    """Those attributes that there are, documents as JSON."""
    given = {name: properties[name] for name in names if name in properties}
    return {name: as_json(value) if isinstance(value, dict) else value for name, value in given.items()}


def _queue_attributes(properties: Properties) -> dict[str, Any]:
    attributes = _texts(properties, _QUEUE_ATTRIBUTES)
    return {"SqsManagedSseEnabled": "false", **attributes} if attributes.get("KmsMasterKeyId") else attributes


def _create_queue(queue: Resource) -> Calls:
    yield (
        "create_queue",
        {"QueueName": queue.id, "Attributes": _queue_attributes(queue.properties), "tags": tags_as_map(queue)},
    )


def _update_queue(queue: Resource) -> Calls:
    """Attributes that are gone go back to their defaults."""
    gone = {name: value for name, value in _QUEUE_DEFAULTS.items() if name in queue.before}
    attributes = _queue_attributes(gone | queue.properties)
    attributes.pop("FifoQueue", None)
    yield "set_queue_attributes", {"QueueUrl": queue.id, "Attributes": attributes}


def _queue_policies(urls: Iterable[str], policy: str) -> Calls:
    for url in urls:
        yield "set_queue_attributes", {"QueueUrl": url, "Attributes": {"Policy": policy}}


def _is_there(policy: Resource, service: str, **holder: str) -> bool:
    """Whether what had the policy until now exists; it may have been deleted by hand."""
    operation = {"sqs": "get_queue_attributes", "sns": "get_topic_attributes"}[service]
    try:
        policy.place.call(service, operation, **holder)
    except ClientError as error:
        if error.response["Error"]["Code"] not in (*_NO_QUEUE, "NotFound"):
            raise
        return False
    return True


def _put_queue_policy(policy: Resource) -> Calls:
    left = [url for url in policy.before.get("Queues", []) if url not in policy["Queues"]]
    yield from _queue_policies((url for url in left if _is_there(policy, "sqs", QueueUrl=url)), "")
    yield from _queue_policies(policy["Queues"], as_json(policy["PolicyDocument"]))


def _delete_queue_policy(policy: Resource) -> Calls:
    yield from _queue_policies(policy["Queues"], "")


def _subscribe_listed(topic_arn: str, topic: Resource) -> Calls:
    for one in topic.get("Subscription", []):
        yield "subscribe", {"TopicArn": topic_arn, "Protocol": one["Protocol"], "Endpoint": one["Endpoint"]}


def _create_topic(topic: Resource) -> Calls:
    attributes = _texts(topic.properties, (*_TOPIC_ATTRIBUTES, "FifoTopic"))
    created = yield "create_topic", {"Name": topic.id, "Attributes": attributes or None, "Tags": topic.get("Tags")}
    yield from _subscribe_listed(created["TopicArn"], topic)


def _update_topic(topic: Resource) -> Calls:
    for name in filter(topic.changes, _TOPIC_ATTRIBUTES):
        yield _topic_attribute(topic.id, name, topic.get(name, ""))
    listed, before = topic.get("Subscription", []), topic.before.get("Subscription", [])
    gone = [(one["Protocol"], one["Endpoint"]) for one in before if one not in listed]
    known = (yield "list_subscriptions_by_topic", {"TopicArn": topic.id}) if gone else {"Subscriptions": []}
    for one in known["Subscriptions"]:
        if (one["Protocol"], one["Endpoint"]) in gone:
            yield "unsubscribe", {"SubscriptionArn": one["SubscriptionArn"]}
    yield from _subscribe_listed(topic.id, topic)


def _topic_attribute(arn: str, name: str, value: object) -> tuple[str, dict[str, Any]]:
    return "set_topic_attributes", {"TopicArn": arn, "AttributeName": name, "AttributeValue": value}


def _put_topic_policy(policy: Resource) -> Calls:
    for arn in policy.before.get("Topics", []):
        if arn not in policy["Topics"] and _is_there(policy, "sns", TopicArn=arn):
            yield _topic_attribute(arn, "Policy", _owners_policy(policy, arn))
    for arn in policy["Topics"]:
        yield _topic_attribute(arn, "Policy", as_json(policy["PolicyDocument"]))


def _delete_topic_policy(policy: Resource) -> Calls:
    for arn in policy["Topics"]:
        yield _topic_attribute(arn, "Policy", _owners_policy(policy, arn))


def _owners_policy(policy: Resource, topic_arn: str) -> str:
    """The policy of a topic that has none of its own: for its owner only."""
    owner = {
        "Effect": "Allow",
        "Sid": "__default_statement_ID",
        "Principal": {"AWS": "*"},
        "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes"],
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": policy.place.account_id}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [owner]})


def _create_subscription(subscription: Resource) -> Calls:
    attributes = _texts(subscription.properties, _SUBSCRIPTION_ATTRIBUTES)
    given = subscription.some("TopicArn", "Protocol", "Endpoint")
    yield "subscribe", {**given, "Attributes": attributes or None, "ReturnSubscriptionArn": True}


def _update_subscription(subscription: Resource) -> Calls:
    wanted = _texts(subscription.properties, _SUBSCRIPTION_ATTRIBUTES)
    for name in filter(subscription.changes, _SUBSCRIPTION_ATTRIBUTES):
        attribute = {"AttributeName": name, "AttributeValue": wanted.get(name, "")}
        yield "set_subscription_attributes", {"SubscriptionArn": subscription.id, **attribute}


TYPES = (
    ResourceType(
        type="AWS::SQS::Queue",
        service="sqs",
        create=_create_queue,
        ref=_QUEUE_URL,
        update=_update_queue,
        delete=("delete_queue", "QueueUrl"),
        gone=_NO_QUEUE,
        name_property="QueueName",
        longest_name=80,
        attributes={"Arn": "arn:aws:sqs:{region}:{account}:{id}", "QueueName": "{id}", "QueueUrl": _QUEUE_URL},
        replacing=words("QueueName FifoQueue"),
        tagging=Tagging("QueueUrl", "tag_queue", "untag_queue", members=None),
        applied=_QUEUE_ATTRIBUTES | {"RedriveAllowPolicy"},
    ),
    ResourceType(
        type="AWS::SQS::QueuePolicy",
        service="sqs",
        create=_put_queue_policy,
        update=_put_queue_policy,
        delete=_delete_queue_policy,
        gone=_NO_QUEUE,
        attributes={"Id": "{id}"},
        applied=words("Queues PolicyDocument"),
    ),
    ResourceType(
        type="AWS::SNS::Topic",
        service="sns",
        create=_create_topic,
        ref="{answer[TopicArn]}",
        update=_update_topic,
        delete=("delete_topic", "TopicArn"),
        gone=("NotFound",),
        name_property="TopicName",
        attributes={"TopicArn": "{answer[TopicArn]}", "TopicName": "{id}"},
        replacing=words("TopicName FifoTopic"),
        tagging=Tagging("ResourceArn"),
        applied=frozenset({*_TOPIC_ATTRIBUTES, "FifoTopic", "Subscription"}),
    ),
    ResourceType(
        type="AWS::SNS::TopicPolicy",
        service="sns",
        create=_put_topic_policy,
        update=_put_topic_policy,
        delete=_delete_topic_policy,
        gone=("NotFound",),
        attributes={"Id": "{id}"},
        applied=words("Topics PolicyDocument"),
    ),
    ResourceType(
        type="AWS::SNS::Subscription",
        service="sns",
        create=_create_subscription,
        ref="{answer[SubscriptionArn]}",
        update=_update_subscription,
        delete=("unsubscribe", "SubscriptionArn"),
        gone=("NotFound",),
        attributes={"Arn": "{answer[SubscriptionArn]}"},
        replacing=words("Endpoint Protocol TopicArn"),
        applied=frozenset({"Endpoint", "Protocol", "Region", "TopicArn", *_SUBSCRIPTION_ATTRIBUTES}),
    ),
)
