"""The executions of a state machine that ended in the last days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cognito_drop.cli.base_command import Context
    from cognito_drop.contract.statuses import ExecutionStatus

DAYS = 7
_NAMED = 5


def ended_lately(context: Context, machine: str, status: ExecutionStatus) -> Iterator[str]:
    """The names of executions that ended so, the newest first; `machine` is an ARN."""
    since = datetime.now(UTC) - timedelta(days=DAYS)
    pages = context.aws.stepfunctions.get_paginator("list_executions").paginate(
        stateMachineArn=machine,
        statusFilter=status.value,  # type: ignore[arg-type]  # one of the API's words
    )
    for page in pages:
        ended = [entry for entry in page["executions"] if entry["stopDate"] >= since]
        yield from (entry["name"] for entry in ended)
        if not ended:
            return


def some_of(names: Sequence[str]) -> str:
    """The first names."""
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
