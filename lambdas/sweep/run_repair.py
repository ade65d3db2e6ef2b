"""Repairs one run when an operator asks for it: what the sweep would do by itself, without its pauses.

Guarantees what the sweep guarantees: the decisions and the conditional writes are the same, so a repair and a sweep at
once do everything once, and no row is imported twice. Looking changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cognito_drop.core.runs.repair import LOST, FoundRun
from cognito_drop.core.runs.sweep_action import Action, is_stale
from lambdas.runtime.logs import logger
from lambdas.sweep.run_sweep import OpenRuns

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord
    from lambdas.sweep.whole_sweep import WholeSweep


@dataclass(frozen=True, slots=True)
class RunRepair:
    """Looks at runs, and repairs them."""

    sweep: WholeSweep

    def look(self, run_id: str) -> FoundRun:
        """What is wrong with a run, and what a repair does about it."""
        record = self.sweep.ledger.find(run_id)
        scopes = self._held_by(run_id, record)
        frees_lock = bool(scopes) and is_stale(record)
        if record is None:
            is_known = self.sweep.runs.lost.drop_of(run_id) is not None
            return FoundRun(run_id, LOST if is_known else Action.LEAVE.value, bool(scopes), frees_lock and not is_known)
        status, action = self.sweep.runs.planned(record)
        return FoundRun(
            run_id,
            action.value,
            bool(scopes),
            frees_lock,
            state=record.state.value,
            execution=record.execution_name,
            execution_status=status.value,
            executions=record.executions,
            unreadable=record.unreadable,
        )

    def run(self, run_id: str) -> FoundRun:
        """Repair a run; return how it was found, and what was done.

        That may differ from what an operator has confirmed: the run may have changed since, or a sweep was faster.
        """
        found = self.look(run_id)
        logger.warning("An operator asks for the repair of a run.", run_id=run_id, action=found.action)
        record = self.sweep.ledger.find(run_id) or self.sweep.runs.lost.recorded_again(run_id)
        if record is not None:
            done = self.sweep.runs.act_on(record, is_urgent=True)
            found = found if found.action == LOST else replace(found, action=done.value)
        for scope in self._held_by(run_id, record):
            self.sweep.runs.serve(scope, OpenRuns())
        return found

    def _held_by(self, run_id: str, record: RunRecord | None) -> list[str]:
        """The scopes whose import lock the run holds."""
        own = [record.scope] if record and record.scope else []
        scopes = dict.fromkeys((*self.sweep.runs.scopes, *own))
        return [scope for scope in scopes if self.sweep.runs.import_queue.head(scope).holder == run_id]
