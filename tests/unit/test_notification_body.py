"""The notification as JSON: the published shape, the summary's own words, and a size that no file can change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.notification.json_body import body
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.console import Site
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.published_schemas import validator
from tests.unit.samples import COMPLETED, STARTED, as_read, checked, drop, job, summary
from tests.unit.test_notification import summaries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.results.summary import Summary

NOTIFICATION = validator("notification-1")
REASON: dict[str, Any] = {
    "code": "email_invalid", "message": "email is not a valid email address.", "hint": "Write it as in a@b.example.",
    "count": 54, "first_lines": [4, 41, 78], "setting": None,
}  # fmt: skip
PROBLEM = Problem(ProblemCode.NO_ROWS, "A sentence.", "A hint.")
WARNING = {"code": "mostly_known", "message": "A sentence."}


def _validate(data: Mapping[str, object]) -> None:
    NOTIFICATION.validate(as_read(data))


@given(summaries)
def test_every_notification_is_of_the_published_shape(made: Summary) -> None:
    """With no member that the schema does not describe."""
    _validate(body(made))


@pytest.mark.parametrize(
    "changes",
    [
        {"preflight": {"reasons": [REASON], "warnings": [WARNING]}, "site": Site("aws", "us-east-1")},
        {"outcome": Outcome.REJECTED, "file": CheckedFile(problem=PROBLEM), "rows": RowAccount()},
        {"outcome": Outcome.FAILED, "error": "RefusedError: X", "jobs": [job("Failed", message="It failed."), None]},
        {"outcome": Outcome.CHECKED, "file": checked(2, is_dry_run=True), "rows": RowAccount(2, unprocessed=2)},
    ],
)
def test_endings_of_all_kinds_are_of_the_published_shape(changes: dict[str, Any]) -> None:
    """Reasons, warnings, a problem, an error, a dry run."""
    _validate(body(summary(**changes)))


@given(summaries)
def test_members_that_the_summary_has_too_say_the_same(made: Summary) -> None:
    """Who reads the one can read the other."""
    shown, whole = as_read(body(made)), as_read(made.to_json())
    for name in shown.keys() & whole.keys() - {"schema_version", "file", "pool", "reasons", "warnings", "problem"}:
        assert shown[name] == whole[name], name
    assert shown["file"]["key"] == whole["file"]["key"]


def test_the_most_frequent_reasons_come_first_and_the_others_are_counted() -> None:
    """Ten of them, and how many there are besides."""
    reasons = [{**REASON, "code": f"reason_{count}", "count": count} for count in range(1, 14)]
    shown = body(summary(preflight={"reasons": reasons}))
    assert [reason["count"] for reason in shown["reasons"]] == list(range(13, 3, -1))
    assert shown["reasons_left_out"] == 3
    assert shown["reasons"][0] == {
        "outcome": "rejected", "code": "reason_13", "message": REASON["message"], "hint": REASON["hint"],
        "count": 13, "first_lines": [4, 41, 78],
    }  # fmt: skip


def test_what_cognito_said_comes_once() -> None:
    """Whatever the number of import jobs is, and jobs that there are not say nothing."""
    jobs = [job(started=STARTED, completed=COMPLETED, message=said) for said in ("Done.", "Done.", "Stopped.", "")]
    assert body(summary(jobs=[*jobs, None]))["messages"] == ["Done.", "Stopped."]


def test_the_results_are_linked_in_the_console_of_the_region() -> None:
    """Beside their S3 URI; null where no one knows the console."""
    made = summary(site=Site("aws", "eu-west-1"))
    folder = f"results/{made.drop.run_id}/"
    assert body(made)["results"] == f"s3://drops/{folder}"
    assert body(made)["console"] == (
        f"https://eu-west-1.console.aws.amazon.com/s3/buckets/drops?region=eu-west-1&prefix={folder}"
    )
    assert body(summary(site=Site("aws-iso", "us-iso-east-1")))["console"] is None


def test_the_longest_texts_stay_small() -> None:
    """A header of thousands of columns, quoted in a hint, is cut like every other text."""
    made = summary(
        drop=drop("inbox/people/" + "\x01" * 1_011),
        file=CheckedFile(problem=Problem(ProblemCode.WRONG_HEADER, "é" * 9_000, "é" * 9_000)),
        preflight={"reasons": [{**REASON, "message": "é" * 900, "hint": "é" * 900}] * 600, "warnings": [WARNING] * 99},
    )
    _validate(body(made))
    assert len(json.dumps(body(made))) < 70_000
