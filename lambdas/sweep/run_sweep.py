"""Resumes or finalizes runs whose execution died, never started, or still waits although it holds the import lock.

Guarantees that what two sweeps do at once is done once: executions are named by the ledger's count.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from cognito_drop.aws.errors import LedgerConflictError, RefusedError
from cognito_drop.contract.metric_names import Metric
from cognito_drop.contract.statuses import OPEN_STATES, ExecutionStatus
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.runs.sweep_action import Action, action_for, is_stale
from cognito_drop.core.runs.sweep_place import SweepPlace
from lambdas.runtime.logs import log_failure, logger
from lambdas.runtime.metrics import record_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from cognito_drop.aws.executions import Executions
    from cognito_drop.aws.import_queue import ImportQueue
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.sweep_notes import SweepNotes
    from cognito_drop.contract.statuses import RunState
    from cognito_drop.core.runs.run_record import RunRecord
    from lambdas.sweep.lost_runs import LostRuns
    from lambdas.use_cases.damaged_run import DamagedRuns
    from lambdas.use_cases.import_gate import ImportGate

_PLACE = "runs_place"
_MOST_FAILED = 100
"""Runs that are remembered as failed."""


@dataclass(slots=True)
class OpenRuns:
    """What a sweep has seen, and what it has done."""

    runs: list[RunRecord] = field(default_factory=list)
    actions: Counter[Action] = field(default_factory=Counter)
    failures: list[Exception] = field(default_factory=list)
    left: int = 0
    """Runs that the sweep had no time for: the next one begins with them."""

    @property
    def by_state(self) -> Counter[RunState]:
        """How many runs are in each state."""
        return Counter(record.state for record in self.runs)

    def failed(self, sentence: str, error: Exception, **keys: str) -> None:
        """Log a failure. It delays nothing else; the sweep fails with it at its end."""
        log_failure(sentence, error, **keys)
        self.failures.append(error)


@dataclass(frozen=True, slots=True)
class RunSweep:
    """Goes through the open runs and the import locks."""

    ledger: RunLedger
    notes: SweepNotes
    executions: Executions
    import_queue: ImportQueue
    gate: ImportGate
    damaged: DamagedRuns
    lost: LostRuns
    scopes: Iterable[str]
    """Scopes to check besides those of the open runs."""
    now: Callable[[], float]
    """Epoch seconds."""

    def run(self, *, has_time: Callable[[], bool]) -> OpenRuns:
        """Give every free lock to its next run, then act on all open runs.

        A backlog of waiting runs delays no other run, even if the sweep does not complete: the locks come first, and
        of the runs those that are nearest to their end. A run that fails here delays none of the others, and comes
        last the next time; those that the time does not suffice for come first then.
        """
        seen = OpenRuns()
        for state in reversed(OPEN_STATES):
            try:
                seen.runs += self.ledger.in_state(state)
            except Exception as error:  # noqa: BLE001  (the runs of the other states are resumed)
                seen.failed("The runs of a state could not be listed.", error, state=state)
        for scope in dict.fromkeys((*self.scopes, *(record.scope for record in seen.runs if record.scope))):
            try:
                self.serve(scope, seen)
            except Exception as error:  # noqa: BLE001  (the other locks are served)
                seen.failed("An import lock could not be served.", error, scope=scope)
        self._act_on_all(seen, has_time)
        return seen

    def _act_on_all(self, seen: OpenRuns, has_time: Callable[[], bool]) -> None:
        before = SweepPlace.of(self.notes.place(_PLACE))
        running = self._running(seen) if seen.runs else set()
        failed, last, due = list[str](), "", before.in_order(seen.runs)
        for number, found in enumerate(due):
            if not has_time():
                seen.left = len(due) - number
                break
            try:
                seen.actions[self._act_on_found(found, running)] += 1
            except Exception as error:  # noqa: BLE001  (the other runs come first; the sweep fails with it at its end)
                seen.failed("A run could not be processed.", error, run_id=found.run_id)
                failed.append(found.run_id)
            last = found.run_id
        after = SweepPlace(last if seen.left else "", tuple(failed[:_MOST_FAILED]))
        if after != before:
            self.notes.keep_place(_PLACE, after=after.after, failed=list(after.failed))

    def _running(self, seen: OpenRuns) -> set[str]:
        """A run whose execution runs costs no call of its own, so a long queue is gone through in no time."""
        try:
            return self.executions.running()
        except Exception as error:  # noqa: BLE001  (each execution is looked at by itself instead)
            seen.failed("The running executions could not be listed.", error)
            return set()

    def _act_on_found(self, found: RunRecord, running: Container[str]) -> Action:
        is_running = found.execution_name in running
        if is_running and action_for(found, ExecutionStatus.RUNNING, self.now()) is Action.LEAVE:
            return Action.LEAVE
        record = self.ledger.find(found.run_id)  # the index may be a moment behind
        return self.act_on(record) if record is not None else Action.LEAVE

    def planned(self, record: RunRecord) -> tuple[ExecutionStatus, Action]:
        """The status of a run's newest execution, and what an urgent action on the run does."""
        status = self.executions.status(record.execution_name)
        return status, action_for(record, status, self.now(), is_urgent=True)

    def act_on(self, record: RunRecord, *, is_urgent: bool = False) -> Action:
        """Do with one run what is to be done; if it is urgent, without the pauses between two attempts."""
        status = self.executions.status(record.execution_name)
        if (record.unreadable or record.is_lost) and not status.is_running:
            drop = self.executions.drop_of(record.execution_name) if record.key_id else record.drop
            if drop is None or drop.run_id != record.run_id:
                raise RefusedError("Neither the ledger nor an execution says which file the run is of")
            record = self.damaged.readable(drop, record)
        action = action_for(record, status, self.now(), is_urgent=is_urgent)
        run_id = record.run_id
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
                self.executions.start(record.drop, record.executions)
                if record.scan_until is not None:
                    self.ledger.end_scan_wait(run_id, datetime.fromtimestamp(self.now(), UTC).isoformat())
            case Action.RESUME:
                self._renew(record)
            case Action.FINALIZE:
                self._renew(record, is_stopped=True)
            case _:
                assert_never(action)
        return action

    def _renew(self, record: RunRecord, *, is_stopped: bool = False) -> None:
        try:
            if is_stopped:
                self.ledger.close(record.run_id, stopped=True, found=record)
            # On what was found, not on what is now: another sweep may have asked for an execution meanwhile.
            record = self.ledger.renew(record, self.now())
        except LedgerConflictError:
            return  # another sweep has renewed it, or its import is over by now
        self.executions.start(record.drop, record.executions)

    def serve(self, scope: str, seen: OpenRuns) -> None:
        """Release a lock whose holder does not need it; give a free lock to the first in the queue."""
        holder = self.import_queue.head(scope).holder
        # A damaged lock may name anything.
        found = (self.ledger.find(holder) or self.lost.recorded_again(str(holder))) if holder else None
        if holder is not None and is_stale(found):
            freed = self.import_queue.free(scope, holder)
            logger.warning("The import lock was held by a run that no longer needs it.", run_id=holder, freed=freed)
        elif found is not None and not found.is_state_known:
            seen.actions[self.act_on(found)] += 1  # it is in no list of the open runs
        served = self.import_queue.serve(scope, self.now(), self.gate.look().admits)
        record = self.ledger.find(served) if served else None
        if record is None:
            return
        record_metrics(run_metrics.of_lock(record), service=Metric.LOCK_WAIT.measured_by)
        if record.token:
            self.executions.wake(record.token)
