"""Cognito's user import job in the core's words: its status, its counters, what is asked of it next.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserImportJobType.html
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class JobStatus(enum.StrEnum):
    """The eight statuses that Cognito documents, and one for whatever it may say besides."""

    CREATED = "Created"
    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    EXPIRED = "Expired"
    STOPPED = "Stopped"
    FAILED = "Failed"
    SUCCEEDED = "Succeeded"
    UNKNOWN = "Unknown"

    @classmethod
    def _missing_(cls, value: object) -> JobStatus:  # noqa: ARG003
        """A word that nobody documented is UNKNOWN: a failure to report, never an error and never a wait."""
        return cls.UNKNOWN

    @property
    def is_active(self) -> bool:
        """Whether the job occupies the one place for an active job."""
        match self:
            case JobStatus.PENDING | JobStatus.IN_PROGRESS | JobStatus.STOPPING:
                return True
            case JobStatus.CREATED | JobStatus.EXPIRED | JobStatus.STOPPED | JobStatus.FAILED | JobStatus.SUCCEEDED:
                return False
            case JobStatus.UNKNOWN:
                return False
            case _:
                assert_never(self)

    @property
    def has_ended(self) -> bool:
        """Whether the job goes through no more rows, ever: its counts are the last ones."""
        match self:
            case JobStatus.EXPIRED | JobStatus.STOPPED | JobStatus.FAILED | JobStatus.SUCCEEDED:
                return True
            case JobStatus.CREATED | JobStatus.PENDING | JobStatus.IN_PROGRESS | JobStatus.STOPPING | JobStatus.UNKNOWN:
                return False
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class JobCounts:
    """The job's own counters, in rows."""

    imported: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def done(self) -> int:
        """Rows that Cognito has dealt with."""
        return self.imported + self.skipped + self.failed


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What DescribeUserImportJob says, without the pre-signed URL, which is a credential and stays in its adapter."""

    job_id: str
    name: str
    status: JobStatus
    status_text: str
    counts: JobCounts
    created: datetime | None = None
    started: datetime | None = None
    completed: datetime | None = None
    message: str = ""

    @classmethod
    def of(cls, answer: Mapping[str, Any], job_id: str = "") -> ImportJob:
        """Read a UserImportJobType, all of whose members are optional; `job_id` is the one that was asked for."""
        status = str(answer.get("Status", JobStatus.UNKNOWN.value))
        return cls(
            job_id=answer.get("JobId", job_id),
            name=answer.get("JobName", ""),
            status=JobStatus(status),
            status_text=status,
            counts=JobCounts(
                answer.get("ImportedUsers", 0), answer.get("SkippedUsers", 0), answer.get("FailedUsers", 0)
            ),
            created=answer.get("CreationDate"),
            started=answer.get("StartDate"),
            completed=answer.get("CompletionDate"),
            message=answer.get("CompletionMessage", ""),
        )

    @property
    def seconds(self) -> float | None:
        """How long the import took, None while that is not known."""
        if self.started is None or self.completed is None:
            return None
        return (self.completed - self.started).total_seconds()
