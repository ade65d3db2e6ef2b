"""Roles, functions, state machines and the rest of a stack, asked through their services: created, updated, deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.delivery_world import World, world
from tests.localcloud.stack_fixture import Resources, Stack, att, ref, resource, stack

if TYPE_CHECKING:
    from localcloud.cloudformation.resource import Properties

__all__ = ["stack", "world"]

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}


def test_a_role_follows_its_template(world: World, stack: Stack) -> None:
    """Trust, inline policies and policies of their own are created, changed and removed."""

    def resources(policy: str, action: str) -> Resources:
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        return {
            "R": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument=TRUST,
                Description=action,
                Policies=[{"PolicyName": policy, "PolicyDocument": document}],
            ),
            "P": resource("AWS::IAM::Policy", PolicyName="own", PolicyDocument=document, Roles=[ref("R")]),
        }

    stack.deploy(resources("one", "sqs:*"))
    iam, name = world.client("iam"), stack.id_of("R")
    assert len(name) <= 64
    stack.deploy(resources("two", "sns:*"))
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "sns:*"
    assert sorted(iam.list_role_policies(RoleName=name)["PolicyNames"]) == ["own", "two"]
    own = iam.get_role_policy(RoleName=name, PolicyName="own")["PolicyDocument"]
    assert own["Statement"][0]["Action"] == "sns:*"
    assert stack.delete() == "DELETE_COMPLETE"
    assert iam.list_roles()["Roles"] == []


def test_functions_have_all_their_settings(world: World, stack: Stack) -> None:
    """Environment, memory, timeout, architecture, concurrency, log group, permission, invoke config, mapping."""
    allow = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    polling = {"PolicyName": "poll", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow]}}

    def resources(size: int, **more: Any) -> Resources:  # noqa: ANN401  (properties of a template)
        return {
            "R": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST, Policies=[polling]),
            "Q": resource("AWS::SQS::Queue"),
            "L": resource("AWS::Logs::LogGroup", RetentionInDays=30, KmsKeyId="k"),
            "F": resource(
                "AWS::Lambda::Function",
                Code={"ZipFile": "def handler(event, context): pass"},
                Handler="index.handler",
                Runtime="python3.13",
                Role=att("R", "Arn"),
                Environment={"Variables": {"A": size}},
                MemorySize=size,
                Timeout=30,
                Architectures=["arm64"],
                LoggingConfig={"LogGroup": ref("L")},
                **more,
            ),
            "P": resource(
                "AWS::Lambda::Permission",
                FunctionName=att("F", "Arn"),
                Action="lambda:InvokeFunction",
                Principal="events.amazonaws.com",
            ),
            "I": resource(
                "AWS::Lambda::EventInvokeConfig",
                FunctionName=ref("F"),
                Qualifier="$LATEST",
                MaximumRetryAttempts=1 if size == 256 else 0,
            ),
            "M": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=att("Q", "Arn"),
                FunctionName=ref("F"),
                BatchSize=size // 100,
                FunctionResponseTypes=["ReportBatchItemFailures"],
                ScalingConfig={"MaximumConcurrency": 2},
                MaximumBatchingWindowInSeconds=1,
            ),
        }

    stack.deploy(resources(256, ReservedConcurrentExecutions=3))
    client, name = world.client("lambda"), stack.id_of("F")
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 3
    stack.deploy(resources(512))
    configuration = client.get_function_configuration(FunctionName=name)
    assert (configuration["MemorySize"], configuration["Timeout"]) == (512, 30)
    assert configuration["Environment"] == {"Variables": {"A": "512"}}
    assert configuration["Architectures"] == ["arm64"]
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName=name)
    statement = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"][0]
    assert (statement["Principal"], statement["Sid"]) == ({"Service": "events.amazonaws.com"}, stack.id_of("P"))
    assert client.get_function_event_invoke_config(FunctionName=name)["MaximumRetryAttempts"] == 0
    mapping = client.get_event_source_mapping(UUID=stack.id_of("M"))
    assert (mapping["BatchSize"], mapping["ScalingConfig"]) == (5, {"MaximumConcurrency": 2})
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    (group,) = world.client("logs").describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"], group["kmsKeyId"]) == (stack.id_of("L"), 30, "k")
    assert stack.delete() == "DELETE_COMPLETE"
    assert client.list_event_source_mappings()["EventSourceMappings"] == []


def test_a_state_machine_follows_its_definition(world: World, stack: Stack) -> None:
    """Definition, substitutions, logging and role; an update keeps the ARN."""

    def resources(comment: str) -> Resources:
        definition = {"Comment": "${c}", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
        log = {"CloudWatchLogsLogGroup": {"LogGroupArn": att("L", "Arn")}}
        return {
            "L": resource("AWS::Logs::LogGroup", LogGroupName="/aws/vendedlogs/states/m"),
            "R": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST),
            "M": resource(
                "AWS::StepFunctions::StateMachine",
                DefinitionString=json.dumps(definition),
                DefinitionSubstitutions={"c": comment},
                RoleArn=att("R", "Arn"),
                LoggingConfiguration={"Level": "ALL", "IncludeExecutionData": False, "Destinations": [log]},
                TracingConfiguration={"Enabled": True},
            ),
        }

    stack.deploy(resources("one"), {"Name": {"Value": att("M", "Name")}})
    client, arn = world.client("stepfunctions"), stack.id_of("M")
    assert arn.endswith(f":stateMachine:{stack.outputs()['Name']}")
    stack.deploy(resources("two"))
    described = client.describe_state_machine(stateMachineArn=arn)
    assert json.loads(described["definition"])["Comment"] == "two"
    assert described["loggingConfiguration"]["level"] == "ALL"
    group = described["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    assert group.endswith(":log-group:/aws/vendedlogs/states/m:*")


def test_alarms_dashboards_aliases_queries_and_pools_exist(world: World, stack: Stack) -> None:
    """The rest of what a stack of ours may use is there, with its attributes."""
    stack.deploy(
        {
            "K": resource("AWS::KMS::Key", KeyPolicy=ALLOW, Description="d"),
            "A": resource("AWS::KMS::Alias", AliasName="alias/mine", TargetKeyId=att("K", "Arn")),
            "Q": resource("AWS::SQS::Queue"),
            "W": resource(
                "AWS::CloudWatch::Alarm",
                Namespace="AWS/SQS",
                MetricName="ApproximateNumberOfMessagesVisible",
                Dimensions=[{"Name": "QueueName", "Value": att("Q", "QueueName")}],
                ComparisonOperator="GreaterThanThreshold",
                EvaluationPeriods=1,
                Period=60,
                Statistic="Maximum",
                Threshold=0,
                TreatMissingData="notBreaching",
            ),
            "D": resource("AWS::CloudWatch::Dashboard", DashboardBody='{"widgets": []}'),
            "S": resource("AWS::Logs::QueryDefinition", Name="q", QueryString="fields @message"),
            "U": resource(
                "AWS::Cognito::UserPool",
                AutoVerifiedAttributes=["email"],
                UsernameAttributes=["email"],
                Schema=[{"Name": "department", "AttributeDataType": "String", "Mutable": True}],
            ),
            "C": resource("AWS::Cognito::UserPoolClient", UserPoolId=ref("U"), GenerateSecret=True),
        },
        {"Pool": {"Value": att("U", "Arn")}, "Secret": {"Value": att("C", "ClientSecret")}},
    )
    (alarm,) = world.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert (alarm["AlarmName"], alarm["Threshold"]) == (stack.id_of("W"), 0.0)
    assert world.client("cloudwatch").get_dashboard(DashboardName=stack.id_of("D"))["DashboardBody"]
    aliases = world.client("kms").list_aliases(KeyId=stack.id_of("K"))["Aliases"]
    assert [one["AliasName"] for one in aliases] == ["alias/mine"]
    cognito = world.client("cognito-idp")
    pool = cognito.describe_user_pool(UserPoolId=stack.id_of("U"))["UserPool"]
    assert (pool["Arn"], pool["UsernameAttributes"]) == (stack.outputs()["Pool"], ["email"])
    assert "custom:department" in [one["Name"] for one in pool["SchemaAttributes"]]
    client = cognito.describe_user_pool_client(UserPoolId=pool["Id"], ClientId=stack.id_of("C"))["UserPoolClient"]
    assert client["ClientSecret"] == stack.outputs()["Secret"]
    assert stack.delete() == "DELETE_COMPLETE"
    key = world.client("kms").describe_key(KeyId=aliases[0]["TargetKeyId"])["KeyMetadata"]
    assert key["KeyState"] == "PendingDeletion"
    assert cognito.list_user_pools(MaxResults=10)["UserPools"] == []


@pytest.mark.parametrize(
    ("type_", "versions", "reason"),
    [
        (
            "AWS::KMS::Key",
            (
                {"KeyPolicy": ALLOW},
                {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS"},
                {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
            ),
            "You cannot change the values of the KeySpec, KeyUsage, Origin, or MultiRegion properties",
        ),
        (
            "AWS::Cognito::UserPool",
            (
                {"UsernameAttributes": ["email"]},
                {"AutoVerifiedAttributes": ["email"]},
                {"UsernameAttributes": ["phone_number"]},
            ),
            "Updates are not allowed for property - UsernameAttributes.",
        ),
    ],
)
def test_what_cannot_be_changed_fails_the_update(
    stack: Stack, type_: str, versions: tuple[Properties, Properties, Properties], reason: str
) -> None:
    """A key and a pool are not replaced, as what they hold would be lost; a default may be written out."""
    first, same, other = versions
    stack.deploy({"R": resource(type_, **first)})
    known = stack.id_of("R")
    assert stack.deploy({"R": resource(type_, **first, **same)})["StackStatus"] == "UPDATE_COMPLETE"
    described = stack.deploy({"R": resource(type_, **(first | same | other))})
    assert (described["StackStatus"], stack.id_of("R")) == ("UPDATE_ROLLBACK_COMPLETE", known)
    assert reason in stack.reasons("R")
