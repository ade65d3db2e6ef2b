"""The undo in the template: where a pool asks for it, apart from all else, and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.infra.state_machine import UNDO_USERS
from tests.infra.template import as_list
from tests.infra.test_permissions import KEY, LIST_BUCKET, LOGS, POOL, WRITE, XRAY, _allowed
from tests.infra.test_template_checks import _skips
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.template import Json, Resource, StackTemplate

ACTIONS = {
    "cognito-idp:AdminDeleteUser", "cognito-idp:ListUsers", "dynamodb:GetItem", "dynamodb:PutItem",
    "dynamodb:UpdateItem", "s3:GetObject", "s3:GetObjectVersion", POOL, *LIST_BUCKET, *WRITE, *KEY,
}  # fmt: skip


_EARLY = "ended_as"
"""Only the state machine for executions that have ended early has this."""


def _machine(stack: StackTemplate) -> Resource:
    function = stack.function(UNDO_USERS).logical_id

    def is_it(found: Json) -> bool:
        said = json.dumps(found)
        return function in said and _EARLY not in said

    return stack.one("AWS::StepFunctions::StateMachine", is_it)


def _machine_of_ended(stack: StackTemplate) -> Resource:
    return stack.one("AWS::StepFunctions::StateMachine", lambda found: _EARLY in json.dumps(found))


def _states(machine: Resource) -> Json:
    parts = machine.properties["DefinitionString"]["Fn::Join"][1]
    found: Json = json.loads("".join(part if isinstance(part, str) else "aws" for part in parts))["States"]
    return found


@pytest.fixture
def states(undo_stack: StackTemplate) -> Json:
    """The states by name."""
    return _states(_machine(undo_stack))


@pytest.mark.parametrize("name", ["stack", "subscribed_stack"])
def test_a_stack_without_the_setting_has_none_of_it(name: str, request: pytest.FixtureRequest) -> None:
    """No function, role, state machine, output, or right."""
    found: StackTemplate = request.getfixturevalue(name)
    text = json.dumps(found.body)
    assert "AdminDeleteUser" not in text
    assert "undo_users" not in text
    assert not [logical_id for logical_id in (*found.body["Resources"], *found.body["Outputs"]) if "Undo" in logical_id]


def test_alarms_say_that_it_fails_where_it_is_deployed(undo_stack: StackTemplate, stack: StackTemplate) -> None:
    """With an entry in the runbook; a stack without it has none of them, and no alarm on the rule."""
    alarms = [
        found.properties
        for found in undo_stack.all("AWS::CloudWatch::Alarm")
        if "#an-undo-fails" in json.dumps(found.properties)
    ]
    machine, of_ended = _machine(undo_stack).logical_id, _machine_of_ended(undo_stack).logical_id
    assert {(alarm["MetricName"], alarm["Dimensions"][0]["Value"]["Ref"]) for alarm in alarms} == {
        ("ExecutionsFailed", machine), ("ExecutionsTimedOut", machine), ("ExecutionsFailed", of_ended),
    }  # fmt: skip
    assert "\n### An undo fails\n" in (PROJECT / "docs" / "runbook.md").read_text()
    assert len(undo_stack.all("AWS::CloudWatch::Alarm")) == len(stack.all("AWS::CloudWatch::Alarm")) + 4


def test_execution_that_ended_early_is_ended_by_a_state_machine_of_its_own(undo_stack: StackTemplate) -> None:
    """Failed, timed out, or stopped: the function ends the undo, and the notification is published."""
    of_ended = _machine_of_ended(undo_stack)
    rule = undo_stack.one("AWS::Events::Rule", lambda found: of_ended.logical_id in json.dumps(found))
    assert rule.properties["EventPattern"]["detail"] == {
        "status": ["FAILED", "TIMED_OUT", "ABORTED"], "stateMachineArn": [_machine(undo_stack).ref],
    }  # fmt: skip
    (target,) = rule.properties["Targets"]
    assert target["DeadLetterConfig"]
    assert "Input" not in target
    states = _states(of_ended)
    assert states["End undo"]["Parameters"] == {
        "request.$": "States.StringToJson($.detail.input)", "execution.$": "$.detail.name",
        "ended_as.$": "$.detail.status",
    }  # fmt: skip
    assert states["End undo"]["Next"] == "Ended?"
    is_continued = {"Variable": "$.is_continued"}
    assert states["Ended?"]["Choices"] == [
        {"And": [{**is_continued, "IsPresent": True}, {**is_continued, "BooleanEquals": True}], "Next": "Continued"}
    ]
    assert (states["Continued"]["Type"], states["Ended?"]["Default"]) == ("Succeed", "Notify")
    assert of_ended.properties["RoleArn"] == _machine(undo_stack).properties["RoleArn"]


def test_only_its_function_may_delete_users_of_the_pools_that_ask_for_it(undo_stack: StackTemplate) -> None:
    """No other role, and no other pool."""
    allowed = _allowed(undo_stack.statements(undo_stack.function(UNDO_USERS).properties["Role"]))
    assert {action for action, _ in allowed} == ACTIONS | LOGS | XRAY
    pools = {str(resource).rpartition("userpool/")[2][:19] for action, resource in allowed if "cognito" in action}
    assert pools == {"us-east-1_AbCdEf123"}
    policies = [json.dumps(policy.properties) for policy in undo_stack.all("AWS::IAM::Policy")]
    assert sum("AdminDeleteUser" in policy for policy in policies) == 1
    assert sum("cognito-idp:*" in policy or '"*:*"' in policy for policy in policies) == 0


def test_no_role_of_the_stack_may_start_it(undo_stack: StackTemplate) -> None:
    """That is for people, by a policy of their own."""
    machine = _machine(undo_stack).logical_id
    for policy in undo_stack.all("AWS::IAM::Policy"):
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            if any(action.startswith("states:") for action in as_list(statement["Action"])):
                assert machine not in json.dumps(statement)


def test_its_state_machine_calls_its_function_and_publishes_and_nothing_else(
    undo_stack: StackTemplate, states: Json
) -> None:
    """It touches no table, and calls no other function."""
    allowed = _allowed(undo_stack.statements(_machine(undo_stack).properties["RoleArn"]))
    service = {action.partition(":")[0] for action, _ in allowed}
    assert service == {"lambda", "sns", "kms", "logs", "xray"}
    called = [resource for action, resource in allowed if action == "lambda:InvokeFunction"]
    assert called == [undo_stack.function(UNDO_USERS).arn]
    assert set(states) == {"Undo users", "All processed?", "End undo", "Notify", "Not undone", "Not notified"}
    assert states["Undo users"]["Catch"] == [
        {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "End undo"}
    ]
    assert states["End undo"]["Next"] == "Notify"


def test_the_input_is_what_the_execution_was_started_with(states: Json) -> None:
    """Whatever an earlier state has answered."""
    for name in ("Undo users", "End undo"):
        given = states[name]["Parameters"]
        assert (given["request.$"], given["execution.$"]) == ("$$.Execution.Input", "$$.Execution.Name")


def test_the_output_names_it(undo_stack: StackTemplate) -> None:
    """The command finds it there."""
    assert undo_stack.body["Outputs"]["UndoStateMachineArn"]["Value"] == _machine(undo_stack).ref


def test_template_checks_find_nothing(undo_stack: StackTemplate, checkov: Path, tmp_path: Path) -> None:
    """Of checkov."""
    (tmp_path / "undo.json").write_text(json.dumps(undo_stack.body))
    command = [str(checkov), "-f", "undo.json", "--framework", "cloudformation", "-o", "json", "--compact", "--quiet"]
    offline = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [*command, "--skip-download"], cwd=tmp_path, env=offline, capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["summary"]["failed"] == 0
    assert _skips(undo_stack.body)
