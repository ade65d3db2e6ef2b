"""Values of users and upload URLs stay where they belong: planted, then searched for everywhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.world import World
    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario

CANARY = "kanarienvogel"
URL_SIGN = "X-Amz-Signature"


@pytest.fixture(scope="module")
def runs(world: World) -> list[RunWatch]:
    """Runs of a file that is imported, of one that is rejected in its header and of one that is rejected in a row."""
    users = [user(f"{CANARY}{number}", nickname=CANARY) for number in range(5)]
    users[2]["email"] = f"{CANARY} is no address"
    header, *rows = world.csv("people", users).splitlines()
    named = CANARY.encode()  # a group that the pool does not have
    good = b"\n".join([header + b",cognito:groups", *(row + b"," + named for row in rows), b""])
    headless = good.split(b"\n", 1)[1]
    broken = good + CANARY.encode() + b"\xff\n"
    watches = [world.drop(body, f"people/bird-{number}.csv") for number, body in enumerate((good, headless, broken))]
    outcomes = [world.end_of(watch).summary["outcome"] for watch in watches]
    assert outcomes == ["partly_imported", "rejected", "rejected"]
    return watches


def test_canaries_are_in_the_pool(world: World, runs: list[RunWatch]) -> None:
    """The planted values did go through: searching for them means something."""
    assert runs
    assert len(world.usernames("people", CANARY)) == 4


def test_canaries_are_in_no_log(world: World, runs: list[RunWatch]) -> None:
    """No log group, neither of the functions nor of the executions, holds a value or an upload URL."""
    lines = list(_log_lines(world))
    assert any(run.run_id in line for run in runs for line in lines)
    assert [line for line in lines if _is_secret(line)] == []


def test_canaries_are_in_no_history(world: World, runs: list[RunWatch]) -> None:
    """No execution's history holds a value or an upload URL."""
    steps = world.cloud.client("stepfunctions")
    for run in runs:
        arn = f"{world.deployment.state_machine.replace(':stateMachine:', ':execution:')}:{run.run_id}"
        pages = steps.get_paginator("get_execution_history").paginate(executionArn=arn, includeExecutionData=True)
        history = json.dumps([page["events"] for page in pages], default=str)
        assert run.run_id in history
        assert not _is_secret(history)


def test_canaries_are_in_no_notification_result_or_ledger(world: World, runs: list[RunWatch]) -> None:
    """Neither what is sent nor what is kept about a run holds a value or an upload URL."""
    for run in runs:
        ending = world.end_of(run)
        item = world.cloud.client("dynamodb").get_item(
            TableName=world.deployment.ledger, Key={"pk": {"S": f"run#{run.run_id}"}, "sk": {"S": "run"}}
        )["Item"]
        for text in (json.dumps(ending.message), json.dumps(ending.summary), ending.mail.as_string(), json.dumps(item)):
            assert run.run_id in text
            assert not _is_secret(text)


def _is_secret(text: str) -> bool:
    return CANARY in text.lower() or URL_SIGN in text


def _log_lines(world: World) -> Iterator[str]:
    logs = world.cloud.client("logs")
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                yield from (event["message"] for event in page["events"])
