"""The deployed stack from end to end, in the ways that matter most."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.runs.drop import Drop
from tests.contract.conftest import LONG
from tools.run_watch import RunWatch
from tools.verify.account import good_rows

if TYPE_CHECKING:
    from tests.contract.conftest import Stack

pytestmark = pytest.mark.scenario

HEADER = "cognito:username,email,email_verified\n"


def test_each_row_of_a_file_has_its_result(stack: Stack) -> None:
    """Imported, rejected before the job, or skipped as a user who is in the pool."""
    assert _rows(_end(_drop(stack, "before.csv", _csv("known")))) == {"total": 1, "imported": 1}
    body = _csv("new", "known") + "broken,nowhere,true\n"
    summary = _end(_drop(stack, "each.csv", body))
    assert _rows(summary) == {"total": 3, "imported": 1, "skipped": 1, "rejected": 1}
    assert _names(stack, "new") == {"new"}
    assert _names(stack, "broken") == set()


def test_a_file_that_cannot_be_read_is_rejected_without_a_job(stack: Stack) -> None:
    """With its reason."""
    summary = _end(_drop(stack, "no-header.csv", "color,size\nred,38\n"))
    assert summary["outcome"] == "rejected"
    assert summary["problem"]["code"]
    assert summary["parts"] == []


def test_a_dry_run_imports_no_user(stack: Stack) -> None:
    """And says what an import would do."""
    summary = _end(_drop(stack, "dry.csv", _csv("dry"), folder="check"))
    assert summary["dry_run"] is True
    assert _names(stack, "dry") == set()


def test_files_dropped_at_once_are_imported_one_after_the_other(stack: Stack) -> None:
    """No two jobs are active at a time."""
    watches = [_drop(stack, f"at-once-{number}.csv", _csv(f"at-once-{number}")) for number in range(5)]
    summaries = [_end(watch) for watch in watches]
    assert [_rows(summary) for summary in summaries] == [{"total": 1, "imported": 1}] * 5
    jobs = [part["job"] for summary in summaries for part in summary["parts"]]
    spans = sorted((job["started_at"], job["completed_at"]) for job in jobs)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_a_job_that_is_stopped_elsewhere_keeps_what_was_imported(stack: Stack) -> None:
    """As in the console; the other rows are reported as not processed."""
    rows = good_rows(LONG, "stopped")
    body = HEADER + "".join(f"{row['cognito:username']},{row['email']},true\n" for row in rows)
    watch = _drop(stack, "stopped.csv", body)
    for view in watch.views():
        if view.counts.imported:
            break
    account = stack.cloud.account()
    for job in account.cognito.list_user_import_jobs(UserPoolId=stack.pool, MaxResults=1)["UserImportJobs"]:
        account.stop(job)
    counts = _rows(_end(watch))
    assert 0 < counts["imported"] < counts["total"] == len(rows)
    assert counts["imported"] + counts["unprocessed"] == counts["total"]


def _drop(stack: Stack, name: str, body: str, folder: str = "inbox") -> RunWatch:
    key = f"{folder}/people/{name}"
    answer = stack.cloud.client("s3").put_object(Bucket=stack.deployment.bucket, Key=key, Body=body.encode())
    return RunWatch(stack.cloud, stack.deployment, Drop(stack.deployment.bucket, key, answer["VersionId"]))


def _end(watch: RunWatch) -> Any:  # noqa: ANN401  (the summary, as JSON)
    for _ in watch.views():
        pass
    return watch.summary()


def _rows(summary: Any) -> dict[str, int]:  # noqa: ANN401
    """The summary's account of the rows, without what is 0."""
    return {name: count for name, count in summary["rows"].items() if count}


def _csv(*names: str) -> str:
    return HEADER + "".join(f"{name},{name}@example.com,true\n" for name in names)


def _names(stack: Stack, name: str) -> set[str]:
    users = stack.cloud.client("cognito-idp").list_users(UserPoolId=stack.pool, Filter=f'username = "{name}"')["Users"]
    return {user["Username"] for user in users}
