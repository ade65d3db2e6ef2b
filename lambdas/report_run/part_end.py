"""How a part of a file has ended, put together from the job, the ledger and the outcomes that were kept.

Guarantees that a part whose job was started is never taken for one that was not given to Cognito, whatever is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.runs.detail_gap import DetailGap

if TYPE_CHECKING:
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.runs.run_record import PartJob


@dataclass(frozen=True, slots=True)
class PartEnd:
    """What is known of a part."""

    job: ImportJob | None = None
    """None when the part has none, or it cannot be described any more."""
    known: ImportJob | PartJob | None = None
    """Status and counts: the job's own, or the last ones that the ledger has."""
    outcomes: PartOutcomes | None = None
    """None for a part whose rows were not given to Cognito."""
    gap: DetailGap | None = None


def part_end(rows: int, entry: PartJob | None, job: ImportJob | None, kept: PartOutcomes | None) -> PartEnd:
    """The end of a part of so many rows; `entry` is the ledger's, `kept` what collect_part has kept of the rows."""
    if entry is None:
        return PartEnd()
    if job is None:
        return _of_lost_job(rows, entry, kept)
    match job.status:
        case JobStatus.CREATED:  # not started
            return PartEnd(job, job)
        case JobStatus.EXPIRED:
            return PartEnd(job, job, kept, entry.gap)
        case (
            JobStatus.PENDING
            | JobStatus.IN_PROGRESS
            | JobStatus.STOPPING
            | JobStatus.STOPPED
            | JobStatus.FAILED
            | JobStatus.SUCCEEDED
            | JobStatus.UNKNOWN
        ):
            if kept is not None:
                return PartEnd(job, replace(job, counts=kept.at_least(job.counts)), kept, entry.gap)
            outcomes = PartOutcomes(rows)
            outcomes.conclude(job.counts, is_over=job.status.has_ended)
            return PartEnd(job, job, outcomes, DetailGap.LOG_NOT_READ)
        case _:
            assert_never(job.status)


def _of_lost_job(rows: int, entry: PartJob, kept: PartOutcomes | None) -> PartEnd:
    outcomes = kept
    if kept is None and entry.uploaded:  # without a file it was not started
        outcomes = PartOutcomes(rows)
        outcomes.conclude(entry.counts, is_over=entry.status is not None)
    if kept is not None and entry.status is None:
        entry = replace(entry, counts=kept.at_least(JobCounts()))
    return PartEnd(None, entry, outcomes, DetailGap.JOB_GONE)
