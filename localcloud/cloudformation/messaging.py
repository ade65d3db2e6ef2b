"""AWS::SQS::Queue and QueuePolicy, AWS::SNS::Topic, TopicPolicy and Subscription.

moto 5.2.5 has no policies and no subscriptions, updates two properties of a queue, and replaces a topic on every
update, which loses its subscriptions.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html and its
neighbours
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.cloudformation.provider import Made, Properties, Provider, as_json, tags_as_map, unless_gone

if TYPE_CHECKING:
    from localcloud.cloudformation.api import Place

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


class Queue(Provider):
    """A queue; Ref gives its URL at AWS, whose path is all that the embedded AWS reads."""

    type = "AWS::SQS::Queue"
    name_property = "QueueName"
    longest_name = 80
    attributes = ("Arn", "QueueName", "QueueUrl")
    replacing = frozenset({"QueueName", "FifoQueue"})
    applied = frozenset(
        {
            *_QUEUE_DEFAULTS,
            "ContentBasedDeduplication",
            "DeduplicationScope",
            "FifoQueue",
            "FifoThroughputLimit",
            "KmsMasterKeyId",
            "MaximumMessageSize",
            "RedriveAllowPolicy",
            "SqsManagedSseEnabled",
        }
    )

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the queue."""
        place.call(
            "sqs",
            "create_queue",
            QueueName=name,
            Attributes=self._attributes(properties),
            tags=tags_as_map(properties),
        )
        url = f"https://sqs.{place.region}.amazonaws.com/{place.account_id}/{name}"
        arn = f"arn:aws:sqs:{place.region}:{place.account_id}:{name}"
        return Made(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Set the attributes; those that are gone go back to their defaults."""
        gone = {name: _QUEUE_DEFAULTS[name] for name in before if name not in properties and name in _QUEUE_DEFAULTS}
        attributes = self._attributes(gone | properties)
        attributes.pop("FifoQueue", None)
        # moto drops the policy when other attributes are set.
        known = place.call("sqs", "get_queue_attributes", QueueUrl=made.physical_id, AttributeNames=["Policy"]).get(
            "Attributes", {}
        )
        place.call("sqs", "set_queue_attributes", QueueUrl=made.physical_id, Attributes=known | attributes)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the queue with what is in it."""
        try:
            place.call("sqs", "delete_queue", QueueUrl=made.physical_id)
        except ClientError as error:
            unless_gone(error, *_NO_QUEUE)

    def _attributes(self, properties: Properties) -> dict[str, Any]:
        attributes: dict[str, Any] = {
            name: as_json(value) if isinstance(value, dict) else value
            for name, value in properties.items()
            if name in self.applied and name != "RedriveAllowPolicy"
        }
        if attributes.get("KmsMasterKeyId"):
            attributes = {"SqsManagedSseEnabled": "false", **attributes}
        return attributes


class QueuePolicy(Provider):
    """The policy of one or several queues."""

    type = "AWS::SQS::QueuePolicy"
    attributes = ("Id",)
    applied = frozenset({"Queues", "PolicyDocument"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Put the policy on each queue."""
        for url in properties["Queues"]:
            self._put(place, url, as_json(properties["PolicyDocument"]))
        return Made(name, {"Id": name})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Put the policy, and take it from queues that are no longer named."""
        for url in before["Queues"]:
            if url not in properties["Queues"]:
                self._put(place, url, "")
        self.create(place, made.physical_id, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Take the policy from each queue."""
        for url in properties["Queues"]:
            try:
                self._put(place, url, "")
            except ClientError as error:
                unless_gone(error, *_NO_QUEUE)

    @staticmethod
    def _put(place: Place, url: str, policy: str) -> None:
        place.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": policy})


class Topic(Provider):
    """A topic with the subscriptions that its template lists."""

    type = "AWS::SNS::Topic"
    name_property = "TopicName"
    attributes = ("TopicArn", "TopicName")
    replacing = frozenset({"TopicName", "FifoTopic"})
    applied = frozenset({"ContentBasedDeduplication", "DisplayName", "FifoTopic", "KmsMasterKeyId", "Subscription"})
    _SETTABLE = ("ContentBasedDeduplication", "DisplayName", "KmsMasterKeyId")

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the topic and its subscriptions."""
        attributes = {key: properties[key] for key in (*self._SETTABLE, "FifoTopic") if key in properties}
        answer = place.call(
            "sns", "create_topic", Name=name, Attributes=attributes or None, Tags=properties.get("Tags")
        )
        arn = answer["TopicArn"]
        for one in properties.get("Subscription", []):
            place.call("sns", "subscribe", TopicArn=arn, Protocol=one["Protocol"], Endpoint=one["Endpoint"])
        return Made(arn, {"TopicArn": arn, "TopicName": name})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Set what differs and subscribe whoever is new."""
        for key in self._SETTABLE:
            if properties.get(key) != before.get(key):
                place.call(
                    "sns",
                    "set_topic_attributes",
                    TopicArn=made.physical_id,
                    AttributeName=key,
                    AttributeValue=properties.get(key, ""),
                )
        for one in properties.get("Subscription", []):
            place.call(
                "sns", "subscribe", TopicArn=made.physical_id, Protocol=one["Protocol"], Endpoint=one["Endpoint"]
            )

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the topic with its subscriptions."""
        place.call("sns", "delete_topic", TopicArn=made.physical_id)


class TopicPolicy(Provider):
    """The policy of one or several topics; deleting it leaves the owner alone in charge."""

    type = "AWS::SNS::TopicPolicy"
    attributes = ("Id",)
    applied = frozenset({"Topics", "PolicyDocument"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Put the policy on each topic."""
        for arn in properties["Topics"]:
            self._put(place, arn, as_json(properties["PolicyDocument"]))
        return Made(name, {"Id": name})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Put the policy, and take it from topics that are no longer named."""
        gone = [arn for arn in before["Topics"] if arn not in properties["Topics"]]
        self.delete(place, made, {"Topics": gone})
        self.create(place, made.physical_id, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Give each topic a policy for its owner only."""
        for arn in properties["Topics"]:
            owner = {
                "Effect": "Allow",
                "Sid": "__default_statement_ID",
                "Principal": {"AWS": "*"},
                "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes"],
                "Resource": arn,
                "Condition": {"StringEquals": {"AWS:SourceOwner": place.account_id}},
            }
            document = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [owner]}
            try:
                self._put(place, arn, json.dumps(document))
            except ClientError as error:
                unless_gone(error, "NotFound")

    @staticmethod
    def _put(place: Place, arn: str, policy: str) -> None:
        place.call("sns", "set_topic_attributes", TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


class Subscription(Provider):
    """A subscription; Ref gives its ARN."""

    type = "AWS::SNS::Subscription"
    attributes = ("Arn",)
    replacing = frozenset({"Endpoint", "Protocol", "TopicArn"})
    _ATTRIBUTES = ("DeliveryPolicy", "FilterPolicyScope", "FilterPolicy", "RawMessageDelivery", "RedrivePolicy")
    applied = frozenset({"Endpoint", "Protocol", "Region", "TopicArn", *_ATTRIBUTES})

    def create(self, place: Place, name: str, properties: Properties) -> Made:  # noqa: ARG002
        """Subscribe."""
        arn = place.call(
            "sns",
            "subscribe",
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties.get("Endpoint"),
            Attributes=self._attributes(properties) or None,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        return Made(arn, {"Arn": arn})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Set the attributes that differ."""
        wanted, had = self._attributes(properties), self._attributes(before)
        for name in self._ATTRIBUTES:
            if wanted.get(name) != had.get(name):
                value = wanted.get(name, "")
                place.call(
                    "sns",
                    "set_subscription_attributes",
                    SubscriptionArn=made.physical_id,
                    AttributeName=name,
                    AttributeValue=value,
                )

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Unsubscribe."""
        place.call("sns", "unsubscribe", SubscriptionArn=made.physical_id)

    def _attributes(self, properties: Properties) -> dict[str, Any]:
        return {
            name: as_json(properties[name]) if isinstance(properties[name], dict) else properties[name]
            for name in self._ATTRIBUTES
            if name in properties
        }
