"""A run as it is at a moment: what the ledger says of it, and of a part that is being imported what Cognito counts."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.aws.errors import is_denied, is_throttled
from cognito_drop.aws.import_jobs import JobNotFoundError, UserImports
from cognito_drop.cli.exit_codes import ExitCode, exit_code_of
from cognito_drop.cli.rendering import in_utc
from cognito_drop.contract.object_keys import RESULT_FILES, RETRIES, SUMMARY, results_of
from cognito_drop.contract.statuses import JobStatus, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.results.wording import counted_places
from cognito_drop.core.runs.job_wait import job_wait_of
from cognito_drop.core.runs.row_account import RowAccount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_s3 import S3Client

    from cognito_drop.cli.ledger_reader import LedgerReader
    from cognito_drop.cli.run_json import HeldJson, JobWaitJson, RunJson
    from cognito_drop.core.results.summary_json import (
        DetailsMissingJson,
        MembershipsJson,
        NotedIdsJson,
        ReasonJson,
        SummaryJson,
    )
    from cognito_drop.core.runs.hold import Hold
    from cognito_drop.core.runs.job_wait import JobWait
    from cognito_drop.core.runs.run_record import PartJob, RunRecord
    from cognito_drop.core.text.json_types import WarningJson, WaysInJson

_SLOWEST, _FASTEST = 1.0, 1000.0  # rows a second; what is not between them says more of a clock than of Cognito


@dataclass(frozen=True, slots=True)
class RunView:
    """Counts are rows."""

    run: RunRecord
    counts: JobCounts
    """Of all parts."""
    position: int | None = None
    """In the import queue; 1 is next."""
    rate: float | None = None
    """Rows a second that Cognito goes through; None while that is not known."""
    summary: SummaryJson | None = None
    """Its summary.json when it is over, unless that is gone."""
    gone: Sequence[str] = ()
    """The names of result files that it has written and that are not there any more."""

    @property
    def to_import(self) -> int:
        """Rows that are given to Cognito; 0 before the file is checked."""
        return self.run.file.accepted if self.run.file else 0

    @property
    def part(self) -> int | None:
        """The part that is being imported, from 1."""
        return max(self.run.parts, default=None)

    @property
    def part_count(self) -> int | None:
        """Parts of the file; None before it is checked."""
        return len(self.run.file.part_rows) if self.run.file else None

    @property
    def seconds_left(self) -> int | None:
        """Until Cognito has gone through the rest, at this rate."""
        if self.run.state is not RunState.IMPORTING or not self.rate:
            return None
        return round(max(0, self.to_import - self.counts.done) / self.rate)

    @property
    def rows(self) -> RowAccount | None:
        """Rows by outcome as far as it is known; None before the file is checked."""
        if self.run.rows:
            return self.run.rows
        file = self.run.file
        if file is None:
            return None
        counts, left = self.counts, max(0, self.to_import - self.counts.done)
        return RowAccount(file.rows, counts.imported, file.known + counts.skipped, counts.failed, file.rejected, left)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the run's result; CLEAN while it continues."""
        run = self.run
        if run.outcome is None:
            return ExitCode.CLEAN
        # By the ledger, which outlives the summary.
        members = MembershipAccount.of(run.file.memberships if run.file else 0, run.memberships)
        rows = run.rows or RowAccount()
        lacks_ids = run.ids.missing > 0 or run.ids.recorded < rows.imported if run.ids else run.notes_ids
        return exit_code_of(run.outcome, rows, is_short=members.has_failures or lacks_ids)

    @property
    def reasons(self) -> Sequence[ReasonJson]:
        """Why rows did not come through, as the summary has it."""
        return self.summary["reasons"] if self.summary else ()

    @property
    def warnings(self) -> Sequence[WarningJson]:
        """What people should know besides, as the summary has it."""
        said = self.summary.get("warnings", ()) if self.summary else ()
        return [*said, {"code": "results_gone", "message": self.gone_sentence}] if self.gone else said

    @property
    def retry_file(self) -> str | None:
        """The result file with the rows to drop again, as the summary has it; None where there is none any more."""
        files = self.summary["files"] if self.summary else ()
        return next((name for name in RETRIES if name in files and name not in self.gone), None)

    @property
    def gone_retry_file(self) -> str | None:
        """The result file with the rows to drop again, where it is not there any more."""
        return next((name for name in RETRIES if name in self.gone), None)

    @property
    def gone_sentence(self) -> str:
        """Which result files are gone, and why."""
        hashes = self.run.file is None or self.run.file.may_hold_hashes
        is_by_hashes = hashes and set(self.gone) <= set(RETRIES)
        why = "it may hold password hashes, and hash_retention_days are over" if is_by_hashes else "deleted"
        return f"No longer in {self.run.results}: {', '.join(self.gone)} ({why})."

    @property
    def places(self) -> str:
        """What the reasons' numbers count: `lines` of the file, or `records` of a JSON export."""
        return counted_places(self.summary["preset"] if self.summary else None)

    @property
    def memberships(self) -> MembershipsJson | None:
        """Memberships in groups by outcome, as the summary has them; None where the file names none."""
        return self.summary["memberships"] if self.summary else None

    @property
    def ids(self) -> NotedIdsJson | None:
        """What is recorded of the new ids of its users, as the summary has it; None where none were to be recorded."""
        return self.summary.get("ids") if self.summary else None

    @property
    def ways_in(self) -> WaysInJson | None:
        """How users sign in for the first time, as the summary has it; None if that is not known."""
        return self.summary.get("ways_in") if self.summary else None

    @property
    def details_missing(self) -> Sequence[DetailsMissingJson]:
        """Why the outcome of every row is not known with its reason, as the summary has it."""
        return self.summary["details_missing"] if self.summary else ()

    @property
    def rows_unknown(self) -> int | None:
        """Rows whose outcome is not known, as the summary has it; None where that is not known either."""
        return self.summary["rows_unknown"] if self.summary else None

    @property
    def job_messages(self) -> list[str]:
        """What Cognito said of jobs that did not succeed, each once."""
        jobs = [part["job"] for part in self.summary["parts"] if part["job"]] if self.summary else []
        said = [f"{job['status']}. {job['message'] or ''}" for job in jobs if job["status"] != JobStatus.SUCCEEDED]
        return [text.strip() for text in dict.fromkeys(said)]

    def to_json(self) -> RunJson:
        """The `run` of docs/schemas/command-1.json."""
        run, rows, file = self.run, self.rows, self.run.file
        return {
            "run_id": run.run_id,
            "state": run.state.value,
            "outcome": run.outcome.value if run.outcome else None,
            "dry_run": run.drop.is_dry_run,
            "pool": {"alias": run.drop.alias, "id": run.jobs_pool_id or None},
            "file": {
                "bucket": run.drop.bucket,
                "key": run.drop.key,
                "version_id": run.drop.version_id,
                "name": run.drop.file_name,
                "bytes": run.size,
            },
            "dropped_at": in_utc(run.dropped_at).isoformat(),
            "dropped_by": run.dropped_by or None,
            "position": self.position,
            "held": _held(run.hold) if run.is_held and run.hold else None,
            "job_wait": _job_wait(job_wait_of(run)),
            "rows": rows.to_json() if rows else None,
            "ways_in": self.ways_in,
            "memberships": self.memberships,
            "ids": self.ids,
            "part": self.part,
            "part_count": self.part_count,
            "rows_per_second": round(self.rate, 1) if self.rate else None,
            "seconds_left": self.seconds_left,
            "stopping": run.is_being_stopped,
            "problem": file.problem.to_json() if file and file.problem else None,
            "error": run.error or None,
            "warnings": list(self.warnings),
            "reasons": list(self.reasons),
            "details_missing": list(self.details_missing),
            "rows_unknown": self.rows_unknown,
            "job_messages": self.job_messages,
            "ended_at": in_utc(run.ended_at).isoformat() if run.ended_at else None,
            "results": run.results if run.is_over else None,
        }


