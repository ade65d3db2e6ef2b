"""Makes the report of a run, however it has ended, writes it, and publishes its event."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from http.client import HTTPException
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.aws.errors import AdapterError, RefusedError, error_code, is_transient
from cognito_drop.aws.import_jobs import JobHiddenError, JobNotFoundError, UserImports
from cognito_drop.contract.object_keys import PAGE, SUMMARY, results_of
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.members.memberships import NOTHING_DONE, MembershipAccount
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.notification.run_events import run_finished
from cognito_drop.core.report_page import render
from cognito_drop.core.results.join import join, rejected_only, verdicts_of_lanes
from cognito_drop.core.results.preflight_json import VALUES_LEFT_OUT
from cognito_drop.core.results.retry_file import retry_file_for
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.run_state import CheckedFile
from lambdas.report_run.part_end import PartEnd, part_end
from lambdas.report_run.reported_run import ReportedRun
from lambdas.report_run.result_files import Written, write_groups, write_left_behind, write_no_ways, write_result_files
from lambdas.report_run.run_tags import RunTags
from lambdas.runtime.boundary import place_of
from lambdas.runtime.logs import log_failure, logger
from lambdas.runtime.metrics import record_metrics
from lambdas.use_cases.kept_details import KeptDetails
from lambdas.use_cases.publishing import publish_event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from cognito_drop.aws.event_bus import EventBus
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.staging import Staging
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.part_outcomes import PartOutcomes
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.results.summary_json import PreflightJson
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import PartJob, RunRecord

    _Counted = tuple[CheckedFile, Sequence[ImportJob | PartJob | None]]
    """A file, and what is known of the job of each part."""

_BLOCK = 1 << 20  # bytes read at once
_MOST_EXECUTIONS: Final = 3
"""Executions that try to report a run in full, over some minutes."""
_ENDED: Final = "The run has ended"


class EarlierReportError(Exception):
    """A report was made from more than is known now: it stays."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """Makes the reports of runs."""

    imports: UserImports
    drops: DropBucket
    staging: Staging
    ledger: RunLedger
    bus: EventBus
    retention: timedelta

    def publish(self, drop: Drop, error: str, now: datetime, *, ids_error: str = "") -> Summary:
        """Report a run as `of` does, and record its metrics and publish its event."""
        summary = self.of(drop, error, now, ids_error=ids_error)
        if summary.times.ended == now:  # a report that is made again has an earlier end
            record_metrics(run_metrics.of_run(summary))
        publish_event(self.bus, run_finished(summary))
        logger.info("Run reported.", outcome=summary.outcome, rows=asdict(summary.rows), error=error)
        return summary

    def of(self, drop: Drop, error: str, now: datetime, *, ids_error: str = "") -> Summary:
        """Write result files, summary, page and ledger of a run, tag the dropped version, and return the summary.

        `error` is what the execution knows: it is not the first one when an execution before it has ended early;
        `ids_error` is why the new ids of users are not recorded. A run that is reported again ends when it ended the
        first time. What cannot be reported in full after some executions is reported by what the ledger has. Raises
        RefusedError for a run that has ended, and for a lost one until its import is over.
        """
        record = self.ledger.begin_report(drop.run_id)
        if record.state is RunState.ENDED:
            raise RefusedError(_ENDED)
        if record.is_lost:  # its jobs are found when its lock is released
            raise RefusedError("The run's item was lost, and its import is not known to be over")
        reported = ReportedRun(record, error, now, ids_error)
        is_last = record.executions - record.report_since >= _MOST_EXECUTIONS
        if not is_last or record.state is RunState.REPORTED:
            try:
                reported = replace(reported, record=self._decided(record))
                return self._whole(reported)
            except EarlierReportError:
                newest = self.ledger.read(drop.run_id)
                if newest.state is RunState.ENDED:
                    raise RefusedError(_ENDED) from None
                return self._minimal(replace(reported, record=newest), DetailGap.STAGING_DAMAGED)
            except SourceGoneError:
                return self._minimal(reported, DetailGap.FILE_GONE)
            except (AdapterError, ClientError, BotoCoreError, HTTPException, OSError) as failure:
                if not is_last:
                    raise
                log_failure("A run cannot be reported in full.", failure)
            except Exception as failure:  # noqa: BLE001  (whatever it is, it would be the same the next time)
                log_failure("A run cannot be reported in full.", failure, at=place_of(failure))
        return self._minimal(reported, DetailGap.REPORT_FAILED)

    def _whole(self, reported: ReportedRun) -> Summary:
        record, drop, file = reported.record, reported.record.drop, self._file(reported.record)
        if record.damage and not record.file:  # it is not known any more which check was recorded
            file = replace(file, checked_by=self.staging.only_check(drop))
        kept = KeptDetails(self.staging, drop, file)
        ends = {number: self._end(file, number, record.parts.get(number), kept) for number in _numbers(file)}
        known = [end.known for end in ends.values()]
        if record.keeps_results or (record.damage and record.state is RunState.REPORTED):  # more was known then
            return self._minimal(reported, DetailGap.LEDGER_DAMAGED, (file, known))
        found = kept.preflight()
        self._leave_earlier(kept)
        written = self._result_files(
            file, kept, [end.outcomes for end in ends.values()], is_first=record.state is not RunState.REPORTED
        )
        retry = written.retry if written else None
        untagged = RunTags(self.drops).let_hashes_expire(drop, retry) if file.may_hold_hashes else ()
        others = write_left_behind(self.drops, drop, kept.checked.left_behind(drop)) if _leaves_data(found) else ()
        no_ways = self._no_ways(found, kept)
        memberships = MembershipAccount.of(file.memberships, record.memberships) if file.memberships else None
        groups = self._groups(record.memberships, kept) if memberships else ()
        summary = replace(
            reported.summary(file, known),
            jobs=[end.job for end in ends.values()],
            gaps={number: end.gap for number, end in ends.items() if end.gap},
            file_gaps=[*reported.gaps, *kept.gaps],
            preflight=found,
            tally=written.tally if written else None,
            too_long=written.too_long if written else 0,
            files=(*(written.files if written else ()), *no_ways, *others, *groups, *reported.ids_files),
            untagged=untagged,
            memberships=memberships,
            site=self.drops.site,
        )
        self._leave_earlier(kept)
        self._write(summary)
        self._keep(summary)
        return summary

    def _leave_earlier(self, kept: KeptDetails) -> None:
        """Raise EarlierReportError where something that the run has kept is gone, and there is a report by now."""
        if kept.gaps and self.ledger.read(kept.drop.run_id).is_over:
            raise EarlierReportError

    def _decided(self, record: RunRecord) -> RunRecord:
        """The run, of which it is decided, once, whether the results stay that it may have from before it was lost.

        Later, they may be those that were written from what is known now.
        """
        if not record.was_lost or record.keeps_results is not None:
            return record
        page = f"{results_of(record.run_id)}{PAGE}"  # written last
        has_results = any(key == page for key, _ in self.drops.sizes(record.drop.bucket, page))
        return self.ledger.decide_results(record.run_id, stay=has_results)

    def _minimal(self, reported: ReportedRun, gap: DetailGap, counted: _Counted | None = None) -> Summary:
        """Report a run without any object of S3; what a report has counted before stays. A folder that cannot be
        written to does not keep its notification.
        """
        record = reported.record
        file, known = counted or self._counted(record)
        are_counted = file.memberships and not (record.damage and record.memberships == NOTHING_DONE)
        summary = replace(
            reported.summary(file, known),
            file_gaps=[*reported.gaps, gap],
            memberships=MembershipAccount.of(file.memberships, record.memberships) if are_counted else None,
            untagged=RunTags(self.drops).let_hashes_expire(record.drop) if file.may_hold_hashes else (),
            site=self.drops.site,
        )
        if record.rows is not None and record.outcome is not None:
            summary = replace(summary, rows=record.rows, outcome=record.outcome)
        may_have_results = record.was_lost and record.keeps_results is not False
        if record.state is not RunState.REPORTED and not may_have_results:
            try:
                self._write(summary)
            except (AdapterError, ClientError, BotoCoreError, HTTPException, OSError) as failure:
                log_failure("The results of a run cannot be written.", failure)
        self._keep(summary)
        return summary

    def _counted(self, record: RunRecord) -> _Counted:
        """The file, and its jobs as the ledger has them; as Cognito has them, if it answers, where their ends are not
        in the ledger.
        """
        try:
            file = self._file(record)
            return file, [self._last_known(file.pool_id, record.parts.get(number)) for number in _numbers(file)]
        except Exception as failure:  # noqa: BLE001  (whatever it is, the run is reported)
            log_failure("The import jobs of a run cannot be described.", failure, at=place_of(failure))
        file = record.file or CheckedFile(record.pool_id)
        return file, [record.parts.get(number) for number in _numbers(file)]

    def _file(self, record: RunRecord) -> CheckedFile:
        """What preflight has found; of a damaged run, the rows that Cognito has counted."""
        if record.file or not record.damage:
            return record.file or CheckedFile()  # empty when the file was never checked
        jobs = {number: self._job(record.pool_id, entry) or entry for number, entry in record.parts.items()}
        rows = [jobs[number].counts.done if number in jobs else 0 for number in range(1, max(jobs, default=0) + 1)]
        return CheckedFile(record.pool_id, rows=sum(rows), part_rows=tuple(rows), is_dry_run=record.drop.is_dry_run)

    def _end(self, file: CheckedFile, number: int, entry: PartJob | None, kept: KeptDetails) -> PartEnd:
        job = self._job(file.pool_id, entry) if entry else None
        is_read = entry is not None and entry.status is not None
        return part_end(file.part_rows[number - 1], entry, job, kept.outcomes(number, is_read=is_read))

    def _last_known(self, pool_id: str, entry: PartJob | None) -> ImportJob | PartJob | None:
        if entry is None or entry.status is not None:
            return entry
        return self._job(pool_id, entry) or entry

    def _job(self, pool_id: str, entry: PartJob) -> ImportJob | None:
        """The job of a part; None when it is gone with its pool, or may not be asked for any more."""
        try:
            return self.imports.describe(pool_id, entry.job_id)[0]
        except (JobNotFoundError, JobHiddenError) as error:
            reason = type(error).__name__
        except ClientError as error:
            if is_transient(error):
                raise
            reason = error_code(error)
        logger.warning("The import job can no longer be described.", job_id=entry.job_id, reason=reason)
        return None

    def _result_files(
        self, file: CheckedFile, kept: KeptDetails, outcomes: Sequence[PartOutcomes | None], *, is_first: bool
    ) -> Written | None:
        """None when the file could not be read as rows, or is not there any more, or not what was kept of it.

        Raises SourceGoneError instead when this is not the first report: the result files of the first one stay.
        """
        reading = kept.source()
        if reading is None or not file.rows:
            return None
        try:
            source = self.drops.open(kept.drop)
        except SourceGoneError:
            logger.warning("The dropped file no longer exists; result files are not written.")
            if is_first:
                return None
            raise
        header, rows = reading.records(source.body.iter_chunks(_BLOCK))
        lanes = kept.lanes()
        accepted = verdicts_of_lanes(file.part_rows, outcomes, file.part_algorithms, lanes)
        joined = join(rows, kept.rejections(), accepted)
        if file.is_dry_run:
            joined = rejected_only(joined)
        with kept:
            return write_result_files(self.drops, kept.drop, retry_file_for(reading, header), joined)
        return None

    def _no_ways(self, found: PreflightJson, kept: KeptDetails) -> tuple[str, ...]:
        ways = found.get("ways_in")
        if ways and ways["none"]:
            with kept:
                return write_no_ways(self.drops, kept.drop, kept.checked.no_ways(kept.drop))
        return ()

    def _groups(self, progress: MembershipProgress, kept: KeptDetails) -> tuple[str, ...]:
        members = () if progress.is_over else kept.checked.members(kept.drop, progress.offset)
        rows = self.staging.memberships(kept.drop, progress)
        with kept:
            return write_groups(self.drops, kept.drop, rows, (member for _, member in members))
        return ()

    def _write(self, summary: Summary) -> None:
        drop, data = summary.drop, summary.to_json()
        prefix = results_of(drop.run_id)
        self.drops.write_json(drop.bucket, f"{prefix}{SUMMARY}", data)
        self.drops.write_text(drop.bucket, f"{prefix}{PAGE}", render(data), "text/html; charset=utf-8")
        RunTags(self.drops).name_run(summary)

    def _keep(self, summary: Summary) -> None:
        self.ledger.report(summary, summary.times.ended + self.retention)


def _leaves_data(found: PreflightJson) -> bool:
    """Whether users may have data that is not carried over."""
    codes = {warning["code"] for warning in found.get("warnings", [])}
    return bool(found.get("preset")) or VALUES_LEFT_OUT in codes


def _numbers(file: CheckedFile) -> range:
    """The numbers of the file's parts."""
    return range(1, len(file.part_rows) + 1)
