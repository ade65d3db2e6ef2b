"""A report is made from what is known, whatever was lost or damaged, and whatever fails again and again."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Never

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.dynamo_table import Change
from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.run_ledger import LedgerDamagedError
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import Outcome, RunState
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob
from lambdas.report_run.run_tags import RunTags
from tests.unit.members_world import MembersWorld, member
from tests.unit.report_world import ReportWorld
from tests.unit.samples import POOL_ID, csv_file, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.core.results.summary import Summary

pytestmark = pytest.mark.usefixtures("aws")

FILE = csv_file(row("maria"), row("skip-jose"), row("canary", verified="canary"), row("fail-ana"))
ROWS = {"total": 4, "imported": 1, "skipped": 1, "failed": 1, "rejected": 1, "unprocessed": 0}
COUNTED = RowAccount(total=3, imported=1, skipped=1, failed=1)
"""By Cognito, of the rows that it was given."""
STAGED = ("preflight.json", "rejected.jsonl", "part-0001.outcomes")


def _imported(world: ReportWorld) -> None:
    world.check(FILE)
    world.import_part(1)


def _lose(world: ReportWorld, name: str) -> None:
    world.s3.delete(f"staging/{world.drop.run_id}/{name}")


def _lose_item(world: ReportWorld) -> None:
    """It is recorded as lost, its job was found again, and its import is over."""
    world.ledger.forget(world.drop.run_id)
    world.ledger.accept(world.drop, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="", lost_executions=1)
    found = {1: PartJob("import-part1", uploaded=True)}
    world.ledger.put(world.drop.run_id, state=RunState.REPORTING, pool_id=POOL_ID, parts=found)


def _write(data: bytes) -> Callable[[ReportWorld, str], None]:
    def write(world: ReportWorld, name: str) -> None:
        world.s3.put_object(Bucket="drops", Key=f"staging/{world.drop.run_id}/{name}", Body=data)

    return write


def _cut(world: ReportWorld, name: str) -> None:
    key = f"staging/{world.drop.run_id}/{name}"
    world.s3.put_object(Bucket="drops", Key=key, Body=world.s3.body(key)[:-1].rpartition(b"\n")[0])


DAMAGES = {
    "lost": _lose,
    "cut": _cut,
    "not JSON": _write(b"{{"),
    "other JSON": _write(b'{"dialect": 5, "warnings": 7}'),
}


@pytest.mark.parametrize("name", STAGED)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
def test_a_run_with_damaged_staging_is_reported_from_what_is_known(
    name: str, damage: Callable[[ReportWorld, str], None]
) -> None:
    """The counts are Cognito's and the ledger's; the report says that details are missing, and the run is reported."""
    world = ReportWorld()
    _imported(world)
    damage(world, name)
    summary = world.report()
    assert summary.rows.to_json() == ROWS
    assert summary.is_incomplete
    assert summary.to_json()["details_incomplete"]
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED
    assert {"summary.json", "summary.html"} <= world.files.keys()


@pytest.mark.parametrize("attribute", ["file", "parts"])
def test_a_run_with_a_damaged_item_is_not_reported_as_it_is(attribute: str) -> None:
    """It is set aside first, by the release of its lock or by the sweep."""
    world = ReportWorld()
    _imported(world)
    world.ledger.items.update(run_key(world.drop.run_id), Change(sets={attribute: "{"}))
    with pytest.raises(LedgerDamagedError):
        world.report()


def test_a_run_that_the_ledger_has_lost_is_reported_by_its_jobs() -> None:
    """The rows are those that Cognito has counted; how many the file has is not known any more."""
    world = ReportWorld()
    _imported(world)
    key = run_key(world.drop.run_id)
    world.ledger.items.update(key, Change(sets={"damage": {"file": "{"}, "closing": True}, removes=["file"]))
    summary = world.report()
    assert (summary.outcome, summary.rows.total, summary.rows.imported) == (Outcome.FAILED, 3, 1)
    assert summary.missing.keys() >= {DetailGap.LEDGER_DAMAGED}
    assert summary.error == "The run's item in the ledger was lost or damaged: file"
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED


def _executions(world: ReportWorld, number: int) -> None:
    world.ledger.items.update(run_key(world.drop.run_id), Change(sets={"executions": number}))


def _denied(*_: object, **__: object) -> Any:  # noqa: ANN401  (never)
    raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")


def test_a_run_that_fails_to_be_reported_gets_a_minimal_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the fourth execution that tries to: with the ledger's counts, and without any object of S3."""
    world = ReportWorld()
    _imported(world)
    monkeypatch.setattr(world.s3, "get_object", _denied)
    for number in (2, 3, 4):
        _executions(world, number)
        with pytest.raises(ClientError):
            world.report()
    _executions(world, 5)
    summary = world.report()
    assert summary.rows.to_json() == ROWS
    assert list(summary.missing) == [DetailGap.REPORT_FAILED]
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED
    assert {"summary.json", "summary.html"} <= world.files.keys()


