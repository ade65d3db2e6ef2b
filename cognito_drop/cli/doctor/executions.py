"""What went wrong lately: executions that ended otherwise than they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.doctor.finding import Finding, warning
from cognito_drop.cli.doctor.recent_executions import DAYS, ended_lately
from cognito_drop.cli.doctor.undos import undo_findings
from cognito_drop.contract.execution_names import number_of, run_id_of
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.runs.run_record import SHORT_ID

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context

_WORDS = {ExecutionStatus.FAILED: "failed", ExecutionStatus.TIMED_OUT: "timed out"}


def execution_findings(context: Context) -> list[Finding]:
    """The runs that an execution of the last days has left unfinished, and the undos that ended early.

    A run that has ended since, or has a newer execution, needs nothing; nor does one that the operator has stopped. A
    stopped undo is a finding: nothing else continues it.
    """
    found: dict[str, Finding] = {}
    for status in _WORDS:
        for name in ended_lately(context, context.deployment.state_machine, status):
            run_id = run_id_of(name)
            if run_id in found:
                continue
            run = context.ledger.find(run_id)
            if run is None or not (run.is_over or number_of(name) < run.executions):
                found[run_id] = _finding(run_id, status, is_lost=run is None)
    return [*found.values(), *undo_findings(context)]


def _finding(run_id: str, status: ExecutionStatus, *, is_lost: bool) -> Finding:
    short, lately = run_id[:SHORT_ID], f"{_WORDS[status]} in the last {DAYS} days"
    return warning(
        f"executions_{status.lower()}",
        f"An execution of the run {short} {lately}, and the ledger does not have the run."
        if is_lost
        else f"The run {short} has not ended, and its newest execution {lately}.",
        "The sweep resumes such a run within an hour if it can; the execution history in Step Functions shows where it "
        "stopped. To resume it now:",
        command=f"cognito-drop repair {run_id} --yes",
    )
