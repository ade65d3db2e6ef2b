"""The report of a run that came to its end another way: something was gone, someone stopped it, something died."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest
from botocore.exceptions import ClientError

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob
from tests.unit.report_world import ReportWorld
from tests.unit.samples import COMPLETED, POOL_ID, csv_file, job, row
from tests.unit.summary_schema import validate

pytestmark = pytest.mark.usefixtures("aws")

BAD = row("bad", verified="perhaps")
ALWAYS = {"summary.json", "summary.html"}


def test_a_drop_that_was_deleted_meanwhile_is_reported_by_counts() -> None:
    """Its rows cannot be read again; the job's own counts stand, and the details are said to be incomplete."""
    world = ReportWorld()
    world.check(csv_file(row("maria"), row("skip")))
    world.import_part(1)
    del world.s3.objects[world.drop.key]
    summary = world.report()
    assert (summary.outcome, summary.rows) == (Outcome.PARTLY_IMPORTED, RowAccount(2, 1, 1))
    assert summary.is_incomplete
    assert world.files.keys() == ALWAYS
    validate(world)


def test_a_job_that_is_gone_with_its_pool_is_reported_without_it() -> None:
    """The ledger has how it ended; the log's outcomes were kept, and the details are said to be incomplete."""
    world = ReportWorld()
    world.check(csv_file(row("maria"), row("jose")))
    world.import_part(1)
    world.imports.pool_of.clear()
    summary = world.report("RefusedError: DescribeUserImportJob: ResourceNotFoundException")
    assert (summary.outcome, summary.rows) == (Outcome.IMPORTED, RowAccount(2, 2))
    assert summary.missing == {DetailGap.JOB_GONE: [1]}
    assert world.outcome_of_lines == {2: "imported", 3: "imported"}
    validate(world)


@pytest.mark.parametrize("is_gone", [False, True])
def test_each_part_is_reported_with_its_last_known_counts(*, is_gone: bool) -> None:
    """Those of the job or, where it cannot be described any more, of the ledger; a part without a job has none."""
    world = ReportWorld(part_rows=6)
    world.check(csv_file(*map(row, ["ana", "ben", "eve", "skip1", "skip2", "fail1", "zoe"])))
    world.import_part(1)
    if is_gone:
        world.imports.pool_of.clear()
    parts = world.report().to_json()["parts"]
    assert [(part["rows"], part["imported"], part["skipped"], part["failed"]) for part in parts] == [
        (6, 3, 2, 1), (1, 0, 0, 0),
    ]  # fmt: skip
    assert [part["job"] is None for part in parts] == [is_gone, True]


def test_a_job_that_is_hidden_is_reported_without_it() -> None:
    """Its pool was taken out of the deployment."""
    world = ReportWorld()
    world.check(csv_file(row("maria"), row("jose")))
    world.import_part(1)
    world.imports.is_hidden = True
    summary = world.report("RefusedError: DescribeUserImportJob: AccessDeniedException")
    assert summary.rows.imported == 2
    assert world.outcome_of_lines == {2: "imported", 3: "imported"}


def test_a_run_that_died_in_preflight_is_reported_with_its_error() -> None:
    """Neither pool nor rows are known."""
    world = ReportWorld()
    summary = world.report("RefusedError: GetObject: AccessDenied")
    assert (summary.outcome, summary.rows) == (Outcome.FAILED, RowAccount())
    assert summary.to_json()["error"] == "RefusedError: GetObject: AccessDenied"
    assert world.files.keys() == ALWAYS
    validate(world)


def test_a_run_that_died_before_its_job_was_made_is_reported() -> None:
    """Nothing was processed, and everything can be dropped again."""
    world = ReportWorld()
    data = csv_file(row("maria"), BAD)
    world.check(data)
    summary = world.report("RefusedError: Upload: HTTP 403")
    assert (summary.outcome, summary.rows) == (Outcome.FAILED, RowAccount(2, rejected=1, unprocessed=1))
    assert world.files["retry.csv"] == data
    validate(world)


def test_a_run_that_died_while_its_log_was_read_is_incomplete() -> None:
    """The job's counts are known, the outcomes of the rows are not."""
    world = ReportWorld()
    world.check(csv_file(row("maria"), row("fail")))
    world.imports.add(POOL_ID, job("Succeeded", 1, 0, 1, job_id="import-part1"))
    world.ledger.record_job(world.drop.run_id, 1, PartJob("import-part1"), instead_of=None, start=0)
    summary = world.report("RefusedError: GetLogEvents: AccessDeniedException")
    assert (summary.rows.imported, summary.rows.failed) == (1, 1)
    assert summary.is_incomplete
    assert world.outcome_of_lines == {2: "unknown", 3: "unknown"}
    assert summary.missing == {DetailGap.LOG_NOT_READ: [1]}
    assert summary.rows_unknown == 2
    validate(world)


