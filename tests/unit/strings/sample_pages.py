"""Further endings of runs: each has something in its page that no other has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.core.pools.hash_warnings import HASHES_PROBABLY_REFUSED
from tests.summaries import EXAMPLES, FAILED_REASON, job, part, rows
from tests.unit.strings.sample_runs import GROUPS, MAPPED, RECORDS, WAYS

if TYPE_CHECKING:
    from cognito_drop.core.results.summary_json import SummaryJson


def sample_pages() -> dict[str, SummaryJson]:
    """Name → the summary of a page."""
    exported = _changed("partly_imported", mapping=MAPPED, preset=RECORDS, ways_in=WAYS, memberships=GROUPS)
    table = _changed("imported", preset={**RECORDS, "format": "csv", "lines_are": "lines"}, memberships=GROUPS)
    unread = _changed(
        "rejected", file={**exported["file"], "bytes": None, "name": "-users.csv"}, files=["summary.json"]
    )
    unread["problem"] = {"code": "no_pool", "message": "There is no pool.", "hint": ""}
    refused = _changed("failed", files=["summary.json"], warnings=[_warning(HASHES_PROBABLY_REFUSED)], parts=[])
    late = _changed("failed_early", parts=[part(ended={**job("Failed", "An error."), "seconds": None})])
    unexplained = _changed(
        "failed", parts=[part(ended=job("Failed", "An error."))], files=["retry.ndjson", "unknown.csv"]
    )
    short = _changed("partly_imported", rows=rows(total=1_000, imported=1), reasons=[FAILED_REASON])
    over = _changed("imported", rows=rows(total=0, imported=3), parts=[])
    checked_dry = _changed("checked", rows=rows(total=10, unprocessed=10, accepted=10), reasons=[])
    none_accepted = _changed("checked", rows=rows(total=10, rejected=10, accepted=0), files=["summary.json"], parts=[])
    mapped_dry = _changed("checked", mapping=MAPPED, preset=RECORDS, problem=None)
    failed_dry = _changed("failed_early", dry_run=True)
    one = _changed("imported", rows=rows(total=1, imported=1), reasons=[{**FAILED_REASON, "count": 1}])
    return {
        "exported": exported, "exported table": table, "unread": unread, "hashes refused": refused, "late": late,
        "unexplained": unexplained, "short": short, "over": over, "all accepted": checked_dry,
        "none accepted": none_accepted, "checked with a mapping": mapped_dry, "failed dry run": failed_dry, "one": one,
        "stopped unread": _changed("stopped", rows=rows(), parts=[], reasons=[], files=[]),
        "expired in part": _changed("expired", rows=rows(total=1_000, imported=10, skipped=2, unprocessed=988)),
    }  # fmt: skip


def _changed(name: str, **members: Any) -> SummaryJson:  # noqa: ANN401  # JSON has any type
    made: Any = EXAMPLES[name]()
    made.update(members)
    found: SummaryJson = made
    return found


def _warning(code: str) -> Any:  # noqa: ANN401  # JSON has any type
    return {"code": code, "message": f"A warning with the code {code}."}
