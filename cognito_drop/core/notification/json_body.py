"""The notification as JSON for machines: the summary without its long lists, in a bounded size.

Guarantees the shape of docs/schemas/notification-1.json, with members that the summary has under the same names and
with the same meaning; every text for people in it is printable, while `file.key` is the object's own key. Holds no
value of a row. What the summary has too comes from `Summary.report_json`. The complete data is in `summary.json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.core.notification.subject import MOST_LISTED, NAME_LENGTH, PROBLEM_LENGTH, REASON_LENGTH, headline
from cognito_drop.core.results.wording import most_frequent
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.core.notification.message_json import (
        NotificationJson,
        NotifiedProblemJson,
        NotifiedReasonJson,
        ShownFileJson,
        ShownPoolJson,
    )
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.results.summary_json import ReasonJson
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile
    from cognito_drop.core.text.problem import Problem


def body(summary: Summary) -> NotificationJson:
    """The notification's data: some 2 kB as JSON, and at most 70 kB whatever the file was like."""
    reasons, problem = most_frequent(summary.reasons()), summary.file.problem
    return {
        **summary.report_json(),
        "has_failures": has_failures(summary),
        "headline": headline(summary),
        "file": {**shown_file(summary.drop), "bytes": summary.preflight.get("bytes")},
        "pool": shown_pool(summary.drop, summary.file),
        "reasons": [_reason(reason) for reason in reasons[:MOST_LISTED]],
        "reasons_left_out": max(0, len(reasons) - MOST_LISTED),
        "warnings": [
            {"code": warning["code"], "message": printable(warning["message"], REASON_LENGTH)}
            for warning in summary.warnings()[:MOST_LISTED]
        ],
        "messages": said_by_cognito(summary),
        "problem": _problem(problem) if problem else None,
        "error": printable(summary.error, PROBLEM_LENGTH) or None,
        "console": summary.console,
    }


def _problem(problem: Problem) -> NotifiedProblemJson:
    """The problem with texts of a bounded size."""
    return {
        **problem.to_json(),
        "message": printable(problem.sentence, PROBLEM_LENGTH),
        "hint": printable(problem.hint, PROBLEM_LENGTH),
    }


def shown_file(drop: Drop) -> ShownFileJson:
    """The dropped object, with a name to be displayed."""
    return {
        "bucket": drop.bucket,
        "key": drop.key,
        "version_id": drop.version_id,
        "name": printable(drop.file_name, NAME_LENGTH),
    }


def shown_pool(drop: Drop, file: CheckedFile) -> ShownPoolJson:
    """The pool, with an alias to be displayed."""
    return {"alias": printable(drop.alias, NAME_LENGTH), "id": file.pool_id or None}


def has_failures(summary: Summary) -> bool:
    """Whether something needs attention; users who were already in the pool do not."""
    rows = summary.rows
    left = 0 if summary.file.is_dry_run else rows.unprocessed
    left_groups = summary.memberships is not None and summary.memberships.has_failures
    is_partial = rows.failed or rows.rejected or left or left_groups or summary.lacks_ids
    return bool(not summary.outcome.is_success or is_partial or summary.error)


def said_by_cognito(summary: Summary) -> list[str]:
    """What Cognito said at the end of the import jobs, each sentence once."""
    said = (printable(job.message, REASON_LENGTH) for job in summary.jobs if job and job.message)
    return list(dict.fromkeys(said))[:MOST_LISTED]


def _reason(reason: ReasonJson) -> NotifiedReasonJson:
    return {
        "outcome": reason["outcome"],
        "code": reason["code"],
        "message": printable(reason["message"], REASON_LENGTH),
        "hint": printable(reason["hint"], REASON_LENGTH),
        "count": reason["count"],
        "first_lines": reason["first_lines"],
    }
