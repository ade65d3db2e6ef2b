"""Cognito's own list of import jobs, and whose each job is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.contract.job_names import run_and_part_of

if TYPE_CHECKING:
    from cognito_drop.cli.deployment_json import ListedJobJson
    from cognito_drop.core.imports.import_job import ImportJob


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job, and the run that its name tells; empty and 0 for a job of another origin."""

    job: ImportJob
    run_id: str
    part: int

    def to_json(self) -> ListedJobJson:
        """The `job` of docs/schemas/command-1.json."""
        job = self.job
        return {
            "id": job.job_id,
            "name": job.name,
            "status": job.status_text,
            "imported": job.counts.imported,
            "skipped": job.counts.skipped,
            "failed": job.counts.failed,
            "created_at": job.created.isoformat() if job.created else None,
            "started_at": job.started.isoformat() if job.started else None,
            "completed_at": job.completed.isoformat() if job.completed else None,
            "message": job.message or None,
            "ours": bool(self.run_id),
            "run_id": self.run_id or None,
            "part": self.part or None,
        }


def listed(job: ImportJob) -> ListedJob:
    """A job with the run that its name tells."""
    return ListedJob(job, *(run_and_part_of(job.name) or ("", 0)))
