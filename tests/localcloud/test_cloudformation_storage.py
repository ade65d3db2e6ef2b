"""Buckets and tables of stacks, asked through S3 and DynamoDB: created, updated, deleted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.delivery_world import World, world
from tests.localcloud.stack_fixture import Resources, Stack, att, ref, resource, stack

__all__ = ["stack", "world"]

ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}


def test_a_bucket_has_all_its_settings(world: World, stack: Stack) -> None:
    """Versioning, encryption, lifecycle, logging, access block, ownership, EventBridge, tags, TLS-only policy."""
    everything = {"Rules": [{"Id": "old", "Status": "Enabled", "Prefix": "inbox/", "ExpirationInDays": 30,
                             "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                             "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}]}  # fmt: skip
    blocked = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    tls_only = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": "s3:*",
                "Resource": [att("B", "Arn"), {"Fn::Join": ["", [att("B", "Arn"), "/*"]]}],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": att("K", "Arn")}
    described = stack.deploy(
        {
            "K": resource("AWS::KMS::Key", KeyPolicy=ALLOW, EnableKeyRotation=True),
            "L": resource("AWS::S3::Bucket", AccessControl="LogDeliveryWrite"),
            "B": resource(
                "AWS::S3::Bucket",
                VersioningConfiguration={"Status": "Enabled"},
                BucketEncryption={
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
                    ]
                },
                LifecycleConfiguration=everything,
                LoggingConfiguration={"DestinationBucketName": ref("L"), "LogFilePrefix": "b/"},
                PublicAccessBlockConfiguration=blocked,
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
                Tags=[{"Key": "a", "Value": "b"}],
            ),
            "P": resource("AWS::S3::BucketPolicy", Bucket=ref("B"), PolicyDocument=tls_only),
        }
    )
    assert described["StackStatus"] == "CREATE_COMPLETE"
    s3, name = world.client("s3"), stack.id_of("B")
    assert name == name.lower()
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    rule = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"].endswith(stack.id_of("K"))
    (lifecycle,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert (lifecycle["Filter"], lifecycle["Expiration"]) == ({"Prefix": "inbox/"}, {"Days": 30})
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    logged = s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]
    assert (logged["TargetBucket"], logged["TargetPrefix"]) == (stack.id_of("L"), "b/")
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == blocked
    assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0] == {
        "ObjectOwnership": "BucketOwnerEnforced"
    }
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=name)
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert f"{name}/*" in s3.get_bucket_policy(Bucket=name)["Policy"]
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"


def test_a_bucket_policy_for_everyone_denies(world: World, stack: Stack) -> None:
    """A statement without condition, for all principals, holds."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::deny-b/*"}
    stack.deploy(
        {
            "B": resource("AWS::S3::Bucket", BucketName="deny-b"),
            "P": resource("AWS::S3::BucketPolicy", Bucket=ref("B"), PolicyDocument={"Statement": [statement]}),
        }
    )
    with pytest.raises(ClientError):
        world.client("s3").put_object(Bucket="deny-b", Key="k", Body=b"x")


def test_a_bucket_update_changes_and_undoes_settings(world: World, stack: Stack) -> None:
    """Settings that change are changed, settings that are gone are undone, objects stay."""
    stack.deploy(
        {
            "B": resource(
                "AWS::S3::Bucket",
                VersioningConfiguration={"Status": "Enabled"},
                Tags=[{"Key": "a", "Value": "b"}],
                LifecycleConfiguration={"Rules": [{"Status": "Enabled", "ExpirationInDays": 3}]},
            )
        }
    )
    s3, name = world.client("s3"), stack.id_of("B")
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    stack.deploy({"B": resource("AWS::S3::Bucket", Tags=[{"Key": "a", "Value": "c"}])})
    assert stack.id_of("B") == name
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "a", "Value": "c"}]
    with pytest.raises(ClientError, match="lifecycle"):
        s3.get_bucket_lifecycle_configuration(Bucket=name)
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"


def test_a_table_has_all_its_settings_and_survives_updates(world: World, stack: Stack) -> None:
    """TTL, recovery, protection, encryption and on-demand billing; the items outlive a change; protection holds."""

    def table(*, protected: bool) -> Resources:
        return {
            "T": resource(
                "AWS::DynamoDB::Table",
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
                TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True},
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
                SSESpecification={"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "k"},
                DeletionProtectionEnabled=protected,
            )
        }

    stack.deploy(table(protected=True), {"Arn": {"Value": att("T", "Arn")}})
    client, name = world.client("dynamodb"), stack.id_of("T")
    client.put_item(TableName=name, Item={"pk": {"S": "x"}})
    described = client.describe_table(TableName=name)["Table"]
    assert stack.outputs()["Arn"] == described["TableArn"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["SSEDescription"]["KMSMasterKeyArn"] == "k"
    assert client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["AttributeName"] == "ttl"
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    for protected in (False, True):
        stack.deploy(table(protected=protected))
        assert client.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is protected
    assert stack.delete() == "DELETE_FAILED"
    # AWS takes no update of the stack after that.
    client.update_table(TableName=name, DeletionProtectionEnabled=False)
    assert client.get_item(TableName=name, Key={"pk": {"S": "x"}})["Item"] == {"pk": {"S": "x"}}
    assert stack.delete() == "DELETE_COMPLETE"
    assert client.list_tables()["TableNames"] == []