def test_a_minimal_report_needs_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger and the notification have it."""
    world = ReportWorld()
    _imported(world)
    monkeypatch.setattr(world.s3, "put_object", _denied)
    with pytest.raises(ClientError):
        world.report()
    _executions(world, 9)
    assert world.report().rows.to_json() == ROWS
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED


def test_a_minimal_report_counts_memberships_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the ledger's counts of them; which user is missing in which group is not in it."""
    world = MembersWorld("staff")
    world.imported(member("maria", "staff|gone"))
    world.add()
    monkeypatch.setattr(world.s3, "get_object", _denied)
    with pytest.raises(ClientError):
        world.report()
    _executions(world, 9)
    assert world.report().memberships == MembershipAccount(2, added=1, failed=1)


def test_a_mistake_of_ours_costs_the_details_and_not_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be made again by the next execution."""
    world = ReportWorld()
    _imported(world)

    def fails(_: Summary) -> Any:  # noqa: ANN401  (never)
        raise KeyError

    monkeypatch.setattr(world.reports.staging, "preflight", fails)
    assert list(world.report().missing) == [DetailGap.REPORT_FAILED]


def test_a_run_that_was_reported_keeps_its_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its notification is still to be published, and its staging cannot be read any more."""
    world = ReportWorld()
    _imported(world)
    world.report()
    before = world.files
    monkeypatch.setattr(world.s3, "get_object", _denied)
    _executions(world, 9)
    assert world.report().rows.to_json() == ROWS
    monkeypatch.undo()
    assert world.files == before


def test_a_run_that_has_ended_is_not_reported_again() -> None:
    """An execution that someone has started by hand changes no report."""
    world = ReportWorld()
    _imported(world)
    world.report()
    world.ledger.put(world.drop.run_id, state=RunState.ENDED)
    before = world.files
    with pytest.raises(RefusedError, match="The run has ended"):
        world.report()
    assert world.files == before


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_that_is_lost_after_its_report_keeps_its_results(times: int) -> None:
    """They were written from more than is known of it now; how the run has ended is not known to the ledger."""
    world = ReportWorld()
    _imported(world)
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
    world = ReportWorld()
    _imported(world)
    world.report()
    before = world.files
    _lose_item(world)
    monkeypatch.setattr(DropBucket, "sizes", _denied)
    with pytest.raises(ClientError):
        world.report()
    _executions(world, 9)
    assert list(world.report().missing) == [DetailGap.LEDGER_DAMAGED, DetailGap.REPORT_FAILED]
    assert world.files == before


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_lost_run_that_is_reported_twice_keeps_its_counts(monkeypatch: pytest.MonkeyPatch, *, is_cut: bool) -> None:
    """The page that is there the second time is its own, also where the first report was cut off after it."""

    def cut(*_: object) -> Never:
        raise ConnectionError

    world = ReportWorld()
    _imported(world)
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
    world = ReportWorld()
    _imported(world)
    _lose_item(world)
    first = world.report()
    before = world.files
    world.s3.delete(world.drop.key)
    again = world.report()
    assert (again.rows, again.outcome) == (first.rows, first.outcome) == (COUNTED, Outcome.FAILED)
    assert world.ledger.read(world.drop.run_id).rows == COUNTED
    assert world.files == before


def test_a_run_that_is_lost_within_its_report_is_reported_in_full() -> None:
    """Some of its results were not written."""
    world = ReportWorld()
    _imported(world)
    world.report()
    before = world.files
    world.s3.delete(f"results/{world.drop.run_id}/summary.html")
    _lose_item(world)
    world.report()
    assert world.files["summary.html"] != before["summary.html"]
