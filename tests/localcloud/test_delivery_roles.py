"""The role of a target with which EventBridge starts a state machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from localcloud.delivery import drain
from tests.localcloud.delivery_world import ACCOUNT, REGION, World, make_world, world
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["world"]

EVENTS = "events.amazonaws.com"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r"
START = "states:StartExecution"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The state machines that are started."""
    found: list[str] = []
    monkeypatch.setattr(StepFunctionsParserBackend, "start_execution", lambda _, machine, *__: found.append(machine))
    return found


def sent(world: World, service: str, action: str, condition: dict[str, Any]) -> list[str]:
    """Send an event to the machine, by a role that the service may assume on that condition; return dead letters."""
    events = world.client("events")
    role = world.role("role", service, action, resource=MACHINE, condition=condition)
    url, dead = world.queue("dead")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["here"]}))
    target = {"Id": "machine", "Arn": MACHINE, "RoleArn": role, "DeadLetterConfig": {"Arn": dead}}
    events.put_targets(Rule="r", Targets=[target])
    events.put_events(Entries=[{"Source": "here", "DetailType": "x", "Detail": "{}"}])
    assert drain(PATIENCE)
    letters = world.receive(url) if world.waiting(url) else []
    return [letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] for letter in letters]


@pytest.mark.parametrize(
    ("service", "action", "condition", "dead"),
    [
        (EVENTS, START, {}, []),
        (EVENTS, START, {"ArnEquals": {"aws:SourceArn": RULE}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}, []),
        (EVENTS, START, {"ArnEquals": {"aws:SourceArn": f"{RULE}-2"}}, ["NO_PERMISSIONS"]),
        (EVENTS, "states:DescribeExecution", {}, ["NO_PERMISSIONS"]),
        ("states.amazonaws.com", START, {}, ["NO_PERMISSIONS"]),
    ],
)
def test_a_role_has_to_trust_eventbridge_and_to_start_the_machine(
    world: World, started: list[str], *, service: str, action: str, condition: dict[str, Any], dead: list[str]
) -> None:
    """For this rule; where it does not, the event is a dead letter."""
    assert sent(world, service, action, condition) == dead
    assert started == ([] if dead else [MACHINE])


@pytest.fixture
def open_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world that asks no policies of roles."""
    yield from make_world(tmp_path, monkeypatch, 1000.0, enforce_iam=False)


def test_policies_are_not_asked_where_they_are_not_enforced(open_world: World, started: list[str]) -> None:
    """As for all other calls."""
    assert sent(open_world, "states.amazonaws.com", "states:DescribeExecution", {}) == []
    assert started == [MACHINE]


def test_a_machine_without_a_role_is_no_target(world: World) -> None:
    """EventBridge refuses it at once; no target of the request is taken."""
    events = world.client("events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["here"]}))
    queue = {"Id": "queue", "Arn": world.queue("q")[1]}
    with pytest.raises(ClientError, match=f"RoleArn is required for target {MACHINE}."):
        events.put_targets(Rule="r", Targets=[queue, {"Id": "machine", "Arn": MACHINE}])
    assert events.list_targets_by_rule(Rule="r")["Targets"] == []