def test_rows_are_not_called_unattempted_when_the_log_was_not_read() -> None:
    """The job's counts settle every row: all were imported, none is to be dropped again."""
    world = ReportWorld()
    world.check(csv_file(row("maria"), row("jose")))
    world.imports.add(POOL_ID, job("Succeeded", 2, job_id="import-part1"))
    world.ledger.record_job(world.drop.run_id, 1, PartJob("import-part1"), instead_of=None, start=0)
    summary = world.report("Sandbox.Timedout")
    assert (summary.rows, summary.rows_unknown) == (RowAccount(2, 2), 0)
    assert world.outcome_of_lines == {2: "imported", 3: "imported"}
    assert "retry.csv" not in world.files
    validate(world)


@pytest.mark.parametrize("code", ["AccessDeniedException", "OperationNotEnabledException"])
def test_a_job_that_may_not_be_described_is_reported_as_the_ledger_has_it(code: str) -> None:
    """The report is written all the same; what collect_part has recorded and kept is not lost."""
    world = ReportWorld()
    world.check(csv_file(row("maria"), row("skip")))
    world.import_part(1)

    def refuse(*_: str) -> NoReturn:
        raise ClientError({"Error": {"Code": code}}, "DescribeUserImportJob")

    world.imports.describe = refuse  # type: ignore[method-assign, assignment]
    summary = world.report()
    assert (summary.outcome, summary.rows) == (Outcome.PARTLY_IMPORTED, RowAccount(2, 1, 1))
    assert summary.missing == {DetailGap.JOB_GONE: [1]}
    assert world.outcome_of_lines == {2: "imported", 3: "skipped"}
    validate(world)


def test_a_report_waits_for_a_job_that_cannot_be_described_for_a_while() -> None:
    """Throttling passes: the workflow calls the function again."""
    world = ReportWorld()
    world.check(csv_file(row("maria")))
    world.import_part(1)

    def refuse(*_: str) -> NoReturn:
        raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "DescribeUserImportJob")

    world.imports.describe = refuse  # type: ignore[method-assign, assignment]
    with pytest.raises(ClientError):
        world.report()


def test_a_lost_job_whose_end_was_not_recorded_leaves_its_rows_unknown() -> None:
    """Its file was uploaded, so it may have been started; without a file it was not."""
    for uploaded, outcome in ((True, "unknown"), (False, "unprocessed")):
        world = ReportWorld()
        world.check(csv_file(row("maria")))
        world.ledger.record_job(world.drop.run_id, 1, PartJob("import-part1"), instead_of=None, start=0)
        world.ledger.record_upload(world.drop.run_id, 1, "import-part1", done=uploaded)
        world.report("RefusedError: DescribeUserImportJob: ResourceNotFoundException")
        assert world.outcome_of_lines == {2: outcome}
        validate(world)


def test_a_run_that_another_has_stopped_is_called_so() -> None:
    """Before any job of it was made: everything can be dropped again."""
    world = ReportWorld()
    data = csv_file(row("maria"), row("jose"))
    world.check(data)
    world.ledger.close(world.drop.run_id, stopped=True)
    summary = world.report()
    assert (summary.outcome, summary.rows) == (Outcome.STOPPED, RowAccount(total=2, unprocessed=2))
    assert world.files["retry.csv"] == data
    validate(world)


def test_a_run_that_is_reported_again_ended_when_it_ended_the_first_time() -> None:
    """A second execution makes the same report, an hour later."""
    world = ReportWorld()
    world.check(csv_file(row("maria"), BAD, row("skip"), row("fail")))
    world.import_part(1)
    first, files = world.report(), world.files
    later = world.reports.of(world.drop, "", COMPLETED + timedelta(hours=1))
    assert (later.to_json(), later.times) == (first.to_json(), first.times)
    assert world.files == files
    assert world.ledger.item(world.drop.run_id)["expires_at"] == (COMPLETED + timedelta(days=400)).timestamp()


def test_what_has_ended_a_run_is_reported_by_every_execution() -> None:
    """The first reason is the one: what a later execution came upon follows from it."""
    world = ReportWorld()
    world.check(csv_file(row("maria")))
    world.ledger.close(world.drop.run_id, error="RefusedError: Upload: HTTP 403")
    assert world.report().error == "RefusedError: Upload: HTTP 403"
    assert (
        world.report("RefusedError: the run can no longer take the import lock").error
        == "RefusedError: Upload: HTTP 403"
    )


def test_a_run_whose_later_execution_knows_nothing_is_reported_as_the_ledger_knows_it() -> None:
    """Its preflight has failed the second time; what was imported before is not lost from the report."""
    world = ReportWorld()
    world.check(csv_file(row("maria"), BAD))
    world.import_part(1)
    summary = world.report("TransientError: GetItem: InternalServerError")
    assert summary.rows == RowAccount(total=2, imported=1, rejected=1)
    assert world.outcome_of_lines == {2: "imported", 3: "rejected"}
    assert not summary.is_incomplete
    validate(world)
