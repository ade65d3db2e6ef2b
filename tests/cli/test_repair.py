"""`repair` shows what is wrong with a run and what will be done, asks, and lets the sweep do it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.core.runs.drop import Drop
from tests.cli.stage import users
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from tests.cli.stage import Stage


def _stuck(stage: Stage, name: str) -> str:
    """A run that failed at its fifth execution a moment ago: the sweep comes back to it in an hour."""
    s3, bucket = stage.cloud.client("s3"), stage.deployment.bucket
    key = f"inbox/people/{name}.csv"
    drop = Drop(bucket, key, s3.put_object(Bucket=bucket, Key=key, Body=users(name, 2).encode())["VersionId"])
    dynamodb, item = stage.cloud.client("dynamodb"), {"pk": {"S": f"run#{drop.run_id}"}, "sk": {"S": "run"}}
    deadline = time.monotonic() + PATIENCE
    while _item(stage, drop.run_id).get("run_state", {}).get("S") != "ended" and time.monotonic() < deadline:
        time.sleep(0.2)
    dynamodb.update_item(
        TableName=stage.deployment.ledger,
        Key=item,
        UpdateExpression="SET run_state = :state, executions = :five, renewed_at = :later REMOVE notified",
        ExpressionAttributeValues={":state": {"S": "reporting"}, ":five": {"N": "5"}, ":later": {"N": "9999999999"}},
    )
    machine = stage.deployment.state_machine
    steps = stage.cloud.client("stepfunctions")
    arn = steps.start_execution(stateMachineArn=machine, name=f"{drop.run_id}-5", input="{}")["executionArn"]
    while steps.describe_execution(executionArn=arn)["status"] == "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.2)
    return drop.run_id


def _item(stage: Stage, run_id: str) -> dict[str, Any]:
    key = {"pk": {"S": f"run#{run_id}"}, "sk": {"S": "run"}}
    answer = stage.cloud.client("dynamodb").get_item(TableName=stage.deployment.ledger, Key=key, ConsistentRead=True)
    return dict(answer.get("Item", {}))


def test_a_stuck_run_is_repaired_when_asked(stage: Stage) -> None:
    """Nothing is done without an answer; afterwards there is nothing left to repair."""
    run_id = _stuck(stage, "stuck")
    asked = stage.run("repair", run_id[:8], "--output", "json")
    assert (asked.code, asked.error["code"]) == (ExitCode.UNUSABLE, "confirmation_needed")
    assert "Start another execution, which continues where the ledger says" in asked.error["message"]
    assert _item(stage, run_id)["executions"]["N"] == "5"
    said = stage.run("repair", run_id, "--yes", "--output", "json")
    assert (said.code, said.data["action"], said.data["repaired"]) == (ExitCode.CLEAN, "resume", True)
    assert said.data["found"] == [f"State: reporting. Newest execution: {run_id}-5, FAILED."]
    assert stage.run("watch", run_id, "--interval", "0.2").code == ExitCode.CLEAN
    deadline = time.monotonic() + PATIENCE
    while _item(stage, run_id)["run_state"]["S"] != "ended" and time.monotonic() < deadline:
        time.sleep(0.2)
    again = stage.run("repair", run_id)
    assert (again.code, "Nothing to repair: the run has ended." in again.out) == (ExitCode.CLEAN, True)
    assert _item(stage, run_id)["executions"]["N"] == "6"


def test_a_run_of_which_nothing_is_known_is_not_found(stage: Stage) -> None:
    """No ledger item, no execution, no lock."""
    said = stage.run("repair", "0" * 32, "--yes", "--output", "json")
    assert (said.code, said.error["code"]) == (ExitCode.NOT_FOUND, "run_not_found")
