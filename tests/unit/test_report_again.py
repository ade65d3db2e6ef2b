"""A report that is made again keeps its counts and its results, also where less is known than the first time."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any, Never

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.dynamo_table import Change
from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.ledger_damage import LedgerDamage
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import Outcome, RunState
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from lambdas.report_run.run_tags import RunTags
from tests.ledger_table import plain_client
from tests.unit.members_world import MembersWorld, member
from tests.unit.report_world import MIXED_ROWS, ReportWorld, mixed_world
from tests.unit.samples import POOL_ID, STARTED, job

pytestmark = pytest.mark.usefixtures("aws")

COUNTED = RowAccount(total=3, imported=1, skipped=1, failed=1)
"""By Cognito, of the rows that it was given."""


def _denied(*_: object, **__: object) -> Any:  # noqa: ANN401  (never)
    raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")


def _lose_item(world: ReportWorld) -> None:
    """It is recorded as lost, its job was found again, and its import is over."""
    world.ledger.forget(world.drop.run_id)
    world.ledger.accept(world.drop, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="", lost_executions=1)
    found = {1: PartJob("import-part1", uploaded=True)}
    world.ledger.put(world.drop.run_id, state=RunState.REPORTING, pool_id=POOL_ID, parts=found)


def _set_aside(world: ReportWorld, attribute: str) -> None:
    """It cannot be read any more; Cognito shows no jobs of the run."""
    world.ledger.items.update(run_key(world.drop.run_id), Change(sets={attribute: "{"}))
    found = world.ledger.find(world.drop.run_id)
    assert found is not None
    damage = LedgerDamage(plain_client(), world.ledger.name)
    damage.set_aside(world.drop, found, found.state, {}, now=found.dropped_at, until=0.0)


def test_a_run_that_was_reported_keeps_its_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its notification is still to be published, and its staging cannot be read any more."""
    world = mixed_world()
    world.report()
    before = world.files
    monkeypatch.setattr(world.s3, "get_object", _denied)
    world.ask_for_executions(9)
    assert world.report().rows.to_json() == MIXED_ROWS
    monkeypatch.undo()
    assert world.files == before


@pytest.mark.parametrize("name", ["preflight.json", "rejected.jsonl", "part-0001.outcomes"])
def test_a_report_that_is_made_again_from_less_keeps_the_results(name: str) -> None:
    """What the run has kept is damaged since its first report."""
    world = mixed_world()
    world.report()
    before = world.files
    world.s3.delete(world.kept_key(name))
    again = world.report()
    assert world.files == before
    assert again.rows.to_json() == MIXED_ROWS
    assert list(again.missing) == [DetailGap.STAGING_DAMAGED]


