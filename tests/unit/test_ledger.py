"""The ledger's promises, held against DynamoDB and against its imitation in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest

from lambdas.adapters.ledger import Ledger, LedgerConflictError
from lambdas.adapters.ledger_items import run_key
from lambdas.core.import_job import JobCounts, JobStatus
from lambdas.core.run_record import PartJob, RunRecord, RunState
from tests.ledger_table import TABLE, create_ledger_table
from tests.unit.fake_ledger import InMemoryLedger
from tests.unit.samples import COMPLETED, checked, drop, job, summary

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = drop().run_id
DROPPED_AT = "2026-07-01T12:00:00Z"
FIRST, SECOND = PartJob("import-1"), PartJob("import-2", attempt=2)


@dataclass
class Kept:
    """A ledger with one run, and how to put the run into a state that somebody else brings it to."""

    ledger: Ledger
    put: Callable[[RunState], None]

    @property
    def run(self) -> RunRecord:
        """The run as it is now."""
        return self.ledger.read(RUN)

    def begin_import(self, **parts: PartJob) -> None:
        """Give the run the turn, and a job to parts."""
        self.put(RunState.IMPORTING)
        for number, entry in parts.items():
            self.ledger.record_job(RUN, int(number.removeprefix("part")), entry, instead_of=None, start=0)


def _in_dynamodb() -> Kept:
    client = boto3.client("dynamodb", region_name="us-east-1")
    create_ledger_table(client)

    def put(state: RunState) -> None:
        client.update_item(
            TableName=TABLE,
            Key=run_key(RUN),
            UpdateExpression="SET run_state = :state, #token = :token",
            ExpressionAttributeNames={"#token": "token"},
            ExpressionAttributeValues={":state": {"S": state}, ":token": {"S": "a token"}},
        )

    return Kept(Ledger(client, TABLE), put)


def _in_memory() -> Kept:
    ledger = InMemoryLedger()
    return Kept(ledger, lambda state: ledger.put(RUN, state=state, token="a token"))  # noqa: S106  (no secret)


@pytest.fixture(params=[_in_dynamodb, _in_memory], ids=["DynamoDB", "in memory"])
def kept(request: pytest.FixtureRequest, aws: None) -> Kept:  # noqa: ARG001
    """A ledger with one run that was accepted just now."""
    made: Kept = request.param()
    _accept(made.ledger)
    return made


def _accept(ledger: Ledger, version: str = "v1", dropped_at: str = DROPPED_AT) -> bool:
    return ledger.accept(drop(version_id=version), size=10, dropped_at=dropped_at, dropped_by="123456789012")


def test_a_run_is_accepted_once(kept: Kept) -> None:
    """The second event of the same version finds the item and changes nothing; another version is another run."""
    kept.put(RunState.IMPORTING)
    assert [_accept(kept.ledger), _accept(kept.ledger, "v2")] == [False, True]
    assert kept.run.state is RunState.IMPORTING


def test_an_accepted_run_is_read_as_it_was_dropped(kept: Kept) -> None:
    """Nothing is known of it besides."""
    assert kept.run == RunRecord(drop(), RunState.ACCEPTED, DROPPED_AT)


def test_a_run_that_was_never_accepted_is_unknown(kept: Kept) -> None:
    """To be asked for, and an error for whoever relies on it."""
    assert kept.ledger.find("0" * 32) is None
    with pytest.raises(LedgerConflictError):
        kept.ledger.read("0" * 32)


def test_the_runs_of_a_state_come_with_the_oldest_drop_first(kept: Kept) -> None:
    """And none of another state."""
    for version, time in (("v3", "2026-07-01T11:00:00Z"), ("v2", "2026-07-01T13:00:00Z")):
        _accept(kept.ledger, version, time)
    assert [record.drop.version_id for record in kept.ledger.in_state(RunState.ACCEPTED)] == ["v3", "v1", "v2"]
    kept.put(RunState.WAITING)
    assert [record.drop.version_id for record in kept.ledger.in_state(RunState.ACCEPTED)] == ["v3", "v2"]
    assert [record.drop.version_id for record in kept.ledger.in_state(RunState.WAITING)] == ["v1"]


def test_drops_without_a_run_are_told_apart(kept: Kept) -> None:
    """Of any number, in their order."""
    drops = [drop(version_id=f"v{number}") for number in range(250)]
    _accept(kept.ledger, "v120")
    assert kept.ledger.unknown(drops) == [each for each in drops if each.version_id not in ("v1", "v120")]
    assert kept.ledger.unknown([]) == []


def test_what_preflight_has_found_is_kept(kept: Kept) -> None:
    """Whole, for the executions that come after."""
    file = checked(2, 1, rows=4, rejected=1)
    assert kept.ledger.keep_file(RUN, file) == file == kept.run.file


def test_what_preflight_has_found_first_stays(kept: Kept) -> None:
    """A call that outlived its caller finds the users imported already; the run goes on with what was found before."""
    first, late = checked(2, 1, rows=4, rejected=1), checked()
    kept.ledger.keep_file(RUN, first)
    assert kept.ledger.keep_file(RUN, late) == first == kept.run.file


def test_a_recorded_job_is_found_as_it_was_recorded(kept: Kept) -> None:
    """Not uploaded, never refused, its end not known; each part has its own, and numbers are numbers."""
    kept.begin_import(part1=FIRST, part10=PartJob("import-10"))
    assert kept.run.parts == {1: PartJob("import-1"), 10: PartJob("import-10")}


def test_upload_and_refusals_are_noted(kept: Kept) -> None:
    """What the next call of the function needs to know; nothing changes for the other parts."""
    kept.begin_import(part1=FIRST, part2=PartJob("import-two"))
    kept.ledger.record_upload(RUN, 1, "import-1", done=True)
    kept.ledger.record_refusal(RUN, 1, "import-1")
    kept.ledger.record_refusal(RUN, 1, "import-1")
    assert kept.run.parts[1] == PartJob("import-1", uploaded=True, refusals=2)
    kept.ledger.record_upload(RUN, 1, "import-1", done=False)
    assert kept.run.parts == {1: PartJob("import-1", refusals=2), 2: PartJob("import-two")}


def test_the_end_of_a_job_is_noted(kept: Kept) -> None:
    """With its counts."""
    kept.begin_import(part1=FIRST)
    kept.ledger.record_end(RUN, 1, job("Stopped", 3, 2, 1, job_id="import-1"))
    assert kept.run.parts[1] == PartJob("import-1", status=JobStatus.STOPPED, counts=JobCounts(3, 2, 1))


def test_a_new_job_takes_the_place_of_the_one_it_is_for(kept: Kept) -> None:
    """After an expired URL the counting of refusals starts again, that of jobs goes on."""
    kept.begin_import(part1=FIRST)
    kept.ledger.record_upload(RUN, 1, "import-1", done=True)
    kept.ledger.record_refusal(RUN, 1, "import-1")
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
    """The later call may start the job that is noted: one in its place would be one too many."""
    kept.begin_import(**({"part1": FIRST} if instead_of else {}))
    late, newest = (kept.ledger.begin_start(RUN, until).number for until in (100.0, 200.0))
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 1, SECOND, instead_of=instead_of, start=late)
    kept.ledger.record_job(RUN, 1, SECOND, instead_of=instead_of, start=newest)
    assert kept.run.parts == {1: SECOND}


def test_nothing_is_noted_of_a_job_that_was_replaced(kept: Kept) -> None:
    """What its caller knows is not so any more."""
    kept.begin_import(part1=SECOND)
    notes: list[Callable[[], None]] = [
        lambda: kept.ledger.record_upload(RUN, 1, "import-1", done=True),
        lambda: kept.ledger.record_refusal(RUN, 1, "import-1"),
        lambda: kept.ledger.record_end(RUN, 1, job(job_id="import-1")),
        lambda: kept.ledger.record_upload(RUN, 2, "import-2", done=True),
    ]
    for note in notes:
        with pytest.raises(LedgerConflictError):
            note()
    assert kept.run.parts == {1: PartJob("import-2", attempt=2)}


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.IMPORTING])
def test_no_job_is_started_or_noted_without_the_turn(kept: Kept, state: RunState) -> None:
    """Before it, and after it."""
    kept.put(state)
    with pytest.raises(LedgerConflictError):
        kept.ledger.begin_start(RUN, 100.0)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 1, FIRST, instead_of=None, start=0)
    assert (kept.run.busy_until, kept.run.parts) == (0.0, {})


def test_no_job_is_started_or_noted_while_the_import_is_being_ended(kept: Kept) -> None:
    """Though the run has the turn; not even in place of another."""
    kept.begin_import(part1=FIRST)
    kept.ledger.close(RUN)
    with pytest.raises(LedgerConflictError):
        kept.ledger.begin_start(RUN, 100.0)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 1, SECOND, instead_of=FIRST, start=0)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_job(RUN, 2, PartJob("import-two"), instead_of=None, start=0)
    assert (kept.run.busy_until, kept.run.parts) == (0.0, {1: PartJob("import-1")})


def test_a_call_that_starts_says_so_and_takes_it_back(kept: Kept) -> None:
    """It gets the run as it was before, and the run sleeps no more."""
    kept.put(RunState.IMPORTING)
    before = kept.ledger.begin_start(RUN, 1_785_000_000.123456).before
    assert (before.busy_until, before.token) == (0.0, "a token")
    assert (kept.run.busy_until, kept.run.token) == (1_785_000_000.123456, "")
    kept.ledger.end_start(RUN, own=1_785_000_000.123456, others=0.0)
    assert kept.run.busy_until == 0.0


def test_a_call_that_ends_leaves_the_note_of_the_one_before_it(kept: Kept) -> None:
    """That one may still be at work."""
    kept.put(RunState.IMPORTING)
    kept.ledger.begin_start(RUN, 100.25)
    before = kept.ledger.begin_start(RUN, 200.75).before
    assert before.busy_until == 100.25
    kept.ledger.end_start(RUN, own=200.75, others=before.busy_until)
    assert kept.run.busy_until == 100.25


def test_a_call_that_ends_late_leaves_the_note_of_the_one_after_it(kept: Kept) -> None:
    """The later note covers both."""
    kept.put(RunState.IMPORTING)
    kept.ledger.begin_start(RUN, 100.0)
    kept.ledger.begin_start(RUN, 200.0)
    kept.ledger.end_start(RUN, own=100.0, others=0.0)
    assert kept.run.busy_until == 200.0


def test_a_call_that_begins_late_does_not_put_back_the_note_of_a_later_one(kept: Kept) -> None:
    """It was made before, and its request was long on its way: its own note is later still, and covers both."""
    kept.put(RunState.IMPORTING)
    kept.ledger.begin_start(RUN, 200.5)
    late = kept.ledger.begin_start(RUN, 100.0)
    assert (late.number, late.before.busy_until) == (2, 200.5)
    assert late.until > 200.5
    assert kept.run.busy_until == late.until
    kept.ledger.end_start(RUN, own=late.until, others=late.before.busy_until)
    assert kept.run.busy_until == 200.5


def test_a_closed_run_says_why_and_keeps_what_was_said_first(kept: Kept) -> None:
    """A second reason does not hide the first, and a stop stays a stop."""
    assert not kept.run.is_closing
    first = kept.ledger.close(RUN, error="RefusedError: Upload: HTTP 403")
    assert (first.is_closing, first.is_stopped, first.error) == (True, False, "RefusedError: Upload: HTTP 403")
    second = kept.ledger.close(RUN, error="States.Timeout", stopped=True)
    assert (second.is_stopped, second.error) == (True, "RefusedError: Upload: HTTP 403")
    assert kept.ledger.close(RUN) == second == kept.run


def test_a_run_closed_without_a_reason_has_none(kept: Kept) -> None:
    """Its import is simply over; a reason that comes later is the first one."""
    assert (kept.ledger.close(RUN).error, kept.run.is_stopped) == ("", False)
    assert kept.ledger.close(RUN, error="States.Timeout").error == "States.Timeout"


def test_nobody_closes_a_run_that_is_not_there(kept: Kept) -> None:
    """A run is made of a drop, never of its end."""
    with pytest.raises(LedgerConflictError):
        kept.ledger.close("0" * 32)
    assert kept.ledger.find("0" * 32) is None


def test_another_execution_is_asked_for_once(kept: Kept) -> None:
    """Two sweeps find the same dead execution; what would have woken it is forgotten."""
    kept.put(RunState.WAITING)
    before = kept.run
    renewed = kept.ledger.renew(before, 1_785_000_000.5)
    assert (renewed.executions, renewed.renewed_at, renewed.token) == (2, 1_785_000_000.5, "")
    assert renewed.execution_name == f"{RUN}-2"
    with pytest.raises(LedgerConflictError):
        kept.ledger.renew(before, 1_785_000_009.0)
    assert kept.run == renewed


def test_no_execution_is_asked_for_when_the_run_has_ended(kept: Kept) -> None:
    """It has ended between the sweep's two looks, at the ledger and at the execution."""
    kept.put(RunState.REPORTED)
    before = kept.run
    kept.put(RunState.ENDED)
    with pytest.raises(LedgerConflictError):
        kept.ledger.renew(before, 1_785_000_000.5)
    assert kept.run.executions == 1


