"""What went wrong lately: executions that ended otherwise than they should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cognito_drop.cli.doctor.finding import Finding, warning
from cognito_drop.contract.execution_names import run_id_of
from cognito_drop.core.runs.run_record import SHORT_ID
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from cognito_drop.cli.base_command import Context

DAYS = 7
_STATUSES: tuple[Literal["FAILED", "TIMED_OUT"], ...] = ("FAILED", "TIMED_OUT")
_NAMED = 5


def execution_findings(context: Context) -> list[Finding]:
    """The state machine's failures of the last days. What the operator has stopped is none."""
    found = []
    for status in _STATUSES:
        names = list(_lately(context, status))
        if names:
            runs = list(dict.fromkeys(run_id_of(name)[:SHORT_ID] for name in names))
            named = ", ".join(runs[:_NAMED]) + (", …" if len(runs) > _NAMED else "")
            became = "timed out" if status == "TIMED_OUT" else "failed"
            found.append(
                warning(
                    f"executions_{status.lower()}",
                    f"{counted(len(names), 'execution')} {became} in the last {DAYS} days, of the runs {named}.",
                    f"`cognito-drop status {runs[0]}` shows the result of the run; the execution history in Step "
                    "Functions shows where it failed.",
                )
            )
    return found


def _lately(context: Context, status: Literal["FAILED", "TIMED_OUT"]) -> Iterator[str]:
    """The names of executions that ended so, the newest first."""
    since = datetime.now(UTC) - timedelta(days=DAYS)
    pages = context.aws.stepfunctions.get_paginator("list_executions").paginate(
        stateMachineArn=context.deployment.state_machine, statusFilter=status
    )
    for page in pages:
        ended = [entry for entry in page["executions"] if entry["stopDate"] >= since]
        yield from (entry["name"] for entry in ended)
        if not ended:
            return