@pytest.mark.parametrize("name", ["preflight.json", "rejected.jsonl", "part-0001.outcomes"])
def test_a_call_that_is_late_keeps_the_results_of_a_run_that_has_ended(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The sweep is deleting what the run has kept."""
    world = mixed_world()
    begin = RunLedger.begin_report

    def begins(ledger: RunLedger, run_id: str) -> RunRecord:
        record = begin(ledger, run_id)
        monkeypatch.undo()
        world.report()
        world.ledger.put(run_id, state=RunState.ENDED)
        world.s3.delete(world.kept_key(name))
        return record

    monkeypatch.setattr(RunLedger, "begin_report", begins)
    with pytest.raises(RefusedError, match="The run has ended"):
        world.report()
    assert json.loads(world.files["summary.json"])["details_missing"] == []


def test_a_run_that_has_ended_is_not_reported_again() -> None:
    """An execution that someone has started by hand changes no report."""
    world = mixed_world()
    world.report()
    world.ledger.put(world.drop.run_id, state=RunState.ENDED)
    before = world.files
    with pytest.raises(RefusedError, match="The run has ended"):
        world.report()
    assert world.files == before


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_that_is_lost_after_its_report_keeps_its_results(times: int) -> None:
    """They were written from more than is known of it now; how the run has ended is not known to the ledger."""
    world = mixed_world()
    world.report()
    before = world.files
    _lose_item(world)
    for _ in range(times):
        summary = world.report()
    assert world.files == before
    assert (summary.outcome, list(summary.missing)) == (Outcome.FAILED, [DetailGap.LEDGER_DAMAGED])
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED
    assert world.ledger.read(world.drop.run_id).rows == summary.rows == COUNTED, "Cognito still has the counts"


def test_a_run_whose_results_cannot_be_looked_for_overwrites_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been lost after its report: it is notified, and what there may be stays."""
    world = mixed_world()
    world.report()
    before = world.files
    _lose_item(world)
    monkeypatch.setattr(DropBucket, "sizes", _denied)
    with pytest.raises(ClientError):
        world.report()
    world.ask_for_executions(9)
    assert list(world.report().missing) == [DetailGap.LEDGER_DAMAGED, DetailGap.REPORT_FAILED]
    assert world.files == before


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_lost_run_that_is_reported_twice_keeps_its_counts(monkeypatch: pytest.MonkeyPatch, *, is_cut: bool) -> None:
    """The page that is there the second time is its own, also where the first report was cut off after it."""

    def cut(*_: object) -> Never:
        raise ConnectionError

    world = mixed_world()
    _lose_item(world)
    with monkeypatch.context() as patched, pytest.raises(ConnectionError) if is_cut else nullcontext():
        if is_cut:
            patched.setattr(RunTags, "name_run", cut)
        world.report()
    before = world.files
    summary = world.report()
    assert world.ledger.read(world.drop.run_id).rows == summary.rows == COUNTED
    assert world.files == before


def test_a_lost_run_whose_file_is_gone_when_it_is_reported_again_keeps_its_counts() -> None:
    """Its notification is still to be published."""
    world = mixed_world()
    _lose_item(world)
    first = world.report()
    before = world.files
    world.s3.delete(world.drop.key)
    again = world.report()
    assert (again.rows, again.outcome) == (first.rows, first.outcome) == (COUNTED, Outcome.FAILED)
    assert world.ledger.read(world.drop.run_id).rows == COUNTED
    assert world.files == before


@pytest.mark.parametrize("attribute", ["file", "parts"])
def test_a_run_that_is_damaged_after_its_report_keeps_its_results_and_counts(attribute: str) -> None:
    """Its notification is still to be published, and less is known of it than when it was reported."""
    world = mixed_world()
    first = world.report()
    before = world.files
    _set_aside(world, attribute)
    again = world.report()
    assert (again.rows, again.outcome) == (first.rows, first.outcome)
    assert list(again.missing) == [DetailGap.LEDGER_DAMAGED]
    assert world.ledger.read(world.drop.run_id).rows == first.rows
    assert world.files == before


def test_counts_that_the_ledger_has_lost_are_those_of_the_log_that_the_run_has_kept() -> None:
    """The job was stopped before it counted what its log has, and its end was not recorded."""
    world = mixed_world()
    world.imports.add(POOL_ID, job("Stopped", job_id="import-part1", started=STARTED))
    world.ledger.put(world.drop.run_id, parts={1: PartJob("import-part1", uploaded=True)})
    first = world.report()
    assert first.rows.to_json() == MIXED_ROWS
    before = world.files
    _set_aside(world, "row_counts")
    again = world.report()
    assert list(again.missing) == [DetailGap.LEDGER_DAMAGED]
    assert (again.rows, again.outcome) == (first.rows, first.outcome)
    assert world.ledger.read(world.drop.run_id).rows == first.rows
    assert world.files == before


def test_memberships_that_cannot_be_read_any_more_are_not_counted_as_undone() -> None:
    """Their results stay as they were written."""
    world = MembersWorld("staff")
    world.imported(member("maria", "staff"))
    world.add()
    world.report()
    before = world.files
    _set_aside(world, "memberships")
    assert world.report().memberships is None
    assert world.files == before


def test_a_run_that_is_lost_within_its_report_is_reported_in_full() -> None:
    """Some of its results were not written."""
    world = mixed_world()
    world.report()
    before = world.files
    world.s3.delete(f"results/{world.drop.run_id}/summary.html")
    _lose_item(world)
    world.report()
    assert world.files["summary.html"] != before["summary.html"]
