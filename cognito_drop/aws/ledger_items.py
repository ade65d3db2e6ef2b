"""A run's item in the ledger, written and read. docs/ledger.md describes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.ledger_keys import DROPPED_AT, NOTIFIED, RUN_STATE, run_key
from cognito_drop.contract.statuses import JobStatus, Outcome, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.run_state import CheckedFile

if TYPE_CHECKING:
    from cognito_drop.aws.dynamo_table import Item

_MEMBERSHIP_NUMBERS = ("offset", "files", "added", "left_out", "failed", "throttled")


def new_run(drop: Drop, *, size: int, dropped_at: str, dropped_by: str) -> Item:
    """The item of a run that begins."""
    return {
        **run_key(drop.run_id),
        "run_id": drop.run_id,
        RUN_STATE: RunState.ACCEPTED,
        "executions": 1,
        "bucket": drop.bucket,
        "key": drop.key,
        "version_id": drop.version_id,
        "alias": drop.alias,
        "dry_run": drop.is_dry_run,
        "size": size,
        DROPPED_AT: dropped_at,
        "dropped_by": dropped_by,
        NOTIFIED: False,
        "parts": {},
        "starts": 0,
    }


def new_part(job: PartJob) -> Item:
    """The entry of a part's job that was created just now."""
    return {"job_id": job.job_id, "attempt": job.attempt, "uploaded": False, "refusals": 0}


def memberships_item(progress: MembershipProgress) -> Item:
    """How far the memberships of a run are."""
    return {**{name: getattr(progress, name) for name in _MEMBERSHIP_NUMBERS}, "over": progress.is_over}


def record_of(item: Item) -> RunRecord:
    """Read a run's item."""
    return RunRecord(
        drop=Drop(item["bucket"], item["key"], item["version_id"]),
        state=RunState(item[RUN_STATE]),
        dropped_at=item[DROPPED_AT],
        size=int(item.get("size", 0)),
        dropped_by=item.get("dropped_by", ""),
        executions=int(item.get("executions", 0)),
        renewed_at=float(item.get("renewed_at", 0)),
        file=CheckedFile.from_json(json.loads(item["file"])) if "file" in item else None,
        pool_id=item.get("pool_id", ""),
        scope=item.get("scope", ""),
        token=item.get("token", ""),
        waiting_since=item.get("waiting_since", ""),
        lock_at=float(item.get("lock_at", 0)),
        parts=dict(sorted((int(number), _part(entry)) for number, entry in item.get("parts", {}).items())),
        lease_until=float(item.get("lease_until", 0)),
        starts=int(item.get("starts", 0)),
        is_closing=item.get("closing", False),
        is_stopped=item.get("stopped", False),
        error=item.get("error", ""),
        outcome=Outcome(item["outcome"]) if "outcome" in item else None,
        rows=_rows(item["row_counts"]) if "row_counts" in item else None,
        ended_at=item.get("ended_at", ""),
        memberships=_memberships(item["memberships"]) if "memberships" in item else MembershipProgress(),
    )


def _rows(counts: Item) -> RowAccount:
    return RowAccount(**{name: int(count) for name, count in counts.items()})


def _memberships(entry: Item) -> MembershipProgress:
    numbers: dict[str, Any] = {name: int(entry.get(name, 0)) for name in _MEMBERSHIP_NUMBERS}
    return MembershipProgress(**numbers, is_over=entry.get("over", False))


def _part(entry: Item) -> PartJob:
    status, gap = entry.get("status"), entry.get("gap")
    return PartJob(
        job_id=entry["job_id"],
        attempt=int(entry.get("attempt", 0)),
        uploaded=entry.get("uploaded", False),
        refusals=int(entry.get("refusals", 0)),
        status=JobStatus(status) if status else None,
        counts=JobCounts(*(int(entry.get(name, 0)) for name in ("imported", "skipped", "failed"))),
        gap=DetailGap(gap) if gap else None,
    )
