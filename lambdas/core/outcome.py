"""What became of a run: one word for it, and every row of the file in exactly one column of the account."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from lambdas.core.import_job import ImportJob, JobCounts, JobStatus

if TYPE_CHECKING:
    from lambdas.core.problem import Problem


class Outcome(enum.StrEnum):
    """How a run ended."""

    IMPORTED = "imported"
    PARTLY_IMPORTED = "partly_imported"
    REJECTED = "rejected"
    FAILED = "failed"
    STOPPED = "stopped"
    EXPIRED = "expired"

    @property
    def is_success(self) -> bool:
        """Whether Cognito went through the whole file."""
        return self in (Outcome.IMPORTED, Outcome.PARTLY_IMPORTED)


@dataclass(frozen=True, slots=True)
class RowAccount:
    """Rows of the file by outcome. `total` is their sum unless Cognito counted more rows than the file has."""

    total: int = 0
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    rejected: int = 0
    unprocessed: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every row of the file is in exactly one column."""
        return self.total == self.imported + self.skipped + self.failed + self.rejected + self.unprocessed


def outcome_of(rows: int, problem: Problem | None, job: ImportJob | None) -> Outcome:
    """The word for a run of `rows` rows with this problem or this job; neither means that it died on the way."""
    if problem:
        return Outcome.REJECTED
    if job is None:
        return Outcome.FAILED
    match job.status:
        case JobStatus.SUCCEEDED:
            whole = job.counts == JobCounts(imported=rows)
            return Outcome.IMPORTED if whole else Outcome.PARTLY_IMPORTED
        case JobStatus.STOPPED | JobStatus.STOPPING:
            return Outcome.STOPPED
        case JobStatus.EXPIRED:
            return Outcome.EXPIRED
        case JobStatus.FAILED | JobStatus.CREATED | JobStatus.PENDING | JobStatus.IN_PROGRESS | JobStatus.UNKNOWN:
            return Outcome.FAILED
        case _:
            assert_never(job.status)


def account_for(rows: int, problem: Problem | None, job: ImportJob | None) -> RowAccount:
    """Put `rows` rows of a file into columns: Cognito's own counters, ours for what it never saw."""
    if problem:
        return RowAccount(total=rows, rejected=rows)
    counts = job.counts if job else JobCounts()
    return RowAccount(
        total=rows,
        imported=counts.imported,
        skipped=counts.skipped,
        failed=counts.failed,
        unprocessed=max(0, rows - counts.done),
    )