@dataclass(frozen=True, slots=True)
class RunViewer:
    """Looks at runs."""

    ledger: LedgerReader
    cognito: CognitoIdentityProviderClient
    s3: S3Client

    def view(self, run: RunRecord) -> RunView:
        """The run as it is now. Cognito is asked for a part only whose end the ledger does not have."""
        if run.is_over:
            summary = self._summary(run)
            return replace(recorded(run), summary=summary, gone=self._gone(run, summary) if summary else ())
        found = [self._poll(run, part) for part in run.parts.values()]
        position = self.ledger.position(run) if run.state is RunState.WAITING else None
        rate = next((rate for _, rate in reversed(found) if rate), None)
        return RunView(run, JobCounts.sum([counts for counts, _ in found]), position, rate)

    def _summary(self, run: RunRecord) -> SummaryJson | None:
        try:
            source = DropBucket(self.s3).open_key(run.drop.bucket, f"{results_of(run.run_id)}{SUMMARY}")
        except SourceGoneError:
            return None
        found: SummaryJson = json.load(source.body)
        return found

    def _gone(self, run: RunRecord, summary: SummaryJson) -> list[str]:
        """The result files that are not there any more; none for somebody who may not list the bucket, such as the
        smoke test of a pipeline."""
        folder = results_of(run.run_id)
        try:
            found = {key.removeprefix(folder) for key, _ in DropBucket(self.s3).sizes(run.drop.bucket, folder)}
        except ClientError as error:
            if is_denied(error):
                return []
            raise
        return [name for name in summary["files"] if name in RESULT_FILES and name not in found]

    def _poll(self, run: RunRecord, part: PartJob) -> tuple[JobCounts, float | None]:
        if part.status:
            return part.counts, None
        try:
            job, _ = UserImports(self.cognito).describe(run.pool_id, part.job_id)
        except JobNotFoundError:
            return part.counts, None  # it is gone with its pool; the run goes on
        except ClientError as error:
            if is_throttled(error):  # others ask for it too often; the run goes on
                return part.counts, None
            raise
        return job.counts, _rate(job.counts, job.started)


def recorded(run: RunRecord) -> RunView:
    """The run as the ledger has it: what a part under way has done is not in the counts."""
    return RunView(run, JobCounts.sum([part.counts for part in run.parts.values()]))


def _held(hold: Hold) -> HeldJson:
    return {
        "reason": hold.reason.value,
        "until": hold.time.isoformat() if hold.time else None,
        "message": hold.sentence,
    }


def _job_wait(wait: JobWait | None) -> JobWaitJson | None:
    if wait is None:
        return None
    return {"other_job": wait.is_for_other, "since": wait.since.isoformat(), "message": wait.sentence}


def _rate(counts: JobCounts, started: datetime | None) -> float | None:
    if started is None or not counts.done:
        return None
    seconds = (datetime.now(UTC) - started).total_seconds()
    rate = counts.done / seconds if seconds > 0 else 0.0
    return rate if _SLOWEST <= rate <= _FASTEST else None
