"""When the sweep comes, and the outcome of a call of it that could not be delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.infra.template import Resource, StackTemplate


@pytest.fixture
def rules(stack: StackTemplate) -> list[Resource]:
    """The rules that call the sweep."""
    sweep = stack.function("sweep").arn
    return [
        rule
        for rule in stack.all("AWS::Events::Rule")
        if sweep in [target["Arn"] for target in rule.properties["Targets"]]
    ]


def test_the_sweep_comes_every_five_minutes(rules: list[Resource]) -> None:
    """Whatever is stuck waits no longer than that."""
    (regularly,) = [rule.properties for rule in rules if "ScheduleExpression" in rule.properties]
    assert (regularly["ScheduleExpression"], regularly["State"]) == ("rate(5 minutes)", "ENABLED")


def test_the_sweep_comes_when_an_execution_dies(stack: StackTemplate, rules: list[Resource]) -> None:
    """Of our state machine only; one that succeeds needs no hand."""
    (died,) = [rule.properties for rule in rules if "EventPattern" in rule.properties]
    assert died["State"] == "ENABLED"
    assert died["EventPattern"] == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "status": ["FAILED", "TIMED_OUT", "ABORTED"],
            "stateMachineArn": [stack.one("AWS::StepFunctions::StateMachine").ref],
        },
    }


def test_a_call_that_comes_too_late_is_given_up_and_seen(stack: StackTemplate, rules: list[Resource]) -> None:
    """The next sweep comes by itself; the dead-letter queue rings the alarm."""
    assert len(rules) == 2
    for rule in rules:
        (target,) = rule.properties["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": stack.dead_letters.arn}
        assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 2}


def test_sweeps_do_not_accumulate_while_functions_are_throttled(stack: StackTemplate) -> None:
    """One that Lambda could not call until the next one is due is dropped, and a failed one is not repeated."""
    config = stack.one("AWS::Lambda::EventInvokeConfig").properties
    assert config == {
        "FunctionName": stack.function("sweep").ref,
        "Qualifier": "$LATEST",
        "MaximumEventAgeInSeconds": 300,
        "MaximumRetryAttempts": 0,
    }


def test_only_the_two_rules_may_call_the_sweep(stack: StackTemplate, rules: list[Resource]) -> None:
    """EventBridge, for each of them."""
    permissions = [
        permission.properties
        for permission in stack.all("AWS::Lambda::Permission")
        if permission.properties["FunctionName"] == stack.function("sweep").arn
    ]
    assert {permission["Principal"] for permission in permissions} == {"events.amazonaws.com"}
    assert sorted(str(permission["SourceArn"]) for permission in permissions) == sorted(str(rule.arn) for rule in rules)
