"""Releases the runs that are held, as soon as their pool allows it, in the order of their drops.

A run that is not released gets the time at which it may be, so that it does not come back to the queue in vain. Without
the sweep a held run comes back by itself when its hold is due. A run that waits for a decision after its first part is
continued by an operator only; when its hold is due, it is stopped.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.first_part import to_decide
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.text.problem import Problem
from lambdas.runtime.logs import log_failure, logger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cognito_drop.aws.import_queue import ImportQueue
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.core.runs.run_record import RunRecord
    from lambdas.use_cases.import_gate import GateLook, ImportGate

_SAME = 60
"""Seconds by which the times of two holds may differ and be the same."""


@dataclass(slots=True)
class HoldsSeen:
    """What a sweep has done with the held runs."""

    released: int = 0
    failures: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HoldSweep:
    """Goes through the held runs."""

    ledger: RunLedger
    import_queue: ImportQueue
    gate: ImportGate
    now: Callable[[], datetime]

    def run(self) -> HoldsSeen:
        """Release those that may start. A run that fails here delays none of the others."""
        look, seen, ahead = self.gate.look(), HoldsSeen(), Counter[str]()
        for found in self.ledger.in_state(RunState.WAITING):
            if not found.is_held:
                continue
            try:
                seen.released += self._act_on(found, look, ahead)
            except Exception as error:  # noqa: BLE001  (whatever it is, the other runs come first; the sweep raises it)
                log_failure("A held run could not be processed.", error, run_id=found.run_id)
                seen.failures.append(error)
        return seen

    def _act_on(self, found: RunRecord, look: GateLook, ahead: Counter[str]) -> bool:
        """Whether the run is released. `ahead` are the jobs of runs before it, by pool."""
        record = self.ledger.find(found.run_id)  # the index may be a moment behind
        if record is None or record.hold is None or not record.is_held:
            return False
        if found_part := to_decide(record):
            if record.hold.is_due(self.now().timestamp()):
                look.give_up(record, found_part)
            return False
        match look.verdict(record, ahead[record.pool_id]):
            case Hold() as hold:
                if hold.reason is not record.hold.reason or abs(hold.until - record.hold.until) > _SAME:
                    look.hold(record, hold)
                is_released = False
            case Problem() as problem:
                look.refuse(record, problem)
                return False  # it uses no jobs
            case None:
                is_released = self.import_queue.unhold(record, self.now().isoformat())
                logger.info("A held run is released.", run_id=record.run_id, released=is_released)
        ahead[record.pool_id] += record.jobs_needed
        return is_released
