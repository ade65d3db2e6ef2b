"""Policies of buckets, queues, topics, and keys, beside those of the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.command import REGION, Command, running
from tests.localcloud.roles import ACCOUNT, Role, Statement, allow, cloud, denial, deny, document

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["cloud"]

OBJECTS = "arn:aws:s3:::files/*"
EVERYBODY = {"Principal": {"AWS": "*"}}
ROOT = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
PLAIN_HTTP = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
OLD_TLS = {"Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}}
GET = allow("s3:GetObject", OBJECTS)


@pytest.fixture(scope="module", autouse=True)
def _bucket(cloud: Command) -> None:
    """A bucket with an object."""
    _make_bucket(cloud)


def _make_bucket(cloud: Command) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="files", Key="a:b", Body=b"x")


def _read(client: Any) -> bytes:  # noqa: ANN401  (a client of any service)
    body: bytes = client.get_object(Bucket="files", Key="a:b")["Body"].read()
    return body


@pytest.mark.parametrize(
    ("own", "policy", "refused"),
    [
        ((), [allow("s3:GetObject", OBJECTS, Principal={"AWS": "ITSELF"})], None),
        ((), [allow("s3:GetObject", OBJECTS, **EVERYBODY)], None),
        ((), [allow("s3:GetObject", OBJECTS, **ROOT)], "no identity-based policy allows"),
        ((), [allow("s3:GetObject", "arn:aws:s3:::files/b/*", **EVERYBODY)], "no identity-based policy allows"),
        ((GET,), [deny("s3:*", OBJECTS, **EVERYBODY)], "an explicit deny in a resource-based policy"),
        ((GET,), [deny("s3:*", OBJECTS, **ROOT)], "an explicit deny in a resource-based policy"),
        ((GET,), [deny("s3:*", OBJECTS, Principal={"AWS": "ITSELF"})], "an explicit deny in a resource-based policy"),
        ((GET,), [deny("s3:*", OBJECTS, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"})], None),
        ((GET,), [deny("s3:*", OBJECTS, **EVERYBODY, **PLAIN_HTTP)], None),
        ((GET,), [deny("s3:*", OBJECTS, **EVERYBODY, **OLD_TLS)], None),
        ((deny("s3:*"),), [allow("s3:*", OBJECTS, **EVERYBODY)], "an explicit deny in an identity-based policy"),
    ],
)  # fmt: skip
def test_a_bucket_policy_and_the_roles_are_read_together(
    cloud: Command, own: tuple[Statement, ...], policy: list[Statement], refused: str | None
) -> None:
    """A deny wins; within one account, one of the two is enough to allow."""
    role = Role.make(cloud, allow("s3:ListBucket", "arn:aws:s3:::files"), *own)
    admin = cloud.client("s3")
    admin.put_bucket_policy(Bucket="files", Policy=document(*policy).replace("ITSELF", role.arn))
    try:
        if refused is None:
            assert _read(role.client("s3")) == b"x"
        else:
            denied = denial(lambda: _read(role.client("s3")))
            assert denied.code == "AccessDenied"
            assert refused in denied.message
    finally:
        admin.delete_bucket_policy(Bucket="files")


def test_what_is_denied_to_everybody_is_denied_to_the_operator(cloud: Command) -> None:
    """Who may do everything may do everything else."""
    s3 = cloud.client("s3")
    s3.put_bucket_policy(Bucket="files", Policy=document(deny("s3:PutObject", OBJECTS, **EVERYBODY)))
    denied = denial(lambda: s3.put_object(Bucket="files", Key="c", Body=b"x"))
    assert "with an explicit deny in a resource-based policy" in denied.message
    assert _read(s3) == b"x"
    s3.delete_bucket_policy(Bucket="files")


@pytest.mark.parametrize("policy", ["name", "{"])
def test_a_bucket_policy_that_is_no_json_is_refused(cloud: Command, policy: str) -> None:
    """Taken, it would fail every request that comes after it."""
    s3 = cloud.client("s3")
    assert denial(lambda: s3.put_bucket_policy(Bucket="files", Policy=policy)).code == "MalformedPolicy"
    s3.head_bucket(Bucket="files")


def test_whether_plain_http_counts_as_tls_is_a_setting(tmp_path: Path) -> None:
    """With the setting off, a policy that requires TLS denies every request; a bucket without one stays as it is."""
    with running(tmp_path, "--no-http-counts-as-tls") as strict:
        _make_bucket(strict)
        s3, role = strict.client("s3"), Role.make(strict, GET)
        assert _read(role.client("s3")) == b"x"
        s3.put_bucket_policy(Bucket="files", Policy=document(deny("s3:GetObject", OBJECTS, **EVERYBODY, **PLAIN_HTTP)))
        for client in (s3, role.client("s3")):
            assert denial(lambda: _read(client)).code == "AccessDenied"  # noqa: B023  (called at once)


def test_a_queue_and_a_topic_have_policies_too(cloud: Command) -> None:
    """They allow a role what its own policies do not mention, and deny what these allow."""
    sqs, sns = cloud.client("sqs"), cloud.client("sns")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    queue, topic = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", sns.create_topic(Name="t")["TopicArn"]
    role = Role.make(cloud, allow("sns:Publish", topic))
    itself = {"AWS": role.arn}
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": document(allow("sqs:SendMessage", queue, Principal=itself))}
    )
    assert role.client("sqs").send_message(QueueUrl=url, MessageBody="m")["MessageId"]
    assert role.client("sns").publish(TopicArn=topic, Message="m")["MessageId"]
    refusal = document(deny("sns:Publish", topic, Principal=itself))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=refusal)
    denied = denial(lambda: role.client("sns").publish(TopicArn=topic, Message="m"))
    assert denied.message.endswith("with an explicit deny in a resource-based policy")
    assert sns.publish(TopicArn=topic, Message="m")["MessageId"]


@pytest.mark.parametrize(
    ("statement", "own", "refused"),
    [
        (allow("kms:*", "*", **ROOT), [allow("kms:*")], None),
        (allow("kms:*", "*", **ROOT), [], "no identity-based policy allows"),
        (allow("kms:*", Principal={"Service": "events.amazonaws.com"}), [allow("kms:*")], "no resource-based policy"),
        (allow("kms:*", Principal={"AWS": "ITSELF"}), [], None),
    ],
)
def test_a_keys_policy_must_allow_or_leave_it_to_the_account(
    cloud: Command, statement: Statement, own: list[Statement], refused: str | None
) -> None:
    """Also where a service uses the key for the caller."""
    role = Role.make(cloud, allow("sqs:SendMessage"), *own)
    policy = document(statement).replace("ITSELF", role.arn)
    key = cloud.client("kms").create_key(Policy=policy)["KeyMetadata"]["KeyId"]
    url = cloud.client("sqs").create_queue(QueueName=f"of-{key}", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    sqs = role.client("sqs")
    if refused is None:
        assert sqs.send_message(QueueUrl=url, MessageBody="m")["MessageId"]
    else:
        assert refused in denial(lambda: sqs.send_message(QueueUrl=url, MessageBody="m")).message


def test_an_action_without_resources_is_granted_on_all_only(cloud: Command) -> None:
    """The reference names no resource type for it, so a statement that names the function says nothing of it."""
    mapping = {"FunctionName": "f", "EventSourceArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}
    role = Role.make(cloud, allow("lambda:CreateEventSourceMapping", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"))
    create = role.client("lambda").create_event_source_mapping
    assert denial(lambda: create(**mapping)).message == role.denial_of("lambda:CreateEventSourceMapping", "*")
    role.may(allow("lambda:CreateEventSourceMapping"))
    assert denial(lambda: create(**mapping)).code != "AccessDeniedException", "there is no such function"
