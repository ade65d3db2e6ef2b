"""Who may do what: each role the least it needs."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

import pytest

from tests.active_user_calls import IS_MADE, MAKE_ACTIVE
from tests.infra.state_machine import FUNCTIONS
from tests.infra.template import Json, as_list
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from tests.infra.template import StackTemplate

HAVE_NO_RESOURCES = {"xray", "logs"}
"""Services some of whose actions no policy can limit to a resource: tracing, log delivery."""

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
XRAY = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
POOL, POOLS = "ssm:GetParameter", "ssm:GetParametersByPath"
KEY = {"kms:Decrypt", "kms:GenerateDataKey"}
LIST_BUCKET = {"s3:ListBucket"}
WRITE = {"s3:PutObject", "s3:AbortMultipartUpload"}
LOCK = {"dynamodb:GetItem", "dynamodb:Query", *(f"dynamodb:{write}Item" for write in ("Put", "Update", "Delete"))}
"""What taking and passing turns needs; the items of a transaction are allowed one by one."""

ACTIONS = {
    "accept_drop": {
        "dynamodb:PutItem", "states:StartExecution", "states:DescribeExecution", POOL,
        "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", *KEY,
    },
    "preflight": {
        "cognito-idp:DescribeUserPool", "cognito-idp:GetCSVHeader", "cognito-idp:ListUsers",
        "cognito-idp:DescribeUserPoolClient", "cognito-idp:GetUserPoolMfaConfig", "cognito-idp:ListUserPoolClients",
        "cognito-idp:ListUserImportJobs", "dynamodb:GetItem", "dynamodb:UpdateItem", "s3:GetObjectVersion",
        POOL, POOLS, *LIST_BUCKET, *WRITE, *KEY,
    },
    "import_queue": {
        "cognito-idp:DescribeUserImportJob", "cognito-idp:ListUserImportJobs", "states:SendTaskSuccess",
        "events:PutEvents", "sns:Publish", POOL, POOLS,
        *LOCK, "dynamodb:ConditionCheckItem", *KEY,
    },
    "start_import": {
        "cognito-idp:CreateUserImportJob", "cognito-idp:DescribeUserImportJob", "cognito-idp:ListUserImportJobs",
        "cognito-idp:StartUserImportJob", "events:PutEvents", "iam:PassRole", "dynamodb:GetItem", "dynamodb:UpdateItem",
        "s3:GetObject", "s3:GetObjectVersion", POOLS, *LIST_BUCKET, *KEY,
    },
    "check_import": {"cognito-idp:DescribeUserImportJob", "dynamodb:GetItem", *KEY},
    "collect_part": {
        "cognito-idp:DescribeUserImportJob", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:GetLogEvents",
        "dynamodb:GetItem", "dynamodb:UpdateItem", *WRITE, *KEY,
    },
    "stop_import": {
        "cognito-idp:DescribeUserImportJob", "cognito-idp:StopUserImportJob", "dynamodb:UpdateItem", *KEY,
    },
    "add_members": {
        "dynamodb:GetItem", "dynamodb:UpdateItem",
        "s3:GetObject", "s3:PutObject", *LIST_BUCKET, *KEY,
    },
    "sweep": {
        "cognito-idp:ListUserImportJobs", "s3:ListBucketVersions", "s3:DeleteObjectVersion", POOL, POOLS,
        "states:StartExecution", "states:SendTaskSuccess", "states:DescribeExecution",
        "states:ListExecutions",
        *LOCK, "dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", *KEY,
    },
    "report_run": {
        "cognito-idp:DescribeUserImportJob", "dynamodb:GetItem", "dynamodb:UpdateItem", "events:PutEvents",
        "s3:GetObjectVersion", "s3:GetObject", "s3:GetObjectVersionTagging", "s3:PutObjectVersionTagging",
        *LIST_BUCKET, *WRITE, *KEY,
    },
}  # fmt: skip


OF_SOME_STACKS = {"note_ids", "undo_users"}
"""Functions that only a stack has whose pools ask for them; tests of their own look at what they may do."""


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
        "Condition": {"StringEqualsIfExists": {"iam:PassedToService": "cognito-idp.amazonaws.com"}},
        "Effect": "Allow",
        "Resource": stack.logs_role.arn,
    }


def test_cognito_is_called_for_the_configured_pools_only(stack: StackTemplate) -> None:
    """Each by its id."""
    calling = [folder for folder, actions in ACTIONS.items() if any("cognito" in action for action in actions)]
    assert set(ACTIONS) - set(calling) == {"accept_drop", "add_members"}
    for folder in calling:
        allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
        pools = {
            str(resource).rpartition("userpool/")[2] for action, resource in allowed if action.startswith("cognito")
        }
        assert {pool[:19] for pool in pools} == {"us-east-1_AbCdEf123", "us-east-1_GhIjKl456"}


@pytest.mark.parametrize(
    ("folder", "actions"),
    [("add_members", {"AdminAddUserToGroup", "CreateGroup", "ListGroups"}), ("preflight", {"ListGroups"})],
)
def test_what_is_chosen_for_a_pool_is_allowed_in_that_pool(
    stack: StackTemplate, subscribed_stack: StackTemplate, folder: str, actions: set[str]
) -> None:
    """Groups are touched where the configuration names some, and nowhere else."""

    def on_groups(template: StackTemplate) -> set[tuple[str, str]]:
        allowed = _allowed(template.statements(template.function(folder).properties["Role"]))
        named = ((action.partition(":")[2], str(resource)) for action, resource in allowed if "Group" in action)
        return {(action, pool.rpartition("userpool/")[2][:19]) for action, pool in named if "userpool/" in pool}

    assert on_groups(subscribed_stack) == {(action, "us-east-1_AbCdEf123") for action in actions}
    assert on_groups(stack) == set()


def test_scans_of_malware_are_recorded_where_a_pool_waits_for_them(subscribed_stack: StackTemplate) -> None:
    """The function that starts runs reads and writes them, and nothing else more."""
    allowed = _allowed(subscribed_stack.statements(subscribed_stack.function("accept_drop").properties["Role"]))
    more = {"dynamodb:GetItem", "dynamodb:UpdateItem"}
    assert {action for action, _ in allowed} == ACTIONS["accept_drop"] | more | LOGS | XRAY


def test_no_role_may_make_users_active_but_by_groups(subscribed_stack: StackTemplate) -> None:
    """AWS bills monthly active users."""
    stack = subscribed_stack
    found = {
        (folder, operation)
        for folder in ACTIONS
        for action, _ in _allowed(stack.statements(stack.function(folder).properties["Role"]))
        for operation in MAKE_ACTIVE
        if fnmatch(f"cognito-idp:{operation}", action)
    }
    assert found == {("add_members", IS_MADE)}


def test_settings_of_pools_are_read_under_the_stacks_path_only(stack: StackTemplate) -> None:
    """One by its name, all and the pauses by their path itself."""
    start = (
        "arn:", {"Ref": "AWS::Partition"}, ":ssm:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"},
        ":parameter/cognito-drop/", {"Ref": "AWS::StackName"},
    )  # fmt: skip
    for folder, actions in ACTIONS.items():
        allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
        found = [(action, resource) for action, resource in allowed if action.startswith("ssm:")]
        of_all = ["/pools"] if folder == "start_import" else ["/paused", "/pools"]
        paths = {POOL: ["/pools/*"], POOLS: of_all}
        expected = [(action, _joined(*start, path)) for action in paths if action in actions for path in paths[action]]
        assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("folder", "action", "prefixes"),
    [
        ("preflight", "s3:GetObjectVersion", ["check", "inbox", "mappings"]),
        ("preflight", "s3:PutObject", ["staging"]),
        ("start_import", "s3:GetObject", ["staging"]),
        ("start_import", "s3:GetObjectVersion", ["staging"]),
        ("collect_part", "s3:PutObject", ["staging"]),
        ("add_members", "s3:GetObject", ["staging"]),
        ("add_members", "s3:PutObject", ["staging"]),
        ("report_run", "s3:GetObjectVersion", ["check", "inbox"]),
        ("report_run", "s3:GetObjectVersionTagging", ["check", "inbox", "results"]),
        ("report_run", "s3:PutObjectVersionTagging", ["check", "inbox", "results"]),
        ("report_run", "s3:GetObject", ["staging"]),
        ("report_run", "s3:PutObject", ["results"]),
        ("report_run", "s3:AbortMultipartUpload", ["results"]),
    ],
)
def test_objects_are_reached_under_their_prefix_only(
    stack: StackTemplate, folder: str, action: str, prefixes: list[str]
) -> None:
    """No one writes drops; who reads them writes elsewhere, and results are written by the report alone."""
    allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
    objects = [resource for each, resource in allowed if each == action]
    assert sorted(objects, key=str) == [_joined(stack.drop_bucket.arn, f"/{prefix}/*") for prefix in prefixes]


def test_every_function_is_looked_at() -> None:
    """A new one gets its list here."""
    assert ACTIONS.keys() | OF_SOME_STACKS == {path.parent.name for path in (PROJECT / "lambdas").glob("*/handler.py")}


def test_executions_are_started_woken_and_looked_at_in_one_state_machine(stack: StackTemplate) -> None:
    """By anyone who may do so, and nothing else of Step Functions."""
    machine = stack.one("AWS::StepFunctions::StateMachine")
    executions = _joined(
        "arn:", {"Ref": "AWS::Partition"}, ":states:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"},
        ":execution:", {"Fn::GetAtt": [machine.logical_id, "Name"]}, ":*",
    )  # fmt: skip
    found: dict[str, list[tuple[str, Json | str]]] = {}
    for folder in ACTIONS:
        allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
        found[folder] = sorted(each for each in allowed if each[0].startswith("states:"))
    assert {folder: entries for folder, entries in found.items() if entries} == {
        "accept_drop": [("states:DescribeExecution", executions), ("states:StartExecution", machine.ref)],
        "import_queue": [("states:SendTaskSuccess", machine.ref)],
        "sweep": [
            ("states:DescribeExecution", executions),
            ("states:ListExecutions", machine.ref),
            ("states:SendTaskSuccess", machine.ref),
            ("states:StartExecution", machine.ref),
        ],
    }


def test_what_becomes_of_runs_is_reported_on_the_default_bus_only(stack: StackTemplate) -> None:
    """Of this account and region."""
    bus = _joined(
        "arn:", {"Ref": "AWS::Partition"}, ":events:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"},
        ":event-bus/default",
    )  # fmt: skip
    for folder in ACTIONS:
        allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
        assert all(resource == bus for action, resource in allowed if action == "events:PutEvents")


def test_the_ledger_is_read_and_written_by_name_and_its_index_by_the_sweep(stack: StackTemplate) -> None:
    """One table; no one scans it, and no one but the sweep asks for all runs of a state."""
    table = stack.one("AWS::DynamoDB::Table")
    index = _joined(table.arn, "/index/runs_by_state")
    for folder in ACTIONS:
        allowed = _allowed(stack.statements(stack.function(folder).properties["Role"]))
        tables = [resource for action, resource in allowed if action.startswith("dynamodb:")]
        assert [resource for resource in tables if resource != table.arn] == ([index] if folder == "sweep" else [])


def test_import_logs_are_read_for_the_configured_pools_only(stack: StackTemplate) -> None:
    """Every log group of a pool, whatever the pool is called, and no other group; their names are among all names."""
    allowed = _allowed(stack.statements(stack.function("collect_part").properties["Role"]))
    for reading in ("logs:DescribeLogStreams", "logs:GetLogEvents"):
        groups = [resource for action, resource in allowed if action == reading]
        assert [str(group).rpartition("log-group:")[2].rstrip("'}]") for group in groups] == [
            "/aws/cognito/userpools/us-east-1_AbCdEf123/*",
            "/aws/cognito/userpools/us-east-1_GhIjKl456/*",
        ]
    assert [resource for action, resource in allowed if action == "logs:DescribeLogGroups"] == ["*"]
    roles = [role for role in stack.all("AWS::IAM::Role") if stack.statements(role.arn)]
    listing = [
        role.logical_id
        for role in roles
        if any(action == "logs:DescribeLogGroups" for action, _ in _allowed(stack.statements(role.arn)))
    ]
    assert len(listing) == 2, "collect_part, and the state machine for its own log's delivery"


def test_the_state_machine_may_call_its_functions_publish_and_mark(stack: StackTemplate) -> None:
    """Its functions, one topic, one table, one key."""
    role = stack.one("AWS::StepFunctions::StateMachine").properties["RoleArn"]
    allowed = [(action, resource) for action, resource in _allowed(stack.statements(role)) if resource != "*"]
    called = [stack.function(name).arn for name in FUNCTIONS]
    expected = [
        *(("lambda:InvokeFunction", arn) for arn in called),
        ("sns:Publish", stack.one("AWS::SNS::Topic").ref),
        ("dynamodb:UpdateItem", stack.one("AWS::DynamoDB::Table").arn),
        ("kms:Decrypt", stack.key.arn),
        ("kms:GenerateDataKey", stack.key.arn),
    ]
    assert sorted(allowed, key=str) == sorted(expected, key=str)
