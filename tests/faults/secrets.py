"""I6: no value of a row and no upload URL is in a log, an execution's history or a notification, whatever failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.world import FaultWorld

CANARY = "kanarienvogel"
"""Part of every value of every row."""
_SIGNS = (CANARY, "X-Amz-Signature")


def leaks(world: FaultWorld) -> list[str]:
    """Where a secret was found, in words."""
    places = [*_logs(world), *_histories(world), *(("a notification", text) for text in world.mailbox.texts)]
    return sorted({f"I6: {place} has {sign}" for place, text in places for sign in _SIGNS if sign in text})


def _logs(world: FaultWorld) -> Iterator[tuple[str, str]]:
    logs = world.client("logs")
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            name = group["logGroupName"]
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                yield from ((f"the log {name}", event["message"]) for event in page["events"])


def _histories(world: FaultWorld) -> Iterator[tuple[str, str]]:
    steps = world.client("stepfunctions")
    pages = steps.get_paginator("list_executions")
    for machine in (world.deployment.state_machine, world.undo_machine):
        for execution in (found for page in pages.paginate(stateMachineArn=machine) for found in page["executions"]):
            arn = execution["executionArn"]
            for page in steps.get_paginator("get_execution_history").paginate(executionArn=arn):
                yield f"the history of {execution['name']}", json.dumps(page["events"], default=str)
