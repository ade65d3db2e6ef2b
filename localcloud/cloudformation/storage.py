"""AWS::S3::Bucket and BucketPolicy, AWS::DynamoDB::Table, AWS::SSM::Parameter.

moto 5.2.5 applies only the encryption and tags of a bucket, has no bucket policies, cannot update a table, leaves out
its TTL and point-in-time recovery, and replaces a parameter on every update.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html and its
neighbors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.s3.models import s3_backends

from localcloud.cloudformation import bucket_settings
from localcloud.cloudformation.api import truth
from localcloud.cloudformation.provider import Calls, Made, Resource, ResourceType, as_json

if TYPE_CHECKING:
    from localcloud.cloudformation.provider import Properties

_SEEN = 24
_TABLE_PARAMETERS = (
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
    "Tags",
)
_PARAMETER = ("AllowedPattern", "DataType", "Description", "Policies", "Tier", "Type", "Value")


def _create_bucket(bucket: Resource) -> Calls:
    region = bucket.place.region
    location = None if region == "us-east-1" else {"LocationConstraint": region}
    yield "create_bucket", {"Bucket": bucket.id, "CreateBucketConfiguration": location}
    yield from _set_up_bucket(bucket)


def _made_bucket(bucket: Resource, _: dict[str, Any]) -> Made:
    name, region = bucket.id, bucket.place.region
    attributes = {
        "Arn": f"arn:aws:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "DualStackDomainName": f"{name}.s3.dualstack.{region}.amazonaws.com",
        "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
        "WebsiteURL": f"http://{name}.s3-website-{region}.amazonaws.com",
    }
    return Made(name, attributes)


def _set_up_bucket(bucket: Resource) -> Calls:
    """Apply the settings that differ, and undo those that are gone."""
    for setting, (operation, parameter, translate, undo) in bucket_settings.CALLS.items():
        if not bucket.changes(setting):
            continue
        if setting in bucket.properties:
            yield operation, {"Bucket": bucket.id, parameter: translate(bucket[setting])}
        else:
            yield undo[0], {"Bucket": bucket.id, **undo[1]}
    if bucket.changes("LoggingConfiguration"):
        # Not by the API: that asks for a policy which a template attaches to the target bucket only later.
        known = s3_backends[bucket.place.account_id]["aws"].get_bucket(bucket.id)
        known.logging = bucket_settings.logging(bucket.get("LoggingConfiguration"))


def _delete_bucket(bucket: Resource) -> Calls:
    """A bucket that still holds an object, a version or a marker is not deleted, as in AWS."""
    yield "delete_bucket", {"Bucket": bucket.id}


def _start_of_bucket_name(stack: str, logical_id: str, _longest: int) -> str:
    """As seen in AWS: 24 characters of each, where the two together are too long."""
    return f"{stack[:_SEEN].rstrip('-')}-{logical_id[:_SEEN]}"


def _put_bucket_policy(policy: Resource) -> Calls:
    yield "put_bucket_policy", {"Bucket": policy["Bucket"], "Policy": as_json(policy["PolicyDocument"])}


def _made_bucket_policy(policy: Resource, _: dict[str, Any]) -> Made:
    return Made(policy["Bucket"])


def _delete_bucket_policy(policy: Resource) -> Calls:
    yield "delete_bucket_policy", {"Bucket": policy.id}


def _create_table(table: Resource) -> Calls:
    given = table.some(*_TABLE_PARAMETERS)
    if stream := table.get("StreamSpecification"):
        given["StreamSpecification"] = stream | {"StreamEnabled": True}
    if encryption := table.get("SSESpecification"):
        given["SSESpecification"] = {"Enabled": encryption["SSEEnabled"], **encryption}
    yield "create_table", {"TableName": table.id, **given}
    yield from _set_up_table(table)


def _made_table(table: Resource, created: dict[str, Any]) -> Made:
    known = {"Arn": "TableArn", "StreamArn": "LatestStreamArn"}
    described = created["TableDescription"]
    return Made(table.id, {name: described[member] for name, member in known.items() if member in described})


def _update_table(table: Resource) -> Calls:
    changed = {name: table.get(name) for name in ("BillingMode", "ProvisionedThroughput") if table.changes(name)}
    if table.changes("DeletionProtectionEnabled", default=False):
        changed["DeletionProtectionEnabled"] = truth(table.get("DeletionProtectionEnabled", False))
    if updates := _index_updates(table.properties, table.before):
        changed |= {"GlobalSecondaryIndexUpdates": updates, **table.some("AttributeDefinitions")}
    if changed:
        yield "update_table", {"TableName": table.id, **changed}
    yield from _set_up_table(table)


def _set_up_table(table: Resource) -> Calls:
    """What is set after the creation."""
    lifetime, recovery = table.get("TimeToLiveSpecification"), table.get("PointInTimeRecoverySpecification")
    if lifetime and table.changes("TimeToLiveSpecification"):
        specification = {"Enabled": True, **lifetime}
        yield "update_time_to_live", {"TableName": table.id, "TimeToLiveSpecification": specification}
    if recovery and table.changes("PointInTimeRecoverySpecification"):
        specification = {"PointInTimeRecoveryEnabled": False, **recovery}
        yield "update_continuous_backups", {"TableName": table.id, "PointInTimeRecoverySpecification": specification}


def _delete_table(table: Resource) -> Calls:
    """A table that is protected is not deleted."""
    yield "delete_table", {"TableName": table.id}


def _index_updates(properties: Properties, before: Properties) -> list[dict[str, Any]]:
    new = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    old = {index["IndexName"]: index for index in before.get("GlobalSecondaryIndexes", [])}
    created = [{"Create": index} for name, index in new.items() if name not in old]
    return created + [{"Delete": {"IndexName": name}} for name in old if name not in new]


def _put_parameter(parameter: Resource) -> Calls:
    overwrite = {"Overwrite": True} if parameter.before else {}
    yield "put_parameter", {"Name": parameter.id, **parameter.some(*_PARAMETER), **overwrite}
    parameter.attributes.update(parameter.some("Type", "Value"))


def _made_parameter(parameter: Resource, _: dict[str, Any]) -> Made:
    return Made(parameter.id, parameter.some("Type", "Value"))


def _delete_parameter(parameter: Resource) -> Calls:
    yield "delete_parameter", {"Name": parameter.id}


BUCKET = ResourceType(
    type="AWS::S3::Bucket",
    service="s3",
    create=_create_bucket,
    made=_made_bucket,
    update=_set_up_bucket,
    delete=_delete_bucket,
    gone=("NoSuchBucket",),
    name_property="BucketName",
    longest_name=63,
    lower_case=True,
    shortened=_start_of_bucket_name,
    attributes=("Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"),
    replacing=frozenset({"BucketName"}),
    applied=frozenset({*bucket_settings.CALLS, "LoggingConfiguration"}),
)
TYPES = (
    BUCKET,
    ResourceType(
        type="AWS::S3::BucketPolicy",
        service="s3",
        create=_put_bucket_policy,
        made=_made_bucket_policy,
        update=_put_bucket_policy,
        delete=_delete_bucket_policy,
        gone=("NoSuchBucket", "NoSuchBucketPolicy"),
        replacing=frozenset({"Bucket"}),
        applied=frozenset({"Bucket", "PolicyDocument"}),
    ),
    ResourceType(
        type="AWS::DynamoDB::Table",
        service="dynamodb",
        create=_create_table,
        made=_made_table,
        update=_update_table,
        delete=_delete_table,
        gone=("ResourceNotFoundException",),
        name_property="TableName",
        attributes=("Arn", "StreamArn"),
        replacing=frozenset({"TableName", "KeySchema", "LocalSecondaryIndexes"}),
        applied=frozenset(
            {
                *_TABLE_PARAMETERS,
                "PointInTimeRecoverySpecification",
                "SSESpecification",
                "StreamSpecification",
                "TimeToLiveSpecification",
            }
        ),
    ),
    ResourceType(
        type="AWS::SSM::Parameter",
        service="ssm",
        create=_put_parameter,
        made=_made_parameter,
        update=_put_parameter,
        delete=_delete_parameter,
        gone=("ParameterNotFound",),
        name_property="Name",
        attributes=("Type", "Value"),
        replacing=frozenset({"Name"}),
        applied=frozenset(_PARAMETER),
    ),
)
