"""Cognito's user import job in the core's words: its status, its counters, what is asked of it next.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserImportJobType.html
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
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
    created: datetime
    started: datetime | None = None
    completed: datetime | None = None
    message: str = ""

    @property
    def seconds(self) -> float | None:
        """How long the import took, None while that is not known."""
        if self.started is None or self.completed is None:
            return None
        return (self.completed - self.started).total_seconds()
