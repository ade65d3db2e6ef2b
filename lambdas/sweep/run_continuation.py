"""Continues a run that waits for a decision after its first part, when an operator asks for it.

Guarantees that the rest of the file goes on once, however often it is asked for: the run is put back into the queue on
the condition that it still waits for a decision. What may start there is up to the gate, as for every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lambdas.runtime.logs import logger
from lambdas.sweep.run_sweep import OpenRuns

if TYPE_CHECKING:
    from lambdas.sweep.whole_sweep import WholeSweep


@dataclass(frozen=True, slots=True)
class RunContinuation:
    """Continues runs."""

    sweep: WholeSweep

    def run(self, run_id: str) -> bool:
        """Whether the run waited for a decision, and goes on now."""
        record = self.sweep.ledger.find(run_id)
        now = datetime.fromtimestamp(self.sweep.now(), UTC).isoformat()
        queue = self.sweep.runs.import_queue
        is_continued = record is not None and queue.continue_run(record, now)
        logger.warning("An operator continues a run.", run_id=run_id, continued=is_continued)
        if record is not None and is_continued:
            self.sweep.runs.serve(record.scope, OpenRuns())
        return is_continued
