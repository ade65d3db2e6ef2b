"""A run's item in the ledger, written and read. docs/ledger.md describes it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from cognito_drop.contract.ledger_keys import DAMAGE, DROPPED_AT, NOTIFIED, PK, RUN_STATE, run_key
from cognito_drop.contract.statuses import HoldReason, JobStatus, Outcome, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.noted_ids import NotedIds
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cognito_drop.aws.dynamo_table import Item

REFUSAL = "refusal"
"""The attribute with the problem for which a run was refused after its file was checked."""

HOLD: Final = ("held_for", "held_until")
"""The attributes of a hold."""

T = TypeVar("T")

_UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading an attribute raises that is not as it was written."""
_UNREADABLE_STATE: Final = RunState.REPORTING
"""Stands for a state that cannot be read: it lets nothing be imported."""
_LONG_AGO: Final = "1970-01-01T00:00:00Z"
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


def hold_item(hold: Hold) -> Item:
    """The attributes of a hold."""
    return dict(zip(HOLD, (hold.reason, hold.until), strict=True))


def new_part(job: PartJob) -> Item:
    """The entry of a part's job that was created just now."""
    return {"job_id": job.job_id, "attempt": job.attempt, "uploaded": False, "refusals": 0}


def memberships_item(progress: MembershipProgress) -> Item:
    """How far the memberships of a run are."""
    return {**{name: getattr(progress, name) for name in _MEMBERSHIP_NUMBERS}, "over": progress.is_over}


def record_of(item: Item) -> RunRecord:
    """Read a run's item. What cannot be read of it is named in `unreadable`: no damaged item is an error by itself."""
    read = _ItemReader(item)
    drop = Drop(read.text("bucket"), read.text("key"), read.text("version_id"))
    if is_other := run_key(drop.run_id)[PK] != item[PK]:
        read.unreadable.add("key")
    return RunRecord(
        drop=drop,
        state=read.value(RUN_STATE, RunState, _UNREADABLE_STATE),
        dropped_at=read.value(DROPPED_AT, _moment, _LONG_AGO),
        size=int(read.number("size")),
        dropped_by=read.text("dropped_by"),
        executions=read.value("executions", _count, 1),
        renewed_at=read.number("renewed_at"),
        file=_file(read),
        pool_id=read.text("pool_id"),
        scope=read.text("scope"),
        token=read.text("token"),
        waiting_since=read.optional("waiting_since", _moment) or "",
        hold=read.optional("held_for", lambda reason: Hold(HoldReason(reason), read.number("held_until"))),
        released_at=read.optional("released_at", _moment) or "",
        continued_at=read.optional("continued_at", _moment) or "",
        is_hold_notified=read.flag("hold_notified"),
        lock_at=read.number("lock_at"),
        parts=dict(sorted(read.parts())),
        lease_until=read.optional("lease_until", _seconds) or 0.0,
        starts=int(read.number("starts")),
        is_closing=read.flag("closing"),
        is_stopped=read.flag("stopped"),
        is_notified=read.flag(NOTIFIED),
        error=read.text("error"),
        outcome=read.optional("outcome", Outcome),
        rows=read.optional("row_counts", _rows),
        ended_at=read.optional("ended_at", _moment) or "",
        memberships=read.optional("memberships", _memberships) or MembershipProgress(),
        ids=read.optional("ids", _ids),
        ids_error=read.text("ids_error"),
        report_since=int(read.number("report_since")),
        keeps_results=read.optional("keeps_results", _decision),
        unreadable=tuple(sorted(read.unreadable)),
        key_id=str(item[PK]).removeprefix(run_key("")[PK]) if is_other else "",
        damage=tuple(sorted(damage)) if isinstance(damage := item.get(DAMAGE, {}), dict) else (DAMAGE,),
    )


