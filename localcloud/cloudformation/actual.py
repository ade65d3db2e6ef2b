"""What a resource is like now, in the properties that are changed by hand most: policies, keys, queues and functions.

A type without a reader is not checked for drift. Guaranteed: a reader asks the service that has the resource, and gives
properties by the names of the CloudFormation reference.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/detect-drift-stack.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.cloudformation.resource_type import Properties, Resource

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


def _queue_policy(policy: Resource) -> Properties:
    found = [
        policy.place.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
        for url in policy["Queues"]
    ]
    return _document(policy, [one.get("Policy") for one in found])


def _topic_policy(policy: Resource) -> Properties:
    found = [policy.place.call("sns", "get_topic_attributes", TopicArn=arn)["Attributes"] for arn in policy["Topics"]]
    return _document(policy, [one.get("Policy") for one in found])


def _bucket_policy(policy: Resource) -> Properties:
    return _document(policy, [policy.place.call("s3", "get_bucket_policy", Bucket=policy["Bucket"])["Policy"]])


def _document(policy: Resource, found: list[str | None]) -> Properties:
    """The document that differs from the template's, if one does."""
    documents = [json.loads(text or "{}") for text in found]
    differing = [document for document in documents if document != policy["PolicyDocument"]]
    return {"PolicyDocument": (differing or documents)[0]}


def _role(role: Resource) -> Properties:
    described = role.place.call("iam", "get_role", RoleName=role.id)["Role"]
    attached = role.place.call("iam", "list_attached_role_policies", RoleName=role.id)["AttachedPolicies"]
    return {
        "AssumeRolePolicyDocument": described["AssumeRolePolicyDocument"],
        "ManagedPolicyArns": sorted(policy["PolicyArn"] for policy in attached),
        "MaxSessionDuration": described["MaxSessionDuration"],
        "Policies": [
            {"PolicyName": policy["PolicyName"], "PolicyDocument": _of_role(role, role.id, policy["PolicyName"])}
            for policy in role.get("Policies", [])
        ],
    }


def _policy(policy: Resource) -> Properties:
    texts = [_of_role(policy, role, policy["PolicyName"]) for role in policy.get("Roles", [])]
    return _document(policy, [json.dumps(text) for text in texts]) if texts else {}


def _of_role(resource: Resource, role: str, policy: str) -> Any:  # noqa: ANN401  (any JSON)
    return resource.place.call("iam", "get_role_policy", RoleName=role, PolicyName=policy)["PolicyDocument"]


def _function(function: Resource) -> Properties:
    found = function.place.call("lambda", "get_function_configuration", FunctionName=function.id)
    return {**{name: found.get(name) for name in _FUNCTION}, "Environment": found.get("Environment", {})}


READERS: Final[Mapping[str, Callable[[Resource], Properties]]] = {
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::Role": _role,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::Function": _function,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
}
