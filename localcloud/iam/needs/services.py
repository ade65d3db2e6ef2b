"""What operations of the other services need: mostly an action of the operation's name on the resource that it names.

Guarantees resources of Lambda, SQS, SNS, Step Functions, EventBridge, CloudWatch Logs, Cognito user pools, KMS,
CloudFormation, Systems Manager, IAM and STS; an operation of any other service, or one that names nothing, has the
resource `*`.

Source:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from localcloud.iam.need import Need

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.iam.operations import Operation

_RENAMED: Final = {
    ("lambda", "Invoke"): "InvokeFunction",
    ("lambda", "InvokeWithResponseStream"): "InvokeFunction",
    ("sns", "PublishBatch"): "Publish",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "SendMessageBatch"): "SendMessage",
}

# Service → parameters that name the resource, in order of preference, and the end of its ARN.
_NAMED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "cloudformation": (("StackName", "stack/{}/*"),),
    "cognito-idp": (("UserPoolId", "userpool/{}"), ("ResourceArn", "{}")),
    "sns": (
        ("TopicArn", "{}"),
        ("TargetArn", "{}"),
        ("ResourceArn", "{}"),
        ("Name", "{}"),
    ),
    "ssm": (("Name", "parameter/{}"), ("Path", "parameter/{}")),
    "states": (
        ("executionArn", "{}"),
        ("stateMachineArn", "{}"),
        ("stateMachineVersionArn", "{}"),
        ("stateMachineAliasArn", "{}"),
        ("activityArn", "{}"),
        ("resourceArn", "{}"),
        ("name", "stateMachine:{}"),
    ),
    "sts": (("RoleArn", "{}"),),
}


def needs(operation: Operation) -> list[Need]:
    """Everything the operation needs of its own service."""
    name = _RENAMED.get((operation.prefix, operation.name), operation.name)
    action = f"{operation.prefix}:{name}"
    context: dict[str, str] = {}
    if operation.prefix == "cloudwatch" and "Namespace" in operation.parameters:
        context["cloudwatch:namespace"] = operation.parameters["Namespace"]
    find = _FINDERS.get(operation.prefix, _named)
    return [Need(action, resource, context) for resource in dict.fromkeys(find(operation)) if resource] or [
        Need(action, "*", context)
    ]


def _named(operation: Operation) -> list[str]:
    for parameter, end in _NAMED.get(operation.prefix, ()):
        value = operation.parameters.get(parameter)
        if value:
            text = str(value)
            return [text if text.startswith("arn:") else operation.arn(end.format(text.removeprefix("/")))]
    return []


def _states(operation: Operation) -> list[str]:
    token = operation.parameters.get("taskToken")
    if token:
        return _waiting_for(token, operation)
    return _named(operation)


def _waiting_for(token: str, operation: Operation) -> list[str]:
    """The state machine whose task has the token; nothing for an unknown token."""
    backend = stepfunctions_parser_backends[operation.account_id][operation.region]
    for execution in backend._get_executions():  # noqa: SLF001  (moto's own way to find a token)
        env = execution.exec_worker.env if execution.exec_worker else None
        if env and env.callback_pool_manager.get(token):
            return [str(execution.state_machine.arn)]
    return []


def _queues(operation: Operation) -> list[str]:
    given = operation.parameters
    name = given.get("QueueName") or str(given.get("QueueUrl", "")).rpartition("/")[2]
    return [operation.arn(name)] if name else []


def _functions(operation: Operation) -> list[str]:
    name = str(operation.parameters.get("FunctionName", ""))
    if not name:
        return []
    version = operation.parameters.get("Qualifier")
    end = f":{version}" if version and not name.endswith(f":{version}") else ""
    if name.startswith("arn:"):
        return [f"{name}{end}"]
    # A partial ARN, 123456789012:function:name, says nothing more than the name.
    return [operation.arn(f"function:{name.rpartition('function:')[2]}{end}")]


def _events(operation: Operation) -> list[str]:
    given = operation.parameters
    if operation.name == "PutEvents":
        return [_bus(operation, entry.get("EventBusName")) for entry in given.get("Entries", [])]
    rule = given.get("Rule") or (given.get("Name") if operation.name.endswith("Rule") else None)
    if rule:
        bus = given.get("EventBusName")
        place = "" if bus in (None, "default") else f"{str(bus).rpartition('/')[2]}/"
        return [operation.arn(f"rule/{place}{rule}")]
    bus = given.get("EventBusName") or (given.get("Name") if operation.name.endswith("EventBus") else None)
    return [_bus(operation, bus)] if bus else []


def _bus(operation: Operation, name: str | None) -> str:
    return name if name and name.startswith("arn:") else operation.arn(f"event-bus/{name or 'default'}")


def _logs(operation: Operation) -> list[str]:
    """A log group is in requests with an empty stream at its end, as IAM's own messages show it."""
    given = operation.parameters
    identifier = str(given.get("logGroupIdentifier", "")).rpartition("log-group:")[2].removesuffix(":*")
    groups = [given.get("logGroupName") or identifier] if given.get("logGroupName") or identifier else []
    groups += given.get("logGroupNames", [])
    stream = given.get("logStreamName", "")
    if operation.name == "DescribeLogGroups":
        groups = [""]
    return [operation.arn(f"log-group:{group}:log-stream:{stream}") for group in groups]


def _keys(operation: Operation) -> list[str]:
    key = str(operation.parameters.get("KeyId", ""))
    backend = kms_backends[operation.account_id][operation.region]
    if not key or ("alias/" in key and not backend.alias_exists(backend.get_alias_name(key))):
        return []
    found = backend.keys.get(backend.any_id_to_key_id(key))
    return [found.arn] if found else []


def _identities(operation: Operation) -> list[str]:
    given: Mapping[str, Any] = operation.parameters
    if "PolicySourceArn" in given:
        return [given["PolicySourceArn"]]
    if "PolicyArn" in given and "RoleName" not in given:
        return [given["PolicyArn"]]
    if "RoleName" not in given:
        return []
    try:
        return [iam_backends[operation.account_id][operation.partition].get_role(given["RoleName"]).arn]
    except NotFoundException:
        return [f"arn:{operation.partition}:iam::{operation.account_id}:role/{given['RoleName']}"]


_FINDERS: Final[dict[str, Callable[[Operation], list[str]]]] = {
    "events": _events,
    "iam": _identities,
    "kms": _keys,
    "lambda": _functions,
    "logs": _logs,
    "sqs": _queues,
    "states": _states,
}
