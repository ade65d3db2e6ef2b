"""Further endings of runs: each has something in its page or email that no other has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.pools.active_users import active_users_json
from cognito_drop.core.pools.hash_warnings import HASHES_PROBABLY_REFUSED
from cognito_drop.core.results.row_tally import RowTally
from cognito_drop.core.rows.row_outcome import RowOutcome, RowVerdict
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.summaries import EXAMPLES, FAILED_REASON, job, part, rows
from tests.unit.samples import COMPLETED, POOL_ID, STARTED, checked, drop, summary
from tests.unit.samples import job as import_job

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.results.summary_json import SummaryJson

_MAPPED: Any = {"sha256": "0" * 64, "version_id": "v1"}
_WAYS: Any = {
    "password": 1, "code_by_email": 2, "code_by_sms": 3, "reset_by_email": 4, "reset_by_sms": 5, "none": 1_006,
    "reasons": [{"code": "no_address", "count": 1_006, "message": "The row has no address."}],
}  # fmt: skip
_GROUPS: Any = {
    "total": 1_210, "added": 1_150, "left_out": 7, "failed": 50, "unprocessed": 3, "not_allowed": 2, "seconds": 120,
    "active_users": active_users_json(1_000, "PLUS"),
}  # fmt: skip
_RECORDS: Any = {"name": "okta", "format": "json", "lines_are": "records"}
_PROBLEM = Problem(ProblemCode.NO_ROWS, "The file has a header but no users.", "Add a row for each user.")
_REASON: Any = {
    "code": "email_invalid", "message": "email is not a valid email address.", "hint": "Correct it.", "count": 54,
    "first_lines": [4, 41, 78, 115, 152, 189], "setting": None,
}  # fmt: skip


def pages() -> dict[str, SummaryJson]:
    """Name → the summary of a page."""
    exported = _changed("partly_imported", mapping=_MAPPED, preset=_RECORDS, ways_in=_WAYS, memberships=_GROUPS)
    table = _changed("imported", preset={**_RECORDS, "format": "csv", "lines_are": "lines"}, memberships=_GROUPS)
    unread = _changed(
        "rejected", file={**exported["file"], "bytes": None, "name": "-users.csv"}, files=["summary.json"]
    )
    unread["problem"] = {"code": "no_pool", "message": "There is no pool.", "hint": ""}
    refused = _changed("failed", files=["summary.json"], warnings=[_warning(HASHES_PROBABLY_REFUSED)], parts=[])
    late = _changed("failed_early", parts=[part(ended={**job("Failed", "An error."), "seconds": None})])
    unexplained = _changed(
        "failed", parts=[part(ended=job("Failed", "An error."))], files=["retry.json", "unknown.csv"]
    )
    short = _changed("partly_imported", rows=rows(total=1_000, imported=1), reasons=[FAILED_REASON])
    over = _changed("imported", rows=rows(total=0, imported=3), parts=[])
    checked_dry = _changed("checked", rows=rows(total=10, unprocessed=10, accepted=10), reasons=[])
    none_accepted = _changed("checked", rows=rows(total=10, rejected=10, accepted=0), files=["summary.json"], parts=[])
    mapped_dry = _changed("checked", mapping=_MAPPED, preset=_RECORDS, problem=None)
    failed_dry = _changed("failed_early", dry_run=True)
    one = _changed("imported", rows=rows(total=1, imported=1), reasons=[{**FAILED_REASON, "count": 1}])
    return {
        "exported": exported, "exported table": table, "unread": unread, "hashes refused": refused, "late": late,
        "unexplained": unexplained, "short": short, "over": over, "all accepted": checked_dry,
        "none accepted": none_accepted, "checked with a mapping": mapped_dry, "failed dry run": failed_dry, "one": one,
        "stopped unread": _changed("stopped", rows=rows(), parts=[], reasons=[], files=[]),
        "expired in part": _changed("expired", rows=rows(total=1_000, imported=10, skipped=2, unprocessed=988)),
    }  # fmt: skip


def emails() -> dict[str, Summary]:
    """Name → the summary of an email."""
    ended = import_job(started=STARTED, completed=COMPLETED, message="The user import job has expired.")
    tally = RowTally()
    tally.add(2, RowVerdict(RowOutcome.UNKNOWN, "unknown", ""))
    dry = drop("check/people/users.csv")
    dry_file = checked(3, rows=4, rejected=1, is_dry_run=True)
    reasons = [{**_REASON, "count": count} for count in range(1, 8)]
    warnings = [_warning(f"code_{number}") for number in range(7)]
    return {
        "rejected file": summary(outcome=Outcome.REJECTED, file=CheckedFile(POOL_ID, problem=_PROBLEM)),
        "rejected file with a mapping": summary(
            outcome=Outcome.REJECTED, file=CheckedFile(POOL_ID, problem=_PROBLEM), preflight={"mapping": _MAPPED}
        ),
        "rejected export": summary(
            outcome=Outcome.REJECTED, file=CheckedFile(POOL_ID, problem=_PROBLEM), drop=drop("inbox/people/okta/-u.csv")
        ),
        "no pool": summary(outcome=Outcome.REJECTED, file=CheckedFile(problem=_PROBLEM)),
        "checked with rejected rows": summary(
            outcome=Outcome.CHECKED, drop=dry, file=dry_file, rows=RowAccount(4, rejected=1, unprocessed=3),
            preflight={"reasons": reasons, "warnings": warnings, "ways_in": _WAYS, "preset": _RECORDS},
        ),
        "checked with a mapping": summary(
            outcome=Outcome.CHECKED, drop=dry, file=checked(2, is_dry_run=True), preflight={"mapping": _MAPPED}
        ),
        "checked export": summary(
            outcome=Outcome.CHECKED, drop=drop("check/people/okta/users.csv"), file=checked(2, is_dry_run=True),
            preflight={"memberships": {"total": 2, "not_allowed": 0, "active_users": active_users_json(2, "LITE")}},
        ),
        "partly imported": summary(
            outcome=Outcome.PARTLY_IMPORTED, rows=RowAccount(3, 1, skipped=1, failed=1), files=["retry.csv"],
            tally=tally, jobs=[ended, None], memberships=MembershipAccount(9, 4, 2, 2, 1),
        ),
        "stopped": summary(outcome=Outcome.STOPPED, rows=RowAccount(2, 1, unprocessed=1), files=["retry.json"]),
        "stopped unread": summary(outcome=Outcome.STOPPED, file=CheckedFile(), rows=RowAccount(0)),
        "expired": summary(outcome=Outcome.EXPIRED, rows=RowAccount(2, unprocessed=2), jobs=[ended]),
        "failed early": summary(outcome=Outcome.FAILED, error="RefusedError: X", rows=RowAccount(2, 3)),
        "members failed": summary(memberships=MembershipAccount(5, added=3, failed=2)),
        "zip": summary(outcome=Outcome.CHECKED, drop=drop("check/people/u.zip"), file=checked(2, is_dry_run=True)),
    }  # fmt: skip


def _changed(name: str, **members: Any) -> SummaryJson:  # noqa: ANN401  # JSON has any type
    made: Any = EXAMPLES[name]()
    made.update(members)
    found: SummaryJson = made
    return found


def _warning(code: str) -> Any:  # noqa: ANN401  # JSON has any type
    return {"code": code, "message": f"A warning with the code {code}."}
