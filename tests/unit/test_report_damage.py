"""A report is made from what is known, whatever was lost or damaged, and whatever fails again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.dynamo_table import Change
from cognito_drop.aws.run_ledger import LedgerDamagedError
from cognito_drop.aws.staging import Staging
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import Outcome, RunState
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob
from tests.unit.members_world import MembersWorld, member, refusal
from tests.unit.report_world import MIXED_ROWS, ReportWorld, mixed_world
from tests.unit.samples import csv_file, row

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.usefixtures("aws")

STAGED = ("preflight.json", "rejected.jsonl", "part-0001.outcomes")


def _lose(world: ReportWorld, name: str) -> None:
    world.s3.delete(world.kept_key(name))


def _write(data: bytes) -> Callable[[ReportWorld, str], None]:
    def write(world: ReportWorld, name: str) -> None:
        world.s3.put_object(Bucket="drops", Key=world.kept_key(name), Body=data)

    return write


def _cut(world: ReportWorld, name: str) -> None:
    key = world.kept_key(name)
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
    world = mixed_world()
    damage(world, name)
    summary = world.report()
    assert summary.rows.to_json() == MIXED_ROWS
    assert summary.is_incomplete
    assert summary.to_json()["details_incomplete"]
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED
    assert {"summary.json", "summary.html"} <= world.files.keys()


@pytest.mark.parametrize("attribute", ["file", "parts"])
def test_a_run_with_a_damaged_item_is_not_reported_as_it_is(attribute: str) -> None:
    """It is set aside first, by the release of its lock or by the sweep."""
    world = mixed_world()
    world.ledger.items.update(run_key(world.drop.run_id), Change(sets={attribute: "{"}))
    with pytest.raises(LedgerDamagedError):
        world.report()


def test_a_run_that_the_ledger_has_lost_is_reported_by_its_jobs() -> None:
    """The rows are those that Cognito has counted; how many the file has is not known any more."""
    world = mixed_world()
    key = run_key(world.drop.run_id)
    world.ledger.items.update(key, Change(sets={"damage": {"file": "{"}, "closing": True}, removes=["file"]))
    summary = world.report()
    assert (summary.outcome, summary.rows.total, summary.rows.imported) == (Outcome.FAILED, 3, 1)
    assert summary.missing.keys() >= {DetailGap.LEDGER_DAMAGED}
    assert summary.error == "The run's item in the ledger was lost or damaged: file"
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED


def test_a_part_whose_job_the_ledger_has_lost_costs_no_other_part_its_counts() -> None:
    """Of a run of which neither the file nor that job is known any more."""
    world = ReportWorld(part_rows=3)
    world.check(csv_file(*map(row, ["ana", "ben", "eve", "maria", "skip-jose", "fail-zoe"])))
    world.import_part(1)
    world.import_part(2)
    world.ledger.put(world.drop.run_id, parts={2: world.ledger.read(world.drop.run_id).parts[2]})
    damaged = Change(sets={"damage": {"file": "{", "parts": "{"}, "closing": True}, removes=["file"])
    world.ledger.items.update(run_key(world.drop.run_id), damaged)
    summary = world.report()
    assert summary.rows == RowAccount(total=3, imported=1, skipped=1, failed=1)
    assert summary.file.part_rows == (0, 3)
    assert DetailGap.REPORT_FAILED not in summary.missing


def test_a_minimal_report_of_a_damaged_run_counts_what_cognito_has_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has kept cannot be listed, but its jobs are there."""
    world = mixed_world()
    damaged = Change(sets={"damage": {"file": "{"}, "closing": True}, removes=["file"])
    world.ledger.items.update(run_key(world.drop.run_id), damaged)
    monkeypatch.setattr(DropBucket, "sizes", _denied)
    with pytest.raises(ClientError):
        world.report()
    world.ask_for_executions(9)
    summary = world.report()
    assert summary.rows == RowAccount(total=3, imported=1, skipped=1, failed=1)
    assert list(summary.missing) == [DetailGap.LEDGER_DAMAGED, DetailGap.REPORT_FAILED]


def _denied(*_: object, **__: object) -> Any:  # noqa: ANN401  (never)
    raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")


def test_a_run_that_fails_to_be_reported_gets_a_minimal_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the fourth execution that tries to: with the ledger's counts, and without any object of S3."""
    world = mixed_world()
    monkeypatch.setattr(world.s3, "get_object", _denied)
    for number in (2, 3, 4):
        world.ask_for_executions(number)
        with pytest.raises(ClientError):
            world.report()
    world.ask_for_executions(5)
    summary = world.report()
    assert summary.rows.to_json() == MIXED_ROWS
    assert list(summary.missing) == [DetailGap.REPORT_FAILED]
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED
    assert {"summary.json", "summary.html"} <= world.files.keys()


@pytest.mark.parametrize("is_down", [False, True])
def test_a_minimal_report_counts_what_cognito_has_imported(monkeypatch: pytest.MonkeyPatch, *, is_down: bool) -> None:
    """Where the ledger does not have how a job has ended: what kept the report from S3 kept its log from being read."""
    world = mixed_world()
    entry = world.ledger.read(world.drop.run_id).parts[1]
    world.ledger.put(world.drop.run_id, parts={1: PartJob(entry.job_id, uploaded=True)})
    monkeypatch.setattr(world.s3, "get_object", _denied)
    with pytest.raises(ClientError):
        world.report()
    world.ask_for_executions(9)
    if is_down:
        monkeypatch.setattr(world.imports, "describe", Mock(side_effect=refusal("TooManyRequestsException")))
    summary = world.report()
    nothing = {**MIXED_ROWS, "imported": 0, "skipped": 0, "failed": 0, "unprocessed": 3}
    assert summary.rows.to_json() == (nothing if is_down else MIXED_ROWS)
    assert summary.outcome is (Outcome.FAILED if is_down else Outcome.PARTLY_IMPORTED)
    assert list(summary.missing) == [DetailGap.REPORT_FAILED]


def test_a_minimal_report_needs_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger and the notification have it."""
    world = mixed_world()
    monkeypatch.setattr(world.s3, "put_object", _denied)
    with pytest.raises(ClientError):
        world.report()
    world.ask_for_executions(9)
    assert world.report().rows.to_json() == MIXED_ROWS
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED


def test_a_minimal_report_counts_memberships_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the ledger's counts of them; which user is missing in which group is not in it."""
    world = MembersWorld("staff")
    world.imported(member("maria", "staff|gone"))
    world.add()
    monkeypatch.setattr(world.s3, "get_object", _denied)
    with pytest.raises(ClientError):
        world.report()
    world.ask_for_executions(9)
    assert world.report().memberships == MembershipAccount(2, added=1, failed=1)


def test_a_mistake_of_ours_costs_the_details_and_not_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be made again by the next execution."""
    world = mixed_world()

    monkeypatch.setattr(Staging, "preflight", Mock(side_effect=KeyError))
    assert list(world.report().missing) == [DetailGap.REPORT_FAILED]
