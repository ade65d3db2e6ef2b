"""AWS::S3::Bucket, AWS::S3::BucketPolicy and AWS::DynamoDB::Table.

moto 5.2.5 applies only the encryption and tags of a bucket, has no bucket policies, cannot update a table and leaves
out its TTL and point-in-time recovery.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html and its
neighbours
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.s3.models import s3_backends

from localcloud.cloudformation import bucket_settings
from localcloud.cloudformation.api import truth
from localcloud.cloudformation.provider import Made, Properties, Provider, as_json, unless_gone

if TYPE_CHECKING:
    from localcloud.cloudformation.api import Place


_SEEN = 24


class Bucket(Provider):
    """A bucket; deleting one that still holds an object, a version or a marker fails, as in AWS."""

    type = "AWS::S3::Bucket"
    name_property = "BucketName"
    longest_name = 63
    lower_case = True
    attributes = ("Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL")
    replacing = frozenset({"BucketName"})
    applied = frozenset(
        {
            "AccessControl",
            "BucketEncryption",
            "CorsConfiguration",
            "LifecycleConfiguration",
            "LoggingConfiguration",
            "NotificationConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "VersioningConfiguration",
        }
    )

    def shortened(self, stack: str, logical_id: str, longest: int) -> str:  # noqa: ARG002
        """As seen in AWS: 24 characters of each, where the two together are too long."""
        return f"{stack[:_SEEN].rstrip('-')}-{logical_id[:_SEEN]}"

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the bucket and apply its settings."""
        location = None if place.region == "us-east-1" else {"LocationConstraint": place.region}
        place.call("s3", "create_bucket", Bucket=name, CreateBucketConfiguration=location)
        self._apply(place, name, properties, {})
        attributes = {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{place.region}.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{place.region}.amazonaws.com",
            "WebsiteURL": f"http://{name}.s3-website-{place.region}.amazonaws.com",
        }
        return Made(name, attributes)

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Apply the settings that differ, and undo those that are gone."""
        self._apply(place, made.physical_id, properties, before)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the bucket. Raises BucketNotEmpty."""
        try:
            place.call("s3", "delete_bucket", Bucket=made.physical_id)
        except ClientError as error:
            unless_gone(error, "NoSuchBucket")

    def _apply(self, place: Place, name: str, properties: Properties, before: Properties) -> None:
        for setting, (operation, parameter, translate, undo) in bucket_settings.CALLS.items():
            if properties.get(setting) == before.get(setting):
                continue
            if setting in properties:
                place.call("s3", operation, Bucket=name, **{parameter: translate(properties[setting])})
            else:
                place.call("s3", undo[0], Bucket=name, **undo[1])
        if properties.get("LoggingConfiguration") != before.get("LoggingConfiguration"):
            # Not by the API: that asks for a policy which a template attaches to the target bucket only later.
            bucket = s3_backends[place.account_id]["aws"].get_bucket(name)
            bucket.logging = bucket_settings.logging(properties.get("LoggingConfiguration"))


class BucketPolicy(Provider):
    """A bucket's policy. What it allows and denies is decided by `localcloud.moto_patches.bucket_policies`."""

    type = "AWS::S3::BucketPolicy"
    replacing = frozenset({"Bucket"})
    applied = frozenset({"Bucket", "PolicyDocument"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:  # noqa: ARG002
        """Put the policy."""
        bucket = properties["Bucket"]
        place.call("s3", "put_bucket_policy", Bucket=bucket, Policy=as_json(properties["PolicyDocument"]))
        return Made(bucket)

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:  # noqa: ARG002
        """Put the new policy."""
        self.create(place, made.physical_id, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the policy."""
        try:
            place.call("s3", "delete_bucket_policy", Bucket=made.physical_id)
        except ClientError as error:
            unless_gone(error, "NoSuchBucket", "NoSuchBucketPolicy")


class Table(Provider):
    """A DynamoDB table."""

    type = "AWS::DynamoDB::Table"
    name_property = "TableName"
    attributes = ("Arn", "StreamArn")
    replacing = frozenset({"TableName", "KeySchema", "LocalSecondaryIndexes"})
    applied = frozenset(
        {
            "AttributeDefinitions",
            "BillingMode",
            "DeletionProtectionEnabled",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "LocalSecondaryIndexes",
            "PointInTimeRecoverySpecification",
            "ProvisionedThroughput",
            "SSESpecification",
            "StreamSpecification",
            "TimeToLiveSpecification",
        }
    )

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the table and turn on what is set after creation."""
        parameters = {key: value for key, value in properties.items() if key in _TABLE_PARAMETERS}
        if stream := properties.get("StreamSpecification"):
            parameters["StreamSpecification"] = stream | {"StreamEnabled": True}
        if encryption := properties.get("SSESpecification"):
            parameters["SSESpecification"] = {"Enabled": encryption["SSEEnabled"], **encryption}
        answer = place.call("dynamodb", "create_table", TableName=name, Tags=properties.get("Tags"), **parameters)[
            "TableDescription"
        ]
        self._complete(place, name, properties, {})
        attributes = {"Arn": answer["TableArn"]}
        if "LatestStreamArn" in answer:
            attributes["StreamArn"] = answer["LatestStreamArn"]
        return Made(name, attributes)

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Update what differs."""
        changed: dict[str, Any] = {
            key: properties.get(key)
            for key in ("BillingMode", "ProvisionedThroughput")
            if properties.get(key) != before.get(key)
        }
        protection = ("DeletionProtectionEnabled", False)
        if properties.get(*protection) != before.get(*protection):
            changed["DeletionProtectionEnabled"] = truth(properties.get(*protection))
        if updates := _index_updates(properties, before):
            changed |= {
                "GlobalSecondaryIndexUpdates": updates,
                "AttributeDefinitions": properties["AttributeDefinitions"],
            }
        if changed:
            place.call("dynamodb", "update_table", TableName=made.physical_id, **changed)
        self._complete(place, made.physical_id, properties, before)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the table; fails while it is protected."""
        try:
            place.call("dynamodb", "delete_table", TableName=made.physical_id)
        except ClientError as error:
            unless_gone(error, "ResourceNotFoundException")

    def _complete(self, place: Place, name: str, properties: Properties, before: Properties) -> None:
        lifetime = properties.get("TimeToLiveSpecification")
        if lifetime and lifetime != before.get("TimeToLiveSpecification"):
            specification = {"Enabled": True, **lifetime}
            place.call("dynamodb", "update_time_to_live", TableName=name, TimeToLiveSpecification=specification)
        recovery = properties.get("PointInTimeRecoverySpecification")
        if recovery and recovery != before.get("PointInTimeRecoverySpecification"):
            place.call(
                "dynamodb",
                "update_continuous_backups",
                TableName=name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False, **recovery},
            )


_TABLE_PARAMETERS = {
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
}


def _index_updates(properties: Properties, before: Properties) -> list[dict[str, Any]]:
    new = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    old = {index["IndexName"]: index for index in before.get("GlobalSecondaryIndexes", [])}
    created = [{"Create": index} for name, index in new.items() if name not in old]
    return created + [{"Delete": {"IndexName": name}} for name in old if name not in new]
