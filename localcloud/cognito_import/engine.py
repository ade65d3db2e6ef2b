"""Takes a started job through its life: Pending, InProgress, and Succeeded, Failed or Stopped.

A run does not wait: `advance(now)` brings it to where it stands at that cloud time, so that readers see the same
states whatever the pace of the clock, and moments (StartDate, CompletionDate, times of log lines) are computed, not
taken when it was looked at. How long each state takes is set in `localcloud.settings`. What must hold before the start
is left to `start_checks`, who calls `advance` to `models` and `ticker`.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from moto.cognitoidp.models import cognitoidp_backends

from localcloud.choices import HashColumn
from localcloud.cognito_import import job_log, texts
from localcloud.cognito_import.csv_header import PASSWORD_HASH, USERNAME, columns_of
from localcloud.cognito_import.dialect import Dialect, measure, read_lines
from localcloud.cognito_import.job import JobStatus, Outcome
from localcloud.cognito_import.row_rules import RowRules
from localcloud.cognito_import.start_checks import logging_obstacle
from localcloud.cognito_import.user_store import UserStore

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from moto.cognitoidp.models import CognitoIdpUserPool

    from localcloud.cognito_import.dialect import Line
    from localcloud.cognito_import.job import UserImportJob
    from localcloud.settings import Settings

MAX_FILE_BYTES: Final = 100_000_000
MAX_ROWS: Final = 500_000
HELD_ROWS: Final = 200
"""What a job of a held pool imports before it stands still."""


class UnusableFileError(Exception):
    """The file as a whole cannot be imported; the message is the job's completion message."""


class OpenFile:
    """A usable file: its rows in order, held against the pool's rules."""

    def __init__(self, path: Path, job: UserImportJob, pool: CognitoIdpUserPool, settings: Settings) -> None:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UnusableFileError(texts.FILE_TOO_LARGE)
        try:
            shape = measure(path, skip_blank=settings.import_skips_blank_lines)
        except UnicodeDecodeError as error:
            raise UnusableFileError(texts.NOT_UTF8) from error
        columns = Dialect.of(settings).split(shape.header or "")
        _check_header(columns, job, pool, settings)
        if shape.rows > MAX_ROWS:
            raise UnusableFileError(texts.TOO_MANY_ROWS)
        self.rows = shape.rows
        self.rules = RowRules(columns, pool, job.algorithm, settings)
        self.users = UserStore(pool, settings.import_repeated_alias, lowers_names=settings.import_lowers_names)
        self.lines: Generator[Line] = read_lines(path, skip_blank=settings.import_skips_blank_lines)
        next(self.lines)

    def take_row(self, at: datetime) -> tuple[Outcome, int, str]:
        """Deal with the next row: its outcome, its line number (the header is line 1) and the reason."""
        line = next(self.lines)
        verdict = self.rules.judge(line)
        if isinstance(verdict, str):
            return Outcome.FAILED, line.number, verdict
        outcome, reason = self.users.add(verdict, at)
        return outcome, line.number, reason


def _check_header(columns: list[str], job: UserImportJob, pool: CognitoIdpUserPool, settings: Settings) -> None:
    """Every column of the pool must be there once, in any order; password_hash only when the job has an algorithm.

    Where columns may be missing, the one of the username may not.
    """
    hashes = settings.import_password_hashes.of(pool.name)
    expected = set(columns_of(pool, hashes)) | ({PASSWORD_HASH} if hashes is HashColumn.TAKEN else set())
    if job.algorithm is not None and PASSWORD_HASH not in columns:
        raise UnusableFileError(texts.NO_PASSWORD_HASH_COLUMN)
    needed = {USERNAME} if settings.import_takes_missing_columns else expected - {PASSWORD_HASH}
    if len(columns) != len(set(columns)) or not needed <= set(columns) <= expected:
        raise UnusableFileError(texts.UNEXPECTED_HEADER)


