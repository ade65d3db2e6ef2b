"""How a part has ended, by what its job, the ledger, and the outcomes that were kept say of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.run_record import PartJob
from lambdas.report_run.part_end import PartEnd, part_end
from tests.unit.samples import JOB_ID, job

ENTRY = PartJob(JOB_ID, uploaded=True, gap=DetailGap.LOG_SHORT)


def _kept() -> PartOutcomes:
    """The log has said that two of three rows were imported."""
    outcomes = PartOutcomes(3)
    for line in (2, 3):
        outcomes.take(f"[SUCCEEDED] Line Number {line} - The import succeeded.")
    return outcomes


def _outcomes(end: PartEnd) -> list[RowOutcome]:
    assert end.outcomes is not None
    return [verdict.outcome for verdict in end.outcomes]


def test_a_part_without_a_job_has_no_end() -> None:
    """Whatever was kept."""
    assert part_end(3, None, job(), _kept()) == PartEnd(None, None, None, None)


@pytest.mark.parametrize("status", JobStatus)
def test_the_end_of_a_job_has_what_was_kept_of_its_rows(status: JobStatus) -> None:
    """With what is missing of it; a job that was not started has no rows."""
    ended, kept = job(status.value), _kept()
    end = part_end(3, ENTRY, ended, kept)
    match status:
        case JobStatus.CREATED:
            assert end == PartEnd(ended, ended, None, None)
        case JobStatus.EXPIRED:
            assert end == PartEnd(ended, ended, kept, DetailGap.LOG_SHORT)
        case _:
            assert end == PartEnd(ended, replace(ended, counts=JobCounts(2, 0, 0)), kept, DetailGap.LOG_SHORT)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Succeeded", RowOutcome.UNPROCESSED), ("Stopped", RowOutcome.UNPROCESSED), ("InProgress", RowOutcome.UNKNOWN)],
)
def test_rows_whose_log_was_not_read_have_what_the_counts_say(status: str, outcome: RowOutcome) -> None:
    """None was counted; while the job is under way, they may have been imported since."""
    ended = job(status)
    end = part_end(3, ENTRY, ended, None)
    assert (end.job, end.known, end.gap) == (ended, ended, DetailGap.LOG_NOT_READ)
    assert _outcomes(end) == [outcome] * 3


@pytest.mark.parametrize(
    ("status", "outcome"), [(None, RowOutcome.UNKNOWN), (JobStatus.SUCCEEDED, RowOutcome.UNPROCESSED)]
)
def test_a_job_that_is_gone_is_as_the_ledger_has_it(status: JobStatus | None, outcome: RowOutcome) -> None:
    """Its counts are those of its end, or where that is not recorded those of its log."""
    entry = replace(ENTRY, status=status)
    end = part_end(3, entry, None, None)
    assert (end.job, end.known, end.gap) == (None, entry, DetailGap.JOB_GONE)
    assert _outcomes(end) == [outcome] * 3
    kept, entry = _kept(), replace(entry, counts=JobCounts(0, 1, 0))
    known = entry if status else replace(entry, counts=JobCounts(2, 0, 0))
    assert part_end(3, entry, None, kept) == PartEnd(None, known, kept, DetailGap.JOB_GONE)


def test_a_job_that_is_gone_and_had_no_file_was_not_started() -> None:
    """Nothing was given to Cognito."""
    entry = replace(ENTRY, uploaded=False)
    assert part_end(3, entry, None, None) == PartEnd(None, entry, None, DetailGap.JOB_GONE)
