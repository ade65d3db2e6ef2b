"""The Lambda functions, and that each finds the variables of its environment."""

from __future__ import annotations

import importlib
import inspect
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cdk.settings import TargetPool
from cognito_drop.core.pools.pool_settings import GroupsOfKnownUsers, PoolSettings
from lambdas.runtime.function import FunctionEnv
from tests.infra.state_machine import NOTE_IDS, UNDO_USERS
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from tests.infra.template import Resource, StackTemplate

READERS = ("preflight", "start_import", "sweep")
"""The functions that read what is chosen for pools."""
FOLDERS = sorted(path.parent.name for path in (PROJECT / "lambdas").glob("*/handler.py"))


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> str:
    """Each folder of `lambdas/` with a handler."""
    name: str = request.param
    return name


@pytest.fixture
def having(request: pytest.FixtureRequest, folder: str) -> StackTemplate:
    """A stack that has the function."""
    stacks = {NOTE_IDS: "subscribed_stack", UNDO_USERS: "undo_stack"}
    found: StackTemplate = request.getfixturevalue(stacks.get(folder, "stack"))
    return found


@pytest.fixture
def function(having: StackTemplate, folder: str) -> Resource:
    """Its function."""
    return having.function(folder)


def _env(folder: str) -> type[FunctionEnv[Any]]:
    module = importlib.import_module(f"lambdas.{folder}.handler")
    found = [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, FunctionEnv) and member.__module__ == module.__name__
    ]
    assert len(found) == 1
    return found[0]


def test_there_is_a_function_for_each_handler_and_no_other(undo_stack: StackTemplate) -> None:
    """No helper function of CDK's among them."""
    handlers = {function.properties["Handler"] for function in undo_stack.all("AWS::Lambda::Function")}
    assert handlers == {f"lambdas.{folder}.handler.lambda_handler" for folder in FOLDERS}


def test_a_function_runs_on_arm_with_json_logs_and_traces(function: Resource) -> None:
    """The newest Python, into a log group of its own."""
    properties = function.properties
    assert (properties["Runtime"], properties["Architectures"]) == ("python3.14", ["arm64"])
    assert properties["LoggingConfig"]["LogFormat"] == "JSON"
    assert properties["TracingConfig"] == {"Mode": "Active"}


def test_each_function_has_its_own_log_group_and_role(stack: StackTemplate) -> None:
    """Nothing is shared but the code."""
    functions = [function.properties for function in stack.all("AWS::Lambda::Function")]
    for member in ("LoggingConfig", "Role"):
        assert len({str(properties[member]) for properties in functions}) == len(functions)
    assert len({str(properties["Code"]) for properties in functions}) == 1


def test_a_functions_variables_are_those_that_it_reads(function: Resource, folder: str) -> None:
    """Exactly the fields, besides the names under which it logs and measures; values that are known now can be read."""
    environment: dict[str, Any] = dict(function.properties["Environment"]["Variables"])
    assert environment.pop("POWERTOOLS_SERVICE_NAME") == folder
    assert environment.pop("POWERTOOLS_METRICS_NAMESPACE") == {"Ref": "AWS::StackName"}
    assert environment.pop("MONITORING") == "full"
    env = _env(folder)
    assert environment.keys() == {field.name.upper() for field in fields(env)}
    known = {name: value if isinstance(value, str) else "known when deployed" for name, value in environment.items()}
    assert env.from_env(known) is not None


