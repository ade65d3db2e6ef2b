"""What goes wrong around a run, a test for each, and what must come of it."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.run_ledger import RunLedger
from tests.scenarios.foreign_job import start_foreign_job
from tests.scenarios.world import HELD, drop_queue, event_of, user, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.runs.drop import Drop
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


def test_event_that_was_lost_is_made_up_for_by_the_sweep(world: World) -> None:
    """A file whose event never came is found by listing the bucket."""
    with events_lost(world):
        watch = world.drop(world.csv("people", [user("lost-event")]), "people/lost-event.csv")
    ending = world.end_of(watch)
    assert ending.rows == {"total": 1, "imported": 1}
    assert world.run_item(watch)["dropped_by"]["S"] == ""


def test_run_whose_execution_never_began_is_started_by_the_sweep(world: World) -> None:
    """A crash between the ledger's item and StartExecution costs some minutes, not the run."""
    with events_lost(world):
        watch = world.drop(world.csv("people", [user("never-began")]), "people/never-began.csv")
        ledger = RunLedger(world.cloud.ledger_client(), world.deployment.ledger)
        at = "2026-01-01T00:00:00Z"
        assert ledger.accept(watch.drop, size=1, dropped_at=at, dropped_by="who died in the middle")
    assert world.end_of(watch).rows == {"total": 1, "imported": 1}
    assert world.run_item(watch)["dropped_by"]["S"] == "who died in the middle"


def test_version_that_is_deleted_before_it_is_read_is_reported(world: World) -> None:
    """The run ends as rejected, with a plain reason; nothing is imported."""
    with events_lost(world):
        watch = world.drop(world.csv("people", [user("gone")]), "people/gone.csv")
        drop = watch.drop
        world.cloud.client("s3").delete_object(Bucket=drop.bucket, Key=drop.key, VersionId=drop.version_id)
        _send_event(world, drop)
    ending = world.end_of(watch)
    assert ending.summary["outcome"] == "rejected"
    assert ending.summary["problem"]["code"] == "source_gone"
    assert world.usernames("people", "gone") == set()


def test_file_that_is_overwritten_while_it_waits_is_imported_as_it_was(world: World) -> None:
    """Each version is a run of its own, and reads its own bytes."""
    first = world.drop(world.csv("people", [user("version-one")]), "people/versions.csv")
    second = world.drop(world.csv("people", [user("version-two")]), "people/versions.csv")
    assert first.run_id != second.run_id
    for watch in (first, second):
        assert world.end_of(watch).rows == {"total": 1, "imported": 1}
    assert world.usernames("people", "version-") == {"version-one", "version-two"}


def test_job_that_another_else_has_started_is_waited_for_and_the_order_kept(world: World) -> None:
    """Runs wait visibly while another job is active in the account, and then go in the order of their drops."""
    foreign = start_foreign_job(world)
    drops = []
    for number in range(3):
        body = world.csv("people", [user(f"behind-foreign-{number}")])
        drops.append(world.drop(body, f"people/behind-foreign-{number}.csv"))
        if number == 0:
            wait_for_state(drops[0], "Wait for other job")
        else:
            world.run_item_when(drops[number], "waiting")
        time.sleep(1.1)  # the time of a drop has whole seconds
    world.stop_job("held")
    endings = [world.end_of(watch) for watch in drops]
    assert all(ending.rows == {"total": 1, "imported": 1} for ending in endings)
    assert not any("Wait for other job" in world.states(watch) for watch in drops[1:])
    ended = world.cloud.client("cognito-idp").describe_user_import_job(UserPoolId=world.pools["held"], JobId=foreign)
    starts = [ending.jobs[0]["started_at"] for ending in endings]
    assert starts == sorted(starts)
    assert ended["UserImportJob"]["CompletionDate"].isoformat() <= starts[0]


def test_logs_role_that_is_broken_fails_the_run_and_frees_the_lock(world: World) -> None:
    """Cognito does not start a job without its logs role; the run says so, and the next one is imported."""
    iam, role = world.cloud.client("iam"), world.logs_role
    policy = iam.get_role_policy(RoleName=role, PolicyName="WriteImportLogs")["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName="WriteImportLogs")
    try:
        watch = world.drop(world.csv("people", [user("no-logs-role")]), "people/no-logs-role.csv")
        ending = world.end_of(watch)
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="WriteImportLogs", PolicyDocument=json.dumps(policy))
    assert ending.summary["outcome"] == "failed"
    assert ending.rows == {"total": 1, "unprocessed": 1}
    assert ending.summary["error"].startswith("RefusedError: StartUserImportJob: ")
    after = world.end_of(world.drop(world.csv("people", [user("with-logs-role")]), "people/with-logs-role.csv"))
    assert after.rows == {"total": 1, "imported": 1}


def test_pool_that_is_deleted_while_a_run_waits_fails_that_run_only(world: World) -> None:
    """The run ends as failed and is notified; the lock goes on to the next."""
    held = world.hold("before-doomed")
    doomed = world.drop(world.csv("doomed", [user("doomed")]), "doomed/doomed.csv")
    world.run_item_when(doomed, "waiting")
    world.cloud.client("cognito-idp").delete_user_pool(UserPoolId=world.pools["doomed"])
    after = world.drop(world.csv("people", [user("after-doomed")]), "people/after-doomed.csv")
    world.run_item_when(after, "waiting")
    world.stop_job("held")
    ending = world.end_of(doomed)
    assert ending.summary["outcome"] == "failed"
    assert ending.rows == {"total": 1, "unprocessed": 1}
    assert world.end_of(after).rows == {"total": 1, "imported": 1}
    assert world.end_of(held).summary["outcome"] == "stopped"


def test_execution_that_times_out_is_finalized(world: World) -> None:
    """A run whose execution has reached its own limit is stopped, and reported with what was done."""
    steps = world.cloud.client("stepfunctions")
    arn = world.deployment.state_machine
    definition = steps.describe_state_machine(stateMachineArn=arn)["definition"]
    short = json.dumps({**json.loads(definition), "TimeoutSeconds": 600})
    steps.update_state_machine(stateMachineArn=arn, definition=short)
    try:
        watch = world.hold("slow")
    finally:
        steps.update_state_machine(stateMachineArn=arn, definition=definition)
    ending = world.end_of_stopped(watch)
    first = f"{arn.replace(':stateMachine:', ':execution:')}:{watch.run_id}"
    assert steps.describe_execution(executionArn=first)["status"] == "TIMED_OUT"
    assert ending.summary["outcome"] == "stopped"
    assert ending.rows["imported"] + ending.rows["unprocessed"] == HELD


@contextmanager
def events_lost(world: World) -> Iterator[None]:
    """Within the block, no upload event is delivered, and no sweep comes by itself."""
    events = world.cloud.client("events")
    rules = events.list_rules()["Rules"]
    (uploads,) = [rule["Name"] for rule in rules if "Object Created" in rule.get("EventPattern", "")]
    (sweeps,) = [rule["Name"] for rule in rules if "ScheduleExpression" in rule]
    for rule in (uploads, sweeps):
        events.disable_rule(Name=rule)
    try:
        yield
    finally:
        for rule in (uploads, sweeps):
            events.enable_rule(Name=rule)


def _send_event(world: World, drop: Drop) -> None:
    """Deliver the upload's event by hand."""
    body = json.dumps(event_of(drop))
    world.cloud.client("sqs").send_message(QueueUrl=drop_queue(world.cloud), MessageBody=body)
