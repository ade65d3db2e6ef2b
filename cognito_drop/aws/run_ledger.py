"""The ledger: one DynamoDB item a run, from the upload event to the notification.

Promises that every change is conditional on what it follows from, so that of two who meet one changes nothing; leaves
decisions to the core, the turn to `import_queue`, and what a conditional change is in DynamoDB to `run_items`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cognito_drop.aws.ledger_items import memberships_item, new_part, new_run, record_of
from cognito_drop.aws.run_items import LedgerConflictError, RunItems, number
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.run_record import PartJob, RunRecord, StartNote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.detail_gap import DetailGap
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile

__all__ = ["BY_STATE", "LedgerConflictError", "RunLedger"]

BY_STATE = "runs_by_state"
"""The index with the runs of a state, by the time of their drop."""


class RunLedger:
    """The items of the runs."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._runs = RunItems(client, table)

    def accept(self, drop: Drop, *, size: int, dropped_at: str, dropped_by: str) -> bool:
        """Write a run's item; return False when it exists already. `dropped_at` is ISO 8601."""
        return self._runs.put_new(new_run(drop, size=size, dropped_at=dropped_at, dropped_by=dropped_by))

    def find(self, run_id: str) -> RunRecord | None:
        """A run as it was written last; None for one that the ledger does not know."""
        item = self._runs.get(run_id)
        return record_of(item) if item else None

    def read(self, run_id: str) -> RunRecord:
        """A run as it was written last. Raises LedgerConflictError when there is none."""
        found = self.find(run_id)
        if found is None:
            raise LedgerConflictError(run_id)
        return found

    def in_state(self, state: RunState) -> Iterator[RunRecord]:
        """The runs of a state, the oldest drop first; what was written a moment ago may be missing."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=BY_STATE,
            KeyConditionExpression="run_state = :state",
            ExpressionAttributeValues={":state": {"S": state.value}},
        )
        return (record_of(item) for page in pages for item in page["Items"])

    def unknown(self, drops: list[Drop]) -> list[Drop]:
        """Those of the drops that have no run."""
        known = set(self._runs.existing([drop.run_id for drop in drops]))
        return [drop for drop in drops if drop.run_id not in known]

    def keep_file(self, run_id: str, file: CheckedFile) -> CheckedFile:
        """Note what preflight has found; return what is noted: it stays, whatever a later call finds."""
        new = self._runs.update(
            run_id,
            "SET #file = if_not_exists(#file, :file), pool_id = if_not_exists(pool_id, :pool)",
            {":file": {"S": json.dumps(file.to_json())}, ":pool": {"S": file.pool_id}},
            names={"#file": "file"},
            answer_new=True,
        )
        return record_of(new).file or file

    def begin_start(self, run_id: str, until: float) -> StartNote:
        """Note that one more call may start a job of the run until then; return what is noted. It sleeps no more.

        A call that is late must not put the note of a later one back: its own is later still then. Raises
        LedgerConflictError unless the run has the turn and its import is not being ended.
        """
        while True:
            try:
                old = self._runs.update(
                    run_id,
                    "SET lease_until = :until REMOVE #token ADD starts :one",
                    {":until": number(until), ":one": {"N": "1"}, ":importing": {"S": RunState.IMPORTING}},
                    condition="run_state = :importing AND attribute_not_exists(closing)"
                    " AND (attribute_not_exists(lease_until) OR lease_until < :until)",
                    names={"#token": "token"},
                    answer_old=True,
                )
            except LedgerConflictError:
                noted = self.read(run_id)
                if noted.state is not RunState.IMPORTING or noted.is_closing:
                    raise
                until = max(until, noted.lease_until + 1)
            else:
                before = record_of(old)
                return StartNote(before, before.starts + 1, until)

    def end_start(self, run_id: str, *, own: float, others: float) -> None:
        """Take back what `begin_start` has noted, unless a later call has noted something: this call is over."""
        try:
            self._runs.update(
                run_id,
                "SET lease_until = :others",
                {":own": number(own), ":others": number(others)},
                condition="lease_until = :own",
            )
        except LedgerConflictError:
            return  # a later call has its own note, which covers ours

    def record_job(self, run_id: str, part: int, job: PartJob, *, instead_of: PartJob | None, start: int) -> None:
        """Note the job of a part before it is started, so that whoever comes after a crash finds it.

        `start` is the number of the call that does so. Raises LedgerConflictError when another call has begun since, as
        it may start the job that is noted; when another job is noted; and when the import is being ended.
        """
        expected = "parts.#part.job_id = :old" if instead_of else "attribute_not_exists(parts.#part)"
        values: dict[str, AttributeValueTypeDef] = {
            ":job": new_part(job),
            ":importing": {"S": RunState.IMPORTING},
            ":start": number(start),
        }
        if instead_of:
            values[":old"] = {"S": instead_of.job_id}
        self._runs.update(
            run_id,
            "SET parts.#part = :job",
            values,
            condition=f"run_state = :importing AND attribute_not_exists(closing) AND starts = :start AND {expected}",
            names={"#part": str(part)},
        )

    def record_upload(self, run_id: str, part: int, job_id: str, *, done: bool) -> None:
        """Note whether the file of a part's job is with Cognito. Raises LedgerConflictError for another job."""
        self._runs.update_part(run_id, part, job_id, "SET parts.#part.uploaded = :done", {":done": {"BOOL": done}})

    def record_refusal(self, run_id: str, part: int, job_id: str) -> None:
        """Count one more time that Cognito did not start a part's job. Raises LedgerConflictError for another job."""
        self._runs.update_part(run_id, part, job_id, "ADD parts.#part.refusals :one", {":one": {"N": "1"}})

    def record_end(self, run_id: str, part: int, job: ImportJob, gap: DetailGap | None = None) -> None:
        """Note how a part's job has ended, and what its log lacks. Raises LedgerConflictError for another job."""
        counts = {"imported": job.counts.imported, "skipped": job.counts.skipped, "failed": job.counts.failed}
        self._runs.update_part(
            run_id,
            part,
            job.job_id,
            "SET parts.#part.#status = :status, parts.#part.gap = :gap, "
            + ", ".join(f"parts.#part.{name} = :{name}" for name in counts),
            {
                ":status": {"S": job.status_text},
                ":gap": {"S": gap.value if gap else ""},
                **{f":{name}": number(count) for name, count in counts.items()},
            },
            names={"#status": "status"},
        )

    def record_memberships(self, run_id: str, before: MembershipProgress, after: MembershipProgress) -> None:
        """Note how far the memberships are.

        Raises LedgerConflictError when they are not as they were before, and when the run is reported.
        """
        as_before = "#memberships.#files = :files" if before.files else "attribute_not_exists(#memberships)"
        self._runs.update(
            run_id,
            "SET #memberships = :after",
            {
                ":after": memberships_item(after),
                ":reporting": {"S": RunState.REPORTING},
                **({":files": number(before.files)} if before.files else {}),
            },
            condition=f"run_state = :reporting AND {as_before}",
            names={"#memberships": "memberships", **({"#files": "files"} if before.files else {})},
        )

    def close(self, run_id: str, *, error: str = "", stopped: bool = False) -> RunRecord:
        """See to it that no job is noted for the run from here on, and say why; return the run as it is then.

        What was said first stays.
        """
        changes = ["closing = :yes"]
        values: dict[str, AttributeValueTypeDef] = {":yes": {"BOOL": True}}
        names: dict[str, str] = {}
        if error:
            changes.append("#error = if_not_exists(#error, :error)")
            values[":error"], names["#error"] = {"S": error}, "error"
        if stopped:
            changes.append("stopped = :yes")
        new = self._runs.update(
            run_id, f"SET {', '.join(changes)}", values, condition="attribute_exists(pk)", names=names, answer_new=True
        )
        return record_of(new)

    def renew(self, record: RunRecord, now: float) -> RunRecord:
        """Ask for one more execution. Raises LedgerConflictError when somebody else has, and when the run has ended."""
        new = self._runs.update(
            record.drop.run_id,
            "SET executions = :next, renewed_at = :now REMOVE #token",
            {
                ":next": number(record.executions + 1),
                ":now": number(now),
                ":last": number(record.executions),
                ":over": {"S": RunState.ENDED},
            },
            condition="executions = :last AND run_state <> :over",
            names={"#token": "token"},
            answer_new=True,
        )
        return record_of(new)

    def report(self, summary: Summary, expires_at: datetime) -> None:
        """Note what became of the run; the item is deleted some time after `expires_at`."""
        rows = summary.rows
        counts = {
            "imported": rows.imported,
            "skipped": rows.skipped,
            "failed": rows.failed,
            "rejected": rows.rejected,
            "unprocessed": rows.unprocessed,
            "total": rows.total,
        }
        self._runs.update(
            summary.drop.run_id,
            "SET run_state = :state, outcome = :outcome, row_counts = :rows, ended_at = :ended, expires_at = :expires",
            {
                ":state": {"S": RunState.REPORTED},
                ":outcome": {"S": summary.outcome.value},
                ":rows": {"M": {name: number(count) for name, count in counts.items()}},
                ":ended": {"S": summary.times.ended.isoformat()},
                ":expires": number(int(expires_at.timestamp())),
                ":over": {"S": RunState.ENDED},
            },
            condition="run_state <> :over",
        )

    def note(self, name: str) -> dict[str, float]:
        """What the sweep has noted under this name; empty at first."""
        key: dict[str, AttributeValueTypeDef] = {"pk": {"S": "sweep"}, "sk": {"S": name}}
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {})
        return {field: float(value["N"]) for field, value in item.items() if "N" in value}

    def keep_note(self, name: str, **values: float) -> None:
        """Note numbers of the sweep under a name, in place of those noted before."""
        fields = {field: number(value) for field, value in values.items()}
        self._client.put_item(TableName=self._table, Item={"pk": {"S": "sweep"}, "sk": {"S": name}, **fields})
