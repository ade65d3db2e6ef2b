"""Policies of targets, when the emulator enforces them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localcloud import delivery
from localcloud.delivery.permissions import allows
from tests.localcloud.delivery_world import ACCOUNT, REGION, World, world
from tests.patience import PATIENCE

__all__ = ["world"]

RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
CONTEXT = {"aws:sourcearn": RULE, "aws:sourceaccount": ACCOUNT, "aws:securetransport": "true"}
ALLOW = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": ["sqs:GetQueueUrl", "sqs:SendMessage"],
    "Resource": QUEUE,
}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "sqs:*",
    "Resource": QUEUE,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], False),
        ([ALLOW], True),
        ([ALLOW, TLS_ONLY], True),
        ([ALLOW, TLS_ONLY | {"Condition": {}}], False),
        ([ALLOW | {"Principal": {"Service": "sns.amazonaws.com"}}], False),
        ([ALLOW | {"Action": "sqs:ReceiveMessage"}], False),
        ([ALLOW | {"Resource": QUEUE + "2"}], False),
        ([ALLOW | {"Condition": {"ArnEquals": {"aws:SourceArn": RULE}}}], True),
        ([ALLOW | {"Condition": {"ArnLike": {"AWS:SourceArn": RULE[:-1] + "*"}}}], True),
        ([ALLOW | {"Condition": {"ArnEquals": {"aws:SourceArn": RULE + "2"}}}], False),
        ([ALLOW | {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}], True),
        ([ALLOW | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}], False),
    ],
)
def test_a_policy_is_read_as_iam_reads_it(statements: list[dict[str, Any]], expected: bool) -> None:
    """Something must allow, nothing may deny, and every condition must hold."""
    assert allows(statements, "events.amazonaws.com", "sqs:SendMessage", QUEUE, CONTEXT) is expected


def test_a_queue_without_a_policy_receives_nothing(world: World) -> None:
    """The event is lost until the queue's policy lets EventBridge send."""
    url, arn = world.queue("q", is_open=False)
    events = world.client("events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    for detail in ("lost", "seen"):
        entry = {"Source": "shop", "DetailType": "x", "Detail": json.dumps({"is": detail})}
        events.put_events(Entries=[entry])
        assert delivery.drain(PATIENCE)
        policy = json.dumps({"Version": "2012-10-17", "Statement": [ALLOW]})
        world.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert [event["detail"] for event in world.bodies(url)] == [{"is": "seen"}]


def test_the_key_of_a_queue_lets_the_service_use_it(world: World) -> None:
    """The event is lost until the key's policy lets EventBridge encrypt it."""
    kms = world.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [ALLOW]})
    url, arn = world.queue("q", KmsMasterKeyId=key, Policy=policy)
    events = world.client("events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    use = {**ALLOW, "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}
    for detail in ("lost", "seen"):
        entry = {"Source": "shop", "DetailType": "x", "Detail": json.dumps({"is": detail})}
        events.put_events(Entries=[entry])
        assert delivery.drain(PATIENCE)
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps({"Statement": [use]}))
    assert [event["detail"] for event in world.bodies(url)] == [{"is": "seen"}]


def test_a_function_needs_a_permission(world: World) -> None:
    """A rule invokes a function only with a statement for EventBridge in the function's policy."""
    seen: list[Any] = []
    arn = world.function("f", seen.append, is_open=False)
    events = world.client("events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    entry = {"Source": "shop", "DetailType": "x", "Detail": "{}"}
    events.put_events(Entries=[entry])
    assert delivery.drain(PATIENCE)
    assert seen == []
    world.client("lambda").add_permission(
        FunctionName="f",
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=RULE,
    )
    events.put_events(Entries=[entry])
    assert world.eventually(lambda: len(seen) == 1)
