"""A user import job as data: its states, its counters, what the API says of it.

What moves a job from state to state is `engine`; where jobs are kept is `models`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, assert_never

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.settings import Settings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class JobStatus(enum.Enum):
    """The eight statuses of UserImportJobStatusType."""

    CREATED = "Created"
    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    EXPIRED = "Expired"
    STOPPED = "Stopped"
    FAILED = "Failed"
    SUCCEEDED = "Succeeded"

    @property
    def is_active(self) -> bool:
        """Whether a job in this status keeps others from starting and its pool from being changed."""
        match self:
            case JobStatus.PENDING | JobStatus.IN_PROGRESS | JobStatus.STOPPING:
                return True
            case JobStatus.CREATED | JobStatus.EXPIRED | JobStatus.STOPPED | JobStatus.FAILED | JobStatus.SUCCEEDED:
                return False
            case _:
                assert_never(self)


class Outcome(enum.Enum):
    """The outcome of a row, in the words of the job's log."""

    IMPORTED = "SUCCEEDED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


class HashAlgorithm(enum.Enum):
    """PasswordHashingAlgorithmType."""

    BCRYPT = "BCRYPT"
    SCRYPT = "SCRYPT"
    ARGON2ID = "ARGON2ID"
    PBKDF2_SHA256 = "PBKDF2_SHA256"


@dataclass(slots=True)
class Counts:
    """The three counters of a job, in rows."""

    imported: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def done(self) -> int:
        """Rows that have an outcome."""
        return self.imported + self.skipped + self.failed

    def add(self, outcome: Outcome) -> None:
        """Count one more row."""
        match outcome:
            case Outcome.IMPORTED:
                self.imported += 1
            case Outcome.SKIPPED:
                self.skipped += 1
            case Outcome.FAILED:
                self.failed += 1
            case _:
                assert_never(outcome)


@dataclass(slots=True)
class UserImportJob:
    """One job. Times are cloud time in epoch seconds.

    Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserImportJobType.html
    """

    job_id: str
    name: str
    pool_id: str
    logs_role_arn: str
    created: float
    pre_signed_url: str
    algorithm: HashAlgorithm | None = None
    status: JobStatus = JobStatus.CREATED
    counts: Counts = field(default_factory=Counts)
    started: float | None = None
    completed: float | None = None
    message: str | None = None
    was_uploaded: bool = False
    file: Path | None = None
    """The uploaded file; None before the upload and again when the job is over and its data are deleted."""

    def end(self, status: JobStatus, message: str, at: float) -> None:
        """Bring the job to its last status and delete its data."""
        self.status, self.message, self.completed = status, message, at
        self.delete_file()

    def delete_file(self) -> None:
        """Delete the uploaded file."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)
            self.file = None

    def to_dict(self, settings: Settings) -> dict[str, Any]:
        """The job as UserImportJobType; a member that does not apply is absent.

        A sparse answer has no upload URL, and no counter that is 0 either.
        """
        is_early = settings.import_counts_at_end and self.status.is_active
        is_lost = not settings.import_stopped_counts and self.status is JobStatus.STOPPED
        counts = Counts() if is_early or is_lost else self.counts
        members = {
            "JobName": self.name,
            "JobId": self.job_id,
            "UserPoolId": self.pool_id,
            "PreSignedUrl": self.pre_signed_url,
            "CreationDate": milliseconds(self.created),
            "StartDate": milliseconds(self.started),
            "CompletionDate": milliseconds(self.completed),
            "Status": self.status.value,
            "CloudWatchLogsRoleArn": self.logs_role_arn,
            "ImportedUsers": counts.imported,
            "SkippedUsers": counts.skipped,
            "FailedUsers": counts.failed,
            "CompletionMessage": self.message,
            "PasswordHashingAlgorithm": self.algorithm.value if self.algorithm else None,
        }
        if settings.import_sparse_answers:
            members = {name: value for name, value in members.items() if value != 0 and name != "PreSignedUrl"}
        return {name: value for name, value in members.items() if value is not None}


def milliseconds(epoch_seconds: float | None) -> datetime | None:
    """The moment with whole milliseconds, as Cognito's answers have it."""
    return None if epoch_seconds is None else _EPOCH + timedelta(milliseconds=round(epoch_seconds * 1000))
