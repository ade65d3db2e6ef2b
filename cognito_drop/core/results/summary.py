"""The report of a run as data: what `summary.json` holds, and the page and the notification are made of.

Guarantees a stable, versioned shape (`summary_json`) without any value of a row. Words for people are in `wording`,
`notification`, and `report_page`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.object_keys import results_of
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.pools.hash_warnings import after_failure
from cognito_drop.core.results.warning_order import weighed
from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.text.console import folder_link
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cognito_drop.contract.statuses import Outcome
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.results.row_tally import RowTally
    from cognito_drop.core.results.summary_json import (
        DetailsMissingJson,
        JobJson,
        MembershipsJson,
        NotedIdsJson,
        PartJson,
        PreflightJson,
        ReasonJson,
        RowsJson,
        RunReportJson,
        SummaryJson,
        TimingsJson,
    )
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.noted_ids import IdsAccount
    from cognito_drop.core.runs.row_account import RowAccount
    from cognito_drop.core.runs.run_state import CheckedFile
    from cognito_drop.core.text.console import Site
    from cognito_drop.core.text.json_types import WarningJson

SCHEMA_VERSION: Final = "1"
_CREATE = "CreateUserImportJob"
"""The call that a pool may refuse which takes no hashes, as the run's error names it."""


def _nothing_kept() -> PreflightJson:
    return {}


