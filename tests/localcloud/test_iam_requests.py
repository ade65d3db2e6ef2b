"""Requests that are signed with a role's key: what goes through, and what is denied in which words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.command import REGION, Command, running
from tests.localcloud.roles import ACCOUNT, Denial, Role, allow, cloud, denial, deny, document

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.awsrequest import AWSPreparedRequest

__all__ = ["cloud"]

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"


@pytest.fixture(scope="module", autouse=True)
def _resources(cloud: Command) -> None:
    """A queue and a topic."""
    cloud.client("sqs").create_queue(QueueName="q")
    cloud.client("sns").create_topic(Name="t")


def test_the_operators_key_may_do_everything(cloud: Command) -> None:
    """A key that belongs to no role needs no policy."""
    assert cloud.client("iam").list_roles()["Roles"] is not None
    assert cloud.client("sqs").list_queues()["QueueUrls"]


def test_every_role_may_call_get_caller_identity(cloud: Command) -> None:
    """GetCallerIdentity needs no permission."""
    role = Role.make(cloud, deny("*"))
    assert role.client("sts").get_caller_identity()["Arn"].endswith(f":assumed-role/{role.name}/test")


def test_a_denial_is_reported_as_each_protocol_reports_it(cloud: Command) -> None:
    """Code, status and AWS's sentence: JSON, query, REST with JSON, S3, and the odd ones of SNS and SQS."""
    role = Role.make(cloud)
    url = f"{cloud.url}/{ACCOUNT}/q"
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/one"
    pool = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_1"
    calls: list[tuple[Any, Denial]] = [
        (
            lambda: role.client("dynamodb").get_item(TableName="one", Key={"pk": {"S": "a"}}),
            Denial("AccessDeniedException", role.denial_of("dynamodb:GetItem", table), 400),
        ),
        (
            lambda: role.client("cognito-idp").describe_user_pool(UserPoolId=f"{REGION}_1"),
            Denial("AccessDeniedException", role.denial_of("cognito-idp:DescribeUserPool", pool), 400),
        ),
        (
            lambda: role.client("lambda").invoke(FunctionName="f"),
            Denial("AccessDeniedException", role.denial_of("lambda:InvokeFunction", function), 403),
        ),
        (
            lambda: role.client("iam").list_users(),
            Denial("AccessDenied", role.denial_of("iam:ListUsers", "*"), 403),
        ),
        (
            lambda: role.client("sns").publish(TopicArn=TOPIC, Message="m"),
            Denial("AuthorizationError", role.denial_of("SNS:Publish", TOPIC), 403),
        ),
        (
            lambda: role.client("sqs").send_message(QueueUrl=url, MessageBody="m"),
            Denial("AccessDenied", role.denial_of("sqs:sendmessage", QUEUE), 400),
        ),
        (
            lambda: role.client("s3").put_object(Bucket="drops", Key="k", Body=b"x" * 100_000),
            Denial("AccessDenied", role.denial_of("s3:PutObject", '"arn:aws:s3:::drops/k"'), 403),
        ),
        (lambda: role.client("s3").head_object(Bucket="drops", Key="k"), Denial("403", "Forbidden", 403)),
    ]
    for call, expected in calls:
        assert denial(call) == expected


def test_an_explicit_deny_wins_and_says_so(cloud: Command) -> None:
    """A deny outweighs an allow, in words of its own."""
    role = Role.make(cloud, allow("sqs:*"), deny("sqs:ListQueues"))
    sqs = role.client("sqs")
    assert sqs.get_queue_url(QueueName="q")["QueueUrl"]
    message = denial(sqs.list_queues).message
    assert message.endswith("sqs:listqueues on resource: * with an explicit deny in an identity-based policy")


def test_a_change_of_policy_counts_at_once(cloud: Command) -> None:
    """The policies are those of the moment, also for credentials that were handed out before."""
    role = Role.make(cloud)
    sqs = role.client("sqs")
    assert denial(sqs.list_queues).code == "AccessDenied"
    role.may(allow("sqs:ListQueues"))
    assert sqs.list_queues()["QueueUrls"]


def test_managed_policies_count(cloud: Command) -> None:
    """A customer's policy in its default version, and AWS's own ones."""
    iam, role = cloud.client("iam"), Role.make(cloud)
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document(allow("sqs:ListQueues")))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role.name, PolicyArn=arn)
    iam.attach_role_policy(RoleName=role.name, PolicyArn="arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess")
    assert role.client("sqs").list_queues()["QueueUrls"]
    assert role.client("sns").list_topics()["Topics"]
    assert denial(lambda: role.client("sns").publish(TopicArn=TOPIC, Message="m")).code == "AuthorizationError"
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("sqs:GetQueueUrl")), SetAsDefault=True)
    assert denial(role.client("sqs").list_queues).code == "AccessDenied"


def test_a_permissions_boundary_limits(cloud: Command) -> None:
    """What the boundary does not allow is denied, whatever the role's own policies say."""
    iam, role = cloud.client("iam"), Role.make(cloud, allow("*"))
    arn = iam.create_policy(PolicyName="edge", PolicyDocument=document(allow("sqs:*")))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName=role.name, PermissionsBoundary=arn)
    assert role.client("sqs").list_queues()["QueueUrls"]
    assert denial(role.client("sns").list_topics).code == "AuthorizationError"


def test_an_unknown_operation_is_refused(cloud: Command) -> None:
    """An operation that is not in the API's model is denied to a role that may not do everything with its service."""
    role = Role.make(cloud, allow("sqs:ListQueues"))
    sqs = role.client("sqs")
    sqs.meta.events.register(
        "before-sign", lambda request, **_: request.headers.replace_header("X-Amz-Target", "AmazonSQS.Nothing")
    )
    assert "perform: sqs:* on resource: *" in denial(sqs.list_queues).message


def test_a_body_in_chunks_is_read_whole(cloud: Command) -> None:
    """A request that does not say its length is judged by what its chunks hold, and so answered."""
    role = Role.make(cloud, allow("sqs:GetQueueUrl", QUEUE))
    sqs = role.client("sqs")

    def in_chunks(request: AWSPreparedRequest, **_: object) -> None:
        del request.headers["Content-Length"]
        assert isinstance(request.body, bytes)
        chunks: Any = iter([request.body[:5], request.body[5:]])
        request.body = chunks

    sqs.meta.events.register("before-send", in_chunks)
    assert sqs.get_queue_url(QueueName="q")["QueueUrl"].endswith("/q")
    assert denial(lambda: sqs.get_queue_url(QueueName="other")).message.endswith("sqs:getqueueurl action")


def test_without_the_setting_a_role_may_do_everything(tmp_path: Path) -> None:
    """--no-enforce-iam lets everything through."""
    with running(tmp_path, "--no-enforce-iam") as cloud:
        assert Role.make(cloud).client("sns").list_topics()["Topics"] == []


def test_the_body_of_a_request_is_left_to_the_service(cloud: Command) -> None:
    """What was read to judge a request is there to be answered."""
    role = Role.make(cloud, allow("*"))
    role.client("sqs").send_message(QueueUrl=f"{cloud.url}/{ACCOUNT}/q", MessageBody=json.dumps({"a": "ü" * 1000}))
    received = role.client("sqs").receive_message(QueueUrl=f"{cloud.url}/{ACCOUNT}/q")["Messages"]
    assert json.loads(received[0]["Body"]) == {"a": "ü" * 1000}
    assert role.client("sns").get_topic_attributes(TopicArn=TOPIC)["Attributes"]["TopicArn"] == TOPIC
