"""The ways through the state machine in words, and scripts for its functions to take them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.infra.scripted_functions import answers, wakes

if TYPE_CHECKING:
    from tests.infra.scripted_functions import Ended, Script
    from tests.infra.template import Json

TO_LOCK = ["Preflight", "Anything to import?", "Wait for lock"]
START = ["Start import", "Import started?"]
STRAIGHT_ON = [*TO_LOCK, *START]
POLL = ["Wait", "Check import", "Import ended?"]
READ = ["Collect", "Next part?"]
PASS = ["Release lock", "Lock released?"]
ADD = ["Add members", "All added?"]
NOTIFIED = ["Report", "Notify", "Mark notified"]
TO_STOP = ["Preflight", "Anything to import?", "Stop import", "Anything to stop?"]

IMPORTABLE = answers({"importable": True, "is_imported": False, "part_rows": [10]})
PASSED = {"released": True, "wait_seconds": 0, "has_members": False, "has_ids": False}
KEPT = {"released": False, "wait_seconds": 10, "has_members": False, "has_ids": False}
PASSED_WITH_GROUPS = {**PASSED, "has_members": True}


def job(status: str) -> Json:
    """The answer of a function that has seen a job in this status."""
    return {"part": 1, "job_id": "import-9sHxosU7BP", "status": status, "wait_seconds": 10, "done": 0}


def part(number: int = 1, *, complete: bool = True, more: bool = False) -> Json:
    """The answer of collect_part."""
    return {"number": number, "complete": complete, "more": more, "polls": 0, "wait_seconds": 10}


def report(run_id: str, outcome: str) -> Json:
    """The answer of report_run."""
    return {
        "run_id": run_id,
        "outcome": outcome,
        "succeeded": outcome in ("imported", "partly_imported", "checked"),
        "headline": f"{outcome.capitalize()}, whatever that means",
        "notification": {
            "subject": f"{outcome}: users.csv",
            "message": json.dumps({"default": f"text of {run_id}", "sqs": json.dumps({"run_id": run_id})}),
            "outcome": outcome,
            "pool": "people",
            "has_failures": "false",
        },
    }


def script(run_id: str, outcome: str = "imported", **functions: list[Json]) -> Script:
    """All goes well, but for the functions that are given."""
    return {
        "preflight": IMPORTABLE,
        "take_lock": wakes(),
        "release_lock": answers(PASSED),
        "start_import": answers(job("Pending")),
        "check_import": answers(job("Succeeded")),
        "collect_part": answers(part()),
        "stop_import": answers(job("Stopping")),
        "add_members": answers({"more": False, "done": 20}),
        "note_ids": answers({"more": False, "recorded": 10, "wait_seconds": 0}),
        "report_run": answers(report(run_id, outcome)),
        **functions,
    }


def settling(function: str) -> dict[str, Any]:
    """What preflight says of a run that comes to this function."""
    return {"is_stopped": True} if function == "stop_import" else {}


def assert_message(ended: Ended, outcome: str) -> None:
    """The subscriber was notified once, the ledger has that, and the execution has done its work."""
    (message,) = ended.messages
    assert message["MessageAttributes"]["outcome"] == {"Type": "String", "Value": outcome}
    assert ended.notified
    assert ended.item["run_state"] == {"S": "ended"}
    assert ended.item["notified_at"]["S"]
    assert ended.status == "SUCCEEDED"
