"""Cognito's user import job in the core's words: its status, its counters, what is asked of it next.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserImportJobType.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.statuses import JobStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class JobCounts:
    """The job's own counters, in rows."""

    imported: int = 0
    skipped: int = 0
    failed: int = 0

    @classmethod
    def sum(cls, counts: Iterable[JobCounts]) -> JobCounts:
        """The counters of several jobs together."""
        known = list(counts)
        return cls(
            sum(count.imported for count in known),
            sum(count.skipped for count in known),
            sum(count.failed for count in known),
        )

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
