"""A run in the ledger from its drop to its end: what it guarantees on DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.noted_ids import IdsAccount, NotedIds
from cognito_drop.core.runs.run_record import RunRecord
from tests.unit.kept_ledger import DROPPED_AT, RUN, accept_run
from tests.unit.samples import COMPLETED, checked, drop, summary

if TYPE_CHECKING:
    from tests.unit.kept_ledger import Kept


def test_a_run_is_accepted_once(kept: Kept) -> None:
    """The second event of the same version finds the item and changes nothing; another version is another run."""
    kept.put(RunState.IMPORTING)
    assert [accept_run(kept.ledger), accept_run(kept.ledger, "v2")] == [False, True]
    assert kept.run.state is RunState.IMPORTING


def test_an_accepted_run_is_read_as_it_was_dropped(kept: Kept) -> None:
    """Nothing is known of it besides."""
    assert kept.run == RunRecord(drop(), RunState.ACCEPTED, DROPPED_AT, size=10, dropped_by="123456789012")


def test_a_run_that_was_never_accepted_is_unknown(kept: Kept) -> None:
    """To be asked for, and an error for anyone who relies on it."""
    assert kept.ledger.find("0" * 32) is None
    with pytest.raises(LedgerConflictError, match=f"^{'0' * 32}$"):
        kept.ledger.read("0" * 32)


def test_the_runs_of_a_state_come_with_the_oldest_drop_first(kept: Kept) -> None:
    """And none of another state."""
    for version, time in (("v3", "2026-07-01T11:00:00Z"), ("v2", "2026-07-01T13:00:00Z")):
        accept_run(kept.ledger, version, time)
    assert [record.drop.version_id for record in kept.ledger.in_state(RunState.ACCEPTED)] == ["v3", "v1", "v2"]
    newest = kept.ledger.in_state(RunState.ACCEPTED, since="2026-07-01T12:00:00Z", newest_first=True)
    assert [record.drop.version_id for record in newest] == ["v2", "v1"]
    kept.put(RunState.WAITING)
    assert [record.drop.version_id for record in kept.ledger.in_state(RunState.ACCEPTED)] == ["v3", "v2"]
    assert [record.drop.version_id for record in kept.ledger.in_state(RunState.WAITING)] == ["v1"]


def test_runs_are_found_by_the_start_of_their_ids(kept: Kept) -> None:
    """As people write them: some first digits, or all of them."""
    accept_run(kept.ledger, "v2")
    assert list(kept.ledger.starting_with(RUN[:8])) == list(kept.ledger.starting_with(RUN)) == [kept.run]
    assert list(kept.ledger.starting_with(f"{RUN}0")) == []


def test_drops_without_a_run_are_distinguished(kept: Kept) -> None:
    """Of any number, in their order."""
    run_ids = [drop(version_id=f"v{number}").run_id for number in range(250)]
    accept_run(kept.ledger, "v120")
    assert kept.ledger.states(run_ids) == {run_ids[1]: "accepted", run_ids[120]: "accepted"}
    assert kept.ledger.states([]) == {}


def test_what_preflight_has_found_is_kept(kept: Kept) -> None:
    """Whole, for the executions that come after."""
    file = checked(2, 1, rows=4, rejected=1)
    assert kept.ledger.keep_file(RUN, file).file == file == kept.run.file
    assert kept.run.pool_id == file.pool_id


def test_what_preflight_has_found_first_stays(kept: Kept) -> None:
    """A call that outlived its caller finds the users imported already; the run goes on with what was found before."""
    first, late = checked(2, 1, rows=4, rejected=1), checked()
    kept.ledger.keep_file(RUN, first)
    assert kept.ledger.keep_file(RUN, late).file == first == kept.run.file


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


def test_no_one_closes_a_run_that_is_not_there(kept: Kept) -> None:
    """A run is made of a drop, never of its end."""
    with pytest.raises(LedgerConflictError, match=f"^run#{'0' * 32}$"):
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
    """It has ended between the sweep's two polls, at the ledger and at the execution."""
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
    assert (kept.run.outcome, kept.run.rows) == (summary().outcome, summary().rows)
    kept.ledger.report(summary(), datetime(2027, 8, 1, tzinfo=UTC))
    assert kept.run.state is RunState.REPORTED


def test_the_ids_of_a_run_are_noted_once(kept: Kept) -> None:
    """Before its report, and not in the place of what was recorded first."""
    ids = NotedIds(recorded=2, missing=1, version_id="v7")
    for state in (RunState.IMPORTING, RunState.REPORTED):
        kept.put(state)
        with pytest.raises(LedgerConflictError):
            kept.ledger.record_ids(RUN, ids)
    kept.put(RunState.REPORTING)
    kept.ledger.record_ids(RUN, ids)
    with pytest.raises(LedgerConflictError):
        kept.ledger.record_ids(RUN, NotedIds(recorded=3, missing=0, version_id="v8"))
    assert kept.run.ids == ids


def test_a_report_without_ids_says_why(kept: Kept) -> None:
    """So that a later report of the same run does, too."""
    kept.put(RunState.REPORTING)
    kept.ledger.report(replace(summary(), ids=IdsAccount(None, "DeniedError: ListUsers")), COMPLETED)
    assert (kept.run.ids, kept.run.ids_error) == (None, "DeniedError: ListUsers")


def test_a_run_of_which_people_were_reported_is_not_reported_again(kept: Kept) -> None:
    """A second execution that comes late changes nothing."""
    kept.put(RunState.ENDED)
    with pytest.raises(LedgerConflictError):
        kept.ledger.report(summary(), datetime(2027, 8, 1, tzinfo=UTC))
    assert kept.run.state is RunState.ENDED
