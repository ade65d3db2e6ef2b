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
from localcloud.cloudformation.resource_type import ResourceType, as_json, words
from localcloud.cloudformation.tagging import Tagging

if TYPE_CHECKING:
    from localcloud.cloudformation.resource import Calls, Properties, Resource

_SEEN = 24
_TABLE_PARAMETERS = words(
    "AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes KeySchema"
    " LocalSecondaryIndexes ProvisionedThroughput Tags"
)
_PARAMETER = words("AllowedPattern DataType Description Policies Tier Type Value")


def _create_bucket(bucket: Resource) -> Calls:
    region = bucket.place.region
    location = None if region == "us-east-1" else {"LocationConstraint": region}
    yield "create_bucket", {"Bucket": bucket.id, "CreateBucketConfiguration": location}
    yield from _set_up_bucket(bucket)


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


def _start_of_bucket_name(stack: str, logical_id: str, _longest: int) -> str:
    """As seen in AWS: 24 characters of each, where the two together are too long."""
    return f"{stack[:_SEEN].rstrip('-')}-{logical_id[:_SEEN]}"


def _put_bucket_policy(policy: Resource) -> Calls:
    yield "put_bucket_policy", {"Bucket": policy["Bucket"], "Policy": as_json(policy["PolicyDocument"])}


def _create_table(table: Resource) -> Calls:
    given = table.some(*_TABLE_PARAMETERS)
    if stream := table.get("StreamSpecification"):
        given["StreamSpecification"] = stream | {"StreamEnabled": True}
    if encryption := table.get("SSESpecification"):
        given["SSESpecification"] = {"Enabled": encryption["SSEEnabled"], **encryption}
    yield "create_table", {"TableName": table.id, **given}
    yield from _set_up_table(table)


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


def _index_updates(properties: Properties, before: Properties) -> list[dict[str, Any]]:
    new = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    old = {index["IndexName"]: index for index in before.get("GlobalSecondaryIndexes", [])}
    created = [{"Create": index} for name, index in new.items() if name not in old]
    return created + [{"Delete": {"IndexName": name}} for name in old if name not in new]


def _put_parameter(parameter: Resource) -> Calls:
    overwrite = {"Overwrite": True} if parameter.before else {}
    yield "put_parameter", {"Name": parameter.id, **parameter.some(*_PARAMETER), **overwrite}
    parameter.attributes.update(parameter.some("Type", "Value"))


BUCKET = ResourceType(
    type="AWS::S3::Bucket",
    service="s3",
    create=_create_bucket,
    update=_set_up_bucket,
    delete=("delete_bucket", "Bucket"),
    gone=("NoSuchBucket",),
    name_property="BucketName",
    longest_name=63,
    lower_case=True,
    shortened=_start_of_bucket_name,
    attributes={
        "Arn": "arn:aws:s3:::{id}",
        "DomainName": "{id}.s3.amazonaws.com",
        "DualStackDomainName": "{id}.s3.dualstack.{region}.amazonaws.com",
        "RegionalDomainName": "{id}.s3.{region}.amazonaws.com",
        "WebsiteURL": "http://{id}.s3-website-{region}.amazonaws.com",
    },
    replacing=words("BucketName"),
    applied=frozenset({*bucket_settings.CALLS, "LoggingConfiguration"}),
)
TYPES = (
    BUCKET,
    ResourceType(
        type="AWS::S3::BucketPolicy",
        service="s3",
        create=_put_bucket_policy,
        ref="{properties[Bucket]}",
        update=_put_bucket_policy,
        delete=("delete_bucket_policy", "Bucket"),
        gone=("NoSuchBucket", "NoSuchBucketPolicy"),
        replacing=words("Bucket"),
        applied=words("Bucket PolicyDocument"),
    ),
    ResourceType(
        type="AWS::DynamoDB::Table",
        service="dynamodb",
        create=_create_table,
        update=_update_table,
        delete=("delete_table", "TableName"),
        gone=("ResourceNotFoundException",),
        name_property="TableName",
        attributes={
            "Arn": "{answer[TableDescription][TableArn]}",
            "StreamArn": "{answer[TableDescription][LatestStreamArn]}",
        },
        replacing=words("TableName KeySchema LocalSecondaryIndexes"),
        tagging=Tagging("ResourceArn", by="Arn"),
        applied=_TABLE_PARAMETERS
        | words("PointInTimeRecoverySpecification SSESpecification StreamSpecification TimeToLiveSpecification"),
    ),
    ResourceType(
        type="AWS::SSM::Parameter",
        service="ssm",
        create=_put_parameter,
        update=_put_parameter,
        delete=("delete_parameter", "Name"),
        gone=("ParameterNotFound",),
        name_property="Name",
        attributes={"Type": "{properties[Type]}", "Value": "{properties[Value]}"},
        replacing=words("Name"),
        applied=_PARAMETER,
    ),
)
