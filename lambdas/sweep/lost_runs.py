"""Runs that the ledger has lost: their executions know which files they are of.

Guarantees that a run is recorded again as one that was lost, in one write.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cognito_drop.contract.execution_names import is_run_id, number_of, run_id_of
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.executions import Executions
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class LostRuns:
    """Finds lost runs by their executions; the first of a run is named by the run's id."""

    ledger: RunLedger
    executions: Executions
    bucket: str
    now: Callable[[], float]
    """Epoch seconds."""

    def drop_of(self, execution: str) -> Drop | None:
        """The drop of an execution whose run the ledger does not know; None for one that is none of ours."""
        if not is_run_id(run_id_of(execution)):
            return None
        drop = self.executions.drop_of(execution)
        is_ours = drop is not None and drop.run_id == run_id_of(execution) and drop.bucket == self.bucket
        return drop if is_ours else None

    def recorded_again(self, execution: str) -> RunRecord | None:
        """The run of an execution that the ledger does not know, recorded again; None for one that is none of ours."""
        drop = self.drop_of(execution)
        if drop is None:
            return None
        logger.error("The ledger had lost a run.", run_id=drop.run_id)
        dropped_at = datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        number = number_of(execution)
        self.ledger.accept(drop, size=0, dropped_at=dropped_at, dropped_by="", lost_executions=number)
        return self.ledger.find(drop.run_id)
