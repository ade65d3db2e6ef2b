"""The ledger and the executions kept in memory: the same classes for the functions, without AWS behind them.

`test_ledger` and `test_ledger_jobs` hold the ledger and its imitation against the same promises.
"""

# ruff: noqa: D102  (the promises stand at the methods of the adapters)

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.aws.executions import Executions
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.execution_names import execution_name
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.run_record import RunRecord, StartNote
from cognito_drop.core.runs.sweep_action import ExecutionStatus
from tests.unit.meanwhile import Meanwhile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import Any

    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.detail_gap import DetailGap
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import PartJob
    from cognito_drop.core.runs.run_state import CheckedFile


class InMemoryLedger(RunLedger):
    """The runs in a dict."""

    def __init__(self) -> None:
        self.records: dict[str, RunRecord] = {}
        self.reports: dict[str, tuple[Summary, datetime]] = {}
        """Summaries, and when the items may be deleted."""
        self.meanwhile = Meanwhile()
        self._notes: dict[str, dict[str, float]] = {}

    def accept(self, drop: Drop, *, size: int, dropped_at: str, dropped_by: str) -> bool:
        if drop.run_id in self.records:
            return False
        self.records[drop.run_id] = RunRecord(drop, RunState.ACCEPTED, dropped_at, size, dropped_by)
        return True

    def find(self, run_id: str) -> RunRecord | None:
        return self.records.get(run_id)

    def in_state(self, state: RunState, *, since: str = "", newest_first: bool = False) -> Iterator[RunRecord]:
        found = [record for record in self.records.values() if record.state is state and record.dropped_at >= since]
        return iter(sorted(found, key=lambda record: record.dropped_at, reverse=newest_first))

    def starting_with(self, digits: str) -> Iterator[RunRecord]:
        return (record for record in self.records.values() if record.run_id.startswith(digits))

    def unknown(self, drops: list[Drop]) -> list[Drop]:
        return [drop for drop in drops if drop.run_id not in self.records]

    def keep_file(self, run_id: str, file: CheckedFile) -> CheckedFile:
        self.meanwhile.reach("keep_file")
        noted = self.read(run_id).file or file
        self._change("", run_id, file=noted, pool_id=noted.pool_id)
        return noted

    def begin_start(self, run_id: str, until: float) -> StartNote:
        self.meanwhile.reach("begin_start")
        old = self.read(run_id)
        until = max(until, old.lease_until + 1) if old.lease_until >= until else until
        self._change("", run_id, may_note_job, lease_until=until, token="", starts=old.starts + 1)
        return StartNote(old, old.starts + 1, until)

    def end_start(self, run_id: str, *, own: float, others: float) -> None:
        if self.read(run_id).lease_until == own:
            self._change("end_start", run_id, lease_until=others)

    def record_job(self, run_id: str, part: int, job: PartJob, *, instead_of: PartJob | None, start: int) -> None:
        def is_as_supposed(record: RunRecord) -> bool:
            noted = record.parts.get(part)
            is_expected = (noted and noted.job_id) == (instead_of and instead_of.job_id)
            return may_note_job(record) and is_expected and record.starts == start

        self._change_part("record_job", run_id, part, job, is_as_supposed)

    def record_upload(self, run_id: str, part: int, job_id: str, *, done: bool) -> None:
        self._change_job("record_upload", run_id, part, job_id, lambda _: {"uploaded": done})

    def record_refusal(self, run_id: str, part: int, job_id: str) -> None:
        self._change_job("record_refusal", run_id, part, job_id, lambda old: {"refusals": old.refusals + 1})

    def record_end(self, run_id: str, part: int, job: ImportJob, gap: DetailGap | None = None) -> None:
        ended = {"status": job.status, "counts": job.counts, "gap": gap}
        self._change_job("record_end", run_id, part, job.job_id, lambda _: ended)

    def record_memberships(self, run_id: str, before: MembershipProgress, after: MembershipProgress) -> None:
        def is_as_supposed(record: RunRecord) -> bool:
            return record.state is RunState.REPORTING and record.memberships.files == before.files

        self._change("record_memberships", run_id, is_as_supposed, memberships=after)

    def close(self, run_id: str, *, error: str = "", stopped: bool = False) -> RunRecord:
        old = self.read(run_id)
        is_stopped = old.is_stopped or stopped
        self._change("close", run_id, is_closing=True, is_stopped=is_stopped, error=old.error or error)
        return self.records[run_id]

    def renew(self, record: RunRecord, now: float) -> RunRecord:
        run_id, last = record.drop.run_id, record.executions
        new = {"executions": last + 1, "renewed_at": now, "token": ""}
        self._change("renew", run_id, lambda old: old.executions == last and old.state is not RunState.ENDED, **new)
        return self.records[run_id]

    def report(self, summary: Summary, expires_at: datetime) -> None:
        new = {
            "state": RunState.REPORTED,
            "outcome": summary.outcome,
            "rows": summary.rows,
            "ended_at": summary.times.ended.isoformat(),
        }
        self._change("report", summary.drop.run_id, lambda old: old.state is not RunState.ENDED, **new)
        self.reports[summary.drop.run_id] = (summary, expires_at)

    def note(self, name: str) -> dict[str, float]:
        return self._notes.get(name, {})

    def keep_note(self, name: str, **values: float) -> None:
        self._notes[name] = values

    def put(self, run_id: str, **changes: Any) -> None:  # noqa: ANN401  (fields have many types)
        """Let the run be so, however it has come there."""
        self.records[run_id] = replace(self.records[run_id], **changes)

    def _change(
        self,
        operation: str,
        run_id: str,
        condition: Callable[[RunRecord], bool] = lambda _: True,
        **changes: Any,  # noqa: ANN401
    ) -> RunRecord:
        self.meanwhile.reach(operation)
        old = self.read(run_id)
        if not condition(old):
            raise LedgerConflictError(run_id)
        self.records[run_id] = replace(old, **changes)
        return old

    def _change_part(
        self, operation: str, run_id: str, part: int, job: PartJob, condition: Callable[[RunRecord], bool]
    ) -> None:
        self.meanwhile.reach(operation)
        self._change("", run_id, condition, parts={**self.read(run_id).parts, part: job})

    def _change_job(
        self, operation: str, run_id: str, part: int, job_id: str, changes: Callable[[PartJob], dict[str, Any]]
    ) -> None:
        self.meanwhile.reach(operation)
        old = self.read(run_id).parts.get(part)
        if old is None or old.job_id != job_id:
            raise LedgerConflictError(run_id)
        self._change_part("", run_id, part, replace(old, **changes(old)), lambda _: True)


def may_note_job(record: RunRecord) -> bool:
    """Whether the run has the turn, and its import is not being ended."""
    return record.state is RunState.IMPORTING and not record.is_closing


class InMemoryExecutions(Executions):
    """Executions by name."""

    def __init__(self) -> None:
        self.started: dict[str, Drop] = {}
        self.settling: set[str] = set()
        self.statuses: dict[str, ExecutionStatus] = {}
        """How those executions are that do not run."""
        self.woken: list[str] = []
        self.deaf: set[str] = set()
        """Tokens behind which nobody waits any more."""
        self.is_broken = False

    def start(self, drop: Drop, number: int = 1, *, finalize: bool = False) -> bool:
        if self.is_broken:
            raise ConnectionError
        name = execution_name(drop.run_id, number)
        if name in self.started:
            return False
        self.started[name] = drop
        if finalize:
            self.settling.add(name)
        return True

    def status(self, name: str) -> ExecutionStatus:
        if name not in self.started:
            return ExecutionStatus.MISSING
        return self.statuses.get(name, ExecutionStatus.RUNNING)

    def wake(self, token: str) -> bool:
        self.woken.append(token)
        return token not in self.deaf
