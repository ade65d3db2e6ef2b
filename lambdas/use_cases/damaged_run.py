"""How a run ends whose item in the ledger is damaged or lost: it is closed, and reported from what is known.

Guarantees that no job is started for it, and that its started jobs are known again, by their names in Cognito, before
its lock can be released.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_denied, is_transient
from cognito_drop.aws.import_jobs import PoolNotFoundError
from cognito_drop.core.queue.queue_order import ACCOUNT_SCOPE
from cognito_drop.core.runs.damaged_run import state_of
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.start_decision import LEASE_MARGIN
from lambdas.runtime.logs import log_failure, logger
from lambdas.use_cases.pool_choices import may_have, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.aws.import_queue import ImportQueue
    from cognito_drop.aws.ledger_damage import LedgerDamage
    from cognito_drop.core.pools.pools import NamedPools
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import RunRecord


_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_CALL: Final = 900
"""Seconds that a function can run."""


@dataclass(frozen=True, slots=True)
class DamagedRuns:
    """Sets aside what cannot be read of runs, and finds the jobs and the locks of lost ones."""

    damage: LedgerDamage
    import_queue: ImportQueue
    imports: UserImports
    pools: NamedPools
    now: Callable[[], datetime]

    def readable(self, drop: Drop, record: RunRecord) -> RunRecord:
        """The run as it can be read; one that is damaged is closed first, and the jobs and the lock of one that was
        lost are looked for. Raises LedgerConflictError.
        """
        if record.unreadable:
            record = self._set_aside(drop, record)
        return self._found_again(record) if record.is_to_be_found else record

    def _set_aside(self, drop: Drop, record: RunRecord) -> RunRecord:
        logger.error("The ledger's item of a run is damaged.", run_id=drop.run_id, attributes=record.unreadable)
        # The lock's scope may be damaged too, so that of the account is asked for as well.
        is_holder = not record.is_state_known and bool(self._held_scope(drop.run_id, record.scope, record.jobs_pool_id))
        state = state_of(record, is_holder=is_holder)
        since = datetime.fromisoformat(record.dropped_at)
        jobs = self._jobs(drop, record.jobs_pool_id, since) if "parts" in record.unreadable else {}
        return self.damage.set_aside(drop, record, state, jobs, now=self.now().isoformat(), until=self._latest_start)

    def _found_again(self, record: RunRecord) -> RunRecord:
        """A lost run with its jobs and its lock. Of a pool that is not in the deployment any more, there are none."""
        pool_id = self._pool_id(record.drop.alias)
        scope = self._held_scope(record.run_id, pool_id)
        jobs = self._jobs(record.drop, pool_id, _EVER)
        now = self.now().timestamp()
        return self.damage.find_again(record, pool_id, jobs, scope=scope, now=now, until=self._latest_start)

    def _held_scope(self, run_id: str, *known: str) -> str:
        """The scope whose lock names the run, of those that are known and the account's; empty where none does."""
        scopes = filter(None, dict.fromkeys((*known, ACCOUNT_SCOPE)))
        return next((scope for scope in scopes if self.import_queue.head(scope).holder == run_id), "")

    @property
    def _latest_start(self) -> float:
        """When a call that has begun can start no job any more, in epoch seconds."""
        return self.now().timestamp() + _LONGEST_CALL + LEASE_MARGIN

    def _pool_id(self, alias: str) -> str:
        settings = settings_of(self.pools, alias)
        return settings.pool_id if settings else ""

    def _jobs(self, drop: Drop, pool_id: str, since: datetime) -> dict[int, PartJob]:
        """The jobs that Cognito has of the run since then, by the numbers of their parts.

        They are looked for once, so a list that is denied is not taken for an empty one, unless no pool of the
        deployment has this id any more, under whatever alias: then it is denied for good.
        """
        if not pool_id:
            return {}
        try:
            found = self.imports.of_run(pool_id, drop.run_id, since)
        except (PoolNotFoundError, ClientError) as error:
            if is_transient(error) or (is_denied(error) and may_have(self.pools, pool_id)):
                raise
            log_failure("The import jobs of a damaged run could not be listed.", error, pool=pool_id)
            return {}
        return {number: PartJob(job.job_id, uploaded=True) for number, job in found.items()}
