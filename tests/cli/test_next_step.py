"""What the command proposes for a run that is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from cognito_drop.cli.run_text import next_step
from cognito_drop.cli.run_view import RunView
from cognito_drop.contract.statuses import Outcome, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.results.wording import ADD_TO_GROUPS
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import RunRecord

RETRY = "cognito-drop retry"


def _view(key: str, files: list[str] | None, gone: tuple[str, ...] = ()) -> RunView:
    """A run with rejected rows, and a summary with these files."""
    run = RunRecord(
        drop=Drop("drops", key, "v1"), state=RunState.ENDED, dropped_at="2026-07-01T00:00:00Z", size=10,
        outcome=Outcome.REJECTED, rows=RowAccount(total=2, rejected=2),
    )  # fmt: skip
    return RunView(
        run,
        JobCounts(),
        summary=cast("Any", {"files": files, "memberships": None}) if files is not None else None,
        gone=gone,
    )


@pytest.mark.parametrize("retry", ["retry.csv", "retry.ndjson"])
def test_rows_to_drop_again_are_proposed(retry: str) -> None:
    """With the commands that get them and drop them."""
    assert next_step(_view("inbox/people/users.csv", ["rejected.csv", retry])).endswith(f" --file {retry}`.")


def test_rows_with_nothing_to_fix_are_dropped_as_they_are() -> None:
    """Those that were never attempted."""
    view = _view("inbox/people/users.csv", ["retry.csv"])
    assert view.run.rows is not None
    run = replace(view.run, rows=replace(view.run.rows, rejected=0, unprocessed=2))
    assert next_step(replace(view, run=run)).endswith(f"drop them again with `{RETRY} {run.short_id}`.")


def test_a_retry_file_that_is_gone_is_said_and_not_proposed() -> None:
    """In one sentence, with the reason; other files that are gone have no reason of their own."""
    view = _view("inbox/people/users.csv", ["rejected.csv", "retry.csv"], ("retry.csv",))
    assert (next_step(view), view.retry_file, view.gone_retry_file) == ("", None, "retry.csv")
    (warning,) = view.warnings
    assert (warning["code"], warning["message"]) == (
        "results_gone",
        f"No longer in {view.run.results}: retry.csv (it may hold password hashes, and hash_retention_days are over).",
    )
    others = _view("inbox/people/users.csv", ["rejected.csv", "retry.csv"], ("rejected.csv", "retry.csv"))
    assert others.gone_sentence.endswith("rejected.csv, retry.csv (deleted).")


@pytest.mark.parametrize(
    ("key", "files"),
    [
        pytest.param("inbox/people/auth0/users.ndjson", ["rejected.csv"], id="all shut out"),
        pytest.param("inbox/people/users.csv", None, id="no results"),
        pytest.param("check/people/users.csv", ["rejected.csv", "retry.csv"], id="dry run"),
    ],
)
def test_a_run_with_nothing_to_retry_proposes_no_retry(key: str, files: list[str] | None) -> None:
    """`retry` would end with `nothing_to_retry`, or drop what was only to be checked."""
    assert next_step(_view(key, files)) == ""


@pytest.mark.parametrize("unprocessed", [0, 2])
def test_a_job_that_failed_for_users_in_the_pool_needs_no_action(unprocessed: int) -> None:
    """It may have left groups without its users, which are proposed as of any run."""
    rows = RowAccount(total=2, skipped=2)
    view = _view("inbox/people/users.csv", [])
    groups = {"failed": 0, "unprocessed": unprocessed}
    failed = replace(
        view,
        run=replace(view.run, outcome=Outcome.FAILED, rows=rows),
        summary=cast("Any", {"files": [], "memberships": groups}),
    )
    said = "all users of the file are in the pool, and Cognito fails a job that skips too many of its users."
    if unprocessed:
        assert next_step(failed) == f"No row has to be imported again: {said} {ADD_TO_GROUPS}"
    else:
        assert next_step(failed) == f"No action is needed: {said}"
