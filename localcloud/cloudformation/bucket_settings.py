"""A bucket's settings: from the property of the template to the call of the API.

`storage` makes the calls.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.api import truth

if TYPE_CHECKING:
    from collections.abc import Callable

    Translate = Callable[[Any], Any]
    Undo = tuple[str, dict[str, Any]]


def logging(value: dict[str, Any] | None) -> dict[str, str]:
    """LoggingConfiguration as moto keeps it."""
    if not value:
        return {}
    return {"TargetBucket": value.get("DestinationBucketName", ""), "TargetPrefix": value.get("LogFilePrefix", "")}


def _same(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    return value


def _encryption(value: dict[str, Any]) -> dict[str, Any]:
    rules = []
    for rule in value["ServerSideEncryptionConfiguration"]:
        default = rule.get("ServerSideEncryptionByDefault")
        rules.append({"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": rule.get("BucketKeyEnabled")})
    return {"Rules": rules}


def _lifecycle(value: dict[str, Any]) -> dict[str, Any]:
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    tags = rule.get("TagFilters", [])
    conditions: dict[str, Any] = {
        name: rule[name] for name in ("Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan") if name in rule
    }
    if len(conditions) + len(tags) > 1:
        selection: dict[str, Any] = {"And": conditions | {"Tags": tags}}
    else:
        selection = conditions | ({"Tag": tags[0]} if tags else {})
    expiration = {
        "Days": rule.get("ExpirationInDays"),
        "Date": rule.get("ExpirationDate"),
        "ExpiredObjectDeleteMarker": rule.get("ExpiredObjectDeleteMarker"),
    }
    noncurrent = rule.get("NoncurrentVersionExpiration") or {
        "NoncurrentDays": rule.get("NoncurrentVersionExpirationInDays")
    }
    translated: dict[str, Any] = {
        "ID": rule.get("Id"),
        "Status": rule["Status"],
        # An empty prefix is how the API says "every object".
        "Filter": selection or {"Prefix": ""},
        "Expiration": _present(expiration),
        "NoncurrentVersionExpiration": _present(noncurrent),
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
        "Transitions": [
            {
                "Days": one.get("TransitionInDays"),
                "Date": one.get("TransitionDate"),
                "StorageClass": one["StorageClass"],
            }
            for one in rule.get("Transitions", [])
        ],
        "NoncurrentVersionTransitions": [
            {
                "NoncurrentDays": one["TransitionInDays"],
                "StorageClass": one["StorageClass"],
                "NewerNoncurrentVersions": one.get("NewerNoncurrentVersions"),
            }
            for one in rule.get("NoncurrentVersionTransitions", [])
        ],
    }
    return {name: one for name, one in translated.items() if one}


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _notification(value: dict[str, Any]) -> dict[str, Any]:
    translated: dict[str, Any] = {
        f"{target}Configurations": [
            {f"{target}Arn": one[source], "Events": [one["Event"]], "Filter": _filter(one.get("Filter"))}
            for one in value.get(f"{name}Configurations", [])
        ]
        for name, source, target in (
            ("Lambda", "Function", "LambdaFunction"),
            ("Queue", "Queue", "Queue"),
            ("Topic", "Topic", "Topic"),
        )
    }
    translated = {name: one for name, one in translated.items() if one}
    bridge = value.get("EventBridgeConfiguration")
    if bridge is not None and truth(bridge.get("EventBridgeEnabled", True)):
        translated["EventBridgeConfiguration"] = {}
    return translated


def _filter(value: dict[str, Any] | None) -> dict[str, Any] | None:
    return {"Key": {"FilterRules": value["S3Key"]["Rules"]}} if value else None


def _canned_acl(value: str) -> str:
    # LogDeliveryWrite is log-delivery-write to the API.
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", value).lower()


def _cors(value: dict[str, Any]) -> dict[str, Any]:
    renamed = {"Id": "ID", "ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return {"CORSRules": [{renamed.get(name, name): one for name, one in rule.items()} for rule in value["CorsRules"]]}


def _tags(value: list[dict[str, Any]]) -> dict[str, Any]:
    return {"TagSet": value}


CALLS: dict[str, tuple[str, str, Translate, Undo]] = {
    "VersioningConfiguration": (
        "put_bucket_versioning",
        "VersioningConfiguration",
        _same,
        ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Suspended"}}),
    ),
    "BucketEncryption": (
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        _encryption,
        ("delete_bucket_encryption", {}),
    ),
    "LifecycleConfiguration": (
        "put_bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        _lifecycle,
        ("delete_bucket_lifecycle", {}),
    ),
    "PublicAccessBlockConfiguration": (
        "put_public_access_block",
        "PublicAccessBlockConfiguration",
        _same,
        ("delete_public_access_block", {}),
    ),
    "OwnershipControls": (
        "put_bucket_ownership_controls",
        "OwnershipControls",
        _same,
        ("delete_bucket_ownership_controls", {}),
    ),
    "NotificationConfiguration": (
        "put_bucket_notification_configuration",
        "NotificationConfiguration",
        _notification,
        ("put_bucket_notification_configuration", {"NotificationConfiguration": {}}),
    ),
    "CorsConfiguration": ("put_bucket_cors", "CORSConfiguration", _cors, ("delete_bucket_cors", {})),
    "AccessControl": ("put_bucket_acl", "ACL", _canned_acl, ("put_bucket_acl", {"ACL": "private"})),
    "Tags": ("put_bucket_tagging", "Tagging", _tags, ("delete_bucket_tagging", {})),
}
"""Property: operation, its parameter, the translation, and the call that undoes it."""
