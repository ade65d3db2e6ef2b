"""Sample values that tests change in the one place they are about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lambdas.adapters.cognito import Pool
from lambdas.core.drop import Drop
from lambdas.core.import_job import ImportJob, JobCounts, JobStatus
from lambdas.core.outcome import Outcome, RowAccount
from lambdas.core.summary import Summary

POOL_ID = "us-east-1_AbCdEf123"
COLUMNS = ("cognito:username", "name", "email", "email_verified", "cognito:mfa_enabled")
HEADER = ",".join(COLUMNS)
ROLE = "arn:aws:iam::123456789012:role/import-logs"
CREATED = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
STARTED = datetime(2026, 7, 1, 12, 0, 30, tzinfo=UTC)
COMPLETED = datetime(2026, 7, 1, 13, 1, 31, tzinfo=UTC)

EVERY_STATUS = [status for status in JobStatus if status is not JobStatus.UNKNOWN]


def pool(**changes: Any) -> Pool:  # noqa: ANN401  (fields have many types)
    """A pool that verifies emails."""
    return Pool(**{"pool_id": POOL_ID, "columns": COLUMNS, "auto_verified": ("email",), **changes})


def drop(key: str = "inbox/people/users.csv", version_id: str = "v1") -> Drop:
    """A drop in the bucket `drops`."""
    return Drop("drops", key, version_id)


def job(status: str = "Succeeded", imported: int = 0, skipped: int = 0, failed: int = 0, **changes: Any) -> ImportJob:  # noqa: ANN401
    """An import job that Cognito describes with this status."""
    values = {
        "job_id": "import-9sHxosU7BP",
        "status": JobStatus(status),
        "status_text": status,
        "counts": JobCounts(imported, skipped, failed),
        "created": CREATED,
    }
    return ImportJob(**{**values, **changes})


def summary(**changes: Any) -> Summary:  # noqa: ANN401
    """The summary of a run whose two users were imported."""
    values = {
        "drop": drop(),
        "pool_id": POOL_ID,
        "outcome": Outcome.IMPORTED,
        "rows": RowAccount(total=2, imported=2),
        "results": "s3://drops/results/0123/",
        "ended": COMPLETED,
    }
    return Summary(**{**values, **changes})
