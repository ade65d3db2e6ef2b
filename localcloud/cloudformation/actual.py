"""What a resource is like now, in the properties that are changed by hand most.

A type without a reader is not checked for drift, as AWS does not check the policies of queues and topics and those that
a template attaches to roles. Guaranteed: a reader asks the service that has the resource, and gives properties by the
names of the CloudFormation reference.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from localcloud.cloudformation.identity import is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.cloudformation.resource import Properties, Resource

_FUNCTION: Final = ("Handler", "MemorySize", "Role", "Runtime", "Timeout")


def _key(key: Resource) -> Properties:
    policy = key.place.call("kms", "get_key_policy", KeyId=key.id, PolicyName="default")["Policy"]
    rotation = key.place.call("kms", "get_key_rotation_status", KeyId=key.id)
    described = key.place.call("kms", "describe_key", KeyId=key.id)["KeyMetadata"]
    return {
        "Description": described["Description"],
        "Enabled": described["Enabled"],
        "EnableKeyRotation": rotation["KeyRotationEnabled"],
        "KeyPolicy": json.loads(policy),
    }


def _queue(queue: Resource) -> Properties:
    read = queue.place.call("sqs", "get_queue_attributes", QueueUrl=queue.id, AttributeNames=["All"])
    given: Properties = read["Attributes"]
    documents = {name: json.loads(given[name]) for name in ("RedrivePolicy", "RedriveAllowPolicy") if name in given}
    return given | documents


def _bucket_policy(policy: Resource) -> Properties:
    found = policy.place.call("s3", "get_bucket_policy", Bucket=policy["Bucket"])["Policy"]
    return {"PolicyDocument": json.loads(found)}


def _role(role: Resource) -> Properties:
    described = role.place.call("iam", "get_role", RoleName=role.id)["Role"]
    inline = role.place.call("iam", "list_role_policies", RoleName=role.id)["PolicyNames"]
    attached = role.place.call("iam", "list_attached_role_policies", RoleName=role.id)["AttachedPolicies"]
    arns, wanted = {policy["PolicyArn"] for policy in attached}, role.get("ManagedPolicyArns", [])
    return {
        "AssumeRolePolicyDocument": described["AssumeRolePolicyDocument"],
        "ManagedPolicyArns": [arn for arn in wanted if arn in arns or not is_known(role, arn)]
        + sorted(arns.difference(wanted)),
        "MaxSessionDuration": described["MaxSessionDuration"],
        "Policies": [
            {"PolicyName": policy["PolicyName"], "PolicyDocument": _of_role(role, policy["PolicyName"])}
            for policy in role.get("Policies", [])
            if policy["PolicyName"] in inline
        ],
    }


def _of_role(role: Resource, policy: str) -> Any:  # noqa: ANN401  (any JSON)
    return role.place.call("iam", "get_role_policy", RoleName=role.id, PolicyName=policy)["PolicyDocument"]


def _function(function: Resource) -> Properties:
    found = function.place.call("lambda", "get_function_configuration", FunctionName=function.id)
    return {**{name: found.get(name) for name in _FUNCTION}, "Environment": found.get("Environment", {})}


READERS: Final[Mapping[str, Callable[[Resource], Properties]]] = {
    "AWS::IAM::Role": _role,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::Function": _function,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SQS::Queue": _queue,
}