def test_a_reported_run_says_when_it_ended(kept: Kept) -> None:
    """Until it has ended for good, it may be reported again."""
    kept.put(RunState.REPORTING)
    kept.ledger.report(summary(), datetime(2027, 8, 1, tzinfo=UTC))
    assert (kept.run.state, kept.run.ended_at) == (RunState.REPORTED, COMPLETED.isoformat())
    kept.ledger.report(summary(), datetime(2027, 8, 1, tzinfo=UTC))
    assert kept.run.state is RunState.REPORTED


def test_a_run_of_which_people_were_told_is_not_reported_again(kept: Kept) -> None:
    """A second execution that comes late changes nothing."""
    kept.put(RunState.ENDED)
    with pytest.raises(LedgerConflictError):
        kept.ledger.report(summary(), datetime(2027, 8, 1, tzinfo=UTC))
    assert kept.run.state is RunState.ENDED


def test_the_sweeps_notes_are_kept_by_name(kept: Kept) -> None:
    """The newest takes the place of the one before, whole."""
    assert kept.ledger.note("inbox") == {}
    kept.ledger.keep_note("inbox", seen_until=1_785_000_000.25, files=3)
    kept.ledger.keep_note("jobs#pool", used=7)
    assert kept.ledger.note("inbox") == {"seen_until": 1_785_000_000.25, "files": 3}
    kept.ledger.keep_note("inbox", seen_until=5.0)
    assert (kept.ledger.note("inbox"), kept.ledger.note("jobs#pool")) == ({"seen_until": 5.0}, {"used": 7})
