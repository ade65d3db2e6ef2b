"""A run's item in the ledger, written and read. docs/ledger.md describes it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.ledger_keys import DROPPED_AT, NOTIFIED, RUN_STATE, run_key
from cognito_drop.contract.statuses import HoldReason, JobStatus, Outcome, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem

if TYPE_CHECKING:
    from cognito_drop.aws.dynamo_table import Item

REFUSAL = "refusal"
"""The attribute with the problem for which a run was refused after its file was checked."""

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
        drop=Drop(_text(item, "bucket"), _text(item, "key"), _text(item, "version_id")),
        state=RunState(_text(item, RUN_STATE)),
        dropped_at=_text(item, DROPPED_AT),
        size=int(_number(item, "size")),
        dropped_by=_text(item, "dropped_by"),
        executions=int(_number(item, "executions")),
        renewed_at=_number(item, "renewed_at"),
        file=_file(item) if "file" in item else None,
        pool_id=_text(item, "pool_id"),
        scope=_text(item, "scope"),
        token=_text(item, "token"),
        waiting_since=_text(item, "waiting_since"),
        hold=Hold(HoldReason(item["held_for"]), _number(item, "held_until")) if "held_for" in item else None,
        released_at=_text(item, "released_at"),
        lock_at=_number(item, "lock_at"),
        parts=dict(sorted((int(number), _part(entry)) for number, entry in item.get("parts", {}).items())),
        lease_until=_number(item, "lease_until"),
        starts=int(_number(item, "starts")),
        is_closing=_flag(item, "closing"),
        is_stopped=_flag(item, "stopped"),
        error=_text(item, "error"),
        outcome=Outcome(item["outcome"]) if "outcome" in item else None,
        rows=_rows(item["row_counts"]) if "row_counts" in item else None,
        ended_at=_text(item, "ended_at"),
        memberships=_memberships(item["memberships"]) if "memberships" in item else MembershipProgress(),
    )


def _file(item: Item) -> CheckedFile:
    """What preflight has found, and why the file was refused after that: none of its rows is imported then."""
    file = CheckedFile.from_json(json.loads(item["file"]))
    if REFUSAL not in item:
        return file
    return replace(
        file, problem=Problem.from_json(json.loads(item[REFUSAL])), part_rows=(), part_algorithms=(), memberships=0
    )


def _rows(counts: Item) -> RowAccount:
    return RowAccount(**{name: int(count) for name, count in counts.items()})


def _memberships(entry: Item) -> MembershipProgress:
    numbers: dict[str, Any] = {name: int(_number(entry, name)) for name in _MEMBERSHIP_NUMBERS}
    return MembershipProgress(**numbers, is_over=_flag(entry, "over"))


def _part(entry: Item) -> PartJob:
    status, gap = _text(entry, "status"), _text(entry, "gap")
    return PartJob(
        job_id=_text(entry, "job_id"),
        attempt=int(_number(entry, "attempt")),
        uploaded=_flag(entry, "uploaded"),
        refusals=int(_number(entry, "refusals")),
        refused_since=_text(entry, "refused_since"),
        waits_for_other=_flag(entry, "waits_for_other"),
        status=JobStatus(status) if status else None,
        counts=JobCounts(*(int(_number(entry, name)) for name in ("imported", "skipped", "failed"))),
        gap=DetailGap(gap) if gap else None,
    )


def _text(item: Item, name: str) -> str:
    """An attribute that is a string; like the two below, without a value where it is missing or something else.

    One damaged item must not keep the sweep from the other runs.
    """
    found = item.get(name)
    return found if isinstance(found, str) else ""


def _number(item: Item, name: str) -> float:
    found = item.get(name)
    return float(found) if isinstance(found, Decimal) else 0.0


def _flag(item: Item, name: str) -> bool:
    return item.get(name) is True
