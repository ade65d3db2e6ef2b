"""What went wrong lately: executions that ended otherwise than they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.doctor.finding import Finding, warning
from cognito_drop.cli.doctor.recent_executions import DAYS, ended_lately, some_of
from cognito_drop.cli.doctor.undos import undo_findings
from cognito_drop.contract.execution_names import run_id_of
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.runs.run_record import SHORT_ID
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context

_STATUSES = (ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT)


def execution_findings(context: Context) -> list[Finding]:
    """The state machine's failures of the last days, and the undos that ended early.

    A run that the operator has stopped is none. A stopped undo is one: nothing else continues it.
    """
    found = []
    for status in _STATUSES:
        names = list(ended_lately(context, context.deployment.state_machine, status))
        if names:
            runs = list(dict.fromkeys(run_id_of(name)[:SHORT_ID] for name in names))
            became = "timed out" if status is ExecutionStatus.TIMED_OUT else "failed"
            found.append(
                warning(
                    f"executions_{status.lower()}",
                    f"{counted(len(names), 'execution')} {became} in the last {DAYS} days, of the runs "
                    f"{some_of(runs)}.",
                    f"`cognito-drop status {runs[0]}` shows the result of the run; the execution history in Step "
                    "Functions shows where it failed.",
                )
            )
    return [*found, *undo_findings(context)]
