"""Runs that have ended, put into the ledger and the bucket of a stage without a way through the pipeline."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.object_keys import SUMMARY, results_of
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.cli.stage import Stage


def keep_run(stage: Stage, key: str, said: str = "", results: Mapping[str, bytes] | None = None) -> str:
    """A rejected run of this key, in which each text from outside is `said`; returns its id.

    `results` are the objects of its results, by what follows the name of the folder.
    """
    drop = Drop(stage.deployment.bucket, key, "1")
    problem = Problem(ProblemCode.WRONG_HEADER, said, said) if said else None
    item: dict[str, Any] = {
        "pk": {"S": f"run#{drop.run_id}"}, "sk": {"S": "run"}, "run_id": {"S": drop.run_id},
        "bucket": {"S": drop.bucket}, "key": {"S": drop.key}, "version_id": {"S": drop.version_id},
        "run_state": {"S": "ended"}, "dropped_at": {"S": "2020-01-01T00:00:00Z"}, "size": {"N": "1"},
        "dropped_by": {"S": said}, "error": {"S": said}, "outcome": {"S": "rejected"},
        "ended_at": {"S": "2020-01-01T00:00:01Z"}, "notified": {"BOOL": True},
        "file": {"S": json.dumps(CheckedFile("", problem=problem).to_json())},
        "row_counts": {"M": {"total": {"N": "2"}, "rejected": {"N": "2"}}},
    }  # fmt: skip
    stage.cloud.client("dynamodb").put_item(TableName=stage.deployment.ledger, Item=item)
    for name, content in (results or {}).items():
        stage.cloud.client("s3").put_object(Bucket=drop.bucket, Key=results_of(drop.run_id) + name, Body=content)
    return drop.run_id


def keep_waiting_run(stage: Stage, key: str) -> str:
    """A run of this key of whose first part a fifth failed: it waits for a decision. Returns its id."""
    drop, pool_id = Drop(stage.deployment.bucket, key, "version"), stage.pools["people"]
    file = CheckedFile(
        pool_id, "people", rows=10_000, part_rows=(200, 9_800), settings=PoolSettings(pool_id).kept,
        first_part=FirstPart("5%", 7),
    )  # fmt: skip
    strings = {
        "pk": f"run#{drop.run_id}", "sk": "run", "run_id": drop.run_id, "run_state": "waiting", "bucket": drop.bucket,
        "key": drop.key, "version_id": drop.version_id, "alias": "people", "dropped_at": "2026-07-01T12:00:00Z",
        "held_for": "first_part", "scope": "account", "file": json.dumps(file.to_json()), "pool_id": pool_id,
    }  # fmt: skip
    counts = {"imported": {"N": "160"}, "skipped": {"N": "0"}, "failed": {"N": "40"}}
    part = {"job_id": {"S": "import-1234567890"}, "attempt": {"N": "1"}, "status": {"S": "Succeeded"}, **counts}
    item = {
        **{name: {"S": text} for name, text in strings.items()},
        "held_until": {"N": str(int(time.time()) + 10 * 86_400)},
        "executions": {"N": "1"},
        "parts": {"M": {"1": {"M": part}}},
    }
    stage.cloud.client("dynamodb").put_item(TableName=stage.deployment.ledger, Item=item)
    return drop.run_id


def summary_saying(said: str) -> dict[str, bytes]:
    """A summary in which each text from outside is `said`."""
    reason = {
        "outcome": "rejected", "code": "x", "message": said, "hint": said, "count": 2, "first_lines": [2, 3],
        "setting": None,
    }  # fmt: skip
    job = {"status": said, "message": said}
    content = {
        "rows_unknown": 1, "preset": None, "source": None, "dialect": None, "memberships": None, "reasons": [reason],
        "details_missing": [{"code": "x", "message": said, "hint": said, "parts": []}],
        "parts": [{"number": 1, "job": job}], "files": ["retry.csv"],
    }  # fmt: skip
    return {SUMMARY: json.dumps(content).encode()}
