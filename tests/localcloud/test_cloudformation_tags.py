"""Tags of a template's resources: an update changes them where they are."""

from __future__ import annotations

from typing import Any

from tests.localcloud.delivery_world import World, world
from tests.localcloud.stack_fixture import Resources, Stack, att, resource, stack

__all__ = ["stack", "world"]

ASSUME = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST = {"Version": "2012-10-17", "Statement": [ASSUME]}
DEFINITION = '{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}'


def _resources(tags: dict[str, str]) -> Resources:
    listed = {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    role = att("Role", "Arn")
    code = {"Code": {"ZipFile": "x = 1"}, "Handler": "index.x", "Runtime": "python3.13", "Role": role}
    keys = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    return {
        "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST, **listed),
        "Key": resource("AWS::KMS::Key", KeyPolicy={"Statement": []}, **listed),
        "Queue": resource("AWS::SQS::Queue", **listed),
        "Topic": resource("AWS::SNS::Topic", **listed),
        "Function": resource("AWS::Lambda::Function", **code, **listed),
        "Machine": resource("AWS::StepFunctions::StateMachine", RoleArn=role, DefinitionString=DEFINITION, **listed),
        "Group": resource("AWS::Logs::LogGroup", **listed),
        "Rule": resource("AWS::Events::Rule", EventPattern={"source": ["mine"]}, **listed),
        "Bus": resource("AWS::Events::EventBus", Name="b", **listed),
        "Table": resource("AWS::DynamoDB::Table", **keys, **listed),
    }


def _as_map(tags: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:  # noqa: ANN401  (of any service)
    return {tag[key]: tag[value] for tag in tags}


def _found(world: World, stack: Stack) -> dict[str, dict[str, str]]:
    ids = {name: stack.id_of(name) for name in _resources({})}
    arns = stack.outputs()
    events, group = world.client("events"), ids["Group"]
    machine = world.client("stepfunctions").list_tags_for_resource(resourceArn=ids["Machine"])["tags"]
    return {
        "Role": _as_map(world.client("iam").list_role_tags(RoleName=ids["Role"])["Tags"]),
        "Key": _as_map(world.client("kms").list_resource_tags(KeyId=ids["Key"])["Tags"], "TagKey", "TagValue"),
        "Queue": world.client("sqs").list_queue_tags(QueueUrl=ids["Queue"])["Tags"],
        "Topic": _as_map(world.client("sns").list_tags_for_resource(ResourceArn=ids["Topic"])["Tags"]),
        "Function": world.client("lambda").list_tags(Resource=arns["Function"])["Tags"],
        "Machine": _as_map(machine, "key", "value"),
        "Group": world.client("logs").list_tags_log_group(logGroupName=group)["tags"],
        "Rule": _as_map(events.list_tags_for_resource(ResourceARN=arns["Rule"])["Tags"]),
        "Bus": _as_map(events.list_tags_for_resource(ResourceARN=arns["Bus"])["Tags"]),
        "Table": _as_map(world.client("dynamodb").list_tags_of_resource(ResourceArn=arns["Table"])["Tags"]),
    }


def test_an_update_changes_tags(world: World, stack: Stack) -> None:
    """A new one comes, a changed one changes, one that is gone goes; the resources stay."""
    outputs = {name: {"Value": att(name, "Arn")} for name in ("Function", "Rule", "Bus", "Table")}
    stack.deploy(_resources({"gone": "1", "kept": "2", "changed": "3"}), outputs)
    before = {name: stack.id_of(name) for name in _resources({})}
    wanted = {"kept": "2", "changed": "4", "new": "5"}
    assert stack.deploy(_resources(wanted), outputs)["StackStatus"] == "UPDATE_COMPLETE"
    assert _found(world, stack) == dict.fromkeys(before, wanted)
    assert {name: stack.id_of(name) for name in before} == before
