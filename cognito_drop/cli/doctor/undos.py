"""Undos that have not come to their end, and go on only when a person starts them again; and what undos need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cognito_drop.cli.doctor.finding import Finding, warning
from cognito_drop.cli.doctor.recent_executions import DAYS, ended_lately, some_of
from cognito_drop.contract.execution_names import run_id_of
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.text.figures import counted
from cognito_drop.core.undo.undo_record import ENDED_EARLY, UndoOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cognito_drop.cli.base_command import Context
    from cognito_drop.core.undo.undo_record import UndoRecord

_MOST = 1000
"""Undos that are looked at, the newest first."""


def undo_findings(context: Context) -> list[Finding]:
    """The undos that ended early in the last days, each with the command that continues it, and other executions of
    the state machine that failed."""
    machine = context.deployment.undo_machine
    if not machine:
        return list(_not_deployed(context))
    ended = {name: status for status in ENDED_EARLY for name in ended_lately(context, machine, status)}
    undos = {undo.plan.undo_id: undo for undo in context.ledger.undos(since=None, alias=None, most=_MOST)}
    found = [_finding(undo, how) for undo in undos.values() if (how := _ended_early(undo, ended))]
    failed = [
        name
        for name, status in ended.items()
        if status is ExecutionStatus.FAILED and ((undo := undos.get(run_id_of(name))) is None or _is_final(undo, name))
    ]
    return [*found, *([_failed(failed)] if failed else [])]


def _not_deployed(context: Context) -> Iterator[Finding]:
    for alias, pool in context.deployment.pools.items():
        if pool.settings.undo:
            yield warning(
                "undo_not_deployed",
                f"The pool {alias} has the setting `undo`, and the stack has no state machine for undos.",
                "Deploy the stack again with the version of this command.",
            )


def _ended_early(undo: UndoRecord, ended: Mapping[str, ExecutionStatus]) -> str:
    """How an undo has ended early in the last days, in words; empty for any other."""
    if undo.outcome is UndoOutcome.FAILED:
        return "failed" if datetime.fromisoformat(undo.ended_at) >= datetime.now(UTC) - timedelta(days=DAYS) else ""
    status = None if undo.is_over else ended.get(undo.execution)
    return ENDED_EARLY[status] if status else ""


def _finding(undo: UndoRecord, how: str) -> Finding:
    done = f"{undo.progress.done:,} of {counted(undo.plan.users, 'user')}"
    because = f": {undo.error}" if undo.error else ""
    return warning(
        "undo_not_complete",
        f"The undo {undo.plan.short_id} {how} with {done} processed{because}.",
        "It deletes no more users until this continues it:",
        command=undo.plan.command,
    )


def _is_final(undo: UndoRecord, execution: str) -> bool:
    """Whether the undo has ended in this execution, and does not go on."""
    return undo.execution == execution and undo.outcome is not None and undo.outcome.is_final


def _failed(names: list[str]) -> Finding:
    return warning(
        "undo_executions_failed",
        f"{counted(len(names), 'execution')} of undos failed in the last {DAYS} days: {some_of(names)}.",
        "The execution history in Step Functions shows why: the run could not be undone, or the notification of the "
        "undo was not sent by the execution.",
    )
