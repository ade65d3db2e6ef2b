"""The next part is the first that Cognito has not gone through, by what the ledger has of the parts."""

from __future__ import annotations

import pytest

from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.runs.part_order import part_to_import
from cognito_drop.core.runs.run_record import PartJob

ROWS = (2, 2, 1)
DONE = PartJob("import-1", status=JobStatus.SUCCEEDED, counts=JobCounts(2))
FAILED_ROWS = PartJob("import-1", status=JobStatus.FAILED, counts=JobCounts(1, 0, 1))
FAILED = PartJob("import-1", status=JobStatus.FAILED, counts=JobCounts(1))
UNDER_WAY = PartJob("import-1", uploaded=True)


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        ({}, 1),
        ({1: UNDER_WAY}, 1),
        ({1: DONE}, 2),
        ({1: FAILED_ROWS}, 2),
        ({1: DONE, 2: DONE}, 3),
        ({1: DONE, 2: DONE, 3: DONE}, 3),
        ({1: FAILED}, 1),
        ({1: DONE, 2: PartJob("import-2", status=JobStatus.STOPPED, counts=JobCounts(1))}, 2),
        ({1: DONE, 2: PartJob("import-2", status=JobStatus.UNKNOWN, counts=JobCounts(2))}, 2),
    ],
    ids=["none", "under way", "first", "rows failed", "two", "all", "job failed", "stopped", "unknown"],
)
def test_the_next_part_follows_from_the_ledger(parts: dict[int, PartJob], number: int) -> None:
    """A part that ends the import is followed again by an execution that comes later, and ends it again."""
    assert part_to_import(ROWS, parts) == number
