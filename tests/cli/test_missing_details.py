"""What the command says of a run whose details are missing, and how it looks at a run while AWS throttles it."""

from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn, cast

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from cognito_drop.cli.commands import retry
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.run_results import ResultFile, result_files, retry_file
from cognito_drop.cli.run_text import description
from cognito_drop.cli.run_view import RunView, RunViewer
from cognito_drop.contract.statuses import Outcome, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.json_types import WaysInJson
from tests.summaries import summary
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.results.summary_json import SummaryJson

GAP = {
    "code": "log_forbidden", "message": DetailGap.LOG_FORBIDDEN.sentence, "hint": DetailGap.LOG_FORBIDDEN.hint,
    "parts": [1],
}  # fmt: skip
SUMMARY = summary("partly_imported", details_incomplete=True, details_missing=[GAP], rows_unknown=3)


def _run(state: RunState, rows: RowAccount | None = None, parts: Mapping[int, PartJob] | None = None) -> RunRecord:
    now = "2026-07-01T00:00:00Z"
    return RunRecord(
        drop=Drop("drops", "inbox/people/users.csv", "v1"), state=state, size=10, dropped_at=now, dropped_by="",
        executions=1, scope="account", pool_id="us-east-1_AbCdEf123", file=CheckedFile(rows=3, part_rows=(3,)),
        parts=parts or {}, is_stopped=False, error="", outcome=Outcome.PARTLY_IMPORTED if rows else None, rows=rows,
        ended_at=now if rows else "",
    )  # fmt: skip


def test_status_says_why_details_are_missing_and_of_how_many_rows() -> None:
    """For people with what to do about it, and as data."""
    view = RunView(_run(RunState.ENDED, RowAccount(3, 2, failed=1)), JobCounts(2, 0, 1), summary=SUMMARY)
    shown = io.StringIO()
    Console(file=shown, width=10_000).print(description(view))
    assert "details" in shown.getvalue()
    assert f"{GAP['message']} {GAP['hint']} The outcome of 3 rows is unknown" in shown.getvalue()
    made = view.to_json()
    assert (made["details_missing"], made["rows_unknown"]) == ([GAP], 3)


def test_results_of_a_bucket_that_is_gone_are_gone() -> None:
    """It may have been made again under another name; any other error is one."""
    run = _run(RunState.ENDED, RowAccount(3, 3))
    for code, raised in (("NoSuchBucket", CommandError), ("AccessDenied", ClientError)):
        with scripted_client("s3") as stub:
            stub.add_client_error("list_objects_v2", code)
            with pytest.raises(raised) as said:
                result_files(cast("Any", stub.client), run)
        if isinstance(said.value, CommandError):
            assert (said.value.code, said.value.hint) == (ErrorCode.NO_RESULTS, "The bucket no longer exists.")


def test_a_file_that_was_not_checked_is_dropped_again() -> None:
    """It has rows, but no retry file."""
    run = replace(_run(RunState.ENDED, RowAccount(0)), file=None, outcome=Outcome.FAILED)
    folder = f"results/{run.run_id}/"
    with scripted_client("s3") as stub:
        stub.add_response("list_objects_v2", {"Contents": [{"Key": f"{folder}summary.json", "Size": 1}]})
        with pytest.raises(CommandError) as said:
            retry_file(cast("Any", stub.client), run, RunView(run, JobCounts()), is_needed=True)
    assert said.value.message == (
        f"The run {run.short_id} (failed) ended before its file was checked, and has no retry file."
    )
    assert said.value.hint.endswith("drop the file again: `cognito-drop drop FILE --pool people`.")


@pytest.mark.parametrize(("skipped", "qualified"), [(0, False), (1, True)])
def test_first_sign_ins_are_those_of_known_users_too(skipped: int, *, qualified: bool) -> None:
    """As the check says it."""
    ways = {**dict.fromkeys(WaysInJson.__annotations__, 0), "reset_by_email": 3, "reasons": []}
    made = summary("partly_imported", ways_in=ways)
    view = RunView(_run(RunState.ENDED, RowAccount(3, 3 - skipped, skipped)), JobCounts(), summary=made)
    shown = io.StringIO()
    Console(file=shown, width=10_000).print(description(view))
    assert ("3 reset by email, with the users who were in the pool already" in shown.getvalue()) is qualified
    assert "3 reset by email" in shown.getvalue()


def test_status_says_what_the_report_warns_of() -> None:
    """For people and as data, like the email and the page."""
    warnings: list[Any] = [{"code": "roles", "message": "2 users have roles that are not carried over.", "count": 2}]
    view = RunView(_run(RunState.ENDED, RowAccount(3, 3)), JobCounts(3), summary=summary("imported", warnings=warnings))
    shown = io.StringIO()
    Console(file=shown, width=10_000).print(description(view))
    assert warnings[0]["message"].removesuffix(".") in shown.getvalue()
    assert view.to_json()["warnings"] == warnings


@pytest.mark.parametrize("made", [None, summary("imported")])
def test_a_run_without_missing_details_says_nothing(made: SummaryJson | None) -> None:
    """Nor does one whose results were deleted."""
    view = RunView(_run(RunState.ENDED, RowAccount(3, 3)), JobCounts(3), summary=made)
    shown = io.StringIO()
    Console(file=shown, width=10_000).print(description(view))
    assert "details" not in shown.getvalue()
    assert view.to_json()["details_missing"] == []


def test_retry_asks_before_it_drops_rows_that_may_be_in_the_pool() -> None:
    """The retry file holds them, and no one can see it in the file."""
    run = _run(RunState.ENDED, RowAccount(3, 2, failed=1))
    asked = retry._question(run, ResultFile("retry.csv", 10, "s3://x"), 3, 1)  # noqa: SLF001
    assert asked.startswith(
        "The outcome of 3 rows is unknown, so retry.csv may contain users who are already in the pool"
    )
    assert asked.endswith("Drop them anyway?")


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ResourceNotFoundException"])
def test_a_job_that_cognito_does_not_describe_now_ends_no_watch(code: str) -> None:
    """The counts of the ledger are shown."""

    def refuse(**_: str) -> NoReturn:
        raise ClientError({"Error": {"Code": code}}, "DescribeUserImportJob")

    viewer = RunViewer(_NONE, cast("Any", SimpleNamespace(describe_user_import_job=refuse)), _NONE)
    part = PartJob("import-1", counts=JobCounts(1))
    assert viewer.view(_run(RunState.IMPORTING, parts={1: part})).counts == JobCounts(1)


_NONE: Any = None
