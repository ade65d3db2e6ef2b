"""Amazon S3 under IAM: objects, versions, parts, copies, encryption."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.localcloud.command import REGION, Command
from tests.localcloud.roles import ACCOUNT, Role, allow, cloud, denial

__all__ = ["cloud"]


@pytest.fixture(scope="module", autouse=True)
def _bucket(cloud: Command) -> None:
    """A versioned bucket."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="drops", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})


def put(cloud: Command, key: str) -> str:
    """Put an object as the operator and return its version."""
    return str(cloud.client("s3").put_object(Bucket="drops", Key=key, Body=b"x")["VersionId"])


def test_a_role_may_do_what_it_is_allowed(cloud: Command) -> None:
    """A granted action on the granted resource goes through; the next resource does not."""
    put(cloud, "in/a")
    s3 = Role.make(cloud, allow("s3:GetObject", "arn:aws:s3:::drops/in/*")).client("s3")
    assert s3.get_object(Bucket="drops", Key="in/a")["Body"].read() == b"x"
    assert denial(lambda: s3.get_object(Bucket="drops", Key="out/a")).code == "AccessDenied"


def test_a_condition_is_held_against_the_request(cloud: Command) -> None:
    """A listing under the granted prefix goes through, another one does not."""
    condition = {"StringLike": {"s3:prefix": "in/*"}}
    s3 = Role.make(cloud, allow("s3:ListBucket", "arn:aws:s3:::drops", Condition=condition)).client("s3")
    assert s3.list_objects_v2(Bucket="drops", Prefix="in/x")["KeyCount"] == 0
    assert denial(lambda: s3.list_objects_v2(Bucket="drops", Prefix="out/")).code == "AccessDenied"
    assert denial(lambda: s3.list_objects_v2(Bucket="drops")).code == "AccessDenied"


def test_a_version_of_an_object_has_actions_of_its_own(cloud: Command) -> None:
    """Reading, tagging and deleting a version needs the version's action, and only that."""
    version = put(cloud, "v")
    plain = Role.make(cloud, allow(["s3:GetObject", "s3:DeleteObject", "s3:PutObjectTagging"])).client("s3")
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    calls: dict[str, Any] = {
        "s3:GetObjectVersion": lambda s3: s3.get_object(Bucket="drops", Key="v", VersionId=version),
        "s3:PutObjectVersionTagging": lambda s3: s3.put_object_tagging(
            Bucket="drops", Key="v", VersionId=version, Tagging=tags
        ),
        "s3:DeleteObjectVersion": lambda s3: s3.delete_object(Bucket="drops", Key="v", VersionId=version),
    }
    assert plain.get_object(Bucket="drops", Key="v")["VersionId"] == version
    for action, call in calls.items():
        assert f"perform: {action} on" in denial(lambda call=call: call(plain)).message  # type: ignore[misc]
        call(Role.make(cloud, allow(action, "arn:aws:s3:::drops/v")).client("s3"))


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("list_objects_v2", "s3:ListBucket"),
        ("list_object_versions", "s3:ListBucketVersions"),
        ("list_multipart_uploads", "s3:ListBucketMultipartUploads"),
        ("get_bucket_encryption", "s3:GetEncryptionConfiguration"),
        ("get_bucket_location", "s3:GetBucketLocation"),
    ],
)
def test_buckets_are_read_with_the_actions_of_iam(cloud: Command, operation: str, action: str) -> None:
    """The names of actions that differ from those of operations."""
    message = denial(lambda: getattr(Role.make(cloud).client("s3"), operation)(Bucket="drops")).message
    assert f'perform: {action} on resource: "arn:aws:s3:::drops" because' in message


