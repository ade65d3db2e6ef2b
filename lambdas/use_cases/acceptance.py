"""How a drop becomes a run, found by an event or by a sweep: a ledger item, then an execution named by the run's id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from cognito_drop.aws.executions import Executions
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.core.runs.drop import Drop


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Accepts drops."""

    ledger: RunLedger
    executions: Executions

    def accept(self, drop: Drop, *, size: int, dropped_at: str, dropped_by: str) -> bool:
        """Make one run of a drop, however often it is called. `dropped_at` is ISO 8601 in UTC.

        Return whether the run had an execution although the ledger did not know it.
        """
        is_new = self.ledger.accept(drop, size=size, dropped_at=dropped_at, dropped_by=dropped_by)
        # Started in any case: the item may be from an earlier delivery that crashed before this line.
        started = self.executions.start(drop)
        logger.info("Drop accepted.", is_new=is_new, started=started)
        return is_new and not started
