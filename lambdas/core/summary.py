"""The report of a run as data: what `summary.json` holds and what the notification is made of.

Promises a stable, versioned shape (docs/results.md); leaves words for people to `notification`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from lambdas.core.drop import Drop
    from lambdas.core.import_job import ImportJob
    from lambdas.core.outcome import Outcome, RowAccount
    from lambdas.core.problem import Problem

SCHEMA_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that is said about a run when it has ended."""

    drop: Drop
    pool_id: str
    outcome: Outcome
    rows: RowAccount
    results: str
    """Where the results lie, as an S3 URI that ends with a slash."""
    ended: datetime
    problem: Problem | None = None
    job: ImportJob | None = None
    error: str = ""
    """The name of the error that ended the run early; empty when there was none."""

    def to_json(self) -> dict[str, Any]:
        """The shape of `summary.json`: times in ISO 8601 with offset, durations in seconds, `null` for the unknown."""
        job, problem = self.job, self.problem
        return {
            "schema_version": SCHEMA_VERSION,
            "run_id": self.drop.run_id,
            "outcome": self.outcome.value,
            "file": {
                "bucket": self.drop.bucket,
                "key": self.drop.key,
                "version_id": self.drop.version_id,
                "name": self.drop.file_name,
            },
            "pool": {"alias": self.drop.alias, "id": self.pool_id or None},
            "rows": {
                "total": self.rows.total,
                "imported": self.rows.imported,
                "skipped": self.rows.skipped,
                "failed": self.rows.failed,
                "rejected": self.rows.rejected,
                "unprocessed": self.rows.unprocessed,
            },
            "details_incomplete": not self.rows.adds_up,
            "job": _job_json(job) if job else None,
            "problem": (
                {"code": problem.code.value, "message": problem.sentence, "hint": problem.hint} if problem else None
            ),
            "error": self.error or None,
            "results": self.results,
            "ended_at": self.ended.isoformat(),
        }


def _job_json(job: ImportJob) -> dict[str, Any]:
    return {
        "id": job.job_id,
        "status": job.status_text,
        "message": job.message or None,
        "created_at": job.created.isoformat(),
        "started_at": job.started.isoformat() if job.started else None,
        "completed_at": job.completed.isoformat() if job.completed else None,
        "seconds": job.seconds,
    }