def test_an_upload_in_parts_is_a_put(cloud: Command) -> None:
    """s3:PutObject is enough to upload in parts; to give up needs an action of its own."""
    s3 = Role.make(cloud, allow("s3:PutObject", "arn:aws:s3:::drops/parts")).client("s3")
    made = {"Bucket": "drops", "Key": "parts"}
    upload = {**made, "UploadId": s3.create_multipart_upload(**made)["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x")
    assert "s3:AbortMultipartUpload" in denial(lambda: s3.abort_multipart_upload(**upload)).message
    parts = [{"ETag": part["ETag"], "PartNumber": 1}]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert cloud.client("s3").get_object(**made)["Body"].read() == b"x"


def test_a_copy_reads_its_source(cloud: Command) -> None:
    """To copy needs s3:GetObject of the source besides s3:PutObject of the copy."""
    put(cloud, "source")
    copy = {"Bucket": "drops", "Key": "copy", "CopySource": {"Bucket": "drops", "Key": "source"}}
    role = Role.make(cloud, allow("s3:PutObject", "arn:aws:s3:::drops/copy"))
    assert (
        's3:GetObject on resource: "arn:aws:s3:::drops/source"'
        in denial(lambda: role.client("s3").copy_object(**copy)).message
    )
    role.may(allow("s3:PutObject", "arn:aws:s3:::drops/copy"), allow("s3:GetObject", "arn:aws:s3:::drops/source"))
    assert role.client("s3").copy_object(**copy)["CopyObjectResult"]["ETag"]


def test_each_of_several_deleted_objects_counts(cloud: Command) -> None:
    """DeleteObjects is denied when one of its objects may not be deleted."""
    for key in ("d/1", "e/1"):
        put(cloud, key)
    s3 = Role.make(cloud, allow("s3:DeleteObject", "arn:aws:s3:::drops/d/*")).client("s3")
    both = {"Objects": [{"Key": "d/1"}, {"Key": "e/1"}]}
    assert '"arn:aws:s3:::drops/e/1"' in denial(lambda: s3.delete_objects(Bucket="drops", Delete=both)).message
    assert s3.delete_objects(Bucket="drops", Delete={"Objects": both["Objects"][:1]})["Deleted"]


def test_who_may_not_list_is_not_reported_that_an_object_is_missing(cloud: Command) -> None:
    """A missing object is AccessDenied without s3:ListBucket, and NoSuchKey with it."""
    reader = allow("s3:GetObject", "arn:aws:s3:::drops/*")
    blind = Role.make(cloud, reader).client("s3")
    seeing = Role.make(cloud, reader, allow("s3:ListBucket", "arn:aws:s3:::drops")).client("s3")
    assert "perform: s3:ListBucket" in denial(lambda: blind.get_object(Bucket="drops", Key="none")).message
    assert denial(lambda: seeing.get_object(Bucket="drops", Key="none")).code == "NoSuchKey"


def test_a_presigned_url_may_what_its_signer_may(cloud: Command) -> None:
    """A URL signed by a role is held against the role's policies when it is used."""
    put(cloud, "signed")
    role = Role.make(cloud)
    url = role.client("s3").generate_presigned_url("get_object", Params={"Bucket": "drops", "Key": "signed"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url)  # noqa: S310  (http to localhost)
    assert refused.value.code == 403
    role.may(allow("s3:GetObject", "arn:aws:s3:::drops/signed"))
    with urllib.request.urlopen(url) as answer:  # noqa: S310  (http to localhost)
        assert answer.read() == b"x"


def test_encrypted_things_need_their_key(cloud: Command) -> None:
    """Objects and messages under a customer's key need its use by the caller; that of AWS needs nothing."""
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="sealed", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_encryption(
        Bucket="sealed",
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )
    topic = cloud.client("sns").create_topic(Name="sealed", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    queue = cloud.client("sqs").create_queue(QueueName="sealed", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    cloud.client("sqs").create_queue(QueueName="aws", Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    role = Role.make(cloud, allow(["s3:*", "sqs:*", "sns:*"]))
    calls: list[tuple[Any, str, str]] = [
        (lambda: role.client("s3").put_object(Bucket="sealed", Key="k", Body=b"x"), "AccessDenied", "GenerateDataKey"),
        (lambda: role.client("sns").publish(TopicArn=topic, Message="m"), "KMSAccessDenied", "GenerateDataKey"),
        (
            lambda: role.client("sqs").receive_message(QueueUrl=queue),
            "KMS.AccessDeniedException",
            "Decrypt",
        ),
    ]
    for call, code, action in calls:
        shown = denial(call)
        assert (shown.code, f"kms:{action} on resource: " in shown.message) == (code, True)
    role.client("sqs").send_message(QueueUrl=f"{cloud.url}/{ACCOUNT}/aws", MessageBody="m")
    by_s3 = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    role.may(allow(["s3:*", "sqs:*"]), allow(["kms:GenerateDataKey"], key, Condition=by_s3))
    role.client("s3").put_object(Bucket="sealed", Key="k", Body=b"x")
    assert "kms:Decrypt" in denial(lambda: role.client("s3").get_object(Bucket="sealed", Key="k")).message
    assert denial(lambda: role.client("sqs").send_message(QueueUrl=queue, MessageBody="m")).code.startswith("KMS")
