"""The notification as JSON for machines: the summary without its long lists, in a bounded size.

Promises the shape of docs/schemas/notification-1.json, with members that the summary has under the same names and with
the same meaning; every text for people in it is printable, while `file.key` is the object's own key. Holds no value of
a row. Leaves the whole of it to `summary.json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.core.notification.words import file_name, headline, pool_alias
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.results.summary import Summary

SCHEMA_VERSION = "1"
_MOST = 10
"""Reasons, warnings or messages that are listed."""
_REASON_LENGTH = 300
_PROBLEM_LENGTH = 1_000
_TAKEN_OVER = (
    "run_id",
    "outcome",
    "dry_run",
    "rows",
    "memberships",
    "details_incomplete",
    "details_missing",
    "rows_unknown",
    "timings",
    "results",
    "files",
    "ended_at",
)


def body(summary: Summary) -> dict[str, Any]:
    """The notification's data: some 2 kB as JSON, and at most 70 kB whatever the file was like."""
    whole = summary.to_json()
    reasons, warnings = most_frequent(whole["reasons"]), whole["warnings"]
    problem = whole["problem"]
    return {
        "schema_version": SCHEMA_VERSION,
        **{name: whole[name] for name in _TAKEN_OVER},
        "has_failures": has_failures(summary),
        "headline": headline(summary),
        "file": {**whole["file"], "name": file_name(summary)},
        "pool": {"alias": pool_alias(summary), "id": whole["pool"]["id"]},
        "reasons": [_reason(reason) for reason in reasons[:_MOST]],
        "reasons_left_out": max(0, len(reasons) - _MOST),
        "warnings": [
            {"code": warning["code"], "message": printable(warning["message"], _REASON_LENGTH)}
            for warning in warnings[:_MOST]
        ],
        "messages": said_by_cognito(summary),
        "problem": {
            "code": problem["code"],
            "message": printable(problem["message"], _PROBLEM_LENGTH),
            "hint": printable(problem["hint"], _PROBLEM_LENGTH),
        }
        if problem
        else None,
        "error": printable(summary.error, _PROBLEM_LENGTH) or None,
        "console": summary.console,
    }


def has_failures(summary: Summary) -> bool:
    """Whether there is something to mend or to look at; users who were already in the pool are not."""
    rows = summary.rows
    left = 0 if summary.file.is_dry_run else rows.unprocessed
    left_groups = summary.memberships is not None and summary.memberships.has_failures
    return bool(not summary.outcome.is_success or rows.failed or rows.rejected or left or left_groups or summary.error)


def most_frequent(reasons: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reasons, the most frequent first."""
    return sorted(reasons, key=lambda reason: -reason["count"])


def said_by_cognito(summary: Summary) -> list[str]:
    """What Cognito said at the end of the import jobs, each sentence once."""
    said = (printable(job.message, _REASON_LENGTH) for job in summary.jobs if job and job.message)
    return list(dict.fromkeys(said))[:_MOST]


def _reason(reason: dict[str, Any]) -> dict[str, Any]:
    texts = {name: printable(reason[name], _REASON_LENGTH) for name in ("message", "hint")}
    return {name: reason[name] for name in ("outcome", "code", "count", "first_lines")} | texts
