"""How a run ends whose item in the ledger is damaged: it is closed, and reported from what is known.

Guarantees that no job is started for it, and that its started jobs are known again, by their names in Cognito, before
its lock can be released.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_transient
from cognito_drop.aws.import_jobs import PoolNotFoundError
from cognito_drop.core.queue.queue_order import ACCOUNT_SCOPE
from cognito_drop.core.runs.damaged_run import state_of
from cognito_drop.core.runs.run_record import PartJob
from lambdas.runtime.logs import log_failure, logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.aws.import_queue import ImportQueue
    from cognito_drop.aws.ledger_damage import LedgerDamage
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class DamagedRuns:
    """Sets aside what cannot be read of runs."""

    damage: LedgerDamage
    import_queue: ImportQueue
    imports: UserImports
    now: Callable[[], datetime]

    def readable(self, drop: Drop, record: RunRecord) -> RunRecord:
        """The run as it can be read; one that is damaged is closed first. Raises LedgerConflictError."""
        if not record.unreadable:
            return record
        logger.error("The ledger's item of a run is damaged.", run_id=drop.run_id, attributes=record.unreadable)
        holder = self.import_queue.head(record.scope or ACCOUNT_SCOPE).holder
        state = state_of(record, is_holder=holder == drop.run_id)
        jobs = {number: PartJob(job.job_id, uploaded=True) for number, job in self._jobs(drop, record).items()}
        return self.damage.set_aside(drop, record, state, jobs, self.now().isoformat())

    def _jobs(self, drop: Drop, record: RunRecord) -> dict[int, ImportJob]:
        if "parts" not in record.unreadable or not record.pool_id:
            return {}
        try:
            return self.imports.of_run(record.pool_id, drop.run_id, datetime.fromisoformat(record.dropped_at))
        except (PoolNotFoundError, ClientError) as error:
            if is_transient(error):
                raise
            log_failure("The import jobs of a damaged run could not be listed.", error, pool=record.pool_id)
            return {}
