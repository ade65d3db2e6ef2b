"""What a resource is like now, in the properties that are changed by hand most.

A type without a reader is not checked for drift, as AWS does not check the policies of queues and topics and those that
a template attaches to roles. Guaranteed: a reader asks the service that has the resource, gives properties by the
names of the CloudFormation reference, and raises an error of the type's row or GoneError if the resource is gone.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from localcloud.cloudformation.compute import definition_of
from localcloud.cloudformation.identity import is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.cloudformation.resource import Properties, Resource

_FUNCTION: Final = ("Handler", "MemorySize", "Role", "Runtime", "Timeout")


class GoneError(Exception):
    """The service answers without an error, and without the resource."""


def _alarm(alarm: Resource) -> Properties:
    found = alarm.place.call("cloudwatch", "describe_alarms", AlarmNames=[alarm.id])["MetricAlarms"]
    described = _only(found)
    return {name: described[name] for name in ("ActionsEnabled", "AlarmActions") if name in described}


def _dashboard(dashboard: Resource) -> Properties:
    dashboard.place.call("cloudwatch", "get_dashboard", DashboardName=dashboard.id)
    return {}


def _table(table: Resource) -> Properties:
    described = table.place.call("dynamodb", "describe_table", TableName=table.id)["Table"]
    return {"DeletionProtectionEnabled": described["DeletionProtectionEnabled"]}


def _rule(rule: Resource) -> Properties:
    bus, name = rule.get("EventBusName"), rule.id.rsplit("|", 1)[-1]
    described = rule.place.call("events", "describe_rule", Name=name, EventBusName=bus)
    listed = rule.place.call("events", "list_targets_by_rule", Rule=name, EventBusName=bus)["Targets"]
    order = {target["Id"]: place for place, target in enumerate(rule.get("Targets", []))}
    return {
        "State": described["State"],
        "ScheduleExpression": described.get("ScheduleExpression"),
        "Targets": sorted(listed, key=lambda target: order.get(target["Id"], len(order))),
    }


def _permission(permission: Resource) -> Properties:
    policy = permission.place.call("lambda", "get_policy", FunctionName=permission["FunctionName"])["Policy"]
    _only([one for one in json.loads(policy)["Statement"] if one["Sid"] == permission.id])
    return {}


def _mapping(mapping: Resource) -> Properties:
    described = mapping.place.call("lambda", "get_event_source_mapping", UUID=mapping.id)
    return {"BatchSize": described["BatchSize"], "Enabled": described["State"] == "Enabled"}


def _log_group(group: Resource) -> Properties:
    found = group.place.call("logs", "describe_log_groups", logGroupNamePrefix=group.id)["logGroups"]
    described = _only([one for one in found if one["logGroupName"] == group.id])
    return {"RetentionInDays": described.get("retentionInDays")}


def _query(query: Resource) -> Properties:
    found = query.place.call("logs", "describe_query_definitions", queryDefinitionNamePrefix=query["Name"])
    described = _only([one for one in found["queryDefinitions"] if one["queryDefinitionId"] == query.id])
    return {"QueryString": described["queryString"]}


def _bucket(bucket: Resource) -> Properties:
    versioning = bucket.place.call("s3", "get_bucket_versioning", Bucket=bucket.id)
    events = bucket.place.call("s3", "get_bucket_notification_configuration", Bucket=bucket.id)
    wanted = bucket.get("NotificationConfiguration", {})
    sends = {"EventBridgeEnabled": True} if "EventBridgeConfiguration" in events else {}
    return {
        "VersioningConfiguration": {"Status": versioning.get("Status", "Suspended")},
        "NotificationConfiguration": wanted | {"EventBridgeConfiguration": sends},
        "LifecycleConfiguration": _lifecycle(bucket),
    }


def _lifecycle(bucket: Resource) -> Properties:
    """As the template has it, if there are as many rules."""
    wanted: Properties = bucket.get("LifecycleConfiguration", {})
    try:
        rules = bucket.place.call("s3", "get_bucket_lifecycle_configuration", Bucket=bucket.id)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
            raise
        rules = []
    return wanted if len(rules) == len(wanted.get("Rules", [])) else {"Rules": rules}


def _subscription(subscription: Resource) -> Properties:
    found = subscription.place.call("sns", "get_subscription_attributes", SubscriptionArn=subscription.id)
    return {"RawMessageDelivery": found["Attributes"].get("RawMessageDelivery", "false")}


def _topic(topic: Resource) -> Properties:
    found = topic.place.call("sns", "get_topic_attributes", TopicArn=topic.id)["Attributes"]
    return {"KmsMasterKeyId": found.get("KmsMasterKeyId")}


def _parameter(parameter: Resource) -> Properties:
    found = parameter.place.call("ssm", "get_parameter", Name=parameter.id)["Parameter"]
    return {"Type": found["Type"], "Value": found["Value"]}


def _machine(machine: Resource) -> Properties:
    found = machine.place.call("stepfunctions", "describe_state_machine", stateMachineArn=machine.id)
    is_same = found["definition"] == definition_of(machine)
    return {
        "RoleArn": found["roleArn"],
        "DefinitionString": machine.get("DefinitionString") if is_same else found["definition"],
    }


def _only(found: list[Any]) -> Any:  # noqa: ANN401  (any JSON)
    if not found:
        raise GoneError
    return found[0]


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


def _invoke_config(config: Resource) -> Properties:
    found = config.place.call("lambda", "get_function_event_invoke_config", FunctionName=config["FunctionName"])
    return {name: found.get(name) for name in ("MaximumEventAgeInSeconds", "MaximumRetryAttempts")}


def _function(function: Resource) -> Properties:
    found = function.place.call("lambda", "get_function_configuration", FunctionName=function.id)
    return {**{name: found.get(name) for name in _FUNCTION}, "Environment": found.get("Environment", {})}


READERS: Final[Mapping[str, Callable[[Resource], Properties]]] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::DynamoDB::Table": _table,
    "AWS::Events::Rule": _rule,
    "AWS::IAM::Role": _role,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::EventInvokeConfig": _invoke_config,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::Logs::QueryDefinition": _query,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::SQS::Queue": _queue,
    "AWS::SSM::Parameter": _parameter,
    "AWS::StepFunctions::StateMachine": _machine,
}
