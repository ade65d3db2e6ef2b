"""The ledger's items in DynamoDB's own shape, and how they are read.

A run is `run#<run id>` / `run`. A scope's turn is `turn#<scope>` with `lock` and one `entry#…` for each that waits.
The names are spelled here, in the workflow's definition and in docs/ledger.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.statuses import JobStatus, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.run_state import CheckedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

RUN = "run"
LOCK = "lock"
ENTRY = "entry#"
_MEMBERSHIP_NUMBERS = ("offset", "files", "added", "left_out", "failed", "throttled")


def run_key(run_id: str) -> dict[str, AttributeValueTypeDef]:
    """The key of a run's item."""
    return {"pk": {"S": f"run#{run_id}"}, "sk": {"S": RUN}}


def lock_key(scope: str) -> dict[str, AttributeValueTypeDef]:
    """The key of a scope's lock."""
    return {"pk": {"S": f"lock#{scope}"}, "sk": {"S": LOCK}}


def entry_key(scope: str, order: str) -> dict[str, AttributeValueTypeDef]:
    """The key of a ticket."""
    return {"pk": {"S": f"lock#{scope}"}, "sk": {"S": f"{ENTRY}{order}"}}


def new_run(drop: Drop, *, size: int, dropped_at: str, dropped_by: str) -> dict[str, AttributeValueTypeDef]:
    """The item of a run that begins."""
    return {
        **run_key(drop.run_id),
        "run_id": {"S": drop.run_id},
        "run_state": {"S": RunState.ACCEPTED.value},
        "executions": {"N": "1"},
        "bucket": {"S": drop.bucket},
        "key": {"S": drop.key},
        "version_id": {"S": drop.version_id},
        "alias": {"S": drop.alias},
        "dry_run": {"BOOL": drop.is_dry_run},
        "size": {"N": str(size)},
        "dropped_at": {"S": dropped_at},
        "dropped_by": {"S": dropped_by},
        "notified": {"BOOL": False},
        "parts": {"M": {}},
        "starts": {"N": "0"},
    }


def new_part(job: PartJob) -> AttributeValueTypeDef:
    """The entry of a part's job that was created just now."""
    return {
        "M": {
            "job_id": {"S": job.job_id},
            "attempt": {"N": str(job.attempt)},
            "uploaded": {"BOOL": False},
            "refusals": {"N": "0"},
        }
    }


def record_of(item: Item) -> RunRecord:
    """Read a run's item."""
    return RunRecord(
        drop=Drop(_text(item, "bucket"), _text(item, "key"), _text(item, "version_id")),
        state=RunState(_text(item, "run_state")),
        dropped_at=_text(item, "dropped_at"),
        executions=int(_number(item, "executions")),
        renewed_at=_number(item, "renewed_at"),
        file=CheckedFile.from_json(json.loads(_text(item, "file"))) if "file" in item else None,
        scope=_text(item, "scope"),
        token=_text(item, "token"),
        waiting_since=_text(item, "waiting_since"),
        lock_at=_number(item, "lock_at"),
        parts={int(number): _part(entry["M"]) for number, entry in item["parts"]["M"].items()},
        lease_until=_number(item, "lease_until"),
        starts=int(_number(item, "starts")),
        is_closing=_flag(item, "closing"),
        is_stopped=_flag(item, "stopped"),
        error=_text(item, "error"),
        ended_at=_text(item, "ended_at"),
        memberships=_memberships(item["memberships"]["M"]) if "memberships" in item else MembershipProgress(),
    )


def memberships_item(progress: MembershipProgress) -> AttributeValueTypeDef:
    """How far the memberships of a run are."""
    numbers: dict[str, AttributeValueTypeDef] = {
        name: {"N": str(getattr(progress, name))} for name in _MEMBERSHIP_NUMBERS
    }
    return {"M": {**numbers, "over": {"BOOL": progress.is_over}}}


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
        status=JobStatus(status) if status else None,
        counts=JobCounts(*(int(_number(entry, name)) for name in ("imported", "skipped", "failed"))),
        gap=DetailGap(gap) if gap else None,
    )


def _text(item: Item, name: str) -> str:
    return str(_value(item, name, "S", ""))


def _number(item: Item, name: str) -> float:
    return float(_value(item, name, "N", 0))


def _flag(item: Item, name: str) -> bool:
    return bool(_value(item, name, "BOOL", fallback=False))


def _value(item: Item, name: str, kind: str, fallback: Any) -> Any:  # noqa: ANN401  (DynamoDB's own shape)
    found: Mapping[str, Any] = item.get(name, {})
    return found.get(kind, fallback)
