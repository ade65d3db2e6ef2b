"""A run that waits for the malware scan of its file, and has no execution."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.core.runs.drop import Drop

if TYPE_CHECKING:
    from tests.cli.stage import Stage


def test_stop_says_which_version_to_delete(stage: Stage) -> None:
    """A delete marker would not keep the file from being imported after its scan."""
    drop = Drop(stage.deployment.bucket, "inbox/people/scanned.csv", "version-of-scanned")
    dynamodb, key = stage.cloud.client("dynamodb"), {"pk": {"S": f"run#{drop.run_id}"}, "sk": {"S": "run"}}
    strings = {
        "run_id": drop.run_id, "run_state": "accepted", "bucket": drop.bucket, "key": drop.key,
        "version_id": drop.version_id, "alias": drop.alias, "dropped_at": "2026-07-01T12:00:00Z",
        "held_for": "malware_scan",
    }  # fmt: skip
    item = {name: {"S": text} for name, text in strings.items()}
    until = str(int(time.time()) + 3600)
    numbers = {"held_until": {"N": until}, "executions": {"N": "1"}}
    dynamodb.put_item(TableName=stage.deployment.ledger, Item={**key, **item, **numbers, "parts": {"M": {}}})
    try:
        said = stage.run("stop", drop.run_id, "--yes", "--output", "json")
    finally:
        dynamodb.delete_item(TableName=stage.deployment.ledger, Key=key)
    assert (said.code, said.error["code"]) == (ExitCode.NOT_FOUND, "run_not_accepted")
    assert "delete its version version-of-scanned" in said.error["hint"]
