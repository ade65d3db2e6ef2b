"""Example summaries, one for each ending, in the shape of docs/schemas/summary-1.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from cognito_drop.core.results.summary_json import SummaryJson

RUN_ID = "0f3a9c5d7e1b42688acd90e4f7b1d2c3"
RESULTS = f"s3://acme-drops/results/{RUN_ID}/"
FILES = (
    "summary.json", "summary.html", "imported.csv", "skipped.csv", "failed.csv", "rejected.csv", "unprocessed.csv",
    "retry.csv",
)  # fmt: skip
Json: TypeAlias = Any
"""A piece of a summary; its type is that of the member that it becomes."""


def rows(**counts: int | None) -> Json:
    """An account of rows; what is not named is 0, `accepted` is null."""
    names = ("total", "imported", "skipped", "failed", "rejected", "unprocessed")
    return {**dict.fromkeys(names, 0), "accepted": None, **counts}


def job(status: str = "Succeeded", message: str = "Import Job Completed Successfully.") -> Json:
    """An import job as Cognito described it at its end."""
    return {
        "id": "import-9sHxosU7BP", "status": status, "message": message, "created_at": "2026-11-23T06:21:30+00:00",
        "started_at": "2026-11-23T06:21:34.300+00:00", "completed_at": "2026-11-23T06:29:41+00:00", "seconds": 486.7,
    }  # fmt: skip


def part(number: int = 1, size: int = 1000, *, ended: Json = None, **counts: int) -> Json:
    """A part of the file with its job."""
    seen = {"imported": 0, "skipped": 0, "failed": 0, **counts}
    return {"number": number, "rows": size, "bytes": size * 214, **seen, "job": ended}


def reason(  # noqa: PLR0917  # a table of reasons reads best without names
    outcome: str, code: str, message: str, count: int, hint: str = "", setting: str | None = None
) -> Json:  # fmt: skip
    """A group of rows with the same reason."""
    lines = [4 + 37 * place for place in range(min(count, 10))]
    return {
        "outcome": outcome, "code": code, "message": message, "hint": hint, "count": count, "first_lines": lines,
        "setting": setting,
    }  # fmt: skip


def summary(outcome: str, **members: Any) -> SummaryJson:  # noqa: ANN401  # JSON has any type
    """A summary of `users.csv`, dropped for the pool `people`, with these members instead of the usual ones."""
    made: Any = {
        "schema_version": "1",
        "run_id": RUN_ID,
        "outcome": outcome,
        "dry_run": False,
        "file": {
            "bucket": "acme-drops", "key": "inbox/people/users.csv", "version_id": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
            "name": "users.csv", "bytes": 214_312,
        },
        "pool": {"alias": "people", "id": "eu-west-1_AbCdEf123"},
        "rows": rows(),
        "details_incomplete": False,
        "details_missing": [],
        "rows_unknown": 0,
        "blank_lines": 0,
        "dialect": {
            "encoding": "UTF-8", "byte_order_mark": False, "separator": ",", "quoting": "no quotes",
            "line_end": "LF",
        },
        "source": None,
        "columns": {"renamed": {}, "added": [], "left_out": []},
        "normalized": [],
        "reasons": [],
        "warnings": [],
        "parts": [],
        "problem": None,
        "error": None,
        "timings": {
            "dropped_at": "2026-11-23T06:21:05+00:00", "started_at": "2026-11-23T06:21:08+00:00",
            "ended_at": "2026-11-23T06:29:52+00:00", "waited_seconds": 12.0, "import_seconds": 486.7, "seconds": 527.0,
        },
        "results": RESULTS,
        "files": list(FILES),
        "ended_at": "2026-11-23T06:29:52+00:00",
        "preset": None,
        "ways_in": None,
        "mapping": None,
        "memberships": None,
        "ids": None,
        "lookup": None,
        **members,
    }  # fmt: skip
    found: SummaryJson = made
    return found


FAILED_REASON = reason(
    "failed", "auto_verified",
    "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true).",
    7,
    "Write true in email_verified where the address is known to be the user's.",
    "no automatic verification of email",
)  # fmt: skip
SKIPPED_REASON = reason("skipped", "user_exists", "The user already exists.", 5)
REJECTED_REASONS = [
    reason(
        "rejected", "phone_number_not_e164", "The phone number does not start with a plus sign and a country code.", 41,
        "Write it as +, country code and number, for example +4930123456.",
    ),
    reason(
        "rejected", "required_value_missing", "The pool requires family_name, and the row has no value for it.", 12,
        "Fill in family_name.", "family_name not required (only a new pool can have that)",
    ),
    reason("rejected", "duplicate_username", "The username comes a second time; the first row stands.", 1),
]  # fmt: skip


def imported() -> SummaryJson:
    """Every row came through, in one part."""
    done = part(ended=job(), imported=1000)
    return summary("imported", rows=rows(total=1000, imported=1000), parts=[done], files=list(FILES[:3]))


def partly_imported() -> SummaryJson:
    """An ordinary messy file: some rows rejected, some skipped, some failed."""
    return summary(
        "partly_imported",
        rows=rows(total=1000, imported=934, skipped=5, failed=7, rejected=54),
        blank_lines=3,
        dialect={
            "encoding": "UTF-8", "byte_order_mark": True, "separator": ";", "quoting": "double quotes (RFC 4180)",
            "line_end": "CRLF",
        },
        columns={
            "renamed": {"E-Mail": "email", "Phone": "phone_number"}, "added": ["zoneinfo", "locale"],
            "left_out": ["notes"],
        },
        normalized=[
            {"kind": "iso_date", "count": 812, "message": "ISO dates written as mm/dd/yyyy"},
            {"kind": "phone_blanks", "count": 96, "message": "Blanks and dashes taken out of phone numbers"},
            {"kind": "boolean", "count": 1, "message": "yes and no written as true and false"},
        ],
        reasons=[*REJECTED_REASONS, SKIPPED_REASON, FAILED_REASON],
        parts=[part(size=946, ended=job(), imported=934, skipped=5, failed=7)],
    )  # fmt: skip


def rejected() -> SummaryJson:
    """A file that is no CSV at all."""
    problem = {
        "code": "not_csv_gzip", "message": "The file is compressed with gzip.",
        "hint": "Unpack it (gunzip users.csv.gz) and drop the CSV file itself.",
    }  # fmt: skip
    return summary(
        "rejected", problem=problem,
        ended_at="2026-11-23T06:21:09+00:00", dialect=None, columns={"renamed": {}, "added": [], "left_out": []},
        files=["summary.json", "summary.html"],
        timings={
            "dropped_at": "2026-11-23T06:21:05+00:00", "started_at": "2026-11-23T06:21:08+00:00",
            "ended_at": "2026-11-23T06:21:09+00:00", "waited_seconds": None, "import_seconds": None, "seconds": 4.0,
        },
    )  # fmt: skip


def rejected_rows() -> SummaryJson:
    """A file of which every row was rejected."""
    return summary(
        "rejected", rows=rows(total=54, rejected=54), reasons=REJECTED_REASONS, files=["rejected.csv", "retry.csv"]
    )


def failed() -> SummaryJson:
    """A job that Cognito failed as a whole, with the log cut short."""
    ended = job("Failed", "Too many users have failed or been skipped during the import.")
    return summary(
        "failed",
        rows=rows(total=500, imported=14, failed=32, unprocessed=450),
        details_incomplete=True,
        details_missing=[
            {
                "code": "log_short",
                "message": "The log of the import job has fewer rows than the job counts.",
                "hint": "",
                "parts": [1],
            }
        ],
        rows_unknown=4,
        reasons=[reason("failed", "auto_verified", FAILED_REASON["message"], 28)],
        warnings=[
            {"code": "quality_gate", "message": "Of 20 users looked up before the import, 11 were already in the pool."}
        ],
        parts=[part(size=500, ended=ended, imported=14, failed=32)],
    )


def failed_early() -> SummaryJson:
    """A run of which nearly nothing is known."""
    return summary(
        "failed", error="TransientError", ended_at="2026-11-23T06:21:09+00:00", dialect=None,
        pool={"alias": "people", "id": None}, files=[],
        timings={**dict.fromkeys(("waited_seconds", "import_seconds", "seconds", "dropped_at", "started_at")),
                 "ended_at": "2026-11-23T06:21:09+00:00"},
    )  # fmt: skip


def stopped() -> SummaryJson:
    """A file in three parts, stopped in the second."""
    half = job("Stopped", "The Import Job was stopped by the developer.")
    return summary(
        "stopped",
        rows=rows(total=1_234_567, imported=731_204, skipped=96, failed=3, unprocessed=503_264),
        reasons=[
            {**SKIPPED_REASON, "count": 96},
            {**FAILED_REASON, "count": 3, "first_lines": [70_112, 500_204, 500_205]},
        ],
        parts=[
            part(1, 500_000, ended=job(), imported=499_951, skipped=48, failed=1),
            part(2, 500_000, ended=half, imported=231_253, skipped=48, failed=2),
            part(3, 234_567),
        ],
    )  # fmt: skip


def expired() -> SummaryJson:
    """A job that was never started."""
    ended = {
        **job("Expired", "The user import job has expired."),
        "started_at": None, "completed_at": None, "seconds": None,
    }  # fmt: skip
    return summary("expired", rows=rows(total=1000, unprocessed=1000), parts=[part(ended=ended)])


def checked() -> SummaryJson:
    """A dry run that found bad rows."""
    messy = partly_imported()
    return {
        **messy,
        "outcome": "checked",
        "dry_run": True,
        "file": {**messy["file"], "key": "check/people/users.csv"},
        "rows": rows(total=1000, rejected=54, unprocessed=946, accepted=946),
        "reasons": REJECTED_REASONS,
        "parts": [part(size=946)],
        "timings": {**messy["timings"], "waited_seconds": None, "import_seconds": None, "seconds": 9.0},
        "files": ["summary.json", "summary.html", "rejected.csv", "retry.csv"],
    }


def hostile() -> SummaryJson:
    """Names and messages that try to be markup, to turn the line, or to make the page wide."""
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    made = partly_imported()
    name = f"{evil}\u202egnp.exe\u2066\x00\x1b[31m\ud800 {'w' * 300}.csv"
    return {
        **made,
        "file": {**made["file"], "name": name, "key": f"inbox/{evil}\u202e/{name}"},
        "pool": {"alias": f"{evil}\u202e", "id": evil},
        "columns": {"renamed": {evil: evil}, "added": ["x" * 500], "left_out": [evil]},
        "reasons": [reason(evil, evil, evil + "y" * 400, 3, evil, evil)],
        "normalized": [{"kind": evil, "count": 2, "message": evil}],
        "warnings": [{"code": evil, "message": evil}],
        "parts": [part(ended={**job(evil, evil), "id": evil, "seconds": 1e9})],
        "error": evil,
        "files": [evil, "retry.csv"],
        "timings": {**made["timings"], "dropped_at": evil},
    }


EXAMPLES = {
    made.__name__: made
    for made in (
        imported, partly_imported, rejected, rejected_rows, failed, failed_early, stopped, expired, checked, hostile,
    )
}  # fmt: skip
