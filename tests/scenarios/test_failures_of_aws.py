"""What AWS itself refuses, throttles or answers too late, a test for each, and what must come of it."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.control import Control
from tests.patience import PATIENCE
from tests.scenarios.world import user

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.scenarios.world import World
    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario

_THROTTLED = 100  # looks; more than there can be in an hour
_HOUR = timedelta(hours=1)


def test_notification_that_is_denied_is_kept_and_reported_when_it_may(world: World) -> None:
    """While SNS refuses, the run stays reported; when it does not, the sweep notifies, once."""
    with _denied(world, "sns:Publish", _role_of_workflow(world)):
        watch = world.drop(world.csv("people", [user("not-told")]), "people/not-told.csv")
        item = world.run_item_when(watch, "reported")
        _wait_until_execution_has(world, watch, "FAILED")
        assert item["notified"]["BOOL"] is False
        assert world.lock_holder("account") != watch.run_id
    ending = world.end_of_stopped(watch)
    assert ending.summary["outcome"] == "imported"
    assert int(world.run_item(watch)["executions"]["N"]) > 1


def test_polls_that_are_throttled_for_an_hour_are_waited_for(world: World) -> None:
    """Whatever Describe answers for an hour, the run keeps waiting for its job and ends well."""
    key = "inbox/people/throttled.csv"
    call = {"caller": "check_import", "service": "cognito-idp", "operation": "DescribeUserImportJob"}
    faults = [
        {**call, "kind": "throttle", "occurrence": number, "correlation": key} for number in range(1, _THROTTLED + 1)
    ]
    with planned(world, faults) as control:
        watch = world.drop(world.csv("people", [user("throttled")]), key.removeprefix("inbox/"))
        _wait_until(lambda: _struck(control) > 0 and _age(world, watch) > _HOUR)
        assert 10 < _struck(control) < _THROTTLED
    ending = world.end_of(watch)
    assert ending.rows == {"total": 1, "imported": 1}
    assert ending.summary["timings"]["seconds"] > 3_600
    assert world.run_item(watch)["executions"]["N"] == "1"


def test_upload_url_that_has_expired_is_replaced_by_a_new_job(world: World) -> None:
    """Two calls that hang until their timeout outlast the URL's 15 minutes; the next one makes another job."""
    key = "inbox/people/expired-url.csv"
    call = {"caller": "start_import", "service": "upload", "operation": "PutFile", "kind": "time_out_before"}
    with planned(world, [{**call, "occurrence": number, "correlation": key} for number in (1, 2)]) as control:
        watch = world.drop(world.csv("people", [user("expired-url")]), key.removeprefix("inbox/"))
        ending = world.end_of(watch)
        assert all(fault["struck"] for fault in control.ask("GET", "faults")["faults"])
    assert ending.rows == {"total": 1, "imported": 1}
    (part,) = world.run_item(watch)["parts"]["M"].values()
    assert part["M"]["attempt"]["N"] == "2"
    started = [job for job in world.jobs("people") if watch.run_id in job["JobName"] and "StartDate" in job]
    assert len(started) == 1


@pytest.mark.parametrize("action", ["logs:DescribeLogGroups", "logs:GetLogEvents"])
def test_log_that_may_not_be_read_does_not_end_the_import(world: World, action: str) -> None:
    """Both parts go on; by the counts each of their rows was imported, and the report says why it knows no more."""
    name = f"forbidden-{action.partition(':')[2].lower()}"
    users = [user(f"{name}{number}") for number in range(401)]
    with _denied(world, action, _role_of_collect_part(world)):
        ending = world.end_of(world.drop(world.csv("people", users), f"parts/{name}.csv"))
    assert ending.rows == {"total": 401, "imported": 401}
    (gap,) = ending.summary["details_missing"]
    assert (gap["code"], gap["parts"]) == ("log_forbidden", [1, 2])
    assert (ending.summary["rows_unknown"], ending.summary["error"]) == (0, None)
    assert ending.summary["files"] == ["imported.csv"]


@pytest.mark.nightly
def test_log_that_is_throttled_does_not_end_the_import(world: World) -> None:
    """Neither for a look nor for all of them: then the counts are used, and the rest of the run goes on."""
    call = {"caller": "collect_part", "service": "logs", "operation": "DescribeLogGroups", "kind": "throttle"}
    for name, strikes in (("slow-log", 2), ("no-log", 7)):
        key = f"inbox/people/{name}.csv"
        faults = [{**call, "occurrence": number, "correlation": key} for number in range(1, strikes + 1)]
        with planned(world, faults) as control:
            watch = world.drop(world.csv("people", [user(name)]), key.removeprefix("inbox/"))
            ending = world.end_of(watch)
            assert _struck(control) == strikes
        assert ending.rows == {"total": 1, "imported": 1}
        found = [gap["code"] for gap in ending.summary["details_missing"]]
        assert found == (["log_busy"] if strikes == 7 else [])
        assert world.states(watch).count("Collect") == strikes + (strikes == 2)


@contextmanager
def _denied(world: World, action: str, role: str) -> Iterator[None]:
    """Within the block, the role may not do this."""
    iam, name = world.cloud.client("iam"), "Denied"
    statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName=name)


def _role_of_workflow(world: World) -> str:
    steps = world.cloud.client("stepfunctions")
    arn: str = steps.describe_state_machine(stateMachineArn=world.deployment.state_machine)["roleArn"]
    return arn.rpartition("/")[2]


def _role_of_collect_part(world: World) -> str:
    pages = world.cloud.client("iam").get_paginator("list_roles").paginate()
    (name,) = [role["RoleName"] for page in pages for role in page["Roles"] if "-CollectPart" in role["RoleName"]]
    return str(name)


@contextmanager
def planned(world: World, faults: list[dict[str, Any]]) -> Iterator[Control]:
    """Within the block, these calls fail."""
    control = Control(world.cloud.endpoint)
    control.ask("PUT", "faults", {"faults": faults, "correlation": ["$.key", "$.state.key"]})
    try:
        yield control
    finally:
        control.ask("DELETE", "faults")


def _age(world: World, watch: RunWatch) -> timedelta:
    """From the start of the run's execution to the last thing that happened in it, in the cloud's time."""
    steps, arn = world.cloud.client("stepfunctions"), world.execution_arn(watch)
    (last,) = steps.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=1)["events"]
    age: timedelta = last["timestamp"] - steps.describe_execution(executionArn=arn)["startDate"]
    return age


def _struck(control: Control) -> int:
    """How many of the planned faults have struck."""
    return sum(fault["struck"] for fault in control.ask("GET", "faults")["faults"])


def _wait_until_execution_has(world: World, watch: RunWatch, status: str) -> None:
    """Until the run's first execution has ended so."""
    arn = f"{world.deployment.state_machine.replace(':stateMachine:', ':execution:')}:{watch.run_id}"
    steps = world.cloud.client("stepfunctions")
    _wait_until(lambda: steps.describe_execution(executionArn=arn)["status"] == status)


def _wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, "It did not come to that."
        time.sleep(0.1)
