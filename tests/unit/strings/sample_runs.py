"""Runs that have ended: each has something in its report that no other has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.contract.object_keys import RETRY_JSON
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.pools.active_users import active_users_json
from cognito_drop.core.pools.hash_warnings import HASHES_NOT_LISTED
from cognito_drop.core.results.row_tally import RowTally
from cognito_drop.core.results.summary import Summary, Times
from cognito_drop.core.rows.row_outcome import RowOutcome, RowVerdict
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.noted_ids import IdsAccount, NotedIds
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.console import Site
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.samples import COMPLETED, CREATED, POOL_ID, STARTED, checked, drop, job, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

MAPPED: Final[Any] = {"sha256": "0" * 64, "version_id": "v1"}
WAYS: Final[Any] = {
    "password": 1, "code_by_email": 2, "code_by_sms": 3, "reset_by_email": 4, "reset_by_sms": 5, "none": 1_006,
    "reasons": [{"code": "no_address", "count": 1_006, "message": "The row has no address."}],
}  # fmt: skip
GROUPS: Final[Any] = {
    "total": 1_210, "added": 1_150, "left_out": 7, "failed": 50, "unprocessed": 3, "not_allowed": 2, "seconds": 120,
    "active_users": active_users_json(1_000, "PLUS"),
}  # fmt: skip
RECORDS: Final[Any] = {"name": "okta", "format": "json", "lines_are": "records"}
_NO_ROWS: Final = Problem(ProblemCode.NO_ROWS, "The file has a header but no users.", "Add a row for each user.")
_REASON: Final[Any] = {
    "code": "email_invalid", "message": "email is not a valid email address.", "hint": "Correct it.", "count": 54,
    "first_lines": [4, 41, 78, 115, 152, 189], "setting": None,
}  # fmt: skip
_FOUND: Final[Any] = {
    "reasons": [{**_REASON, "first_lines": [4, 41]}],
    "warnings": [{"code": "mostly_known", "message": "15 of 20 users are already in the pool."}],
}
_READ: Final[Any] = {
    "bytes": 214_312, "blank_lines": 3,
    "dialect": {"encoding": "utf-8", "byte_order_mark": True, "separator": "~", "quoting": "quotes", "line_end": "CR"},
    "source": {"shape": None, "records_in": None, "csv_columns": None, "width": 4, "longest": 9},
    "preset": {"name": "auth0", "format": "csv", "lines_are": "lines"}, "mapping": MAPPED,
    "columns": {"renamed": {"E-Mail": "email"}, "added": ["locale"], "left_out": ["notes"]},
    "normalized": [{"kind": "date", "count": 2, "message": "dates were converted"}],
    "reasons": [_REASON, {**_REASON, "code": "username_blank", "hint": "", "count": 1, "setting": "a setting"}],
    "warnings": [
        {"code": "columns_left_out", "message": "Weighs less."},
        {"code": "would_be_refused", "message": "Weighs more."},
        {"code": "unknown_to_weights", "message": "Weighs nothing.", "count": 7},
    ],
    "parts": [{"number": number, "rows": rows, "bytes": rows * 214} for number, rows in ((1, 500), (2, 300), (3, 200))],
    "ways_in": {**WAYS, "code_by_email": 51}, "memberships": {**GROUPS, "total": 30},
    "lookup": {"by": "listing", "calls": 3, "seconds": 2, "known": 5},
}  # fmt: skip
_CREATE: Final = "CreateUserImportJob"
_COMMAS: Final = ",".join(f"custom:attribute_{number}" for number in range(5))
_HUGE: Final = RowAccount(12_345_678, 12_000_000, 300_000, 40_000, 5_600, 78)
_EVIL: Final = "\u202e<b>\x00&\"'\u2028"


def sample_runs() -> dict[str, Summary]:
    """Name → the run."""
    return dict(_runs())


def _runs() -> Iterator[tuple[str, Summary]]:
    yield "two users", summary()
    for outcome in Outcome:
        ended = job(started=STARTED, completed=COMPLETED, message="Too many users have failed or been skipped.")
        jobs = [] if outcome in {Outcome.CHECKED, Outcome.REJECTED} else [ended]
        file = checked(1_007, rows=1_061)
        rows = RowAccount(1_061, 999, 1, 7, 54)
        yield outcome, summary(outcome=outcome, file=file, rows=rows, jobs=jobs, preflight=_FOUND)
    yield from _rejected()
    yield from _checked()
    yield from _imported()
    yield from _cut_short()
    yield from _long()
    yield from _subjects()


def _rejected() -> Iterator[tuple[str, Summary]]:
    refused = CheckedFile(POOL_ID, problem=_NO_ROWS)
    helped = CheckedFile(POOL_ID, problem=Problem(ProblemCode.WRONG_HEADER, "Its columns.", "", "map"))
    unusable = CheckedFile(POOL_ID, problem=Problem(ProblemCode.MAPPING_UNUSABLE, "The mapping.", "Correct it."))
    all_rows = checked(rows=5, rejected=5)
    samples: dict[str, Any] = {
        "rejected file": {"file": refused},
        "rejected file with a mapping": {"file": refused, "preflight": {"mapping": MAPPED}},
        "rejected export": {"file": refused, "drop": drop("inbox/people/okta/-u.csv"), "preflight": {"bytes": 0}},
        "rejected check": {"file": refused, "drop": drop("check/people/okta/u.csv")},
        "no pool": {"file": CheckedFile(problem=_NO_ROWS)},
        "header": {"file": helped, "rows": RowAccount()},
        "mapping": {"file": unusable, "rows": RowAccount(), "preflight": {"bytes": 1}},
        "all rows": {"file": all_rows, "rows": RowAccount(5, rejected=5), "files": ["rejected.csv", "retry.csv"]},
    }  # fmt: skip
    for name, changes in samples.items():
        yield name, summary(**{"outcome": Outcome.REJECTED, "rows": RowAccount(), **changes})


def _checked() -> Iterator[tuple[str, Summary]]:
    dry = drop("check/people/users.csv")
    reasons = [{**_REASON, "count": count} for count in range(1, 8)]
    warnings = [{"code": f"code_{number}", "message": f"A warning with the code {number}."} for number in range(7)]
    few = {"total": 2, "not_allowed": 0, "seconds": 3, "active_users": active_users_json(2, "LITE")}
    samples: dict[str, Any] = {
        "checked with rejected rows": {
            "file": checked(3, rows=4, rejected=1, is_dry_run=True), "rows": RowAccount(4, rejected=1, unprocessed=3),
            "preflight": {"reasons": reasons, "warnings": warnings, "ways_in": WAYS, "preset": RECORDS},
        },
        "checked with a mapping": {"file": checked(2, is_dry_run=True), "preflight": {"mapping": MAPPED}},
        "checked export": {
            "drop": drop("check/people/okta/users.csv"), "file": checked(2, is_dry_run=True),
            "preflight": {"memberships": few},
        },
        "zip": {"drop": drop("check/people/u.zip"), "file": checked(2, is_dry_run=True)},
        "checked with a listing": {
            "file": checked(1, rows=2, rejected=1, is_dry_run=True), "rows": RowAccount(2, rejected=1, unprocessed=1),
            "files": ["rejected.csv", "left_behind.csv", "no_way_in.csv"], "preflight": {"reasons": [_REASON]},
        },
        "checked all rejected": {
            "file": checked(rows=1, rejected=1, is_dry_run=True), "rows": RowAccount(1, rejected=1),
        },
        "checked and known": {
            "file": checked(1, rows=3, known=2, is_dry_run=True), "rows": RowAccount(3, skipped=2, unprocessed=1),
        },
        "checked in parts": {
            "file": checked(500, 300, 200, is_dry_run=True), "rows": RowAccount(1_000, unprocessed=1_000),
            "preflight": _READ, "jobs": [None, None, None],
        },
    }  # fmt: skip
    for name, changes in samples.items():
        accepted = RowAccount(2, unprocessed=2)
        yield name, summary(**{"outcome": Outcome.CHECKED, "drop": dry, "rows": accepted, "tally": _tally(), **changes})
    yield (
        "dry run that failed",
        summary(
            outcome=Outcome.FAILED,
            drop=dry,
            file=checked(2, is_dry_run=True),
            rows=RowAccount(2, unprocessed=2),
            error="X",
        ),
    )


def _imported() -> Iterator[tuple[str, Summary]]:
    ended = job(imported=2, started=STARTED, completed=COMPLETED, message="Completed.")
    tagged = {"untagged": ["retry.csv"], "files": ["summary.json", "summary.html", "imported.csv", "ids.csv"]}
    samples: dict[str, Any] = {
        "whole": {"preflight": _READ, "jobs": [ended], "site": Site("aws", "us-east-1"), "tally": _tally(imported=2)},
        "one user": {"rows": RowAccount(1, 1), "file": checked(1), "preflight": {"ways_in": WAYS}},
        "members failed": {"memberships": MembershipAccount(5, added=3, failed=2)},
        "members left": {"memberships": MembershipAccount(5, added=4, unprocessed=1), "files": ["groups.csv"]},
        "no member": {"memberships": MembershipAccount(3, left_out=3), "preflight": {"memberships": GROUPS}},
        "members": {"memberships": MembershipAccount(1_210, 1_150, 7, 50, 3), "preflight": {"memberships": GROUPS}},
        "ids": {"ids": IdsAccount(NotedIds(2, 0, "v2")), **tagged},
        "one id missing": {"ids": IdsAccount(NotedIds(1, 1, "v2")), "too_long": 1},
        "ids missing": {"ids": IdsAccount(NotedIds(0, 2, "v2")), "too_long": 2, "untagged": ["a.csv", "b.csv"]},
        "no ids": {"ids": IdsAccount(None, f"AccessDenied {_COMMAS * 9}")},
        "other clocks": {"jobs": [job(started=CREATED - timedelta(hours=1), completed=STARTED)]},
        "no time": {"jobs": [job(started=STARTED, completed=STARTED)], "times": Times(None, COMPLETED)},
        "in China": {"site": Site("aws-cn", "cn-north-1"), "drop": drop("inbox/people/a b.tsv")},
        "elsewhere": {"site": Site("aws-new", "x"), "drop": drop("inbox/people.csv")},
        "unprocessed": {"outcome": Outcome.PARTLY_IMPORTED, "rows": RowAccount(3, 2, unprocessed=1)},
        "not logged": {"tally": _tally(imported=1, skipped=1)},
    }  # fmt: skip
    for name, changes in samples.items():
        yield name, summary(**{"tally": _tally(imported=2), **changes})
    yield "not read again", summary(preflight=_READ)
    for lacking in (0, 1):
        tally, rows = _tally(imported=1, skipped=1, failed=1, unknown=lacking), RowAccount(3 + lacking, 1, 1, 1)
        yield (
            f"partly imported, {lacking} unknown",
            summary(
                outcome=Outcome.PARTLY_IMPORTED, rows=rows, tally=tally,
                files=["failed.csv", "retry.csv"][1 - lacking :],
                jobs=[job(message="The import job has completed."), None], memberships=MembershipAccount(9, 4, 2, 2, 1),
            ),
        )  # fmt: skip
    codes = {"not_verified": 9, "alias_exists": 12, "invalid_email": 1, "refused_by_cognito": 2}
    tally = _tally(imported=10, skipped=11, failed=0, rejected=2)
    for code, count in codes.items():
        _add(tally, RowOutcome.FAILED, count, code)
    yield "reasons of Cognito", summary(
        outcome=Outcome.PARTLY_IMPORTED, rows=RowAccount(47, 10, 11, 24, 2), tally=tally, preflight=_READ,
        files=["failed.csv", "rejected.csv", "retry.csv"], file=checked(45, rows=47, rejected=2),
    )  # fmt: skip


def _cut_short() -> Iterator[tuple[str, Summary]]:
    ended = job(started=STARTED, completed=COMPLETED, message="The user import job has expired.")
    failed = job("Failed", 10, 5, 3, created=None, message="An error has occurred.", job_id="import-2")
    pending = job("Stopped", started=STARTED)
    in_parts = checked(500, 300, 200, rows=1_002, rejected=2, part_algorithms=("BCRYPT", "ARGON2"))
    unlisted = {"warnings": [{"code": HASHES_NOT_LISTED, "message": "Listed?"}]}
    all_known = RowAccount(3, imported=1, skipped=2)
    for name, outcome, changes in [
        ("stopped", Outcome.STOPPED, {"rows": RowAccount(2, 1, unprocessed=1), "files": [RETRY_JSON]}),
        ("stopped unread", Outcome.STOPPED, {"file": CheckedFile(), "rows": RowAccount(0)}),
        ("stopped, damaged", Outcome.STOPPED, {"rows": RowAccount(0), "file_gaps": [DetailGap.LEDGER_DAMAGED]}),
        ("expired", Outcome.EXPIRED, {"rows": RowAccount(2, unprocessed=2), "jobs": [ended]}),
        ("failed early", Outcome.FAILED, {"error": "RefusedError: X", "rows": RowAccount(2, 3)}),
        ("all known", Outcome.FAILED, {"rows": all_known, "tally": _tally(imported=1, skipped=2)}),
        ("all known, no groups", Outcome.FAILED, {"rows": all_known, "memberships": MembershipAccount(2, failed=2)}),
        ("not created", Outcome.FAILED, {"rows": RowAccount(2), "error": f"{_CREATE}: X", "preflight": unlisted}),
        ("hashes refused", Outcome.FAILED, {"rows": RowAccount(2, skipped=1), "jobs": [failed], "preflight": unlisted,
                                            "file": checked(1, rows=2, known=1)}),
        ("begun", Outcome.FAILED, {"rows": RowAccount(2, failed=1), "jobs": [failed], "preflight": unlisted}),
        ("lost", Outcome.FAILED, {"file": CheckedFile(), "rows": RowAccount(0), "times": Times(None, COMPLETED)}),
        ("in parts", Outcome.FAILED, {
            "file": in_parts, "jobs": [ended, failed, None], "rows": RowAccount(1_002, 510, 5, 3, 2, 482),
            "counts": [JobCounts(500), JobCounts(10, 5, 3), JobCounts(0, 0, 1)], "preflight": _READ,
            "gaps": {3: DetailGap.LOG_SHORT, 1: DetailGap.LOG_SHORT, 2: DetailGap.LOG_FORBIDDEN},
            "tally": _tally(imported=510, skipped=5, failed=3, rejected=2, unknown=2), "files": ["retry.csv"],
        }),
        ("damaged", Outcome.STOPPED, {
            "file": in_parts, "jobs": [pending, None, ended], "rows": RowAccount(1_002, 1, unprocessed=1_001),
            "file_gaps": [DetailGap.STAGING_DAMAGED], "gaps": {1: DetailGap.LOG_SHORT}, "preflight": _READ,
        }),
    ]:  # fmt: skip
        yield name, summary(outcome=outcome, **changes)


def _long() -> Iterator[tuple[str, Summary]]:
    reasons = [
        {**_REASON, "message": f"{number}: {'m' * 300}", "hint": f"{_COMMAS}, {_COMMAS * 3}", "count": number}
        for number in range(12)
    ]
    warnings = [{"code": "c", "message": f"{number} {_COMMAS} {'w' * 300}"} for number in range(12)]
    jobs = [job(message=f"{number % 11}{'x' * 310}") for number in range(13)]
    problem = Problem(ProblemCode.UNKNOWN_COLUMNS, f"{_COMMAS} {'p' * 1_000}", "h" * 1_001, "map")
    name = f"{'long name ' * 25}.csv"
    yield "long texts", summary(
        outcome=Outcome.REJECTED, file=CheckedFile(POOL_ID, problem=problem), drop=drop(f"inbox/{'a' * 210}/{name}"),
        preflight={"reasons": reasons, "warnings": warnings}, jobs=jobs, error="e" * 1_001,
    )  # fmt: skip
    yield "huge", summary(
        outcome=Outcome.PARTLY_IMPORTED, rows=_HUGE, file=checked(12_340_078, rows=12_345_678, rejected=5_600),
        jobs=[job(started=STARTED, completed=STARTED + timedelta(days=2, hours=1))], drop=drop(f"inbox/people/{name}"),
        memberships=MembershipAccount(12_345_678, 12_000_000, 300_000, 40_000, 5_678),
    )  # fmt: skip
    for place, key in {
        "hostile": f"inbox/{_EVIL}/{_EVIL}.csv", "no alias": "inbox//users.csv", "blanks": "inbox/a b/it's a file.TXT",
        "Müller": "inbox/leute/Müller-Größe.csv", "Japanese": "inbox/人/利用者.csv", "question": "inbox/people/利?.csv",
    }.items():  # fmt: skip
        yield (
            place,
            summary(
                drop=drop(key), outcome=Outcome.FAILED, error=f"{_EVIL}: X", rows=RowAccount(2), preflight={"bytes": 9}
            ),
        )


def _subjects() -> Iterator[tuple[str, Summary]]:
    """Names and counts about as long as a subject can be."""
    for length in (76, 77, 78):
        yield f"name of {length}", summary(drop=drop(f"inbox/people/{'n' * length}"))
    for failed in (1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000):
        for key in ("inbox/people/a-file-of-users.csv", "inbox/people/\u5229\u7528\u8005\u306e\u540d\u524d.csv"):
            rows = RowAccount(200_000_000_000, 1_000_000_000, 10_000_000, failed)
            yield f"{failed:,} failed", summary(drop=drop(key), outcome=Outcome.PARTLY_IMPORTED, rows=rows)


def _tally(**counts: int) -> RowTally:
    tally = RowTally()
    codes = {"imported": "imported", "skipped": "already_exists", "failed": "not_verified"}
    for name, count in counts.items():
        _add(tally, RowOutcome(name), count, codes.get(name, name))
    return tally


def _add(tally: RowTally, outcome: RowOutcome, count: int, code: str) -> None:
    for line in range(2, 2 + count):
        tally.add(line, RowVerdict(outcome, code, ""))