@dataclass(frozen=True, slots=True)
class Times:
    """When the file was dropped and when the report was made."""

    dropped: datetime | None
    ended: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that is said about a run when it has ended."""

    drop: Drop
    file: CheckedFile
    outcome: Outcome
    rows: RowAccount
    times: Times
    jobs: Sequence[ImportJob | None] = ()
    """The import job of each part; None for a part that got none, or whose job cannot be described any more."""
    counts: Sequence[JobCounts] = ()
    """The last known counts of each part's job, where they are not the jobs' own."""
    gaps: Mapping[int, DetailGap] = field(default_factory=dict)
    """What is missing of the details of parts, by their numbers."""
    file_gaps: Sequence[DetailGap] = ()
    """What is missing of the details of the whole file."""
    preflight: PreflightJson = field(default_factory=_nothing_kept)
    """What preflight has kept for the report; empty when it did not come so far."""
    tally: RowTally | None = None
    """The rows as the log tells them; None when the file could not be read again."""
    too_long: int = 0
    """Rows that were not imported and are too long for the file of rows to retry."""
    files: Sequence[str] = ()
    untagged: Sequence[str] = ()
    """The names of files that may hold password hashes and could not be tagged as such."""
    memberships: MembershipAccount | None = None
    """The outcomes of group memberships; None if there were none to add."""
    ids: IdsAccount | None = None
    """What is recorded of the new ids of imported users; None if none were to be recorded."""
    error: str = ""
    """What ended the run early; empty when nothing did."""
    site: Site | None = None
    """Where the results are, for links; None where that is not known."""

    @property
    def results(self) -> str:
        """Where the results lie, as an S3 URI that ends with a slash."""
        return f"s3://{self.drop.bucket}/{results_of(self.drop.run_id)}"

    @property
    def console(self) -> str | None:
        """A link to the results in the AWS console; None where there is none to give."""
        return folder_link(self.site, self.drop.bucket, results_of(self.drop.run_id)) if self.site else None

    @property
    def missing(self) -> dict[DetailGap, list[int]]:
        """What is missing of the details, with the numbers of the parts; none for what is missing of the whole file."""
        found: dict[DetailGap, list[int]] = {}
        for number, gap in sorted(self.gaps.items()):
            found.setdefault(gap, []).append(number)
        found |= {gap: [] for gap in self.file_gaps}
        if self.tally is None and self.rows.total > 0 and not self.file_gaps:
            found[DetailGap.FILE_GONE] = []
        if not found and (self.rows_unknown or not self.rows.adds_up or not self._is_logged()):
            found[DetailGap.LOG_DIFFERS] = []
        return found

    @property
    def is_incomplete(self) -> bool:
        """Whether the outcome of every row with its reason is not known, though Cognito's counts are."""
        return bool(self.missing)

    @property
    def rows_unknown(self) -> int | None:
        """Rows whose own outcome is not known, only the counts; None where the file could not be read again."""
        if self.tally is None:
            return None if self.rows.total else 0
        return self.tally.count(RowOutcome.UNKNOWN)

    def to_json(self) -> SummaryJson:
        """The contents of `summary.json`."""
        found = self.preflight
        return {
            **self.report_json(),
            "file": {
                "bucket": self.drop.bucket,
                "key": self.drop.key,
                "version_id": self.drop.version_id,
                "name": self.drop.file_name,
                "bytes": found.get("bytes"),
            },
            "pool": {"alias": self.drop.alias, "id": self.file.pool_id or None},
            "blank_lines": found.get("blank_lines", 0),
            "dialect": found.get("dialect"),
            "source": found.get("source"),
            "preset": found.get("preset"),
            "mapping": found.get("mapping"),
            "columns": found.get("columns") or {"renamed": {}, "added": [], "left_out": []},
            "normalized": found.get("normalized", []),
            "reasons": self.reasons(),
            "warnings": self.warnings(),
            "parts": self._parts(),
            "lookup": found.get("lookup"),
            "problem": self.file.problem.to_json() if self.file.problem else None,
            "error": self.error or None,
        }

    def report_json(self) -> RunReportJson:
        """What `summary.json` and the notification both have."""
        return {
            "schema_version": SCHEMA_VERSION,
            "run_id": self.drop.run_id,
            "outcome": self.outcome.value,
            "dry_run": self.file.is_dry_run,
            "rows": self._rows(),
            "details_incomplete": self.is_incomplete,
            "details_missing": self.details_missing(),
            "rows_unknown": self.rows_unknown,
            "ways_in": self.preflight.get("ways_in"),
            "memberships": self.memberships_json(),
            "ids": self.ids_json(),
            "timings": self._timings(),
            "results": self.results,
            "files": list(self.files),
            "ended_at": self.times.ended.isoformat(),
        }

    def reasons(self) -> list[ReasonJson]:
        """Why rows were not imported, grouped: ours first, then Cognito's."""
        rejected: list[ReasonJson] = [
            {"outcome": RowOutcome.REJECTED.value, **reason} for reason in self.preflight.get("reasons", [])
        ]
        shown = self.tally.logged_by_cognito() if self.tally else ()
        return rejected + [
            {
                "outcome": group.outcome.value,
                "code": group.code,
                "message": group.words[0],
                "hint": group.words[1],
                "count": group.count,
                "first_lines": group.first_lines,
                "setting": None,
            }
            for group in shown
        ]

    def warnings(self) -> list[WarningJson]:
        """What people should know besides, the heaviest first: what preflight has said, and what a failure adds."""
        said = [*self.preflight.get("warnings", []), *_too_long(self.too_long), *_untagged(self.untagged)]
        rows, failed = self.rows, any(job and job.status is JobStatus.FAILED for job in self.jobs)
        has_begun = rows.imported + rows.skipped + rows.failed > self.file.known
        is_refused = not has_begun and (failed or _CREATE in self.error)
        return weighed([*after_failure(said), *said] if is_refused else said)

    def _is_logged(self) -> bool:
        """Whether the log has as many rows of each outcome as Cognito has counted."""
        counted = {
            RowOutcome.IMPORTED: self.rows.imported,
            RowOutcome.SKIPPED: self.rows.skipped,
            RowOutcome.FAILED: self.rows.failed,
        }
        return self.tally is None or all(self.tally.count(outcome) == rows for outcome, rows in counted.items())

    def details_missing(self) -> list[DetailsMissingJson]:
        """Why details are missing."""
        return [
            {"code": gap.value, "message": gap.sentence, "hint": gap.hint, "parts": parts}
            for gap, parts in self.missing.items()
        ]

    def _rows(self) -> RowsJson:
        return {**self.rows.to_json(), "accepted": self.file.accepted if self.file.is_dry_run else None}

    def memberships_json(self) -> MembershipsJson | None:
        """Memberships in groups; in a file that is only checked, or not imported, they have no outcome."""
        account, found = self.memberships, self.preflight.get("memberships")
        if account is None and found is None:
            return None
        account = account or MembershipAccount(0)
        return {
            **(found or {"total": account.total, "not_allowed": 0, "seconds": None, "active_users": None}),
            "added": account.added,
            "left_out": account.left_out,
            "failed": account.failed,
            "unprocessed": account.unprocessed,
        }

    @property
    def lacks_ids(self) -> bool:
        """Whether the new ids of imported users are not recorded that were to be: also those of rows whose outcome is
        not known, of whom `ids.csv` has no line."""
        if self.ids is None:
            return False
        found = self.ids.ids
        return found is None or found.missing > 0 or found.recorded < self.rows.imported

    def ids_json(self) -> NotedIdsJson | None:
        """What is recorded of the new ids; where nothing is, the counts are 0."""
        if self.ids is None:
            return None
        found = self.ids.ids
        return {
            "complete": not self.lacks_ids,
            "recorded": found.recorded if found else 0,
            "missing": found.missing if found else 0,
            "cause": self.ids.cause or None,
        }

    def _parts(self) -> list[PartJson]:
        sizes = [part["bytes"] for part in self.preflight.get("parts", [])]
        counts = self.counts or [job.counts if job else JobCounts() for job in self.jobs]
        found: list[PartJson] = [
            {
                "number": number,
                "rows": rows,
                "bytes": size,
                "imported": count.imported,
                "skipped": count.skipped,
                "failed": count.failed,
                "job": _job_json(job) if job else None,
            }
            for number, (rows, size, job, count) in enumerate(
                zip(self.file.part_rows, sizes, self.jobs, counts, strict=False), 1
            )
        ]
        for part, algorithm in zip(found, self.file.part_algorithms, strict=False):
            part["algorithm"] = algorithm
        return found

    def _timings(self) -> TimingsJson:
        dropped, ended = self.times.dropped, self.times.ended
        started = min((job.started for job in self.jobs if job and job.started), default=None)
        spans = [job.seconds for job in self.jobs if job and job.seconds is not None]
        return {
            "dropped_at": dropped.isoformat() if dropped else None,
            "started_at": started.isoformat() if started else None,
            "ended_at": ended.isoformat(),
            "waited_seconds": _between(dropped, started),
            "import_seconds": sum(spans) if spans else None,
            "seconds": _between(dropped, ended),
        }


