"""Makes the report of a run, however it has ended, writes it, and publishes its event."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket, SourceGoneError, TagsFullError
from cognito_drop.aws.errors import error_code, is_transient
from cognito_drop.aws.import_jobs import JobHiddenError, JobNotFoundError, UserImports
from cognito_drop.contract.object_keys import PAGE, SUMMARY, results_of
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.notification.run_events import run_finished
from cognito_drop.core.presets import Source
from cognito_drop.core.report_page import render
from cognito_drop.core.results.join import join, rejected_only, verdicts_of_lanes
from cognito_drop.core.results.preflight_json import VALUES_LEFT_OUT
from cognito_drop.core.results.retry_file import retry_file_for
from cognito_drop.core.results.summary import Summary, Times
from cognito_drop.core.rows import Dialect
from cognito_drop.core.runs.outcome import account_for, outcome_of
from cognito_drop.core.runs.run_state import CheckedFile
from lambdas.report_run.part_end import PartEnd, part_end
from lambdas.report_run.result_files import Written, write_groups, write_left_behind, write_result_files
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics
from lambdas.use_cases.publishing import publish_event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from cognito_drop.aws.event_bus import EventBus
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.staging import Staging
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.part_outcomes import PartOutcomes
    from cognito_drop.core.results.summary_json import PreflightJson
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import PartJob

_BLOCK = 1 << 20  # bytes read at once


@dataclass(frozen=True, slots=True)
class RunReport:
    """Makes the reports of runs."""

    imports: UserImports
    drops: DropBucket
    staging: Staging
    ledger: RunLedger
    bus: EventBus
    retention: timedelta

    def publish(self, drop: Drop, error: str, now: datetime) -> Summary:
        """Report a run as `of` does, and record its metrics and publish its event."""
        summary = self.of(drop, error, now)
        if summary.times.ended == now:  # a report that is made again has an earlier end
            record_metrics(run_metrics.of_run(summary))
        publish_event(self.bus, run_finished(summary))
        logger.info("Run reported.", outcome=summary.outcome, rows=asdict(summary.rows), error=error)
        return summary

    def of(self, drop: Drop, error: str, now: datetime) -> Summary:
        """Write result files, summary, page and ledger of a run, tag the dropped version, and return the summary.

        `error` is what the execution knows: it is not the first one when an execution before it has ended early. A run
        that is reported again ends when it ended the first time.
        """
        record = self.ledger.read(drop.run_id)
        file = record.file or CheckedFile()  # empty when the file was never checked
        ends = {number: self._end(drop, file, number, record.parts.get(number)) for number in _numbers(file)}
        known = [end.known for end in ends.values()]
        rows = account_for(file, known)
        found: PreflightJson = self.staging.preflight(drop) or {}
        written = self._result_files(drop, file, found, [end.outcomes for end in ends.values()])
        others = write_left_behind(self.drops, drop, self.staging.left_behind(drop)) if _leaves_data(found) else ()
        memberships = MembershipAccount.of(file.memberships, record.memberships) if file.memberships else None
        groups = self._groups(drop, record.memberships) if memberships else ()
        summary = Summary(
            drop=drop,
            file=file,
            outcome=outcome_of(file, known, rows, is_stopped=record.is_stopped),
            rows=rows,
            times=Times(
                datetime.fromisoformat(record.dropped_at),
                datetime.fromisoformat(record.ended_at) if record.ended_at else now,
            ),
            jobs=[end.job for end in ends.values()],
            counts=[each.counts if each else JobCounts() for each in known],
            gaps={number: end.gap for number, end in ends.items() if end.gap},
            preflight=found,
            tally=written.tally if written else None,
            too_long=written.too_long if written else 0,
            files=(*(written.files if written else ()), *others, *groups),
            memberships=memberships,
            error=record.error or ("" if file.problem else error),
            site=self.drops.site,
        )
        self._keep(summary)
        return summary

    def _end(self, drop: Drop, file: CheckedFile, number: int, entry: PartJob | None) -> PartEnd:
        job = self._job(file.pool_id, entry) if entry else None
        return part_end(file.part_rows[number - 1], entry, job, self.staging.outcomes(drop, number))

    def _job(self, pool_id: str, entry: PartJob) -> ImportJob | None:
        """The job of a part; None when it is gone with its pool, or may not be asked for any more."""
        try:
            return self.imports.describe(pool_id, entry.job_id)[0]
        except JobNotFoundError:
            reason = "ResourceNotFoundException"
        except JobHiddenError:
            reason = "AccessDeniedException"
        except ClientError as error:
            if is_transient(error):
                raise
            reason = error_code(error)
        logger.warning("The import job can no longer be described.", job_id=entry.job_id, reason=reason)
        return None

    def _result_files(
        self, drop: Drop, file: CheckedFile, found: PreflightJson, outcomes: Sequence[PartOutcomes | None]
    ) -> Written | None:
        """None when the file could not be read as rows, or is not there any more."""
        dialect, kept = found.get("dialect"), found.get("source")
        if not dialect or not file.rows:
            return None
        reading = Source.from_json(kept) if kept else Source.of_users(Dialect.from_json(dialect), found.get("width", 0))
        try:
            source = self.drops.open(drop)
        except SourceGoneError:
            logger.warning("The dropped file no longer exists; result files are not written.")
            return None
        header, rows = reading.records(source.body.iter_chunks(_BLOCK))
        lanes = self.staging.lanes(drop)
        accepted = verdicts_of_lanes(file.part_rows, outcomes, file.part_algorithms, lanes)
        joined = join(rows, self.staging.rejections(drop), accepted)
        if file.is_dry_run:
            joined = rejected_only(joined)
        return write_result_files(self.drops, drop, retry_file_for(reading, header), joined)

    def _groups(self, drop: Drop, progress: MembershipProgress) -> tuple[str, ...]:
        kept = self.staging.memberships(drop, progress.files)
        members = () if progress.is_over else self.staging.members(drop, progress.offset)
        return write_groups(self.drops, drop, kept, (member for _, member in members))

    def _keep(self, summary: Summary) -> None:
        drop, data = summary.drop, summary.to_json()
        prefix = results_of(drop.run_id)
        self.drops.write_json(drop.bucket, f"{prefix}{SUMMARY}", data)
        self.drops.write_text(drop.bucket, f"{prefix}{PAGE}", render(data), "text/html; charset=utf-8")
        try:
            self.drops.tag(drop, {"run_id": drop.run_id, "outcome": summary.outcome.value})
        except SourceGoneError:
            logger.warning("The dropped file no longer exists; it is not tagged.")
        except TagsFullError:
            logger.warning("The dropped file has as many tags as S3 allows; it is not tagged.")
        self.ledger.report(summary, summary.times.ended + self.retention)


def _leaves_data(found: PreflightJson) -> bool:
    """Whether users may have data that is not carried over."""
    codes = {warning["code"] for warning in found.get("warnings", [])}
    return bool(found.get("source")) or VALUES_LEFT_OUT in codes


def _numbers(file: CheckedFile) -> range:
    """The numbers of the file's parts."""
    return range(1, len(file.part_rows) + 1)
