"""Who may do what: each role the least it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.template import Json, as_list

if TYPE_CHECKING:
    from tests.infra.template import StackTemplate

HAVE_NO_RESOURCES = {"xray", "logs"}
"""Services some of whose actions no policy can limit to a resource: tracing, log delivery."""

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
XRAY = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
KEY = {"kms:Decrypt", "kms:GenerateDataKey"}
READ_DROPS = {"s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions", *KEY}

ACTIONS = {
    "accept_drop": {
        "dynamodb:PutItem", "states:StartExecution",
        "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", *KEY,
    },
    "preflight": {"cognito-idp:DescribeUserPool", "cognito-idp:GetCSVHeader", *READ_DROPS},
    "start_import": {
        "cognito-idp:CreateUserImportJob", "cognito-idp:DescribeUserImportJob", "cognito-idp:ListUserImportJobs",
        "cognito-idp:StartUserImportJob", "iam:PassRole", "dynamodb:GetItem", "dynamodb:UpdateItem", *READ_DROPS,
    },
    "check_import": {"cognito-idp:DescribeUserImportJob"},
    "report_run": {
        "cognito-idp:DescribeUserImportJob", "dynamodb:GetItem", "dynamodb:UpdateItem", "s3:PutObject", *KEY,
    },
}  # fmt: skip


def _allowed(statements: list[Json]) -> list[tuple[str, Json | str]]:
    assert all(statement["Effect"] == "Allow" for statement in statements)
    return [
        (action, resource)
        for statement in statements
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def _joined(*parts: object) -> Json:
    return {"Fn::Join": ["", list(parts)]}


@pytest.mark.parametrize("folder", ACTIONS)
def test_a_function_may_do_what_it_does_and_no_more(stack: StackTemplate, folder: str) -> None:
    """The whole list, so that a new permission is seen where it is reviewed."""
    allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
    assert {action for action, _ in allowed} == ACTIONS[folder] | LOGS | XRAY


def test_no_policy_has_a_wildcard_in_an_action(stack: StackTemplate) -> None:
    """In roles nowhere; in resource policies only where everything is denied, and in the key's own."""
    for resource in stack.body["Resources"].values():
        properties = resource.get("Properties", {})
        documents = [
            properties.get("PolicyDocument"),
            *(each["PolicyDocument"] for each in properties.get("Policies", [])),
        ]
        for document in filter(None, documents):
            for statement in document["Statement"]:
                if statement["Effect"] == "Allow":
                    assert not [action for action in as_list(statement["Action"]) if "*" in action]


def test_only_what_has_no_resources_is_allowed_on_all(stack: StackTemplate) -> None:
    """Tracing and log delivery, nothing else."""
    for role in stack.all("AWS::IAM::Role"):
        for action, resource in _allowed(stack.statements(role.arn)):
            if resource == "*":
                assert action.partition(":")[0] in HAVE_NO_RESOURCES, f"{role.logical_id} may {action} everywhere"


def test_no_role_has_a_managed_policy(stack: StackTemplate) -> None:
    """AWS's own grow over time."""
    assert not [role.logical_id for role in stack.all("AWS::IAM::Role") if role.properties.get("ManagedPolicyArns")]


def test_cognito_writes_import_logs_with_a_role_as_in_its_guide(stack: StackTemplate) -> None:
    """Trust without a condition, four actions, Cognito's own log groups."""
    role = stack.logs_role
    assert role.properties["AssumeRolePolicyDocument"]["Statement"] == [
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"}}
    ]
    groups = _joined(
        "arn:", {"Ref": "AWS::Partition"}, ":logs:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"},
        ":log-group:/aws/cognito/*",
    )  # fmt: skip
    assert stack.statements(role.arn) == [
        {
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": groups,
        }
    ]


def test_one_function_may_pass_one_role_to_one_service(stack: StackTemplate) -> None:
    """start_import, the logs role, Cognito."""
    passing = {
        role.logical_id: statement
        for role in stack.all("AWS::IAM::Role")
        for statement in stack.statements(role.arn)
        if "iam:PassRole" in as_list(statement["Action"])
    }
    assert list(passing) == [stack.function("start_import").properties["Role"]["Fn::GetAtt"][0]]
    (statement,) = passing.values()
    assert statement == {
        "Action": "iam:PassRole",
        "Condition": {"StringEquals": {"iam:PassedToService": "cognito-idp.amazonaws.com"}},
        "Effect": "Allow",
        "Resource": stack.logs_role.arn,
    }


def test_cognito_is_called_for_the_configured_pools_only(stack: StackTemplate) -> None:
    """Each by its id."""
    for folder in ("preflight", "start_import", "check_import", "report_run"):
        allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
        pools = {
            str(resource).rpartition("userpool/")[2] for action, resource in allowed if action.startswith("cognito")
        }
        assert {pool[:19] for pool in pools} == {"us-east-1_AbCdEf123", "us-east-1_GhIjKl456"}


@pytest.mark.parametrize(
    ("folder", "action", "prefix"),
    [
        ("preflight", "s3:GetObjectVersion", "/inbox/*"),
        ("start_import", "s3:GetObjectVersion", "/inbox/*"),
        ("report_run", "s3:PutObject", "/results/*"),
    ],
)
def test_objects_are_reached_under_their_prefix_only(
    stack: StackTemplate, folder: str, action: str, prefix: str
) -> None:
    """Who reads drops writes no results, and the other way round."""
    allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
    assert [resource for each, resource in allowed if each == action] == [_joined(stack.drop_bucket.arn, prefix)]


def test_the_state_machine_may_call_its_functions_publish_and_mark(stack: StackTemplate) -> None:
    """Four functions, one topic, one table, one key."""
    role = stack.one("AWS::StepFunctions::StateMachine").properties["RoleArn"]
    allowed = [(action, resource) for action, resource in _allowed(stack.statements(role)) if resource != "*"]
    called = [stack.function(name).arn for name in ("preflight", "start_import", "check_import", "report_run")]
    expected = [
        *(("lambda:InvokeFunction", arn) for arn in called),
        ("sns:Publish", stack.one("AWS::SNS::Topic").ref),
        ("dynamodb:UpdateItem", stack.one("AWS::DynamoDB::Table").arn),
        ("kms:Decrypt", stack.key.arn),
        ("kms:GenerateDataKey", stack.key.arn),
    ]
    assert sorted(allowed, key=str) == sorted(expected, key=str)
