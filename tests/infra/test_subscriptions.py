"""Who is notified: a subscription each, a dead-letter queue for programs, and the permissions that delivery needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.infra.conftest import SUBSCRIPTIONS
from tests.infra.template import Resource, as_list, denies_plain_http

if TYPE_CHECKING:
    from tests.infra.template import Json, StackTemplate

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:on-import:live"


def _subscription(stack: StackTemplate, protocol: str, endpoint: str = "") -> Json:
    return stack.one(
        "AWS::SNS::Subscription",
        lambda properties: properties["Protocol"] == protocol and endpoint in properties["Endpoint"],
    ).properties


def _undelivered(stack: StackTemplate) -> Resource:
    (queue,) = [
        queue
        for queue in stack.all("AWS::SQS::Queue")
        if any(
            properties.properties.get("RedrivePolicy", {}).get("deadLetterTargetArn") == queue.arn
            for properties in stack.all("AWS::SNS::Subscription")
        )
    ]
    return queue


def test_every_subscriber_has_a_subscription(subscribed_stack: StackTemplate) -> None:
    """Those of `emails` and those of `subscriptions`, each to the one topic, by the protocol that fits."""
    topic = subscribed_stack.one("AWS::SNS::Topic").ref
    found = [each.properties for each in subscribed_stack.all("AWS::SNS::Subscription")]
    assert {each["Endpoint"]: each["Protocol"] for each in found} == {
        "a@example.com": "email",
        "b@example.com": "email",
        **dict(zip((each["to"] for each in SUBSCRIPTIONS), ("email", "https", "sqs", "lambda"), strict=True)),
    }
    assert all(each["TopicArn"] == topic for each in found)


def test_pools_and_outcomes_become_filter_policies(subscribed_stack: StackTemplate) -> None:
    """On the message attributes, which is SNS's default; who names none gets everything."""
    assert _subscription(subscribed_stack, "email", "c@")["FilterPolicy"] == {"pool": ["staff"]}
    assert _subscription(subscribed_stack, "sqs")["FilterPolicy"] == {"outcome": ["failed", "rejected"]}
    assert _subscription(subscribed_stack, "lambda")["FilterPolicy"] == {"pool": ["guests"], "outcome": ["failed"]}
    assert "FilterPolicy" not in _subscription(subscribed_stack, "https")
    assert "FilterPolicy" not in _subscription(subscribed_stack, "email", "a@")


def test_what_a_program_could_not_be_reported_is_kept(subscribed_stack: StackTemplate) -> None:
    """One queue for all programs, for as long as a queue can keep; people have the report."""
    queue = _undelivered(subscribed_stack)
    for protocol in ("https", "sqs", "lambda"):
        assert _subscription(subscribed_stack, protocol)["RedrivePolicy"] == {"deadLetterTargetArn": queue.arn}
    assert "RedrivePolicy" not in _subscription(subscribed_stack, "email", "c@")
    assert queue.properties["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
    assert queue.properties["KmsMasterKeyId"] == subscribed_stack.key.arn


def test_the_topic_may_write_into_the_dead_letter_queue(subscribed_stack: StackTemplate) -> None:
    """Only this topic, over TLS, with the key that the queue is encrypted with."""
    queue, topic = _undelivered(subscribed_stack), subscribed_stack.one("AWS::SNS::Topic").ref
    policy = subscribed_stack.one("AWS::SQS::QueuePolicy", lambda properties: properties["Queues"] == [queue.ref])
    assert denies_plain_http(policy)
    allowed = [each for each in policy.properties["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    assert allowed
    for statement in allowed:
        assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", queue.arn)
        assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": topic}}
    (use,) = [
        each
        for each in subscribed_stack.key.properties["KeyPolicy"]["Statement"]
        if each["Principal"] == {"Service": "sns.amazonaws.com"}
    ]
    assert set(as_list(use["Action"])) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert list(use["Condition"]) == ["ArnLike"]


def test_an_alarm_reports_when_a_program_was_not_reported(subscribed_stack: StackTemplate) -> None:
    """It goes to the topic, which lets it, like the alarm on the events."""
    queue, topic = _undelivered(subscribed_stack), subscribed_stack.one("AWS::SNS::Topic")
    name = {"Fn::GetAtt": [queue.logical_id, "QueueName"]}
    alarm = subscribed_stack.one(
        "AWS::CloudWatch::Alarm", lambda properties: properties["Dimensions"] == [{"Name": "QueueName", "Value": name}]
    )
    assert alarm.properties["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm.properties["AlarmActions"] == [topic.ref]
    statements = subscribed_stack.one("AWS::SNS::TopicPolicy").properties["PolicyDocument"]["Statement"]
    publishers = [each["Condition"] for each in statements if each["Effect"] == "Allow"]
    assert [alarm.arn in each["ArnEquals"]["aws:SourceArn"] for each in publishers] == [True]


def test_the_topic_may_call_a_function_of_this_account(subscribed_stack: StackTemplate) -> None:
    """Where account and region are the stack's; elsewhere only the owner can say so, and the deployment goes on."""
    permission = subscribed_stack.one("AWS::Lambda::Permission", lambda found: found["FunctionName"] == FUNCTION)
    assert permission.properties["Principal"] == "sns.amazonaws.com"
    assert permission.properties["Action"] == "lambda:InvokeFunction"
    assert permission.properties["SourceArn"] == subscribed_stack.one("AWS::SNS::Topic").ref
    assert subscribed_stack.body["Conditions"][permission.body["Condition"]] == {
        "Fn::And": [
            {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "123456789012"]},
            {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
        ]
    }


def test_the_queue_of_the_undelivered_is_an_output(subscribed_stack: StackTemplate) -> None:
    """An operator finds it where the others are."""
    assert subscribed_stack.body["Outputs"]["UndeliveredQueueUrl"]["Value"] == _undelivered(subscribed_stack).ref


def test_without_programs_there_is_no_queue_for_them(stack: StackTemplate) -> None:
    """Nothing is made that no one needs."""
    assert not [each for each in stack.all("AWS::SNS::Subscription") if "RedrivePolicy" in each.properties]
    assert len(stack.all("AWS::SQS::Queue")) == 2
    assert not [each for each in stack.all("AWS::CloudWatch::Alarm") if "programs" in str(each.properties)]
    assert "UndeliveredQueueUrl" not in stack.body["Outputs"]
