"""The outcome of a run: one word for it, and every row of the file in exactly one column of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.statuses import JobStatus, Outcome
from cognito_drop.core.imports.import_job import ImportJob, JobCounts
from cognito_drop.core.runs.row_account import RowAccount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.runs.run_record import PartJob
    from cognito_drop.core.runs.run_state import CheckedFile


def outcome_of(
    file: CheckedFile, jobs: Sequence[ImportJob | PartJob | None], rows: RowAccount, *, is_stopped: bool = False
) -> Outcome:
    """The word for a run of this file with the jobs of its parts; None stands for a part that got none.

    A job that cannot be described any more is what the ledger has of it.
    `is_stopped`: the run was stopped, maybe before any job.
    """
    if file.problem:
        return Outcome.REJECTED
    if file.is_dry_run:
        return Outcome.CHECKED
    ends = {_end_of(job.status if job else None) for job in jobs}
    needs_no_job = file.known > 0 and not file.part_rows
    went_through = needs_no_job or ends == {Outcome.IMPORTED}
    if Outcome.STOPPED in ends or (is_stopped and not went_through):
        return Outcome.STOPPED
    if Outcome.EXPIRED in ends:
        return Outcome.EXPIRED
    if not went_through:
        return Outcome.FAILED
    return Outcome.IMPORTED if rows == RowAccount(total=rows.total, imported=rows.total) else Outcome.PARTLY_IMPORTED


def _end_of(status: JobStatus | None) -> Outcome:
    """The outcome of a run whose only job has this status; None stands for no job, or for one that has not ended."""
    match status:
        case JobStatus.SUCCEEDED:
            return Outcome.IMPORTED
        case JobStatus.STOPPED | JobStatus.STOPPING:
            return Outcome.STOPPED
        case JobStatus.EXPIRED:
            return Outcome.EXPIRED
        case None | JobStatus.CREATED | JobStatus.PENDING | JobStatus.IN_PROGRESS:
            return Outcome.FAILED
        case JobStatus.FAILED | JobStatus.UNKNOWN:
            return Outcome.FAILED
        case _:
            assert_never(status)


def account_for(file: CheckedFile, jobs: Sequence[ImportJob | PartJob | None]) -> RowAccount:
    """Put the rows of a file into columns: Cognito's own counters, ours for what it never saw."""
    counts = [job.counts if job else JobCounts() for job in jobs]
    done = sum(count.done for count in counts)
    return RowAccount(
        total=file.rows,
        imported=sum(count.imported for count in counts),
        skipped=file.known + sum(count.skipped for count in counts),
        failed=sum(count.failed for count in counts),
        rejected=file.rejected,
        unprocessed=max(0, file.accepted - done),
    )
