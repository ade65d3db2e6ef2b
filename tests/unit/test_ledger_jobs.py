"""What the ledger notes of jobs, and which of two calls that meet changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.contract.statuses import JobStatus, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.run_record import PartJob
from tests.unit.kept_ledger import RUN
from tests.unit.samples import job

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.kept_ledger import Kept

NOW = "2026-07-01T12:00:00+00:00"
FIRST, SECOND = PartJob("import-1"), PartJob("import-2", attempt=2)


def test_a_recorded_job_is_found_as_it_was_recorded(kept: Kept) -> None:
    """Not uploaded, never refused, its end not known; each part has its own, and numbers are numbers."""
    kept.begin_import(part1=FIRST, part10=PartJob("import-10"))
    assert kept.run.parts == {1: PartJob("import-1"), 10: PartJob("import-10")}


def test_upload_and_refusals_are_recorded(kept: Kept) -> None:
    """What the next call of the function needs to know; nothing changes for the other parts."""
    kept.begin_import(part1=FIRST, part2=PartJob("import-two"))
    kept.ledger.record_upload(RUN, 1, "import-1", done=True)
    kept.ledger.record_refusal(RUN, 1, "import-1", now=NOW, for_other=True)
    kept.ledger.record_refusal(RUN, 1, "import-1", now=NOW, for_other=True)
    refused = PartJob("import-1", uploaded=True, refusals=2, refused_since=NOW, waits_for_other=True)
    assert kept.run.parts[1] == refused
    kept.ledger.record_upload(RUN, 1, "import-1", done=False)
    assert kept.run.parts == {1: replace(refused, uploaded=False), 2: PartJob("import-two")}
    kept.ledger.record_started(RUN, 1, "import-1")
    assert kept.run.parts[1] == PartJob("import-1", refusals=2)


def test_the_end_of_a_job_is_recorded(kept: Kept) -> None:
    """With its counts, and with what is missing of its log, if anything is."""
    kept.begin_import(part1=FIRST)
    kept.ledger.record_end(RUN, 1, job("Stopped", 3, 2, 1, job_id="import-1"), DetailGap.LOG_MISSING)
    ended = PartJob("import-1", status=JobStatus.STOPPED, counts=JobCounts(3, 2, 1))
    assert kept.run.parts[1] == replace(ended, gap=DetailGap.LOG_MISSING)
    kept.ledger.record_end(RUN, 1, job("Stopped", 3, 2, 1, job_id="import-1"))
    assert kept.run.parts[1] == ended


@pytest.mark.parametrize(
    ("counts", "gap"),
    [((2, 2, 1), None), ((3, 1, 1), None), ((3, 2, 0), None), ((3, 2, 1), DetailGap.LOG_SHORT), ((9, 0, 0), None)],
)
def test_a_late_call_that_knows_less_changes_nothing(
    kept: Kept, counts: tuple[int, int, int], gap: DetailGap | None
) -> None:
    """Neither the counts, by which the next part starts or waits for a decision, nor that nothing is missing."""
    kept.begin_import(part1=FIRST)
    assert kept.ledger.record_end(RUN, 1, job("Failed", 3, 2, 1, job_id="import-1")) == JobCounts(3, 2, 1)
    before = kept.run
    assert kept.ledger.record_end(RUN, 1, job("Failed", *counts, job_id="import-1"), gap) == JobCounts(3, 2, 1)
    assert kept.run == before


def test_a_new_job_takes_the_place_of_the_one_it_is_for(kept: Kept) -> None:
    """After an expired URL the counting of refusals starts again, that of jobs goes on."""
    kept.begin_import(part1=FIRST)
    kept.ledger.record_upload(RUN, 1, "import-1", done=True)
    kept.ledger.record_refusal(RUN, 1, "import-1", now=NOW, for_other=True)
    kept.ledger.record_job(RUN, 1, SECOND, instead_of=FIRST, start=0)
    assert kept.run.parts == {1: PartJob("import-2", attempt=2)}


def test_of_two_calls_that_record_a_job_one_changes_nothing(kept: Kept) -> None:
    """Whether they meet at the first job of the part or at a later one."""
    kept.begin_import(part1=FIRST)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 1, PartJob("import-other"), instead_of=None, start=0)
    kept.ledger.record_job(RUN, 1, SECOND, instead_of=FIRST, start=0)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 1, PartJob("import-other"), instead_of=FIRST, start=0)
    assert kept.run.parts == {1: PartJob("import-2", attempt=2)}


@pytest.mark.parametrize("instead_of", [None, FIRST])
def test_a_call_that_was_overtaken_notes_no_job(kept: Kept, instead_of: PartJob | None) -> None:
    """The later call may start the job that is recorded: one in its place would be one too many."""
    kept.begin_import(**({"part1": FIRST} if instead_of else {}))
    late, newest = (kept.ledger.begin_start(RUN, until).number for until in (100.0, 200.0))
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 1, SECOND, instead_of=instead_of, start=late)
    kept.ledger.record_job(RUN, 1, SECOND, instead_of=instead_of, start=newest)
    assert kept.run.parts == {1: SECOND}


def test_nothing_is_recorded_of_a_job_that_was_replaced(kept: Kept) -> None:
    """What its caller knows is not so any more."""
    kept.begin_import(part1=SECOND)
    notes: list[Callable[[], object]] = [
        lambda: kept.ledger.record_upload(RUN, 1, "import-1", done=True),
        lambda: kept.ledger.record_refusal(RUN, 1, "import-1", now=NOW, for_other=True),
        lambda: kept.ledger.record_started(RUN, 1, "import-1"),
        lambda: kept.ledger.record_end(RUN, 1, job(job_id="import-1")),
        lambda: kept.ledger.record_upload(RUN, 2, "import-2", done=True),
    ]
    for note in notes:
        with pytest.raises(LedgerConflictError):
            note()
    assert kept.run.parts == {1: PartJob("import-2", attempt=2)}


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.IMPORTING])
def test_no_job_is_started_or_recorded_without_the_lock(kept: Kept, state: RunState) -> None:
    """Before it, and after it."""
    kept.put(state)
    with pytest.raises(LedgerConflictError):
        kept.ledger.begin_start(RUN, 100.0)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 1, FIRST, instead_of=None, start=0)
    assert (kept.run.lease_until, kept.run.parts) == (0.0, {})


def test_no_job_is_started_or_recorded_while_the_import_is_being_ended(kept: Kept) -> None:
    """Though the run has the lock; not even in place of another."""
    kept.begin_import(part1=FIRST)
    kept.ledger.close(RUN)
    with pytest.raises(LedgerConflictError):
        kept.ledger.begin_start(RUN, 100.0)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 1, SECOND, instead_of=FIRST, start=0)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 2, PartJob("import-two"), instead_of=None, start=0)
    assert (kept.run.lease_until, kept.run.parts) == (0.0, {1: PartJob("import-1")})


def test_a_call_that_starts_says_so_and_takes_it_back(kept: Kept) -> None:
    """It gets the run as it was before, and the run sleeps no more."""
    kept.put(RunState.IMPORTING)
    before = kept.ledger.begin_start(RUN, 1_785_000_000.123456).before
    assert (before.lease_until, before.token) == (0.0, "a token")
    assert (kept.run.lease_until, kept.run.token) == (1_785_000_000.123456, "")
    assert kept.ledger.begin_start(RUN, 1_785_000_000.0).until == 1_785_000_001.123456, "after that of any call before"
    kept.ledger.end_start(RUN, own=1_785_000_001.123456, others=0.0)
    assert kept.run.lease_until == 0.0


def test_a_call_that_ends_leaves_the_note_of_the_one_before_it(kept: Kept) -> None:
    """That one may still be at work."""
    kept.put(RunState.IMPORTING)
    kept.ledger.begin_start(RUN, 100.25)
    before = kept.ledger.begin_start(RUN, 200.75).before
    assert before.lease_until == 100.25
    kept.ledger.end_start(RUN, own=200.75, others=before.lease_until)
    assert kept.run.lease_until == 100.25


def test_a_call_that_ends_late_leaves_the_note_of_the_one_after_it(kept: Kept) -> None:
    """The later note covers both."""
    kept.put(RunState.IMPORTING)
    kept.ledger.begin_start(RUN, 100.0)
    kept.ledger.begin_start(RUN, 200.0)
    kept.ledger.end_start(RUN, own=100.0, others=0.0)
    assert kept.run.lease_until == 200.0


def test_a_call_that_begins_late_does_not_put_back_the_note_of_a_later_one(kept: Kept) -> None:
    """It was made before, and its request was long on its way: its own note is later still, and covers both."""
    kept.put(RunState.IMPORTING)
    kept.ledger.begin_start(RUN, 200.5)
    late = kept.ledger.begin_start(RUN, 100.0)
    assert (late.number, late.before.lease_until) == (2, 200.5)
    assert late.until > 200.5
    assert kept.run.lease_until == late.until
    kept.ledger.end_start(RUN, own=late.until, others=late.before.lease_until)
    assert kept.run.lease_until == 200.5


def test_the_progress_of_memberships_is_recorded_by_one_of_two(kept: Kept) -> None:
    """Anyone who comes later finds another progress than the one that it has gone on from."""
    kept.put(RunState.REPORTING)
    first = MembershipProgress(offset=120, files=1, added=3, left_out=2, failed=1, throttled=4)
    kept.ledger.record_memberships(RUN, MembershipProgress(), first)
    assert kept.run.memberships == first
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_memberships(RUN, MembershipProgress(), first)
    over = replace(first, offset=300, files=2, is_over=True)
    kept.ledger.record_memberships(RUN, first, over)
    assert kept.run.memberships == over


def test_no_progress_is_recorded_for_a_run_that_is_reported(kept: Kept) -> None:
    """Its report has what was known."""
    kept.put(RunState.REPORTED)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_memberships(RUN, MembershipProgress(), MembershipProgress(files=1))
