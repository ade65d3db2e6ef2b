"""The ledger: one DynamoDB item a run, from the upload event to the notification.

Guarantees that every change is conditional on what it follows from, so that of two calls that meet, one changes
nothing. Decisions are in the core, the import lock in `import_queue`, the shape of an item in `ledger_items`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from cognito_drop.aws.dynamo_table import Change, DynamoTable
from cognito_drop.aws.errors import LedgerConflictError, RefusedError
from cognito_drop.aws.ledger_items import HOLD, REFUSAL, hold_item, memberships_item, new_part, new_run, record_of
from cognito_drop.contract.ledger_keys import (
    BY_STATE,
    DAMAGE,
    DROPPED_AT,
    EXPIRES_AT,
    LOST_ITEM,
    PK,
    RUN_STATE,
    run_key,
    undo_key,
)
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.run_record import PartJob, RunRecord, StartNote
from cognito_drop.core.undo.undo_record import UndoOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from cognito_drop.core.imports.import_job import ImportJob, JobCounts
    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.detail_gap import DetailGap
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.noted_ids import NotedIds
    from cognito_drop.core.runs.run_state import CheckedFile
    from cognito_drop.core.text.problem import Problem

_STATE = Attr(RUN_STATE)
_MAY_RECORD_JOBS = _STATE.eq(RunState.IMPORTING) & Attr("closing").not_exists()
_ENDED_FOR_GOOD = frozenset(outcome.value for outcome in UndoOutcome if outcome.is_final)


class LedgerDamagedError(RefusedError):
    """The run's item cannot be read in full; the text names the attributes."""


