"""Resumes or finalizes runs whose execution died, never started, or still waits although it holds the import lock.

Guarantees that what two sweeps do at once is done once: executions are named by the ledger's count.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.contract.metric_names import Metric
from cognito_drop.contract.statuses import OPEN_STATES
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.runs.sweep_action import Action, action_for, is_stale
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cognito_drop.aws.executions import Executions
    from cognito_drop.aws.import_queue import ImportQueue
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.contract.statuses import RunState
    from cognito_drop.core.runs.run_record import RunRecord
    from lambdas.use_cases.import_gate import ImportGate


@dataclass(frozen=True, slots=True)
class OpenRuns:
    """What a sweep has seen, and what it has done."""

    runs: Sequence[RunRecord]
    actions: Counter[Action]

    @property
    def by_state(self) -> Counter[RunState]:
        """How many runs are in each state."""
        return Counter(record.state for record in self.runs)


@dataclass(frozen=True, slots=True)
class RunSweep:
    """Goes through the open runs and the import locks."""

    ledger: RunLedger
    executions: Executions
    import_queue: ImportQueue
    gate: ImportGate
    scopes: Iterable[str]
    """Scopes to check besides those of the open runs."""
    now: Callable[[], float]
    """Epoch seconds."""

    def run(self) -> OpenRuns:
        """Give every free lock to its next run, then act on all open runs.

        A backlog of waiting runs delays no other run, even if the sweep does not complete: the locks come first, and
        of the runs those that are nearest to their end. A run that fails here delays none of the others; its error is
        raised at the end.
        """
        open_runs = [record for state in reversed(OPEN_STATES) for record in self.ledger.in_state(state)]
        seen = OpenRuns(open_runs, Counter())
        for scope in dict.fromkeys((*self.scopes, *(record.scope for record in open_runs if record.scope))):
            self._serve(scope)
        failures: list[Exception] = []
        for found in open_runs:
            try:
                record = self.ledger.find(found.drop.run_id)  # the index may be a moment behind
                if record is not None:
                    seen.actions[self.act_on(record)] += 1
            except Exception as error:  # noqa: BLE001  (whatever it is, the other runs come first; it is raised below)
                logger.error("A run could not be processed.", run_id=found.drop.run_id, error=type(error).__name__)
                failures.append(error)
        if failures:
            raise failures[0]
        return seen

    def act_on(self, record: RunRecord) -> Action:
        """Do with one run what is to be done."""
        status = self.executions.status(record.execution_name)
        action = action_for(record, status, self.now())
        run_id = record.drop.run_id
        if action is not Action.LEAVE:
            logger.warning(
                "A run needs to be resumed.", run_id=run_id, state=record.state, execution=status, by=action.value
            )
        match action:
            case Action.LEAVE:
                pass
            case Action.WAKE:
                self.executions.wake(record.token)
            case Action.START:
                self.executions.start(record.drop, record.executions, finalize=record.is_stopped)
            case Action.RESUME:
                self._renew(record)
            case Action.FINALIZE:
                self.ledger.close(run_id, stopped=True)
                # On what was found, not on what is now: another sweep may have asked for an execution meanwhile.
                self._renew(record)
            case _:
                assert_never(action)
        return action

    def _renew(self, record: RunRecord) -> None:
        try:
            record = self.ledger.renew(record, self.now())
        except LedgerConflictError:
            return  # another sweep has renewed it
        self.executions.start(record.drop, record.executions, finalize=record.is_stopped)

    def _serve(self, scope: str) -> None:
        """Release a lock whose holder does not need it; give a free lock to the first in the queue."""
        holder = self.import_queue.head(scope).holder
        if holder is not None and is_stale(self.ledger.find(holder)):
            freed = self.import_queue.free(scope, holder)
            logger.warning("The import lock was held by a run that no longer needs it.", run_id=holder, freed=freed)
        served = self.import_queue.serve(scope, self.now(), self.gate.look().admits)
        record = self.ledger.find(served) if served else None
        if record is None:
            return
        record_metrics(run_metrics.of_lock(record), service=Metric.LOCK_WAIT.measured_by)
        if record.token:
            self.executions.wake(record.token)
