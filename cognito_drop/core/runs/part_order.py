"""Which part of a file is imported next, by what the ledger has of the parts before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.statuses import JobStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.core.imports.import_job import JobCounts
    from cognito_drop.core.runs.run_record import PartJob


def part_to_import(part_rows: Sequence[int], parts: Mapping[int, PartJob]) -> int:
    """The number of the first part that Cognito has not gone through, from 1; of the last one where it has.

    A part whose job was stopped stays the one to follow: it ends the import.
    """
    for number, rows in enumerate(part_rows, 1):
        part = parts.get(number)
        if part is None or part.status is None or not went_through(part.status, part.counts, rows):
            return number
    return len(part_rows)


def went_through(status: JobStatus, counts: JobCounts, rows: int) -> bool:
    """Whether Cognito has processed a whole part of so many rows, so that the next one may follow."""
    match status:
        case JobStatus.SUCCEEDED:
            return True
        case JobStatus.FAILED:
            return counts.done >= rows
        case (
            JobStatus.CREATED
            | JobStatus.PENDING
            | JobStatus.IN_PROGRESS
            | JobStatus.STOPPING
            | JobStatus.STOPPED
            | JobStatus.EXPIRED
            | JobStatus.UNKNOWN
        ):
            return False
        case _:
            assert_never(status)