class RunLedger:
    """The items of the runs."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Use the client of boto3's DynamoDB resource."""
        self._table = DynamoTable(client, table)

    def accept(
        self,
        drop: Drop,
        *,
        size: int,
        dropped_at: str,
        dropped_by: str,
        scan_until: float | None = None,
        lost_executions: int = 0,
    ) -> bool:
        """Write a run's item; return False when it exists already. `dropped_at` is ISO 8601.

        Where the file waits for its malware scan, `scan_until` is the time in epoch seconds until which it does. A run
        that has had `lost_executions` before was lost: its item says so from the first moment, so that no execution
        takes it for that of a run that begins, and no job is recorded for it.
        """
        item = new_run(drop, size=size, dropped_at=dropped_at, dropped_by=dropped_by)
        held = {} if scan_until is None else hold_item(Hold(HoldReason.MALWARE_SCAN, scan_until))
        lost = {DAMAGE: {LOST_ITEM: ""}, "closing": True, "executions": lost_executions} if lost_executions else {}
        return self._table.put_new({**item, **held, **lost})

    def end_scan_wait(self, run_id: str, now: str, *, is_stopped: bool = False) -> bool:
        """Note that a run waits for its malware scan no longer; False for one that does not wait. `now` is ISO 8601.

        Of a run that is stopped instead, no job is recorded from then on.
        """
        waits = _STATE.eq(RunState.ACCEPTED) & Attr("held_for").eq(HoldReason.MALWARE_SCAN)
        stopped = {"closing": True, "stopped": True} if is_stopped else {}
        try:
            self._table.update(run_key(run_id), Change(when=waits, sets={"released_at": now, **stopped}, removes=HOLD))
        except LedgerConflictError:
            return False
        return True

    def find(self, run_id: str) -> RunRecord | None:
        """A run as it was written last; None for one that the ledger does not know."""
        item = self._table.get(run_key(run_id))
        return record_of(item) if item else None

    def read(self, run_id: str) -> RunRecord:
        """A run as it was written last.

        Raises LedgerConflictError when there is none, and LedgerDamagedError when its item cannot be read.
        """
        found = self.find(run_id)
        if found is None:
            raise LedgerConflictError(run_id)
        return _whole(found)

    def in_state(self, state: RunState, *, since: str = "", newest_first: bool = False) -> Iterator[RunRecord]:
        """The runs of a state, the oldest drop first; what was written a moment ago may be missing.

        `since` is ISO 8601 in UTC: drops before it are left out.
        """
        keys: ConditionBase = Key(RUN_STATE).eq(state)
        if since:
            keys &= Key(DROPPED_AT).gte(since)
        return map(record_of, self._table.query(keys, IndexName=BY_STATE, ScanIndexForward=not newest_first))

    def starting_with(self, digits: str) -> Iterator[RunRecord]:
        """The runs whose ids start so; what was written a moment ago may be missing. It reads every run."""
        return map(record_of, self._table.scan(Attr("run_id").begins_with(digits), IndexName=BY_STATE))

    def states(self, run_ids: Iterable[str]) -> dict[str, str]:
        """The runs that the ledger knows, with their states as they are written: maybe words that are none of ours."""
        keys = {run_id: run_key(run_id) for run_id in run_ids}
        found = {item[PK]: item.get(RUN_STATE, "") for item in self._table.existing([*keys.values()], PK, RUN_STATE)}
        return {run_id: str(found[key[PK]]) for run_id, key in keys.items() if key[PK] in found}

    def ended_undos(self, undo_ids: Iterable[str]) -> set[str]:
        """Those that are of undos which have ended for good: one that has failed may go on."""
        keys = {undo_key(undo_id)[PK]: undo_id for undo_id in undo_ids}
        found = self._table.existing([undo_key(undo_id) for undo_id in keys.values()], PK, "outcome")
        return {keys[item[PK]] for item in found if item.get("outcome") in _ENDED_FOR_GOOD}

    def keep_file(self, run_id: str, file: CheckedFile) -> RunRecord:
        """Note what preflight has found, which stays whatever a later call finds; return the run as it is then."""
        found = {"file": json.dumps(file.to_json()), "pool_id": file.pool_id}
        return self._changed(run_id, Change(sets_once=found))

    def checked_file(self, run_id: str) -> CheckedFile:
        """What preflight has found, whatever an execution says of it. Raises RefusedError where it was not called."""
        file = self.read(run_id).file
        if file is None:
            raise RefusedError("The run's file was not checked")
        return file

    def begin_start(self, run_id: str, until: float) -> StartNote:
        """Note that one more call may start a job of the run until then; return what is recorded. It sleeps no more.

        A call that is late must not put the note of a later one back: its own is later still then. Raises
        LedgerConflictError unless the run has the lock and its import is not being ended.
        """
        lease = Attr("lease_until")
        while True:
            begin = Change(
                when=_MAY_RECORD_JOBS & (lease.not_exists() | lease.lt(until)),
                sets={"lease_until": until},
                increments=["starts"],
                removes=["token"],
            )
            try:
                before = _whole(record_of(self._table.update(run_key(run_id), begin, "ALL_OLD")))
            except LedgerConflictError:
                recorded = self.read(run_id)
                if recorded.state is not RunState.IMPORTING or recorded.is_closing:
                    raise
                until = max(until, recorded.lease_until + 1)
            else:
                return StartNote(before, before.starts + 1, until)

    def end_start(self, run_id: str, *, own: float, others: float) -> None:
        """Take back what `begin_start` has recorded, unless a later call has recorded something: this call is over."""
        end = Change(when=Attr("lease_until").eq(own), sets={"lease_until": others})
        try:
            self._table.update(run_key(run_id), end)
        except LedgerConflictError:
            return  # a later call has its own note, which covers ours

    def record_job(self, run_id: str, part: int, job: PartJob, *, instead_of: PartJob | None, start: int) -> None:
        """Note the job of a part before it is started, so that it is found after a crash.

        `start` is the number of the call that does so. Raises LedgerConflictError when another call has begun since, as
        it may start the job that is recorded; when another job is recorded; and when the import is being ended.
        """
        path = f"parts.{part}"
        expected = Attr(f"{path}.job_id").eq(instead_of.job_id) if instead_of else Attr(path).not_exists()
        when = _MAY_RECORD_JOBS & Attr("starts").eq(start) & expected
        self._table.update(run_key(run_id), Change(when=when, sets={path: new_part(job)}))

    def record_upload(self, run_id: str, part: int, job_id: str, *, done: bool) -> None:
        """Note whether the file of a part's job is with Cognito. Raises LedgerConflictError for another job."""
        uploaded = Change(when=_is_job_of(part, job_id), sets={f"parts.{part}.uploaded": done})
        self._table.update(run_key(run_id), uploaded)

    def record_refusal(self, run_id: str, part: int, job_id: str, *, now: str, for_other: bool) -> None:
        """Count one more time that Cognito did not start a part's job. Raises LedgerConflictError for another job.

        `now` is ISO 8601; `for_other` says that another import job is active.
        """
        path = f"parts.{part}"
        refused = Change(
            when=_is_job_of(part, job_id),
            sets={f"{path}.waits_for_other": for_other},
            sets_once={f"{path}.refused_since": now},
            increments=[f"{path}.refusals"],
        )
        self._table.update(run_key(run_id), refused)

    def record_started(self, run_id: str, part: int, job_id: str) -> None:
        """Note that a job was started after refusals. Raises LedgerConflictError for another job."""
        path = f"parts.{part}"
        started = Change(when=_is_job_of(part, job_id), removes=[f"{path}.refused_since", f"{path}.waits_for_other"])
        self._table.update(run_key(run_id), started)

    def record_end(self, run_id: str, part: int, job: ImportJob, gap: DetailGap | None = None) -> JobCounts:
        """Note how a part's job has ended, and what its log lacks; return the counts that are recorded then.

        A call that knows less of the job's rows than another one changes nothing: it may be late, and the next part, or
        an operator's decision, follows from what is recorded. Raises LedgerConflictError for another job.
        """
        path, counts = f"parts.{part}", asdict(job.counts)
        knows_more: ConditionBase = reduce(and_, (Attr(f"{path}.{name}").lte(count) for name, count in counts.items()))
        if gap is not None:
            knows_more &= Attr(f"{path}.gap").ne("")
        when = _is_job_of(part, job.job_id) & (Attr(f"{path}.status").not_exists() | knows_more)
        times = {"started_at": job.started, "completed_at": job.completed}
        known = {name: time.isoformat() for name, time in times.items() if time}
        ended = {"status": job.status_text, "gap": gap or "", **counts, **known}
        sets = {f"{path}.{name}": value for name, value in ended.items()}
        try:
            self._table.update(run_key(run_id), Change(when=when, sets=sets))
        except LedgerConflictError:
            recorded = self.read(run_id).parts.get(part)
            if recorded is None or recorded.job_id != job.job_id:
                raise
            return recorded.counts
        return job.counts

    def record_memberships(self, run_id: str, before: MembershipProgress, after: MembershipProgress) -> None:
        """Note how far the memberships are.

        Raises LedgerConflictError when they are not as they were before, and when the run is reported.
        """
        recorded = Attr("memberships.files").eq(before.files) if before.files else Attr("memberships").not_exists()
        when = _STATE.eq(RunState.REPORTING) & recorded
        self._table.update(run_key(run_id), Change(when=when, sets={"memberships": memberships_item(after)}))

    def record_ids(self, run_id: str, ids: NotedIds) -> None:
        """Note that the new ids of the run's users are recorded.

        Raises LedgerConflictError when another call has done so, and when the run is reported.
        """
        when = _STATE.eq(RunState.REPORTING) & Attr("ids").not_exists()
        self._table.update(run_key(run_id), Change(when=when, sets={"ids": asdict(ids)}))

    def refuse(self, run_id: str, problem: Problem, *, after: int = 0) -> None:
        """Note why a file is refused after its check, and see to it that no job is recorded for the run from here on.

        `after` is how many of its parts have a job: the rest is refused then, which is an error of the run. Raises
        LedgerConflictError when one more part has a job, and when its import is over, or being ended.
        """
        is_open = _STATE.is_in([RunState.WAITING, RunState.IMPORTING]) & Attr("closing").not_exists()
        if after:
            why = {"error": f"{problem.sentence} {problem.hint}"}
        else:  # the problem says why the run ends early, and no error that follows from it
            why = {"error": "", REFUSAL: json.dumps(problem.to_json())}
        refused = Change(when=is_open & Attr(f"parts.{after + 1}").not_exists(), sets={"closing": True, **why})
        self._table.update(run_key(run_id), refused)

    def close(
        self, run_id: str, *, error: str = "", stopped: bool = False, found: RunRecord | None = None
    ) -> RunRecord:
        """See to it that no job is recorded for the run from here on, and say why; return the run as it is then.

        What was said first stays. Raises LedgerConflictError when there is no run, and when its state is not, or its
        newest execution is not, as it was `found`.
        """
        when: ConditionBase = Attr(PK).exists()
        if found is not None:
            when = _STATE.eq(found.state) & Attr("executions").eq(found.executions)
        close = Change(
            when=when,
            sets={"closing": True, **({"stopped": True} if stopped else {})},
            sets_once={"error": error} if error else {},
        )
        return self._changed(run_id, close)

    def renew(self, record: RunRecord, now: float) -> RunRecord:
        """Ask for one more execution. Raises LedgerConflictError when another call has, and when the run has ended."""
        renew = Change(
            when=Attr("executions").eq(record.executions) & _STATE.ne(RunState.ENDED),
            sets={"executions": record.executions + 1, "renewed_at": now},
            removes=["token"],
        )
        return self._changed(record.drop.run_id, renew)

    def begin_report(self, run_id: str) -> RunRecord:
        """The run to report, with the number of the execution that was the first to try.

        Raises LedgerConflictError when there is none, and LedgerDamagedError when its item cannot be read.
        """
        record = self.read(run_id)
        if record.report_since:
            return record
        return _whole(self._changed(run_id, Change(sets_once={"report_since": record.executions})))

    def decide_results(self, run_id: str, *, stay: bool) -> RunRecord:
        """Note whether the results of a lost run stay; return the run as it is then. The first decision holds.

        Raises LedgerConflictError when there is none, and LedgerDamagedError when its item cannot be read.
        """
        return _whole(self._changed(run_id, Change(sets_once={"keeps_results": stay})))

    def report(self, summary: Summary, expires_at: datetime) -> None:
        """Record the result of the run; the item is deleted some time after `expires_at`.

        Raises LedgerConflictError for a run that has ended, and when there is none: one without its file would be left.
        """
        report = Change(
            when=_STATE.exists() & _STATE.ne(RunState.ENDED),  # what is not there is not equal either
            sets={
                RUN_STATE: RunState.REPORTED,
                "outcome": summary.outcome,
                "row_counts": asdict(summary.rows),
                "ended_at": summary.times.ended.isoformat(),
                EXPIRES_AT: int(expires_at.timestamp()),
                **({"ids_error": summary.ids.cause} if summary.ids and summary.ids.cause else {}),
            },
        )
        self._table.update(run_key(summary.drop.run_id), report)

    def _changed(self, run_id: str, change: Change) -> RunRecord:
        """Change a run, and return it as it is then. Raises LedgerConflictError unless the condition holds."""
        return record_of(self._table.update(run_key(run_id), change, "ALL_NEW"))


def _whole(record: RunRecord) -> RunRecord:
    if record.unreadable:
        raise LedgerDamagedError(f"The run's item in the ledger cannot be read: {', '.join(record.unreadable)}")
    return record


def _is_job_of(part: int, job_id: str) -> ConditionBase:
    return Attr(f"parts.{part}.job_id").eq(job_id)