def _between(earlier: datetime | None, later: datetime | None) -> float | None:
    """Seconds from one to the other, never less than none: the two are read from the clocks of two services."""
    return max(0.0, (later - earlier).total_seconds()) if earlier and later else None


def _job_json(job: ImportJob) -> JobJson:
    return {
        "id": job.job_id,
        "status": job.status_text,
        "message": job.message or None,
        "created_at": job.created.isoformat() if job.created else None,
        "started_at": job.started.isoformat() if job.started else None,
        "completed_at": job.completed.isoformat() if job.completed else None,
        "seconds": job.seconds,
    }


def _untagged(files: Sequence[str]) -> list[WarningJson]:
    """Of files whose tag for an early end could not be set."""
    if not files:
        return []
    names = " and ".join(files)
    said = f"{names[0].upper()}{names[1:]} may hold password hashes and could not be tagged, so hash_retention_days "
    hint = "does not apply. Delete all versions when you no longer need them."
    return [{"code": "hashes_kept", "message": said + hint}]


def _too_long(rows: int) -> list[WarningJson]:
    """Of rows that are in no file to retry."""
    if not rows:
        return []
    verb = "is" if rows == 1 else "are"
    said = f"{counted(rows, 'row')} not imported {verb} too long to be copied, and not in the file to retry."
    return [{"code": "too_long_to_retry", "message": said, "count": rows}]