class ImportRun:
    """One started job on its way."""

    def __init__(self, job: UserImportJob, pool: CognitoIdpUserPool, settings: Settings, now: float) -> None:
        self.job = job
        self._pool = pool
        self._settings = settings
        self._begins = now + settings.import_pending
        self._stops = now
        self._file: OpenFile | None = None
        self._log = job_log.JobLog(
            account_id=pool.account_id,
            region=pool.region,
            group=job_log.group_name(pool, settings.import_log_odd_pool),
            stream=job_log.stream_name(job),
            batch=settings.import_log_batch,
            delay=settings.import_log_delay,
        )
        job.status, job.started = JobStatus.PENDING, now
        if logging_obstacle(job, pool) is None:
            self._log.say(texts.LOG_TEST, now)
            self._log.seal(now)
            self._log.write(now)

    @property
    def is_over(self) -> bool:
        """Whether the job has ended and its log is written."""
        return not self.job.status.is_active and self._log.is_written

    def stop(self, now: float) -> None:
        """Stop the job: at once while it is Pending, as AWS's sample answer shows; else it winds down first.

        A second stop changes nothing.
        """
        if self.job.status is JobStatus.PENDING:
            self._end(JobStatus.STOPPED, texts.STOPPED, now)
        if self.job.status is not JobStatus.IN_PROGRESS:
            return
        self.job.status = JobStatus.STOPPING
        self._stops = now + self._settings.import_stopping

    def advance(self, now: float, most_rows: int) -> bool:
        """Bring the job to where it stands at `now`, taking at most that many rows; return whether more are due."""
        is_behind = False
        if self.job.status.is_active and (loss := self._loss()):
            self._log.drop()
            self._end(JobStatus.FAILED, loss, now)
        if self.job.status is JobStatus.PENDING and now >= self._begins:
            self._begin()
        if self.job.status is JobStatus.IN_PROGRESS:
            is_behind = self._work(now, most_rows)
        if self.job.status is JobStatus.STOPPING and now >= self._stops:
            self._end(JobStatus.STOPPED, texts.STOPPED, self._stops)
        self._log.write(now)
        return is_behind

    def _loss(self) -> str | None:
        """What the job needed and lost."""
        if self._pool.id not in cognitoidp_backends[self._pool.account_id][self._pool.region].user_pools:
            return texts.POOL_GONE
        return texts.LOGS_ROLE_LOST if logging_obstacle(self.job, self._pool) else None

    def _begin(self) -> None:
        self.job.status, self.job.started = JobStatus.IN_PROGRESS, self._begins
        if self.job.file is None:
            raise RuntimeError(f"{self.job.job_id} was started without a file.")
        try:
            self._file = OpenFile(self.job.file, self.job, self._pool, self._settings)
        except UnusableFileError as error:
            self._end(JobStatus.FAILED, str(error), self._begins)

    def _work(self, now: float, most_rows: int) -> bool:
        if self._file is None:
            raise RuntimeError(f"{self.job.job_id} is in progress without an open file.")
        counts, rate, begins = self.job.counts, self._settings.import_rate, self._begins
        most = HELD_ROWS if self._pool.name in self._settings.import_held_pools.split(",") else self._file.rows
        due = min(self._file.rows, most, int((now - begins) * rate + 1e-6))
        self._file.users.refresh()
        for done in range(counts.done, min(due, counts.done + most_rows)):
            at = begins + (done + 1) / rate
            created = datetime.fromtimestamp(at, tz=UTC).replace(tzinfo=None)  # moto's dates are naive
            outcome, line, reason = self._file.take_row(created)
            counts.add(outcome)
            self._log.row(outcome, line, reason, at)
        if counts.done == self._file.rows:
            self._finish(begins + self._file.rows / rate)
        return counts.done < due

    def _finish(self, at: float) -> None:
        counts = self.job.counts
        if counts.failed + counts.skipped > counts.done * self._settings.import_failed_ratio:
            self._end(JobStatus.FAILED, texts.TOO_MANY_FAILED, at)
        else:
            self._end(JobStatus.SUCCEEDED, texts.SUCCEEDED, at)

    def _end(self, status: JobStatus, message: str, at: float) -> None:
        self._log.seal(at)
        if self._file is not None:
            self._file.lines.close()
            self._file = None
        self.job.end(status, message, at)
