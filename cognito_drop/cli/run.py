"""A run as the ledger has it, for the operator's eyes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.object_keys import results_of
from cognito_drop.contract.statuses import JobStatus, Outcome, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, execution_name
from cognito_drop.core.runs.run_state import CheckedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

SHORT = 8
"""Digits of a run's id that are shown where the whole id would be in the way."""


@dataclass(frozen=True, slots=True)
class Run:
    """One item of the ledger."""

    drop: Drop
    state: RunState
    size: int
    dropped_at: datetime
    dropped_by: str
    executions: int
    scope: str
    """Within what it takes its turn; empty before it stood in line."""
    pool_id: str
    file: CheckedFile | None
    """What the check has found; None before."""
    parts: Mapping[int, PartJob]
    """The import jobs, by the numbers of the parts, in their order."""
    is_stopped: bool
    error: str
    outcome: Outcome | None
    rows: RowAccount | None
    ended_at: datetime | None
    memberships_done: int = 0
    """Memberships in groups that have an outcome."""

    @property
    def run_id(self) -> str:
        """32 hex digits."""
        return self.drop.run_id

    @property
    def short_id(self) -> str:
        """The first digits, which nearly always are enough."""
        return self.run_id[:SHORT]

    @property
    def has_members_to_add(self) -> bool:
        """Whether its import is over, and users are yet to be added to groups."""
        memberships = self.file.memberships if self.file else 0
        return self.state is RunState.REPORTING and self.memberships_done < memberships

    @property
    def is_over(self) -> bool:
        """Whether its results are written."""
        return self.state in (RunState.REPORTED, RunState.ENDED)

    @property
    def execution_name(self) -> str:
        """The name of its newest execution."""
        return execution_name(self.run_id, self.executions)

    @property
    def results_prefix(self) -> str:
        """Where its results lie in the drop bucket."""
        return results_of(self.run_id)

    @property
    def results(self) -> str:
        """Where its results lie, as an S3 URI with a slash at its end."""
        return f"s3://{self.drop.bucket}/{self.results_prefix}"


def run_of(item: Item) -> Run:
    """Read a run's item."""
    rows = item.get("row_counts", {}).get("M")
    outcome, ended_at = _text(item, "outcome"), _text(item, "ended_at")
    return Run(
        drop=Drop(_text(item, "bucket"), _text(item, "key"), _text(item, "version_id")),
        state=RunState(_text(item, "run_state")),
        size=_number(item, "size"),
        dropped_at=datetime.fromisoformat(_text(item, "dropped_at")).astimezone(UTC),
        dropped_by=_text(item, "dropped_by"),
        executions=_number(item, "executions"),
        scope=_text(item, "scope"),
        pool_id=_text(item, "pool_id"),
        file=CheckedFile.from_json(json.loads(_text(item, "file"))) if "file" in item else None,
        parts=dict(sorted((int(number), _part(entry["M"])) for number, entry in _parts(item).items())),
        is_stopped=bool(item.get("stopped", {}).get("BOOL")),
        error=_text(item, "error"),
        outcome=Outcome(outcome) if outcome else None,
        rows=RowAccount(**{name: int(count["N"]) for name, count in rows.items()}) if rows else None,
        ended_at=datetime.fromisoformat(ended_at).astimezone(UTC) if ended_at else None,
        memberships_done=sum(_number(_memberships(item), name) for name in ("added", "left_out", "failed")),
    )


def _memberships(item: Item) -> Item:
    found: Item = item.get("memberships", {}).get("M", {})
    return found


def _parts(item: Item) -> Mapping[str, Any]:
    found: Mapping[str, Any] = item.get("parts", {}).get("M", {})
    return found


def _part(entry: Item) -> PartJob:
    status = _text(entry, "status")
    return PartJob(
        job_id=_text(entry, "job_id"),
        status=JobStatus(status) if status else None,
        counts=JobCounts(*(_number(entry, name) for name in ("imported", "skipped", "failed"))),
    )


def _text(item: Item, name: str) -> str:
    return item.get(name, {}).get("S", "")


def _number(item: Item, name: str) -> int:
    return int(float(item.get(name, {}).get("N", 0)))
