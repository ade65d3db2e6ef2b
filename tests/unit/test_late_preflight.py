"""Two checks of one file: what the report reads is of the check that is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.dynamo_table import Change
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.run_record import PartJob
from lambdas.preflight.file_preflight import FilePreflight
from tests.unit.members_world import MembersWorld, member
from tests.unit.report_world import CHECK, ReportWorld
from tests.unit.samples import POOL_ID, as_read, csv_file, row

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_state import CheckedFile

pytestmark = pytest.mark.usefixtures("aws")

FILE = csv_file(row("maria"), row("canary", verified="canary"), row("jose"))


def test_a_check_that_is_late_replaces_nothing_of_the_one_that_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds users in the pool that the other one's import has made, and is not the one that is recorded."""
    world, check = ReportWorld(look_up_users=True), FilePreflight.check

    def late(*given: Any) -> CheckedFile:  # noqa: ANN401  (of check)
        monkeypatch.undo()
        assert world.preflight.check_once(world.drop, "first").part_rows == (2,)
        world.ledger.put(world.drop.run_id, state=RunState.IMPORTING)
        world.import_part(1)
        world.imports.users[POOL_ID] = {"maria"}
        return check(*given)

    world.s3.drop(world.drop, FILE)
    monkeypatch.setattr(FilePreflight, "check", late)
    assert world.preflight.check_once(world.drop, "late").part_rows == (2,)
    summary = world.report()
    assert not summary.is_incomplete
    assert as_read(summary.preflight)["lookup"]["known"] == 0
    assert [line for line, *_ in world.table("imported")] == [2, 4]
    assert [line for line, *_ in world.table("rejected")] == [3]


def test_a_check_that_is_late_replaces_no_member(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes those who were imported for users who were in the pool before, and are added to no group."""
    world, check = MembersWorld("staff", look_up_users=True), FilePreflight.check
    rows = [member("ana", "staff"), member("ben", "staff")]

    def late(*given: Any) -> CheckedFile:  # noqa: ANN401  (of check)
        monkeypatch.undo()
        world.imported(*rows)
        world.imports.users[POOL_ID] = {"ana", "ben"}
        return check(*given)

    world.ledger.put(world.drop.run_id, file=None)
    monkeypatch.setattr(FilePreflight, "check", late)
    assert world.preflight.check_once(world.drop, "late").checked_by == CHECK
    assert world.add().is_over
    assert world.groups.members == {"staff": ["ana", "ben"]}
    world.reported()
    assert [(line, outcome) for line, _, outcome, _ in world.results] == [(2, "added"), (3, "added")]


def test_the_check_of_a_run_whose_item_is_damaged_is_found_again() -> None:
    """The item has said which call has made it; there is one."""
    world = ReportWorld()
    world.s3.drop(world.drop, csv_file(row("maria"), row("jose")))
    world.preflight.check_once(world.drop, "only")
    world.ledger.put(world.drop.run_id, state=RunState.IMPORTING)
    world.import_part(1)
    parts = {1: PartJob("import-part1", uploaded=True)}
    world.ledger.put(world.drop.run_id, state=RunState.REPORTING, parts=parts, pool_id=POOL_ID)
    damaged = Change(sets={"damage": {"file": "{"}, "closing": True}, removes=["file"])
    world.ledger.items.update(run_key(world.drop.run_id), damaged)
    assert world.report().rows.imported == 2
    assert [line for line, *_ in world.table("imported")] == [2, 3]
    assert world.staging.only_check(replace(world.drop, version_id="other")) == ""