def test_the_values_of_the_configuration_arrive(stack: StackTemplate) -> None:
    """Pools, scope, waits and retention, as the functions spell them."""
    variables = stack.function("start_import").properties["Environment"]["Variables"]
    assert stack.pools == {
        "staff": {"id": "us-east-1_AbCdEf123"},
        "guests": {"id": "us-east-1_GhIjKl456"},
    }
    assert variables["POOLS_PATH"] == {"Fn::Join": ["", ["/cognito-drop/", {"Ref": "AWS::StackName"}, "/pools"]]}
    for reader in READERS:
        assert stack.function(reader).properties["Environment"]["Variables"]["POOLS_PATH"] == variables["POOLS_PATH"]
    assert variables["LOCK_SCOPE"] == "account"
    assert (variables["SHORTEST_WAIT"], variables["LONGEST_WAIT"]) == ("10", "600")
    assert variables["LOGS_ROLE_ARN"] == stack.logs_role.arn
    collect = stack.function("collect_part").properties["Environment"]["Variables"]
    assert (collect["LOG_POLLS"], collect["LOG_WAIT"]) == ("6", "20")
    add = stack.function("add_members").properties["Environment"]["Variables"]
    assert add["MEMBERSHIPS_PER_SECOND"] == "10"
    report = stack.function("report_run").properties["Environment"]["Variables"]
    assert report["LEDGER_DAYS"] == "400"
    lock = stack.function("import_queue").properties["Environment"]["Variables"]
    assert (lock["LOCK_SCOPE"], lock["LONGEST_WAIT"]) == ("account", "600")
    stop = stack.function("stop_import").properties["Environment"]["Variables"]
    assert stop["SHORTEST_WAIT"] == "10"
    sweep = stack.function("sweep").properties["Environment"]["Variables"]
    assert sweep["LOCK_SCOPE"] == "account"
    assert sweep["BUCKET_NAME"] == stack.drop_bucket.ref
    assert sweep["STATE_MACHINE_ARN"] == stack.one("AWS::StepFunctions::StateMachine").ref


def test_the_functions_understand_what_the_configuration_says_of_pools(stack: StackTemplate) -> None:
    """What is not chosen is not written, and read as the default."""
    read = {alias: PoolSettings.from_json(pool) for alias, pool in stack.pools.items()}
    assert read == {"staff": PoolSettings("us-east-1_AbCdEf123"), "guests": PoolSettings("us-east-1_GhIjKl456")}


NEW_GROUPS = {"allow": ["team-*"], "create": True}


def test_a_choice_arrives() -> None:
    """The functions read it, and the other choices for the pool beside it."""
    pool = TargetPool("us-east-1_AbCdEf123", groups=NEW_GROUPS, groups_of_known_users="add", look_up_users=True)
    assert PoolSettings.from_json(json.loads(json.dumps(pool.to_json()))) == PoolSettings(
        "us-east-1_AbCdEf123", groups=NEW_GROUPS, groups_of_known_users=GroupsOfKnownUsers.ADD, look_up_users=True
    )


def test_no_function_is_there_before_its_policy(having: StackTemplate, function: Resource) -> None:
    """The first event after a deployment finds the permissions in place; waking executions needs an execution first."""
    machines = [[machine.ref] for machine in having.all("AWS::StepFunctions::StateMachine")]
    policies = {
        policy.logical_id
        for policy in having.all("AWS::IAM::Policy")
        if {"Ref": function.properties["Role"]["Fn::GetAtt"][0]} in policy.properties["Roles"]
        and [statement["Resource"] for statement in policy.properties["PolicyDocument"]["Statement"]]
        not in (*machines, ["*"])
    }
    assert len(policies) == 1
    assert policies <= set(function.body["DependsOn"])


def test_a_pool_is_there_after_its_permissions_and_before_the_functions_that_read_it(stack: StackTemplate) -> None:
    """A file that is dropped while a pool is added finds the pool whole, or not at all; an upgrade finds every pool."""
    (gate,) = stack.all("AWS::CloudFormation::WaitConditionHandle")
    parameters = stack.all("AWS::SSM::Parameter")
    importers = {
        "import_queue",
        "start_import",
        "check_import",
        "collect_part",
        "stop_import",
        "add_members",
        "report_run",
    }
    policies = {
        policy.logical_id
        for folder in (*importers, "preflight")
        for policy in stack.all("AWS::IAM::Policy")
        if {"Ref": stack.function(folder).properties["Role"]["Fn::GetAtt"][0]} in policy.properties["Roles"]
        and not policy.logical_id.startswith(("ImportQueueWake", "CollectPartFindLogGroups"))
    }
    assert set(gate.body["DependsOn"]) == policies
    assert [parameter.body["DependsOn"] for parameter in parameters] == [[gate.logical_id]] * 2
    for reader in READERS:
        assert {parameter.logical_id for parameter in parameters} <= set(stack.function(reader).body["DependsOn"])
