"""Counts the import jobs of the pools: Cognito deletes none, and a pool takes a limited number of them in its life.

Guarantees to find the jobs that a crash has left behind, created and never to be started: they expire by themselves,
and count all the same. It guarantees further that a pool that cannot be counted keeps no other pool from being counted.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.aws.import_jobs import PoolNotFoundError
from cognito_drop.contract.job_names import run_and_part_of
from cognito_drop.contract.ledger_keys import jobs_note
from cognito_drop.contract.statuses import JobStatus
from lambdas.runtime.logs import log_failure, logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.sweep_notes import SweepNotes
    from cognito_drop.core.imports.import_job import ImportJob

_PAUSE = 3600
"""Seconds between two counts: 1,000 jobs are 17 calls, and their rate is shared with production."""
_GRACE = 1800
"""Seconds after which a job that was created is either recorded or forgotten."""
_ALL = "jobs"
"""The name under which the ledger keeps when every pool was counted."""
_LONGEST = 60
"""Seconds after which no other pool is begun: the next sweep goes on with those that were not counted."""


@dataclass(frozen=True, slots=True)
class PoolJobs:
    """The jobs of a pool."""

    pool_id: str
    used: int
    orphans: int
    """Created by us, recorded nowhere, never to be started."""


@dataclass(frozen=True, slots=True)
class JobCensus:
    """Counts jobs."""

    pool_ids: Iterable[str]
    imports: UserImports
    ledger: RunLedger
    notes: SweepNotes
    now: Callable[[], float]
    """Epoch seconds."""

    def run(self) -> list[PoolJobs]:
        """Count the jobs of pools that were not counted for an hour, as far as the time allows.

        Those come first that were counted longest ago. The answer has every pool with its newest count, or nothing
        where none was counted just now. Within an hour of a complete count nothing else is read: a pool that a
        deployment adds is counted with the others.
        """
        if self.now() < self.notes.numbers(_ALL).get("counted_at", 0.0) + _PAUSE:
            return []
        notes = {pool_id: self.notes.numbers(jobs_note(pool_id)) for pool_id in dict.fromkeys(self.pool_ids)}
        due = [pool_id for pool_id, note in notes.items() if self.now() >= note.get("counted_at", 0.0) + _PAUSE]
        counted, begun, is_complete = dict[str, PoolJobs](), self.now(), True
        for pool_id in sorted(due, key=lambda pool_id: notes[pool_id].get("counted_at", 0.0)):
            if self.now() > begun + _LONGEST:
                is_complete = False
                break
            try:
                counted[pool_id] = self._count(pool_id)
            except PoolNotFoundError:
                logger.warning("A configured pool does not exist.", pool=pool_id)
            except Exception as error:  # noqa: BLE001  (whatever it is, the other pools are counted; the next sweep tries again)
                log_failure("Import jobs of a pool could not be counted.", error, pool=pool_id)
                is_complete = False
        if is_complete:
            earlier = [note["counted_at"] for pool_id, note in notes.items() if note and pool_id not in due]
            self.notes.keep(_ALL, counted_at=min([begun, *earlier]))
        return _newest(notes, counted) if counted else []

    def _count(self, pool_id: str) -> PoolJobs:
        jobs = list(self.imports.all(pool_id))
        orphans = [job for job in jobs if self._is_orphan(job)]
        for job in orphans:
            logger.warning(
                "An import job was created but never started; it will expire.", pool=pool_id, job_id=job.job_id
            )
        found = PoolJobs(pool_id, len(jobs), len(orphans))
        self.notes.keep(jobs_note(pool_id), counted_at=self.now(), jobs_used=found.used, orphans=found.orphans)
        return found

    def _is_orphan(self, job: ImportJob) -> bool:
        ours = run_and_part_of(job.name)
        if ours is None or job.status is not JobStatus.CREATED:
            return False
        if job.created and self.now() < job.created.timestamp() + _GRACE:
            return False
        run_id, number = ours
        record = self.ledger.find(run_id)
        part = record.parts.get(number) if record else None
        return part is None or part.job_id != job.job_id


def _newest(notes: Mapping[str, Mapping[str, float]], counted: Mapping[str, PoolJobs]) -> list[PoolJobs]:
    """Every pool with its newest count, those of just now and those of earlier notes."""
    before = {
        pool_id: PoolJobs(pool_id, int(note["jobs_used"]), int(note["orphans"]))
        for pool_id, note in notes.items()
        if note
    }
    newest = {**before, **counted}
    known = [newest[pool_id] for pool_id in notes if pool_id in newest]
    fullest = max(known, key=lambda pool: pool.used)
    logger.info("Import jobs counted.", pools=len(counted), fullest_pool=fullest.pool_id, used=fullest.used)
    return known