def _file(read: _ItemReader) -> CheckedFile | None:
    """What preflight has found, and why the file was refused after that: none of its rows is imported then."""
    file = read.optional("file", lambda text: CheckedFile.from_json(json.loads(text)))
    problem = read.optional(REFUSAL, lambda text: Problem.from_json(json.loads(text)))
    if file is None or problem is None:
        return file
    return replace(file, problem=problem, part_rows=(), part_algorithms=(), memberships=0)


def readable_parts(item: Item) -> dict[str, Any]:
    """Those entries of an item's parts that can be read, as they are written."""
    readable = {str(number) for number, _ in _ItemReader(item).parts()}
    return {number: entry for number, entry in item.get("parts", {}).items() if number in readable} if readable else {}


class _ItemReader:
    """Reads attributes, and collects the names of those that cannot be read."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self.unreadable: set[str] = set()

    def value(self, name: str, read: Callable[[Any], T], otherwise: T) -> T:
        """An attribute that every run has."""
        try:
            return read(self._item[name])
        except _UNREADABLE:
            self.unreadable.add(name)
            return otherwise

    def optional(self, name: str, read: Callable[[Any], T]) -> T | None:
        """An attribute that a run may have; None where it has it not."""
        return self.value(name, read, None) if name in self._item else None

    def parts(self) -> Iterator[tuple[int, PartJob]]:
        """The entries of the parts that can be read."""
        parts = self._item.get("parts")
        if not isinstance(parts, dict):
            self.unreadable.add("parts")
            return
        for number, entry in parts.items():
            try:
                yield int(number), _part(entry)
            except _UNREADABLE:
                self.unreadable.add("parts")

    def text(self, name: str) -> str:
        """A string; like the two below, without a value where it is missing or something else."""
        found = self._item.get(name)
        return found if isinstance(found, str) else ""

    def number(self, name: str) -> float:
        found = self._item.get(name)
        return float(found) if isinstance(found, Decimal) else 0.0

    def flag(self, name: str) -> bool:
        return self._item.get(name) is True


def _moment(value: str) -> str:
    """A time in ISO 8601 with its offset. Raises ValueError for one without."""
    if datetime.fromisoformat(value).tzinfo is None:
        raise ValueError(value)
    return value


def _count(value: object) -> int:
    """A whole number of at least 1. Raises ValueError."""
    if not isinstance(value, Decimal) or value < 1:
        raise ValueError
    return int(value)


def _seconds(value: object) -> float:
    """A number. Raises TypeError."""
    if not isinstance(value, Decimal):
        raise TypeError
    return float(value)


def _decision(value: object) -> bool:
    """A decision. Raises TypeError."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def _rows(counts: Item) -> RowAccount:
    return RowAccount(**{name: int(count) for name, count in counts.items()})


def _memberships(entry: Item) -> MembershipProgress:
    read = _ItemReader(entry)
    numbers: dict[str, Any] = {name: int(read.number(name)) for name in _MEMBERSHIP_NUMBERS}
    return MembershipProgress(**numbers, is_over=read.flag("over"))


def _ids(entry: Item) -> NotedIds:
    """Read what was recorded. Raises an error for anything else: what is not known of the ids is not taken for none."""
    return NotedIds(int(entry["recorded"]), int(entry["missing"]), str(entry["version_id"]))


def _part(entry: Item) -> PartJob:
    """Read the entry of a part. Raises ValueError for one without a job."""
    read = _ItemReader(entry)
    job_id, status, gap, since = (read.text(name) for name in ("job_id", "status", "gap", "refused_since"))
    if not job_id:
        raise ValueError
    return PartJob(
        job_id=job_id,
        attempt=int(read.number("attempt")),
        uploaded=read.flag("uploaded"),
        refusals=int(read.number("refusals")),
        refused_since=_moment(since) if since else "",
        waits_for_other=read.flag("waits_for_other"),
        status=JobStatus(status) if status else None,
        started_at=read.optional("started_at", _moment) or "",
        completed_at=read.optional("completed_at", _moment) or "",
        counts=JobCounts(*(int(read.number(name)) for name in ("imported", "skipped", "failed"))),
        gap=DetailGap(gap) if gap else None,
    )
