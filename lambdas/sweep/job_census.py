"""Counts the import jobs of the pools: Cognito deletes none, and a pool takes a limited number of them in its life.

Promises to find the jobs that a crash has left behind, created and never to be started: they expire by themselves, and
count all the same. Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.adapters.cognito import PoolNotFoundError
from lambdas.core.import_job import JobStatus
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambdas.adapters.cognito import UserImports
    from lambdas.adapters.ledger import Ledger
    from lambdas.core.import_job import ImportJob

_OURS = re.compile(r"cognito-drop-([0-9a-f]{32})-(\d+)")
_PAUSE = 3600
"""Seconds between two counts: 1,000 jobs are 17 calls, and their rate is shared with production."""
_GRACE = 1800
"""Seconds after which a job that was created is either noted or forgotten."""


@dataclass(frozen=True, slots=True)
class PoolJobs:
    """The jobs of a pool."""

    pool_id: str
    used: int
    orphans: int
    """Created by us, noted nowhere, never to be started."""


@dataclass(frozen=True, slots=True)
class JobCensus:
    """Counts jobs."""

    pool_ids: Iterable[str]
    imports: UserImports
    ledger: Ledger
    now: Callable[[], float]
    """Epoch seconds."""

    def run(self) -> list[PoolJobs]:
        """Count the jobs of each pool that was not counted for an hour."""
        counted = []
        for pool_id in dict.fromkeys(self.pool_ids):
            if self.now() < self.ledger.note(f"jobs#{pool_id}").get("counted_at", 0.0) + _PAUSE:
                continue
            try:
                jobs = list(self.imports.all(pool_id))
            except PoolNotFoundError:
                logger.warning("A pool of the configuration does not exist.", pool=pool_id)
                continue
            orphans = [job for job in jobs if self._is_orphan(job)]
            for job in orphans:
                logger.warning(
                    "An import job was created and forgotten; it will expire.", pool=pool_id, job_id=job.job_id
                )
            found = PoolJobs(pool_id, len(jobs), len(orphans))
            self.ledger.keep_note(f"jobs#{pool_id}", counted_at=self.now(), jobs_used=found.used, orphans=found.orphans)
            counted.append(found)
        return counted

    def _is_orphan(self, job: ImportJob) -> bool:
        ours = _OURS.fullmatch(job.name)
        if ours is None or job.status is not JobStatus.CREATED or self.now() < job.created.timestamp() + _GRACE:
            return False
        record = self.ledger.find(ours[1])
        part = record.parts.get(int(ours[2])) if record else None
        return part is None or part.job_id != job.job_id
